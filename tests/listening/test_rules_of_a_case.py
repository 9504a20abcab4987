# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rules about one case or one session, on plain objects: no database, no page."""

import datetime as dt
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.errors import Refusal
from casework.listening import Case, FirstContact, ListeningSession
from casework.people.records import FIRST_DAY, NOTE_LENGTH

JANUARY_4, JANUARY_5, JANUARY_9 = (dt.date(2026, 1, day) for day in (4, 5, 9))
TODAY = dt.date(2026, 3, 12)
AUTHOR = uuid.uuid4()
CONTENT = {
    "held_on": JANUARY_9,
    "session_type": "INDIV",
    "session_format": "PERSON",
    "attendance": "attended",
}


pytestmark = pytest.mark.usefixtures("open_vault")


def make_case(**changes):
    facts = {
        "id": uuid.uuid4(),
        "subject_id": uuid.uuid4(),
        "status": "open",
        "opened_on": JANUARY_5,
        "last_on": JANUARY_5,
    }
    return Case(**{**facts, **changes})


def make_session(**changes):
    session = ListeningSession(
        id=uuid.uuid4(), subject_id=uuid.uuid4(), case_id=uuid.uuid4(), author_id=AUTHOR
    )
    session.write({**CONTENT, **changes})
    return session


def test_a_case_cannot_close_before_it_opened():
    with pytest.raises(Refusal) as refusal:
        make_case().close(JANUARY_4, "GOALS", None, TODAY)
    assert refusal.value.status == 422


def test_a_case_cannot_close_twice():
    case = make_case()
    case.close(JANUARY_9, "GOALS", None, TODAY)
    with pytest.raises(Refusal) as refusal:
        case.close(JANUARY_9, "GOALS", None, TODAY)
    assert refusal.value.status == 409


def test_a_case_cannot_close_tomorrow():
    with pytest.raises(Refusal):
        make_case().close(TODAY + dt.timedelta(days=1), "GOALS", None, TODAY)


@pytest.mark.parametrize("reason", ["", None, "BORED"])
def test_a_closure_needs_a_reason_from_the_list(reason):
    case = make_case()
    with pytest.raises(Refusal):
        case.close(JANUARY_9, reason, None, TODAY)
    assert case.is_open


def test_a_reopened_case_remembers_its_closure():
    case = make_case()
    case.close(JANUARY_9, "LOST", "Three calls.", TODAY)
    case.reopen(TODAY, TODAY)
    assert case.is_open
    assert case.story.closure_reason is None
    assert case.story.closures == [
        {
            "closed_on": "2026-01-09",
            "reason": "LOST",
            "note": "Three calls.",
            "reopened_on": "2026-03-12",
        }
    ]


def test_an_open_case_cannot_be_reopened():
    with pytest.raises(Refusal):
        make_case().reopen(TODAY, TODAY)


def test_a_case_cannot_reopen_before_it_closed():
    case = make_case()
    case.close(JANUARY_9, "LOST", None, TODAY)
    with pytest.raises(Refusal):
        case.reopen(JANUARY_5, TODAY)


def test_a_closed_case_takes_no_session():
    case = make_case(status="closed")
    with pytest.raises(Refusal) as refusal:
        case.check_session_day(JANUARY_9, TODAY)
    assert refusal.value.status == 409


@given(st.dates(min_value=dt.date(1900, 1, 1), max_value=dt.date(2100, 1, 1)))
def test_a_session_lies_between_the_opening_and_today(day):
    case = make_case()
    if JANUARY_5 <= day <= TODAY:
        case.check_session_day(day, TODAY)
    else:
        with pytest.raises(Refusal) as refusal:
            case.check_session_day(day, TODAY)
        assert refusal.value.status == 422


def test_nothing_is_older_than_the_programme():
    case = make_case(opened_on=dt.date(2013, 1, 1))
    with pytest.raises(Refusal):
        case.check_session_day(FIRST_DAY - dt.timedelta(days=1), TODAY)


@pytest.mark.parametrize(
    "wrong",
    [
        {"session_type": "TELEPATHY"},
        {"session_type": ""},
        {"session_format": "PIGEON"},
        {"attendance": "maybe"},
        {"language": "xx"},
        {"interpreter": "cousin"},
        {"minutes": 0},
        {"minutes": 601},
        {"next_steps": ["DANCE"]},
        {"note": "x" * (NOTE_LENGTH + 1)},
    ],
)
def test_a_session_refuses_what_is_not_on_its_lists(wrong):
    session = make_session(note="As it was.")
    with pytest.raises(Refusal) as refusal:
        session.write({**CONTENT, **wrong})
    assert refusal.value.status == 422
    assert session.story.note == "As it was."


@given(st.text(max_size=300))
def test_a_note_comes_back_as_it_was_written(text):
    assert make_session(note=text).story.note == text


def test_a_correction_keeps_what_stood_before():
    session = make_session(note="First wording.")
    session.correct({**CONTENT, "note": "Second wording."}, AUTHOR, TODAY)
    assert session.story.note == "Second wording."
    (before,) = session.story.earlier
    assert before["note"] == "First wording."
    assert before["held_on"] == "2026-01-09"
    assert before["corrected_on"] == "2026-03-12"


def test_only_the_author_corrects_a_session():
    session = make_session(note="First wording.")
    with pytest.raises(Refusal):
        session.correct({**CONTENT, "note": "Other."}, uuid.uuid4(), TODAY)
    assert session.story.note == "First wording."


def test_a_contact_is_attached_once():
    contact = FirstContact(id=uuid.uuid4(), subject_id=uuid.uuid4(), person_id=uuid.uuid4())
    with pytest.raises(Refusal):
        contact.check_attachable()


def test_a_contact_may_say_that_it_does_not_know():
    contact = FirstContact(id=uuid.uuid4(), subject_id=uuid.uuid4())
    contact.write({"held_on": JANUARY_9, "first_contact": "UNK"}, TODAY)
    assert contact.story.first_contact == "UNK"
