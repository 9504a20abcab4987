# SPDX-License-Identifier: AGPL-3.0-or-later
"""An event counts once it was held, and what it counts follows every correction."""

import datetime as dt

import pytest
import sqlalchemy as sa

from casework.db import db, transaction
from casework.errors import Refusal, Stale
from casework.events import Event, correct_event, create_event

from .conftest import EVENT, HELD_ON, TODAY, counted, one

D = dt.date


def correct(programme, event, by="hind", **changes):
    with programme.acting(by), transaction():
        row = one(Event, event)
        said = {"first_on": row.first_on, "last_on": row.last_on, "status": row.status,
                "site": programme.site("TTA"), "version": row.version, **EVENT}  # fmt: skip
        correct_event(row, **{**said, **changes})


def test_a_held_event_is_one_fact_of_its_first_day(programme):
    programme.event(first_on=D(2026, 2, 10), last_on=D(2026, 2, 12))
    assert counted("event_held", event_kind="EMPLOYER").value == 1
    assert counted("event_held", first=D(2026, 2, 11)).value == 0
    assert counted("region_active", "people", by=("region",)).cells == {("01",): 1}


@pytest.mark.parametrize("status", ["planned", "cancelled"])
def test_only_a_held_event_counts(programme, status):
    event = programme.event(status=status, reason="Salle fermée." if status != "planned" else None)
    assert counted("event_held").value == 0
    correct(programme, event, status="held")
    assert counted("event_held").value == 1
    correct(programme, event, status="planned")
    assert counted("event_held").value == 0


def test_two_regions_are_counted_once_each(programme):
    for region in ("01", "01", "02"):
        programme.event(region=region)
    assert counted("region_active", "people").value == 2
    assert counted("event_held").value == 3


def test_a_correction_moves_the_fact(programme):
    event = programme.event()
    correct(programme, event, kind="FAIR", region="09")
    assert counted("event_held", by=("event_kind", "region")).cells == {("FAIR", "09"): 1}
    assert counted("region_active", "people", by=("region",)).cells == {("09",): 1}


WRONG = [
    {"title": " "},
    {"kind": None},
    {"kind": "PARTY"},
    {"region": None},
    {"region": "13"},
    {"capacity": -1},
    {"status": "cancelled"},
    {"status": "held", "first_on": D(2026, 3, 13)},
    {"status": "held", "last_on": D(2026, 3, 13), "first_on": D(2026, 3, 12)},
    {"last_on": D(2026, 2, 1)},
    {"last_on": D(2026, 4, 1)},
    {"first_on": D(2013, 1, 1)},
    {"title": "x" * 161},
    {"status": "dreamt"},
]


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_what_an_event_cannot_be_is_refused_and_changes_nothing(programme, wrong):
    with pytest.raises(Refusal) as refused:
        programme.event(**wrong)
    assert refused.value.status == 422
    with programme.acting("hind"), transaction(write=False):
        assert db.session.scalars(sa.select(Event)).all() == []
    assert counted("event_held").value == 0


def test_a_form_sent_twice_is_one_event(programme):
    event = programme.event()
    with programme.acting("hind"), transaction():
        again = {"first_on": HELD_ON, "status": "held", "site": programme.site("TTA"), **EVENT}
        assert create_event(id=event, **again).id == event
        with pytest.raises(Refusal):
            create_event(id=event, **{**again, "title": "Un autre titre"})
    assert counted("event_held").value == 1


def test_a_correction_of_what_moved_meanwhile_is_refused(programme):
    event = programme.event()
    with pytest.raises(Stale):
        correct(programme, event, version=77, title="Autre titre")
    with programme.acting("hind"), transaction(write=False):
        assert one(Event, event).details["title"] == EVENT["title"]


def test_each_runs_the_events_of_her_site_and_the_coordinator_those_of_the_programme(programme):
    ours, theirs = programme.event(), programme.event(by="nawal")
    wide = programme.event(by="amina", site="OUJ")
    seen = {"hind": {ours}, "nawal": {theirs, wide}, "mounia": set(), "omar": set(),
            "amina": {ours, theirs, wide}, "karim": set()}  # fmt: skip
    for name, events in seen.items():
        db.session.expunge_all()
        with programme.acting(name), transaction(write=False):
            assert set(db.session.scalars(sa.select(Event.id))) == events, name
    for event, able in ((ours, False), (wide, True)):
        db.session.expunge_all()
        with programme.acting("amina"):
            if able:
                with transaction():
                    one(Event, event).describe(title="Un titre nouveau")
            else:
                with pytest.raises(Refusal), transaction():
                    one(Event, event).describe(title="Un titre nouveau")


def test_a_title_is_sealed_in_the_database(programme, instance):
    programme.event(title="Vernissage confidentiel", place="Rue des Orangers")
    with programme.acting("hind"), transaction(write=False):
        card = db.session.scalars(sa.select(Event.card)).one()
    assert b"confidentiel" not in card
    assert b"Orangers" not in card


def test_an_event_on_this_very_day_can_be_held(programme):
    programme.event(first_on=TODAY)
    assert counted("event_held").value == 1
