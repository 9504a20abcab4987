# SPDX-License-Identifier: AGPL-3.0-or-later
"""A person's way through the programme as one line of days, within the reader's strand."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa
from flask import url_for

from casework import business, calls, cohorts, funding, placement, plans
from casework.access import current_user
from casework.codelists import label
from casework.db import db
from casework.hub import Enrolment, OrientationSession, say_end
from casework.i18n import _, format_day
from casework.listening import Case, FirstContact, ListeningSession
from casework.people import Person, records
from casework.vault import errors

from .essentials import damaged

DAMAGED_FIRST = dt.date.max
BEGINS = 0  # on one day, what began a file comes before what happened in it
Item = tuple[dt.date, int, dict[str, Any]]


def timeline_of(person: Person) -> list[dict[str, Any]]:
    """What happened, the newest first. A damaged record says so in its place."""
    items: list[Item] = []
    if "listening" in current_user.strands:
        items += _listening(person)
    if "hub" in current_user.strands:
        items += _hub(person)
    return [item for *_when, item in sorted(items, key=lambda one: one[:2], reverse=True)]


def _listening(person: Person) -> Iterator[Item]:
    cases = db.session.scalars(Case.of(person)).all()
    ids = [case.id for case in cases]
    for case in cases:
        yield case.opened_on, BEGINS, _case(case)
        if not case.is_open:
            yield _shown(case, _closure, place=2)
    sessions = sa.select(ListeningSession).where(ListeningSession.case_id.in_(ids))
    for session in db.session.scalars(sessions).all():
        yield _shown(session, _session)
    contacts = sa.select(FirstContact).where(FirstContact.person_id == person.id)
    for contact in db.session.scalars(contacts).all():
        yield _shown(contact, _contact)


def _hub(person: Person) -> Iterator[Item]:
    enrolments = db.session.scalars(Enrolment.of(person)).all()
    ids = [enrolment.id for enrolment in enrolments]
    for enrolment in enrolments:
        yield enrolment.opened_on, BEGINS, _enrolment(enrolment)
        if enrolment.status == records.Status.CLOSED:
            yield _shown(enrolment, say_end, place=2)
    held = sa.select(OrientationSession).where(OrientationSession.enrolment_id.in_(ids))
    for session in db.session.scalars(held).all():
        yield _shown(session, _orientation)
    for room in (business, plans, funding, placement, cohorts, calls):
        for record, say in room.told_of(person):
            yield _shown(record, say)


def _shown(
    record: Any, say: Callable[[Any], tuple[dt.date, dict[str, Any]]], place: int = 1
) -> Item:
    try:
        day, item = say(record)
    except errors.Damaged:
        text = _("Tell your supervisor. The rest of the dossier is whole.")
        return DAMAGED_FIRST, place, {"title": damaged(), "text": text}
    return day, place, item


def _case(case: Case) -> dict[str, Any]:
    url = url_for("listening.show_case", case_id=case.id)
    return {"title": _("Case opened"), "when": format_day(case.opened_on), "url": url}


def _closure(case: Case) -> tuple[dt.date, dict[str, Any]]:
    story = case.story
    day = story.closed_on or case.last_on
    when = records.dated(day, label("closure_reason", story.closure_reason))
    return day, {"title": _("Case closed"), "when": when, "text": story.closure_note}


def _session(session: ListeningSession) -> tuple[dt.date, dict[str, Any]]:
    story = session.story
    kind = ("session_type", story.session_type)
    if not session.is_attended:
        kind = ("attendance", story.attendance)
    details = [
        label("session_format", story.session_format),
        _("%(n)s min", n=story.minutes) if story.minutes else None,
        label("language", story.language),
    ]
    when = records.dated(story.held_on, *details)
    return story.held_on, {"title": label(*kind), "when": when, "text": story.note}


def _contact(contact: FirstContact) -> tuple[dt.date, dict[str, Any]]:
    story = contact.story
    when = records.dated(story.held_on, label("first_contact", story.first_contact))
    return story.held_on, {"title": _("First contact"), "when": when, "text": story.note}


def _enrolment(enrolment: Enrolment) -> dict[str, Any]:
    url = url_for("hub.show_enrolment", enrolment_id=enrolment.id)
    when = format_day(enrolment.opened_on)
    return {"title": _("Enrolled at the hub"), "when": when, "url": url}


def _orientation(session: OrientationSession) -> tuple[dt.date, dict[str, Any]]:
    business = session.business
    title = _("Career guidance")
    if not session.is_attended:
        title = label("attendance", business.attendance)
    details = [label("orientation_format", business.orientation_format)]
    details += [label("orientation_topic", topic) for topic in business.topics or ()]
    when = records.dated(business.held_on, *details)
    return business.held_on, {"title": title, "when": when, "text": business.note}
