# SPDX-License-Identifier: AGPL-3.0-or-later
"""A call for applications of the hub, read and decided lately, the cohort made of who was selected,
and a call that is open today. Nothing of it is counted among the published figures."""

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from random import Random
from typing import Any

import sqlalchemy as sa

from casework import clock
from casework.access import Site
from casework.calls import Application, Call, Review, actions, selected
from casework.calls.ranking import standing
from casework.cohorts import Cohort
from casework.cohorts import actions as gathering
from casework.cohorts.models import members_of
from casework.db import db
from casework.hub import Enrolment
from casework.people import Person
from casework.staff import current_user

Acting = Callable[[str], AbstractContextManager[Any]]
DAY = dt.timedelta(days=1)
PLACES, WAIT, EACH = 6, 2, 3  # places, on the waiting list, applications of each adviser
PROJECTS = (
    "Ouvrir un petit atelier de couture avec une associée.",
    "Vendre des plats préparés dans le quartier, le midi.",
    "Réparer des téléphones, d’abord à domicile.",
    "Lancer des cours de langue pour enfants.",
    "Proposer des travaux de peinture et de petites réparations.",
)
BRINGS = (
    "Deux ans d’expérience.",
    "Une machine et un premier carnet d’adresses.",
    "Une formation courte.",
)
TOPICS = ("Mon idée en une phrase", "À qui vendre", "Prix et budget", "Statut et démarches",
          "Premières ventes", "Présenter son projet")  # fmt: skip
CRITERIA = [
    {"name": "Motivation", "weight": 2},
    {"name": "Solidité du projet", "weight": 3},
    {"name": "Besoin d’appui", "weight": 1},
]
SAID = {
    "title": "Cohorte d’accompagnement à la création d’activité", "scale": 5, "criteria": CRITERIA,
    "about": "Six semaines en groupe : idée, budget, premières ventes.",
    "pathways": ["SELF", "BIZ"], "age_from": 18,
}  # fmt: skip


def call_up(acting: Acting, head: str, team: Sequence[str], seed: int) -> None:
    """Hold the call from its opening to its decisions, and the cohort made of it. `acting(login)`
    opens one unit of work of a colleague."""
    draw, today = Random(seed + 42), clock.today()  # noqa: S311
    with acting(head), clock.frozen(today - 60 * DAY):
        site = db.session.scalars(sa.select(Site).where(Site.code == "TTA")).one()
        call = actions.begin_call(
            site, opens_on=today - 60 * DAY, closes_on=today - 40 * DAY, places=PLACES, **SAID
        ).id
        actions.begin_call(
            site, opens_on=today - 6 * DAY, closes_on=today + 24 * DAY, places=12,
            **{**SAID, "title": "Cohorte suivante"},
        )  # fmt: skip
    readers = []
    for login in team:
        with acting(login), clock.frozen(today - 45 * DAY):
            readers.append(current_user.id)
            _apply(call, draw)
    with acting(head):
        there = db.session.get_one(Call, call)
        actions.hand_out(there, readers[:3], version=there.version)
    for login in team[:3]:
        with acting(login), clock.frozen(today - 35 * DAY):
            _read(call, draw)
    with acting(head), clock.frozen(today - 30 * DAY):
        _decide(call)
    with acting(head), clock.frozen(today - 28 * DAY):
        cohort = _gather(db.session.get_one(Call, call), readers[0])
    with acting(team[0]):
        _meet(db.session.get_one(Cohort, cohort), draw)


def _apply(call: uuid.UUID, draw: Random) -> None:
    there = db.session.get_one(Call, call)
    paths = db.session.scalars(Enrolment.still_open().limit(EACH)).all()
    for path in paths:
        person = db.session.get_one(Person, path.person_id)
        actions.apply(
            person, there, held_on=clock.today(), project=draw.choice(PROJECTS),
            background=draw.choice(BRINGS), reason="Rencontrée et encouragée à candidater.",
        )  # fmt: skip


def _read(call: uuid.UUID, draw: Random) -> None:
    mine = sa.select(Review).where(Review.call_id == call, Review.owner_id == current_user.id)
    for review in db.session.scalars(mine.order_by(Review.application_id)).all():
        actions.score(review, [draw.randint(1, 5) for _one in CRITERIA], None)


def _decide(call: uuid.UUID) -> None:
    """The best ones get the places, the next wait."""
    lines = standing(db.session.get_one(Call, call))
    for place, line in enumerate(lines):
        status = "selected" if place < PLACES else "waiting"
        said = {}
        if place >= PLACES + WAIT:
            status, said = "refused", {"refusal": "SCORE"}
        _put(line.application, status, **said)


def _put(application: Application, status: str, **said: Any) -> None:
    actions.decide(application, status, version=application.version, **said)


def _gather(call: Call, leader: uuid.UUID) -> uuid.UUID:
    """Everyone selected, led by one of the readers."""
    today = clock.today()
    site = db.session.get_one(Site, call.site_id)
    cohort = gathering.begin_cohort(
        site, call=call, first_on=today, last_on=today + 42 * DAY, places=PLACES,
        title="Cohorte d’automne", place="Salle du HUB",
    )  # fmt: skip
    gathering.take_in(cohort, selected(call), joined_on=today)
    gathering.lead(cohort, leader)
    return cohort.id


def _meet(cohort: Cohort, draw: Random) -> None:
    """A session a week; those that have been say who came."""
    members = members_of(cohort)
    for week, topic in enumerate(TOPICS):
        day = cohort.first_on + 7 * week * DAY
        session = gathering.plan_session(cohort, held_on=day, topic=topic)
        if day <= clock.today():
            db.session.flush()
            present = {one.id for one in members if draw.random() < 0.85}
            shown = {one.id for one in members}
            gathering.mark(cohort, session, present, shown, version=session.version)
    last = members[-1]
    gathering.leave(
        last, version=last.version, left_on=cohort.first_on + 10 * DAY, cohort_leave="WORK"
    )
