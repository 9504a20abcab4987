# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reminding, and no longer. Both run inside the caller's unit of work."""

import datetime as dt
import uuid

import sqlalchemy as sa

from casework.db import db
from casework.errors import Refusal
from casework.i18n import _
from casework.people import Person, Registration

from .models import Reminder, ReminderKind


def remind(
    kind: ReminderKind,
    person: Person,
    site_id: uuid.UUID,
    due_on: dt.date,
    *,
    about: uuid.UUID,
    shown_at: uuid.UUID | None = None,
    at: dt.time | None = None,
) -> Reminder:
    """Say that something about a record is due. Who follows the person at the site is reminded.

    `about` is the record's id, `shown_at` that of the page's record where it is another; `at` the
    local time of an appointment. A record reminded of before keeps one reminder for each colleague
    who follows a person of it, of the new day; what a colleague out of reach is reminded of stays.
    """
    owner_id = _follower(person, site_id)
    reminder = _kept(about, person, site_id, owner_id) or Reminder(
        subject_id=person.subject_id, person_id=person.id, site_id=site_id, owner_id=owner_id,
        about_id=about,
    )  # fmt: skip
    reminder.due_on = due_on
    reminder.identity.kind = kind.name
    reminder.identity.shown_at = (shown_at or about).hex
    reminder.identity.at = at.isoformat("minutes") if at else None
    db.session.add(reminder)
    db.session.flush()
    return reminder


def settle(about: uuid.UUID) -> None:
    """Nothing about this record is due any more, for whom the acting user reaches."""
    for reminder in db.session.scalars(sa.select(Reminder).where(Reminder.about_id == about)):
        db.session.delete(reminder)
    db.session.flush()


def _kept(
    about: uuid.UUID, person: Person, site_id: uuid.UUID, owner_id: uuid.UUID
) -> Reminder | None:
    """The one she who follows there has of this record. Sealed by another person's key, it goes."""
    hers = Reminder.site_id == site_id, Reminder.owner_id == owner_id
    chosen = sa.select(Reminder).where(Reminder.about_id == about, *hers)
    reminder = db.session.scalars(chosen).first()
    if reminder is None or reminder.person_id == person.id:
        return reminder
    db.session.delete(reminder)
    db.session.flush()
    return None


def _follower(person: Person, site_id: uuid.UUID) -> uuid.UUID:
    """Who follows her there. Raises Refusal (404) where the acting user does not reach that."""
    here = Registration.person_id == person.id, Registration.site_id == site_id
    found = db.session.scalars(sa.select(Registration.owner_id).where(*here)).first()
    if found is None:
        raise Refusal(_("There is no such page, or it is not open to you."), 404)
    return found
