# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who came: one attendee by name and organisation, present day by day, sealed, counted exactly."""

import datetime as dt
from uuid import uuid4

import pytest
import sqlalchemy as sa

from casework import clock, facts
from casework.access import User
from casework.access import actions as access
from casework.db import db, transaction
from casework.errors import Refusal, Stale
from casework.events import Entry, Event, WrongLines, add_people, correct_event, mark_presence
from casework.events.models import Attendance, Organisation, Participant, listed
from casework.policy import PolicyError
from casework.vault import errors
from tests.listening.test_pages_of_a_cell import prefilled

from .conftest import EVENT, HELD_ON, THREE, counted, one

D = dt.date
FIVE_DAYS = {"first_on": D(2026, 2, 2), "last_on": D(2026, 2, 6), "kind": "TRAINING",
             "topic": "DATA"}  # fmt: skip
DAYS = [f"2026-02-0{n}" for n in range(2, 7)]


def names(programme, event, by="hind"):
    db.session.expunge_all()
    with programme.acting(by), transaction(write=False):
        return [who.who.name for _line, who, _whom in listed(one(Event, event))]


def test_those_present_are_counted_by_person_and_by_organisation(programme):
    event = programme.event()
    assert programme.people(event) == 3
    assert counted("event_present", "people").value == 3
    assert counted("event_present", "people", by=("sex",)).cells == {("F",): 2, ("M",): 1}
    assert counted("organisation_present", "people").value == 2
    enterprises = counted("organisation_present", "people", organisation_kind="EMP")
    assert enterprises.value == 1
    assert counted("event_trained").value == 0


def test_someone_who_comes_to_two_events_is_one_attendee_however_she_is_written(programme):
    programme.people(programme.event())
    other = programme.event(by="nawal")
    programme.people(other, "FICTIVE  leila; SOCIETE UNE; entreprise; f\nNour; ; ; ", by="nawal")
    assert counted("event_present", "facts").value == 5
    assert counted("event_present", "people").value == 4
    assert counted("organisation_present", "people").value == 2
    assert names(programme, other, "nawal") == ["Leïla Fictive", "Nour"]


def test_namesakes_of_two_towns_without_an_organisation_are_two(programme):
    programme.people(programme.event(), "Nour Halabi")
    programme.people(programme.event(by="nawal"), "Nour Halabi", by="nawal")
    assert counted("event_present", "people").value == 2


def test_the_same_list_pasted_twice_changes_nothing(programme):
    event = programme.event()
    programme.people(event)
    assert programme.people(event) == 0
    assert len(names(programme, event)) == 3
    assert counted("event_present").value == 3


@pytest.mark.parametrize(("present", "trained"), [(5, 1), (4, 1), (3, 0), (0, 0)])
def test_a_trainee_is_present_on_four_days_of_five(programme, present, trained):
    event = programme.event(**FIVE_DAYS)
    programme.people(event, "Ahmed Fictif; Ministère fictif 1; MIN; M", DAYS)
    programme.people(event, "Sana Fictive; Ministère fictif 2; MIN; F", DAYS[:present])
    assert counted("event_trained", "people").value == 1 + trained
    assert counted("event_trained", first=D(2026, 2, 6)).value == 1 + trained
    ministries = counted("organisation_trained", "people", organisation_kind="MIN",
                         event_topic="DATA")  # fmt: skip
    assert ministries.value == 1 + trained


def test_a_weekend_in_the_middle_is_no_day_of_a_training(programme):
    event = programme.event(**{**FIVE_DAYS, "last_on": D(2026, 2, 10)})
    programme.people(event, "Ahmed Fictif; Ministère fictif 1; MIN; M", DAYS)
    assert counted("event_trained").value == 1


