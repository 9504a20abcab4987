# SPDX-License-Identifier: AGPL-3.0-or-later
"""A case told as one line of days: how it began, the sessions, the contacts, how it ended."""

import datetime as dt
from typing import Any

from flask import url_for

from casework.access import current_user
from casework.codelists import label
from casework.i18n import _, format_day
from casework.vault import errors

from .models import (
    NEXT_STEPS,
    Case,
    FirstContact,
    ListeningSession,
    contacts_of,
    sessions_of,
)
from .models import newest_first as sorted_by_day


def timeline_of(case: Case) -> list[dict[str, Any]]:
    """What happened, the newest first. A record that does not open says so in its place."""
    met = [*sessions_of(case), *contacts_of(case.person_id)]
    return [*_ends(case), *(_shown(case, one) for one in sorted_by_day(met)), _beginning(case)]


def _shown(case: Case, record: ListeningSession | FirstContact) -> dict[str, Any]:
    try:
        if isinstance(record, ListeningSession):
            return _session(case, record)
        return _contact(record)
    except errors.Damaged:
        return {
            "title": _("This record is damaged"),
            "text": _("It cannot be opened. The rest of the case is whole. Tell your supervisor."),
        }


def _session(case: Case, session: ListeningSession) -> dict[str, Any]:
    story = session.story
    shown = {
        "title": label("session_type", story.session_type),
        "when": _line(story.held_on, *_details(session)),
        "text": story.note,
        "steps": [NEXT_STEPS[step] for step in story.next_steps or ()],
        "earlier": _earlier(story.earlier),
    }
    if not session.is_attended:
        shown["title"] = label("attendance", story.attendance)
    if case.is_open and session.author_id == current_user.id:
        shown["correct"] = url_for("listening.edit_session", case_id=case.id, session_id=session.id)
    return shown


def _details(session: ListeningSession) -> list[str]:
    story = session.story
    return [
        label("session_format", story.session_format),
        _("%(n)s min", n=story.minutes) if story.minutes else "",
        label("language", story.language),
        label("interpreter", story.interpreter) if story.interpreter != "none" else "",
    ]


def _earlier(wordings: list[dict[str, Any]] | None) -> list[dict[str, str]]:
    """What the session said before its author corrected it."""
    return [
        {
            "until": _("Until %(day)s", day=_day(one["corrected_on"])),
            "when": _line(dt.date.fromisoformat(one["held_on"]),
                          label("session_type", one["session_type"])),
            "note": one["note"] or "",
        }
        for one in reversed(wordings or [])
    ]  # fmt: skip


def _contact(contact: FirstContact) -> dict[str, Any]:
    story = contact.story
    return {
        "title": _("First contact"),
        "when": _line(story.held_on, label("first_contact", story.first_contact)),
        "text": story.note,
        "steps": [NEXT_STEPS[step] for step in story.next_steps or ()],
    }


def _ends(case: Case) -> list[dict[str, Any]]:
    """The closure in force, then the earlier ones with the day the case was taken up again."""
    story = case.story
    ends = []
    if story.closed_on:
        why = label("closure_reason", story.closure_reason)
        ends.append(
            {
                "title": _("Case closed"),
                "when": _line(story.closed_on, why),
                "text": story.closure_note,
            }
        )
    for one in reversed(story.closures or []):
        ends.append({"title": _("Case reopened"), "when": _day(one["reopened_on"])})
        when = _line(dt.date.fromisoformat(one["closed_on"]),
                     label("closure_reason", one["reason"]))  # fmt: skip
        ends.append({"title": _("Case closed"), "when": when, "text": one["note"]})
    return ends


def _beginning(case: Case) -> dict[str, Any]:
    story = case.story
    how = label("first_contact", story.first_contact)
    return {
        "title": _("Case opened"),
        "when": _line(case.opened_on, how, story.referred_by or ""),
        "text": story.reason,
    }


def _line(day: dt.date, *details: str) -> str:
    return " · ".join([format_day(day), *filter(None, details)])


def _day(written: str) -> str:
    return format_day(dt.date.fromisoformat(written))
