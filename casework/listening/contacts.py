# SPDX-License-Identifier: AGPL-3.0-or-later
"""First contacts that belong to no case file yet: whoever came or called once may come again.

The list says a day and how the person came. What was asked stands on the page of each one only.
"""

import datetime as dt
import uuid
from typing import NamedTuple

import sqlalchemy as sa

from casework import clock
from casework.access import Permission, current_user
from casework.codelists import label
from casework.db import db
from casework.vault import open_rows
from casework.web import Page

from .models import FirstContact

NEAR = 60  # days
WAITING = FirstContact.person_id.is_(None)


class Unattached(NamedTuple):
    """One line of the list. A contact that does not open any more has no day."""

    id: uuid.UUID
    held_on: dt.date | None
    how: str

    @property
    def days(self) -> int:
        """How many days ago it was."""
        return (clock.today() - self.held_on).days if self.held_on else 0

    @property
    def is_recent(self) -> bool:
        """Is it so near that days say more than a date?"""
        return self.days <= NEAR


def number_unattached() -> int:
    """How many there are in the reader's reach; none for who may not read them."""
    if not current_user.may(Permission.CONTACT_READ):
        return 0
    return db.session.scalar(sa.select(sa.func.count(FirstContact.id)).where(WAITING)) or 0


def unattached() -> Page[Unattached]:
    """The page asked for, the newest first. Sorted here, since the day is sealed."""
    waiting = open_rows(sa.select(FirstContact).where(WAITING), FirstContact.story)
    lines = [
        Unattached(key, story["held_on"], label("first_contact", story.get("first_contact")))
        if isinstance(story, dict)
        else Unattached(key, None, "")
        for key, story in waiting
    ]
    return Page.of(sorted(lines, key=_when, reverse=True))


def _when(line: Unattached) -> tuple[dt.date, uuid.UUID]:
    return line.held_on or dt.date.max, line.id
