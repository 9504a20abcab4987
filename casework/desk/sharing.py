# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sharing a dossier: a colleague of the site reads it besides who follows it, with the person's
agreement and for a time. She writes nothing in it."""

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa

from casework import clock
from casework.access import User, current_user
from casework.db import db
from casework.errors import Refusal
from casework.hub import Enrolment
from casework.i18n import _
from casework.listening import Case
from casework.people import Person, Registration
from casework.staff import may_change
from casework.staff import models as staff

LONGEST = dt.timedelta(days=184)
# Whose work it is to follow people, by strand: who heads a site reads its files anyhow.
FOLLOWERS = {"hub": "hub_adviser", "listening": "counsellor"}


def colleagues(person: Person) -> list[User]:
    """With whom it may be shared: who follows people at its site, by name."""
    place = _place(person)
    given = staff.RoleGrant
    there = sa.select(given.user_id).where(
        given.site_id == place.site_id, given.role == FOLLOWERS[place.strand],
        sa.or_(given.until.is_(None), given.until > clock.now()),
    )  # fmt: skip
    chosen = sa.select(User).where(User.id.in_(there), User.is_active, User.id != place.owner_id)
    found = [one for one in db.session.scalars(chosen) if one.id != current_user.id]
    return sorted(found, key=lambda one: str(one.details["name"]))


def share(person: Person, colleague_id: uuid.UUID, until: dt.date) -> None:
    """Let her read it until that day, that day included; said again, the day is the new one.
    Raises Refusal for who does not follow the person, a stranger, or a day that cannot be."""
    if not may_change(person):
        raise Refusal(_("You may not change this file. Ask your supervisor."), 403)
    if colleague_id not in {one.id for one in colleagues(person)}:
        raise Refusal(_("Choose one of the answers."), 422)
    if not clock.today() <= until <= clock.today() + LONGEST:
        raise Refusal(_("A file is shared from today on, for six months at most."), 422)
    end(person, colleague_id)
    for key in _records(person):
        db.session.add(staff.Share(record_id=key, user_id=colleague_id, until=until))
    db.session.flush()


def end(person: Person, colleague_id: uuid.UUID) -> None:
    """She reads it no longer."""
    shared = sa.select(staff.Share).where(
        staff.Share.record_id.in_(_records(person)), staff.Share.user_id == colleague_id
    )
    for one in db.session.scalars(shared):
        db.session.delete(one)
    db.session.flush()


def shared_with(person: Person) -> list[tuple[User, dt.date]]:
    """(colleague, last day) of those who read it besides, now."""
    shared = sa.select(User, staff.Share.until).join(staff.Share, staff.Share.user_id == User.id)
    here = staff.Share.record_id == _place(person).id, staff.Share.until >= clock.today()
    return [(row[0], row[1]) for row in db.session.execute(shared.where(*here))]


def _place(person: Person) -> Registration:
    """Where she is followed, within the reader's reach."""
    here = sa.select(Registration).where(Registration.person_id == person.id)
    return db.session.scalars(here.limit(1)).one()


def _records(person: Person) -> list[uuid.UUID]:
    """What is read with a dossier and is reached by itself: her registration and her paths."""
    place = _place(person)
    path: Any = Enrolment if place.strand == "hub" else Case
    paths = sa.select(path.id).where(path.person_id == person.id)
    return [place.id, *db.session.scalars(paths)]
