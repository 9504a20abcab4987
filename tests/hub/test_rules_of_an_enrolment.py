# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rules about one enrolment or one orientation, on plain objects: no database, no page."""

import datetime as dt
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.errors import Refusal
from casework.hub import Enrolment, OrientationSession
from casework.people.records import FIRST_DAY, NOTE_LENGTH

JANUARY_4, JANUARY_5, JANUARY_9 = (dt.date(2026, 1, day) for day in (4, 5, 9))
TODAY = dt.date(2026, 3, 12)
AUTHOR = uuid.uuid4()
CONTENT = {"held_on": JANUARY_9, "orientation_format": "INDIV", "attendance": "attended"}


pytestmark = pytest.mark.usefixtures("open_vault")


def make_enrolment(**changes):
    facts = {
        "id": uuid.uuid4(),
        "subject_id": uuid.uuid4(),
        "status": "open",
        "opened_on": JANUARY_5,
        "last_on": JANUARY_5,
    }
    return Enrolment(**{**facts, **changes})


def make_orientation(**changes):
    session = OrientationSession(
        id=uuid.uuid4(), subject_id=uuid.uuid4(), enrolment_id=uuid.uuid4(), author_id=AUTHOR
    )
    session.write({**CONTENT, **changes})
    return session


def test_an_enrolment_cannot_close_before_it_began():
    with pytest.raises(Refusal):
        make_enrolment().close(JANUARY_4, TODAY)


def test_an_enrolment_cannot_close_twice():
    enrolment = make_enrolment()
    enrolment.close(JANUARY_9, TODAY)
    assert enrolment.business.closed_on == JANUARY_9
    with pytest.raises(Refusal):
        enrolment.close(JANUARY_9, TODAY)


def test_a_closed_enrolment_takes_no_orientation():
    with pytest.raises(Refusal) as refusal:
        make_enrolment(status="closed").check_orientation_day(JANUARY_9, TODAY)
    assert refusal.value.status == 409


@given(st.dates(min_value=dt.date(1900, 1, 1), max_value=dt.date(2100, 1, 1)))
def test_an_orientation_lies_between_the_beginning_and_today(day):
    enrolment = make_enrolment()
    if JANUARY_5 <= day <= TODAY:
        enrolment.check_orientation_day(day, TODAY)
    else:
        with pytest.raises(Refusal) as refusal:
            enrolment.check_orientation_day(day, TODAY)
        assert refusal.value.status == 422


def test_nothing_is_older_than_the_programme():
    enrolment = make_enrolment(opened_on=dt.date(2013, 1, 1))
    with pytest.raises(Refusal):
        enrolment.check_orientation_day(FIRST_DAY - dt.timedelta(days=1), TODAY)


@pytest.mark.parametrize("wrong", [("", None, None), ("MOON", None, None), ("BIZ", "GANG", None)])
def test_an_enrolment_refuses_what_is_not_on_its_lists(wrong):
    with pytest.raises(Refusal):
        make_enrolment().describe(*wrong)


def test_an_enrolment_may_leave_almost_everything_unsaid():
    enrolment = make_enrolment()
    enrolment.describe("UNK", "PNS", "")
    assert (enrolment.business.pathway, enrolment.business.legal_form) == ("UNK", "PNS")
    assert enrolment.business.situation is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"orientation_format": "CROWD"},
        {"orientation_format": None},
        {"attendance": "maybe"},
        {"topics": ["EMP", "LOVE"]},
        {"minutes": -5},
        {"note": "x" * (NOTE_LENGTH + 1)},
    ],
)
def test_an_orientation_refuses_what_is_not_on_its_lists(wrong):
    session = make_orientation(note="As it was.")
    with pytest.raises(Refusal):
        session.write({**CONTENT, **wrong})
    assert session.business.note == "As it was."


def test_a_correction_keeps_what_stood_before():
    session = make_orientation(note="First wording.")
    session.correct({**CONTENT, "note": "Second wording."}, AUTHOR, TODAY)
    (before,) = session.business.earlier
    assert before["note"] == "First wording."


def test_only_the_author_corrects_an_orientation():
    session = make_orientation(note="First wording.")
    with pytest.raises(Refusal):
        session.correct({**CONTENT, "note": "Other."}, uuid.uuid4(), TODAY)
    assert session.business.note == "First wording."
