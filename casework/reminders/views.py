# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is due, as a page and as a calendar."""

import datetime as dt
import uuid
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, url_for

from casework import clock
from casework.access import GuardedBlueprint, Permission, blueprint, fetch
from casework.db import db
from casework.errors import Refusal
from casework.i18n import _
from casework.people import records
from casework.web import Page
from casework.web import pages as listing

from .calendar import calendar_of
from .models import Reminder, due_by
from .rows import due_rows

pages = GuardedBlueprint("reminders", __name__)
AHEAD = dt.timedelta(days=90)
MOST = 500  # in a calendar


@pages.route("/reminders", needs=Permission.DOSSIER_READ)
def list_reminders() -> Any:
    """All that is due in the next three months and before, the oldest first."""
    number, per = listing.asked_number(), listing.PER_PAGE
    chosen = due_by(clock.today() + AHEAD).limit(per + 1).offset((number - 1) * per)
    rows = due_rows(chosen)
    page = Page(rows[:per], number, len(rows) > per)
    blueprint.hits(len(page))
    return render_template("reminders/list_reminders.html", page=page)


@pages.route("/reminders/<uuid:reminder_id>/done", needs=Permission.DOSSIER_READ, methods=["POST"])
def settle_by_hand(reminder_id: uuid.UUID) -> Any:
    """It was done, and nothing else says so."""
    reminder = fetch(Reminder, reminder_id)
    if not (records.opens(reminder) and reminder.kind and reminder.kind.by_hand):
        raise Refusal(_("This reminder goes once what is due is recorded."), 409)
    db.session.delete(reminder)
    flash(_("Done: it is not due any more."))
    return redirect(url_for(".list_reminders"), 303)


@pages.route("/reminders/calendar.ics", needs=Permission.DOSSIER_READ)
def download_calendar() -> Response:
    """For the calendar of a phone, which others may see: neutral words."""
    found = db.session.execute(due_by(clock.today() + AHEAD).limit(MOST))
    whole = [reminder for reminder, *_who in found if records.opens(reminder)]
    blueprint.hits(len(whole))
    answer = make_response(calendar_of(whole))
    answer.mimetype = "text/calendar"
    answer.headers["Content-Disposition"] = 'attachment; filename="calendar.ics"'
    return answer
