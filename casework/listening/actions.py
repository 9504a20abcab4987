# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a listening cell does. Each verb runs inside the caller's unit of work."""

import datetime as dt
import uuid
from typing import Any

from casework import clock
from casework.access import current_user
from casework.db import db, send_changes
from casework.people import Person, records, tally
from casework.vault import new_subject

from .counting import count_contact, count_session
from .models import Case, FirstContact, ListeningSession, sessions_of


def open_case(
    person: Person,
    *,
    first_contact: str,
    opened_on: dt.date | None = None,
    referred_by: str | None = None,
    reason: str | None = None,
) -> Case:
    """Open her case where she is registered, followed by who follows her. One at a time."""
    case = Case.begun(person, opened_on or clock.today(), clock.today())
    case.describe(first_contact, referred_by, reason)
    return case.saved()


def log_session(case: Case, *, id: uuid.UUID | None = None, **content: Any) -> ListeningSession:
    """Record a session of a case, and count it where the person came.

    `content` is named by `ListeningSession.CONTENT`: held_on, session_type and session_format
    at least. `id` is the one the form was given, so that a form sent twice is one session: the
    second time the first session is returned, unchanged.
    """
    content = {"attendance": records.ATTENDED, **content}
    already = records.made_before(ListeningSession, id, content, case_id=case.id)
    if already:
        return already
    case.check_session_day(content["held_on"], clock.today())
    session = ListeningSession(
        id=id, subject_id=case.subject_id, case_id=case.id, author_id=current_user.id
    )
    session.write(content)
    person = records.person_of(case)
    with records.saved_once(session):
        count_session(session, case, person)
        if session.is_attended:
            case.last_on = max(case.last_on, content["held_on"])
    return session


def correct_session(session: ListeningSession, *, version: int, **content: Any) -> None:
    """Put a session right, by its author: the old fact is taken back, a new one written.

    `version` is that of the record when the form was opened. Raises Stale if it moved since.
    """
    if session.says_already(version, content):
        return
    session.check_version(version)
    case = db.session.get_one(Case, session.case_id)
    case.check_session_day(content["held_on"], clock.today())
    session.correct(content, current_user.id, clock.today())
    tally.uncount(session)
    count_session(session, case, records.person_of(case))
    days = [row.story.held_on for row in sessions_of(case) if row.is_attended]
    case.last_on = max(days, default=case.opened_on)
    db.session.flush()


def close_case(
    case: Case, reason: str, note: str | None = None, closed_on: dt.date | None = None
) -> None:
    """Close a case for a coded reason, today unless another day is said."""
    case.close(closed_on or clock.today(), reason, note, clock.today())
    send_changes()


def reopen_case(case: Case, reopened_on: dt.date | None = None) -> None:
    """Take a closed case up again; its closure stays in its history."""
    with case.the_only_one():
        case.reopen(reopened_on or clock.today(), clock.today())


def record_contact(
    site_id: uuid.UUID, *, id: uuid.UUID | None = None, **content: Any
) -> FirstContact:
    """Record someone who came or called and gave no name. Counts as a service, not as a person.

    `content` is named by `FirstContact.CONTENT`: held_on and first_contact at least.
    """
    already = records.made_before(FirstContact, id, content)
    if already:
        return already
    contact = FirstContact(
        id=id, subject_id=new_subject(), site_id=site_id, owner_id=current_user.id
    )
    contact.write(content, clock.today())
    with records.saved_once(contact):
        count_contact(contact)
    return contact


def attach_contact(contact: FirstContact, person: Person) -> FirstContact:
    """Say who the first contact was with: it moves under her key and counts for her."""
    contact.check_attachable()
    tally.uncount(contact)
    contact.person_id = person.id
    contact.subject_id = person.subject_id
    count_contact(contact, person)
    db.session.flush()
    return contact