def test_presence_corrected_on_the_list_is_counted_anew(programme):
    event = programme.event()
    programme.people(event)
    with programme.acting("hind"), transaction():
        row = one(Event, event)
        lines = [line for line, _who, _whom in listed(row)]
        days = {line.id: [] for line in lines[1:]}
        mark_presence(row, {lines[0].id: ["2026-02-10"], **days}, version=row.version)
        assert (row.details["listed"], row.details["present"]) == (3, 1)
    assert counted("event_present", "people").value == 1
    assert counted("organisation_present", "people").value == 1
    assert len(names(programme, event)) == 3


def test_who_is_taken_off_every_list_leaves_the_programme(programme):
    first, second = programme.event(), programme.event(by="nawal")
    programme.people(first)
    programme.people(second, THREE.splitlines()[0], by="nawal")
    for event, by, left in ((first, "hind", 3), (second, "nawal", 2)):
        with programme.acting(by), transaction():
            row = one(Event, event)
            gone = [line.id for line, who, _whom in listed(row) if "Leïla" in who.who.name]
            mark_presence(row, {}, gone=gone, version=row.version)
        with transaction(write=False):
            kept = sa.text("SELECT count(*) FROM event_participant")
            with pytest.raises(PolicyError):
                db.session.execute(kept)
        assert len(everybody(programme)) == left


def everybody(programme):
    db.session.expunge_all()
    found = set()
    for by in ("hind", "nawal"):
        with programme.acting(by), transaction(write=False):
            found |= set(db.session.scalars(sa.select(Participant.id)))
    return found


def test_more_people_than_places_want_a_word_and_no_more(programme):
    event = programme.event(capacity=2)
    with pytest.raises(Refusal) as refused:
        programme.people(event)
    assert refused.value.status == 422
    assert counted("event_present").value == 0
    assert names(programme, event) == []
    programme.people(event, over="Une salle voisine a été ouverte.")
    assert counted("event_present").value == 3
    programme.people(event, "Une Dame; Société Une; EMP; F")  # said once, it holds
    assert counted("event_present").value == 4


def test_an_organisation_is_of_one_kind(programme):
    event = programme.event()
    programme.people(event)
    for kinds in (("ASSO",), ("EMP", "ASSO")):
        entries = [
            Entry(n, f"Personne {n}", "Société Une", kind) for n, kind in enumerate(kinds, 4)
        ]
        with programme.acting("hind"), transaction():
            row = one(Event, event)
            with pytest.raises(WrongLines) as refused:
                add_people(row, entries, [], version=row.version)
        assert len(refused.value.problems) == 1
    assert len(names(programme, event)) == 3


@pytest.mark.parametrize(
    ("event", "days"),
    [({}, ["2026-02-11"]), ({"status": "planned", "first_on": D(2026, 3, 20)}, ["2026-03-20"]),
     ({"status": "cancelled", "reason": "Pluie."}, ["2026-02-10"])],
)  # fmt: skip
def test_a_day_nobody_can_have_been_present_is_refused(programme, event, days):
    event = programme.event(**event)
    with pytest.raises(Refusal):
        programme.people(event, days=days)
    assert names(programme, event) == []


def test_a_list_can_be_prepared_before_the_day(programme):
    event = programme.event(status="planned", first_on=D(2026, 3, 20))
    programme.people(event, days=[])
    assert len(names(programme, event)) == 3
    assert counted("event_present").value == 0


def test_days_with_people_present_are_not_left_out_and_such_an_event_is_not_cancelled(programme):
    event = programme.event(last_on=D(2026, 2, 11))
    programme.people(event, days=["2026-02-11"])
    for wrong in ({"last_on": HELD_ON}, {"status": "cancelled", "reason": "Pluie."}):
        said = {"first_on": HELD_ON, "last_on": D(2026, 2, 11), "status": "held", **EVENT, **wrong}
        with programme.acting("hind"), transaction():
            row, site = one(Event, event), programme.site("TTA")
            with pytest.raises(Refusal):
                correct_event(row, version=row.version, site=site, **said)
            db.session.rollback()
    assert counted("event_present").value == 3


