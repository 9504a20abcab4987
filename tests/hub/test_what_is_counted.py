# SPDX-License-Identifier: AGPL-3.0-or-later
"""Each orientation is counted in the transaction that writes it down, and taken back with it."""

import datetime as dt

import pytest

from casework.db import transaction
from casework.errors import Refusal, Stale
from casework.hub import (
    Enrolment,
    OrientationSession,
    close_enrolment,
    log_orientation,
    restate,
)
from casework.hub.actions import correct_orientation
from casework.people import Person, record_consent
from casework.people.tally import facts_of
from tests.listening.conftest import OPENED, ORIENTATION, TODAY, counted, one

KIND = "hub_orientation"


def test_an_attended_orientation_is_one_fact_of_its_day(programme):
    session = programme.orientation(
        programme.enrolment(legal_form="AE"), held_on=dt.date(2026, 2, 3), topics=["AE", "FIN"]
    )
    assert counted(KIND, "people").value == 1
    assert counted(KIND, first=dt.date(2026, 2, 4)).value == 0
    assert counted(KIND, by=("pathway", "legal_form")).cells == {("SELF", "AE"): 1}
    with programme.acting("omar"):
        assert len(facts_of(one(OrientationSession, session))) == 1


@pytest.mark.parametrize("attendance", ["no_show", "cancelled"])
def test_a_missed_orientation_counts_nothing(programme, attendance):
    enrolment = programme.enrolment()
    programme.orientation(enrolment, attendance=attendance)
    assert counted(KIND).value == 0
    with programme.acting("omar"):
        assert one(Enrolment, enrolment).last_on == OPENED


def test_two_orientations_of_one_person_are_one_person(programme):
    enrolment = programme.enrolment()
    programme.orientation(enrolment, held_on=OPENED)
    programme.orientation(enrolment)
    assert counted(KIND, "facts").value == 2
    assert counted(KIND, "people").value == 1


def test_a_form_sent_twice_is_one_orientation(programme):
    enrolment = programme.enrolment()
    id = programme.orientation(enrolment)
    with programme.acting("omar"), transaction():
        assert log_orientation(one(Enrolment, enrolment), id=id, **ORIENTATION).id == id
    assert counted(KIND).value == 1


def test_a_correction_takes_the_old_fact_back(programme):
    session = programme.orientation(programme.enrolment())
    with programme.acting("omar"), transaction():
        row = one(OrientationSession, session)
        changed = {**ORIENTATION, "orientation_format": "GROUP", "attendance": "attended"}
        correct_orientation(row, version=row.version, **changed)
    assert counted(KIND, by=("orientation_format",)).cells == {("GROUP",): 1}
    assert counted(KIND).value == 1


def test_a_correction_of_what_moved_meanwhile_is_refused(programme):
    session = programme.orientation(programme.enrolment(), note="Une.")
    with programme.acting("omar"), transaction():
        row = one(OrientationSession, session)
        with pytest.raises(Stale):
            correct_orientation(row, version=row.version + 1, **ORIENTATION, note="Deux.")
        assert row.business.note == "Une."


def test_a_closed_enrolment_takes_nothing(programme):
    enrolment = programme.enrolment()
    with programme.acting("omar"), transaction():
        close_enrolment(one(Enrolment, enrolment), TODAY)
    with pytest.raises(Refusal):
        programme.orientation(enrolment)
    assert counted(KIND).value == 0


def test_what_was_held_is_put_right_on_a_closed_enrolment_too(programme, sign_in):
    enrolment = programme.enrolment()
    session = programme.orientation(enrolment)
    with programme.acting("omar"), transaction():
        close_enrolment(one(Enrolment, enrolment), TODAY)
    assert f"/orientations/{session}" in sign_in("omar").get(f"/enrolments/{enrolment}").text
    with programme.acting("omar"), transaction():
        row = one(OrientationSession, session)
        correct_orientation(row, version=row.version, **ORIENTATION | {"attendance": "no_show"})
    assert counted(KIND).value == 0


def test_one_open_enrolment_at_a_time(programme):
    him = programme.person(by="omar")
    first = programme.enrolment(person=him)
    with pytest.raises(Refusal):
        programme.enrolment(person=him, pathway="EMP")
    assert programme.enrolment(person=him) == first  # the same form, sent twice


def test_a_withdrawn_consent_takes_him_out_of_breakdowns_and_not_of_totals(programme):
    him = programme.person(by="omar")
    programme.orientation(programme.enrolment(person=him))
    with programme.acting("omar"), transaction():
        record_consent(one(Person, him), "STATS", "no")
        restate(one(Person, him))
    assert counted(KIND, by=("sex",)).cells == {("not stated",): 1}
    assert counted(KIND, "people").value == 1
