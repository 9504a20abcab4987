# SPDX-License-Identifier: AGPL-3.0-or-later
"""An enrolment told as one line of days: how it began, the orientations, how it ended."""

import datetime as dt
from typing import Any

from flask import url_for

from casework.codelists import label
from casework.i18n import _, format_day, joined
from casework.people import records

from .diagnosis import Diagnosis, diagnoses_of
from .following import Review, Step, reviews_of, settled_steps
from .models import Enrolment, OrientationSession, orientations_of


def timeline_of(enrolment: Enrolment) -> list[dict[str, Any]]:
    """What happened, the newest first. A record that does not open says so in its place."""
    business = enrolment.business
    held = [*orientations_of(enrolment), *diagnoses_of(enrolment), *reviews_of(enrolment),
            *settled_steps(enrolment)]  # fmt: skip
    items = [_shown(enrolment, one) for one in records.newest_first(held)]
    items[:0] = [say_end(enrolment)[1]] if business.closed_on else []
    items[:0] = [_say_break(one) for one in reversed(business.breaks or [])]
    beginning = {
        "title": _("Enrolled at the hub"),
        "when": records.dated(enrolment.opened_on, label("pathway", business.pathway)),
        "text": business.situation,
    }
    return [*items, beginning]


def _shown(enrolment: Enrolment, session: Any) -> dict[str, Any]:
    if session.is_whole:
        say = SAYING[type(session)]
        return say(enrolment, session)
    return {
        "title": _("This record is damaged"),
        "text": _("It cannot be opened. The rest of the file is whole. Tell your supervisor."),
    }


def _orientation(enrolment: Enrolment, session: OrientationSession) -> dict[str, Any]:
    business = session.business
    length = _("%(n)s min", n=business.minutes) if business.minutes else ""
    form = label("orientation_format", business.orientation_format)
    shown = {
        "title": _("Career guidance"),
        "when": records.dated(business.held_on, form, length),
        "text": business.note,
        "earlier": session.wordings("orientation_format"),
    }
    if business.topics:
        topics = [label("orientation_topic", topic) for topic in business.topics]
        shown["about"] = joined(_("Topics"), *topics)
    if not session.is_attended:
        shown["title"] = label("attendance", business.attendance)
    if session.may_be_mended:
        url = url_for("hub.edit_orientation", enrolment_id=enrolment.id, session_id=session.id)
        shown["correct"] = url, _("Correct this guidance")
    return shown


def _diagnosis(enrolment: Enrolment, made: Diagnosis) -> dict[str, Any]:
    told = made.business
    return {
        "title": _("Career diagnosis"),
        "when": records.dated(told.held_on, label(made.KIND, told.work_situation)),
        "url": url_for("hub.show_diagnosis", enrolment_id=enrolment.id, diagnosis_id=made.id),
        "text": told.note,
        "earlier": made.wordings(made.KIND),
    }


def _review(enrolment: Enrolment, review: Review) -> dict[str, Any]:
    told, next_on = review.business, review.business.next_on
    shown = {
        "title": _("Review"),
        "when": records.dated(told.held_on, label("progress", told.progress)),
        "text": told.note,
        "then": _("Next review on %(day)s", day=format_day(next_on)) if next_on else None,
        "earlier": review.wordings(review.KIND),
    }
    if enrolment.is_open and review.may_be_mended:
        url = url_for("hub.edit_review", enrolment_id=enrolment.id, review_id=review.id)
        shown["correct"] = url, _("Correct this review")
    return shown


def _step(_enrolment: Enrolment, step: Step) -> dict[str, Any]:
    told = step.business
    settled = told.settled_on and format_day(told.settled_on)
    stands = joined(label("step_state", told.state), settled)
    return {
        "title": _("Agreed step"),
        "when": records.dated(told.held_on, label("step_by", told.step_by)),
        "about": stands,
        "text": "\n".join(filter(None, [told.what, told.note])),
        "earlier": step.wordings(step.KIND),
    }


def say_end(enrolment: Enrolment) -> tuple[dt.date, dict[str, Any]]:
    """How it ended, on its day. Raises Damaged."""
    told = enrolment.business
    day = told.closed_on or enrolment.last_on
    when = records.dated(day, label("exit_reason", told.exit_reason))
    return day, {"title": _("Enrolment closed"), "when": when, "text": told.exit_note}


def _say_break(one: dict[str, Any]) -> dict[str, Any]:
    since = format_day(dt.date.fromisoformat(one["from"]))
    back = format_day(dt.date.fromisoformat(one["to"])) if one.get("to") else None
    return {
        "title": _("Paused") if one["kind"] == "pause" else _("Left, and taken up again"),
        "when": " – ".join(filter(None, [since, back])),
        "about": label("exit_reason", one.get("reason")),
        "text": one.get("why"),
    }


SAYING: dict[type, Any] = {
    OrientationSession: _orientation, Diagnosis: _diagnosis, Review: _review, Step: _step,
}  # fmt: skip