def test_two_who_write_at_once_do_not_lose_a_line(programme):
    event = programme.event()
    with programme.acting("hind"), pytest.raises(Stale), transaction():
        add_people(one(Event, event), [Entry(1, "Sana")], [], version=99)
    with programme.acting("hind"), pytest.raises(Stale), transaction():
        mark_presence(one(Event, event), {uuid4(): [str(HELD_ON)]}, version=99)


def test_a_coordinator_counts_people_she_cannot_open(programme):
    event = programme.event(by="amina", site="TTA", status="planned")
    programme.people(event)
    assert counted("event_present").value == 0
    db.session.expunge_all()
    with programme.acting("amina"), transaction():
        row = one(Event, event)
        assert db.session.scalars(sa.select(Attendance)).all() == []
        assert db.session.scalars(sa.select(Participant)).all() == []
        assert db.session.scalars(sa.select(Organisation)).all() == []
        said = {"first_on": HELD_ON, "status": "held", "site": programme.site("TTA"), **EVENT}
        correct_event(row, version=row.version, **said)
        assert row.details["present"] == 3
        with pytest.raises(errors.VaultClosed):
            add_people(row, [Entry(1, "Sana")], [], version=row.version)
    assert counted("event_present", "people").value == 3


def test_an_event_without_a_site_has_no_list(programme):
    with programme.acting("amina"), transaction():
        from_nowhere = programme.event(by="amina")
        assert one(Event, from_nowhere).site_id is None
        with pytest.raises(Refusal):
            add_people(one(Event, from_nowhere), [Entry(1, "Sana")], [], version=2)


def test_another_site_sees_neither_list_nor_names(programme):
    programme.people(programme.event())
    db.session.expunge_all()
    with programme.acting("nawal"), transaction(write=False):
        for model in (Attendance, Participant, Organisation):
            assert db.session.scalars(sa.select(model)).all() == []


def test_the_cube_is_what_the_ledger_says(programme):
    event = programme.event(**FIVE_DAYS)
    programme.people(event, days=DAYS)
    with programme.acting("hind"), transaction():
        row = one(Event, event)
        absent = {line.id: [] for line, _who, _whom in listed(row)}
        mark_presence(row, absent, version=row.version)
    assert counted("event_present").value == 0
    assert facts.verify().ok


def test_a_name_stands_sealed_in_the_database(programme):
    programme.people(programme.event())
    with programme.acting("hind"), transaction(write=False):
        boxes = [*db.session.scalars(sa.select(Participant.who_box)),
                 *db.session.scalars(sa.select(Organisation.body_box)),
                 *db.session.scalars(sa.select(Event.roll))]  # fmt: skip
    assert len(boxes) == 6
    assert not [box for box in boxes if b"Fictive" in box or b"Une" in box or b"days" in box]


def test_a_damaged_line_stays_counted_and_the_others_can_be_ticked(programme, sign_in):
    event = programme.event()
    programme.people(event)
    db.session.expunge_all()
    with programme.acting("hind"), transaction():
        line, _who, _whom = listed(one(Event, event))[0]
        db.session.execute(
            sa.update(Attendance).where(Attendance.id == line.id).values(presence_box=b"\x01x")
        )
    browser, address = sign_in("hind"), f"/events/{event}/attendance"
    page = browser.get(address).text
    assert "endommagée" in page
    assert "Leïla" not in page
    assert browser.post(address, data={**prefilled(page), "present": []}).status_code == 303
    assert counted("event_present", "people").value == 1
    assert len(names(programme, event)) == 2


def test_who_heads_one_site_and_follows_people_at_another_keeps_the_lists_of_the_first(
    programme, sign_in
):
    with clock.frozen(D(2019, 1, 1)), transaction():
        user = db.session.get_one(User, programme.users["hind"])
        access.grant(user, "counsellor", programme.site("OUJ"))
    theirs = programme.event(by="nawal")
    browser = sign_in("hind")
    assert browser.get(f"/events/{theirs}").status_code == 404
    form = browser.get("/events/new").text
    assert str(programme.sites["TTA"]) in form
    assert str(programme.sites["OUJ"]) not in form
