# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is due as lines: what, of which file by its code, since or until when. No name."""

import datetime as dt
import uuid
from typing import Any, NamedTuple

import sqlalchemy as sa

from casework import clock
from casework.access import current_user
from casework.db import db
from casework.i18n import _
from casework.people import records

from .models import Reminder, due_by

SOON = dt.timedelta(days=7)


class DueRow(NamedTuple):
    """One line: `days` from today, below 0 for what should have been done; `at` is the hour of an
    appointment. `url` is None where nothing is left to show; `by_hand` is the reminder's id where
    who is reminded says herself that it is done."""

    code: str
    title: str
    due_on: dt.date
    days: int
    url: str | None
    person_id: uuid.UUID
    at: str | None
    by_hand: uuid.UUID | None = None


def due_soon(many: int, mine: bool = True) -> list[DueRow]:
    """What is due within a week or late, the oldest first: of the files the reader follows, or of
    all in her reach."""
    last, owner = clock.today() + SOON, current_user.id if mine else None
    return [row for row in due_rows(due_by(last, owner).limit(many)) if row.due_on <= last]


def due_rows(chosen: sa.Select[Any]) -> list[DueRow]:
    """The lines of a select of `due_by`. One that does not open says so in its place; what a
    colleague saw to stands nowhere."""
    rows = [_row(reminder, code) for reminder, code in db.session.execute(chosen).all()]
    return [row for row in rows if row]


def _row(reminder: Reminder, code: str) -> DueRow | None:
    whole = records.opens(reminder)
    day = reminder.day if whole else reminder.due_on
    if day is None:
        return None
    days = (day - clock.today()).days
    if not whole:
        title = _("This reminder does not open. Tell your supervisor.")
        return DueRow(code, title, day, days, None, reminder.person_id, None)
    at, kind = reminder.identity.at, reminder.kind
    by_hand = reminder.id if kind and kind.by_hand else None
    return DueRow(code, reminder.title, day, days, reminder.url, reminder.person_id, at, by_hand)
