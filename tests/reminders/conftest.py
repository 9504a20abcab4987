# SPDX-License-Identifier: AGPL-3.0-or-later
"""The same programme as for the listening cells, and something that falls due."""

import pytest
import sqlalchemy as sa

from casework.db import db, transaction
from casework.people import Person
from casework.reminders import Reminder, ReminderKind, remind, settle
from tests.listening.conftest import TODAY, _the_day, one, open_vault, programme, sign_in

__all__ = [
    "TODAY",
    "_the_day",
    "days",
    "due",
    "open_vault",
    "programme",
    "settled",
    "sign_in",
]

REVIEW = ReminderKind("test_review", "Faire le point", "desk.show_dossier", "person_id")


@pytest.fixture
def due(programme):
    """`due(person, on)`: the id of a reminder of her file, by who follows her."""

    def make(person, on, by="omar", about=None, **more):
        with programme.acting(by), transaction():
            her = one(Person, person)
            return remind(
                REVIEW, her, programme.site_of(by).id, on,
                about=about or person, shown_at=person, **more,
            ).id  # fmt: skip

    return make


@pytest.fixture
def settled(programme):
    def make(about, by="omar"):
        with programme.acting(by), transaction():
            settle(about)

    return make


@pytest.fixture
def days(programme):
    """`days("omar")`: the days of all reminders in this colleague's reach."""

    def find(by):
        with programme.acting(by), transaction(write=False):
            return sorted(db.session.scalars(sa.select(Reminder.due_on)))

    return find
