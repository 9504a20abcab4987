# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an adviser is reminded of: the interview to come, the internship under way, the months
after a hire; and of nothing once all is said."""

import datetime as dt

import sqlalchemy as sa

from casework.db import db
from casework.people import Person
from casework.placement import Application, Hire, Internship, Interview, actions
from casework.reminders import Reminder
from tests.listening.conftest import TODAY

SOON = TODAY + dt.timedelta(3)


def due(ways, by="omar"):
    """(kind, day, hour) of what she is reminded of."""
    with ways.acting(by):
        rows = db.session.scalars(sa.select(Reminder).order_by(Reminder.due_on)).all()
        return [(row.kind.name, row.due_on, row.identity.at) for row in rows]


def test_an_interview_to_come_is_due_until_it_is_said_what_came_of_it(ways):
    key = ways.applied()
    planned = {"held_on": SOON, "interview_outcome": "PLANNED", "hour": "14:30"}
    interview = ways.interview(key, **planned)
    assert due(ways) == [("job_interview", SOON, "14:30")]
    ways.moved(key, "WITHDR")
    assert due(ways) == []
    with ways.see(Application, key) as way:
        actions.reopen(way)
    assert due(ways) == [("job_interview", SOON, "14:30")]
    ways.change(actions.correct_interview, Interview, interview, held_on=TODAY,
                interview_outcome="HELD")  # fmt: skip
    assert due(ways) == []


def test_an_internship_is_due_on_its_first_and_on_its_last_day(ways):
    key = ways.applied()
    internship = ways.internship(key, held_on=TODAY, ends_on=SOON, internship_state="PLAN")
    assert due(ways) == [("internship_day", TODAY, None)]
    ways.change(actions.correct_internship, Internship, internship, internship_state="RUN")
    assert due(ways) == [("internship_day", SOON, None)]
    ways.change(actions.correct_internship, Internship, internship, ends_on=TODAY,
                internship_state="DONE")  # fmt: skip
    assert due(ways) == []


def test_after_a_hire_she_is_asked_after_until_she_has_left(ways):
    first = dt.date(2026, 2, 10)
    hire = ways.hire(ways.applied(), held_on=first)
    assert due(ways) == [("still_at_work", dt.date(2026, 3, 10), None)]
    with ways.see(Hire, hire) as row:
        actions.note_stay(row, version=row.version, months=1, on=TODAY, stay="THERE")
    assert due(ways) == [("still_at_work", dt.date(2026, 5, 10), None)]
    with ways.see(Hire, hire) as row:
        actions.note_stay(row, version=row.version, months=1, on=TODAY, stay="LEFT")
    assert due(ways) == []


def test_a_colleague_is_reminded_of_nothing(ways):
    ways.interview(ways.applied(), held_on=SOON, interview_outcome="PLANNED")
    assert due(ways, "lina") == []
    with ways.acting("omar"):
        assert db.session.scalars(sa.select(Person)).all()
