# SPDX-License-Identifier: AGPL-3.0-or-later
"""An enrolment told as one line of days: how it began, the orientations, how it ended."""

from typing import Any

from flask import url_for

from casework.access import current_user
from casework.codelists import label
from casework.i18n import _, format_day
from casework.people import records

from .diagnosis import Diagnosis, diagnoses_of
from .models import Enrolment, OrientationSession, orientations_of


def timeline_of(enrolment: Enrolment) -> list[dict[str, Any]]:
    """What happened, the newest first. A record that does not open says so in its place."""
    business = enrolment.business
    held = [*orientations_of(enrolment), *diagnoses_of(enrolment)]
    items = [_shown(enrolment, one) for one in records.newest_first(held)]
    if business.closed_on:
        items.insert(0, {"title": _("Enrolment closed"), "when": format_day(business.closed_on)})
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
        shown["about"] = " · ".join([_("Topics"), *topics])
    if not session.is_attended:
        shown["title"] = label("attendance", business.attendance)
    if enrolment.is_open and session.author_id == current_user.id:
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


SAYING: dict[type, Any] = {OrientationSession: _orientation, Diagnosis: _diagnosis}
