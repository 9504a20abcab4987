# SPDX-License-Identifier: AGPL-3.0-or-later
"""A case told as one line of days: how it began, the sessions, the contacts, how it ended."""

import datetime as dt
from typing import Any

from flask import url_for

from casework.codelists import label
from casework.i18n import _, format_day, joined
from casework.people import records

from .models import (
    NEXT_STEPS,
    Case,
    FirstContact,
    ListeningSession,
    contacts_of,
    sessions_of,
)


def timeline_of(case: Case) -> list[dict[str, Any]]:
    """What happened, the newest first. A record that does not open says so in its place."""
    met = [*sessions_of(case), *contacts_of(case.person_id)]
    return [
        *_ends(case),
        *(_shown(case, one) for one in records.newest_first(met)),
        _beginning(case),
    ]


def _shown(case: Case, record: ListeningSession | FirstContact) -> dict[str, Any]:
    if not record.is_whole:
        return {
            "title": _("This record is damaged"),
            "text": _("It cannot be opened. The rest of the case is whole. Tell your supervisor."),
        }
    return _session(case, record) if isinstance(record, ListeningSession) else _contact(record)


def _session(case: Case, session: ListeningSession) -> dict[str, Any]:
    story = session.story
    shown = {
        "title": label("session_type", story.session_type),
        "when": records.dated(story.held_on, *_details(session)),
        "text": story.note,
        "then": steps_line(story.next_steps),
        "earlier": session.wordings("session_type"),
    }
    if not session.is_attended:
        shown["title"] = label("attendance", story.attendance)
    if case.is_open and session.may_be_mended:
        url = url_for("listening.edit_session", case_id=case.id, session_id=session.id)
        shown["correct"] = url, _("Correct this session")
    return shown


def _details(session: ListeningSession) -> list[str]:
    story = session.story
    return [
        label("session_format", story.session_format),
        _("%(n)s min", n=story.minutes) if story.minutes else "",
        label("language", story.language),
        label("interpreter", story.interpreter) if story.interpreter != "none" else "",
    ]


def _contact(contact: FirstContact) -> dict[str, Any]:
    story = contact.story
    return {
        "title": _("First contact"),
        "when": records.dated(story.held_on, label("first_contact", story.first_contact)),
        "text": story.note,
        "then": steps_line(story.next_steps),
    }


def steps_line(steps: list[str] | None) -> str:
    """The next steps in words, as one line; nothing where none was said."""
    return joined(_("Next step"), *[NEXT_STEPS[step] for step in steps]) if steps else ""


def _ends(case: Case) -> list[dict[str, Any]]:
    """The closure in force, then the earlier ones with the day the case was taken up again."""
    story = case.story
    ends = []
    if story.closed_on:
        why = label("closure_reason", story.closure_reason)
        ends.append(
            {
                "title": _("Case closed"),
                "when": records.dated(story.closed_on, why),
                "text": story.closure_note,
            }
        )
    for one in reversed(story.closures or []):
        ends.append({"title": _("Case reopened"), "when": _day(one["reopened_on"])})
        when = records.dated(dt.date.fromisoformat(one["closed_on"]),
                     label("closure_reason", one["reason"]))  # fmt: skip
        ends.append({"title": _("Case closed"), "when": when, "text": one["note"]})
    return ends


def _beginning(case: Case) -> dict[str, Any]:
    story = case.story
    how = label("first_contact", story.first_contact)
    return {
        "title": _("Case opened"),
        "when": records.dated(case.opened_on, how, story.referred_by or ""),
        "text": story.reason,
    }


def _day(written: str) -> str:
    return format_day(dt.date.fromisoformat(written))
