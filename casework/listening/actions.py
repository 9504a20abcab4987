# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a listening cell does. Each verb runs inside the caller's unit of work."""

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa

from casework import clock
from casework.access import current_user, fetch
from casework.db import db
from casework.errors import Refusal, Stale
from casework.i18n import _
from casework.people import Person, Registration
from casework.vault import new_subject

from .counting import count_contact, count_session, uncount
from .models import (
    ATTENDED,
    Case,
    CaseStatus,
    FirstContact,
    ListeningSession,
    cases_of,
    check_day,
    sessions_of,
)


def open_case(
    person: Person,
    *,
    first_contact: str,
    opened_on: dt.date | None = None,
    referred_by: str | None = None,
    reason: str | None = None,
) -> Case:
    """Open her case where she is registered, followed by who follows her. One at a time."""
    day = opened_on or clock.today()
    check_day(day, clock.today())
    place = _registration(person)
    for case in db.session.scalars(cases_of(person)):
        if case.is_open and case.site_id == place.site_id:
            raise Refusal(_("This person already has an open case here."))
    case = Case(
        subject_id=person.subject_id, person_id=person.id, site_id=place.site_id,
        owner_id=place.owner_id, status=CaseStatus.OPEN, opened_on=day, last_on=day,
    )  # fmt: skip
    case.describe(first_contact, referred_by, reason)
    db.session.add(case)
    db.session.flush()
    return case


def log_session(case: Case, *, id: uuid.UUID | None = None, **content: Any) -> ListeningSession:
    """Record a session of a case, and count it where the person came.

    `content` is named by `ListeningSession.CONTENT`: held_on, session_type and session_format
    at least. `id` is the one the form was given, so that a form sent twice is one session: the
    second time the first session is returned, unchanged.
    """
    content = {"attendance": ATTENDED, **content}
    already = id and _session_already(case, id)
    if already:
        return _same(already, content)
    case.check_session_day(content["held_on"], clock.today())
    session = ListeningSession(
        subject_id=case.subject_id, case_id=case.id, author_id=current_user.id
    )
    if id:
        session.id = id
    session.write(content)
    person = fetch(Person, case.person_id)
    with db.session.no_autoflush:
        db.session.add(session)
        count_session(session, case, person)
    if session.is_attended:
        case.last_on = max(case.last_on, content["held_on"])
    _save_once()
    return session


def correct_session(session: ListeningSession, *, version: int, **content: Any) -> None:
    """Put a session right, by its author: the old fact is taken back, a new one written.

    `version` is that of the record when the form was opened. Raises Stale if it moved since.
    """
    if version != session.version:
        raise Stale(_("This session was changed meanwhile. Read it again before saving."))
    case = db.session.get_one(Case, session.case_id)
    case.check_session_day(content["held_on"], clock.today())
    session.correct(content, current_user.id, clock.today())
    uncount(session)
    count_session(session, case, fetch(Person, case.person_id))
    days = [row.story.held_on for row in sessions_of(case) if row.is_attended]
    case.last_on = max(days, default=case.opened_on)
    db.session.flush()


def close_case(
    case: Case, reason: str, note: str | None = None, closed_on: dt.date | None = None
) -> None:
    """Close a case for a coded reason, today unless another day is said."""
    case.close(closed_on or clock.today(), reason, note, clock.today())
    db.session.flush()


def reopen_case(case: Case, reopened_on: dt.date | None = None) -> None:
    """Take a closed case up again; its closure stays in its history."""
    case.reopen(reopened_on or clock.today(), clock.today())
    db.session.flush()


def record_contact(
    site_id: uuid.UUID, *, id: uuid.UUID | None = None, **content: Any
) -> FirstContact:
    """Record someone who came or called and gave no name. Counts as a service, not as a person.

    `content` is named by `FirstContact.CONTENT`: held_on and first_contact at least.
    """
    already = id and db.session.get(FirstContact, id)
    if already:
        return _same(already, content)
    contact = FirstContact(subject_id=new_subject(), site_id=site_id, owner_id=current_user.id)
    if id:
        contact.id = id
    contact.write(content, clock.today())
    with db.session.no_autoflush:
        db.session.add(contact)
        count_contact(contact)
    _save_once()
    return contact


def attach_contact(contact: FirstContact, person: Person) -> FirstContact:
    """Say who the first contact was with: it moves under her key and counts for her."""
    contact.check_attachable()
    uncount(contact)
    contact.person_id = person.id
    contact.subject_id = person.subject_id
    count_contact(contact, person)
    db.session.flush()
    return contact


def _registration(person: Person) -> Registration:
    found = db.session.scalars(
        sa.select(Registration).where(
            Registration.person_id == person.id, Registration.strand == "listening"
        )
    ).first()
    if found is None:
        raise Refusal(_("This person is not registered at a listening cell."))
    return found


def _session_already(case: Case, id: uuid.UUID) -> ListeningSession | None:
    return db.session.scalars(
        sa.select(ListeningSession).where(
            ListeningSession.id == id, ListeningSession.case_id == case.id
        )
    ).first()


def _same(already: Any, content: dict[str, Any]) -> Any:
    """The record a form made when it was sent before. Raises Refusal where the text is another."""
    if any(getattr(already.story, name) != content.get(name) for name in already.CONTENT):
        raise Refusal(_("This form was used already. Save again to keep this text as well."))
    return already


def _save_once() -> None:
    """Save a record under the id its form was given. Raises Refusal where the id is taken."""
    try:
        with db.session.begin_nested():
            db.session.flush()
    except sa.exc.IntegrityError:
        sentence = _("This form was used already. Save again to keep this text as well.")
        raise Refusal(sentence) from None
