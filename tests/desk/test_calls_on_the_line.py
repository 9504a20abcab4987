# SPDX-License-Identifier: AGPL-3.0-or-later
"""Calls, cohorts and grants stand on the line of days of a dossier, for who reads them."""

import datetime as dt

import pytest

from casework.access import Site, acting_as
from casework.access import actions as access
from casework.business import Venture
from casework.calls import Application, Call
from casework.calls import actions as calls
from casework.cohorts import actions as cohorts
from casework.db import db, transaction
from casework.desk.timeline import timeline_of
from casework.funding import actions as funding
from casework.people import Person

from .conftest import PASSWORD

DAYS = [dt.date(2026, 3, day) for day in (2, 9, 16)]
LEFT = dt.date(2026, 3, 20)


@pytest.fixture
def head(programme):
    with transaction():
        user, _password = access.create_user("zahra", "Zahra", password=PASSWORD)
        access.grant(user, "hub_manager", db.session.get_one(Site, programme.sites["TTA"]))
    return "zahra"


@pytest.fixture
def her(programme, head):
    """Somebody of yassine's who applied, was taken, came twice and left a group of the head's."""
    key = programme.guided("yassine", [dt.date(2026, 2, 2)])
    with acting_as(programme.user(head)), transaction():
        hub = db.session.get_one(Site, programme.sites["TTA"])
        call = calls.begin_call(hub, opens_on=DAYS[0], closes_on=DAYS[2], places=2, scale=5,
                                title="Cohorte printemps").id  # fmt: skip
    with acting_as(programme.user("yassine")), transaction():
        person = db.session.get_one(Person, key)
        asked = calls.apply(person, db.session.get_one(Call, call), held_on=DAYS[0],
                            project="Un atelier.").id  # fmt: skip
    with acting_as(programme.user(head)), transaction():
        application = db.session.get_one(Application, asked)
        calls.decide(application, "selected", version=application.version)
        group = cohorts.begin_cohort(
            db.session.get_one(Site, programme.sites["TTA"]), first_on=DAYS[0],
            last_on=dt.date(2026, 4, 30), places=2, title="Groupe du lundi",
        )  # fmt: skip
        cohorts.take_in(group, [db.session.get_one(Person, key)], joined_on=DAYS[0])
        (member,) = cohorts.members_of(group)
        for day in DAYS:
            met = cohorts.plan_session(group, held_on=day, topic=f"Séance {day.day}")
            came = [member.id] if day != DAYS[1] else []
            cohorts.mark(group, met, came, [member.id], version=met.version)
        cohorts.leave(member, version=member.version, left_on=LEFT, cohort_leave="WORK")
    return key


def line(programme, login, key):
    with acting_as(programme.user(login)), transaction(write=False):
        items = timeline_of(db.session.get_one(Person, key))
        ours = [one for one in items if (one.get("url") or "").startswith(("/calls", "/cohorts"))]
        return [(one["title"], one.get("about"), one.get("text")) for one in ours]


def test_the_head_reads_how_she_applied_joined_came_and_left(app, programme, her, head):
    with app.test_request_context():
        told = line(programme, head, her)
    assert told == [
        ("Appel à candidatures\u00a0: Retenue", "Cohorte printemps", None),
        ("Départ d’une cohorte", "Groupe du lundi", None),
        ("Présence à une séance de cohorte", "Groupe du lundi", "Séance 16"),
        ("Présence à une séance de cohorte", "Groupe du lundi", "Séance 2"),
        ("Entrée dans une cohorte", "Groupe du lundi", None),
        ("Candidature à un appel", "Cohorte printemps", None),
    ]  # fmt: skip


def test_who_follows_her_reads_her_application_and_no_list_of_a_group(app, programme, her):
    with app.test_request_context():
        told = line(programme, "yassine", her)
    assert [one[0] for one in told] == [
        "Appel à candidatures\u00a0: Retenue",
        "Candidature à un appel",
    ]


def test_a_grant_stands_on_the_line_as_well(app, programme, sign_in):
    key = programme.guided("yassine", [DAYS[0]])
    venture = programme.started("yassine", key, DAYS[0])
    with acting_as(programme.user("yassine")), transaction():
        funding.ask(db.session.get_one(Venture, venture), asked_on=DAYS[1], centimes=500_000,
                    purpose="Machine.")  # fmt: skip
    page = sign_in("yassine").get(f"/dossiers/{key}").text
    assert f"/businesses/{venture}/grants/" in page
