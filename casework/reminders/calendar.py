# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reminders as a calendar (RFC 5545) that may lie on any phone: days and hours, and one neutral
word. No name, no code, no address of ours."""

import datetime as dt
from collections.abc import Iterable

from icalendar import Calendar, Event

from casework import clock
from casework.i18n import _

from .models import Reminder

MAKER = "-//Casework//Reminders//FR"
AN_HOUR = dt.timedelta(hours=1)


def calendar_of(reminders: Iterable[Reminder]) -> bytes:
    """The calendar file of these reminders. An appointment stands at its hour, in UTC, for an
    hour; what is due on a day fills the day without taking its time."""
    made = Calendar()
    made.add("prodid", MAKER)
    made.add("version", "2.0")
    for reminder in reminders:
        day = reminder.day
        if day is not None:
            made.add_component(_event(reminder, day))
    written: bytes = made.to_ical()
    return written


def _event(reminder: Reminder, day: dt.date) -> Event:
    event = Event()
    event.add("uid", f"{reminder.id}")
    event.add("dtstamp", clock.now())
    event.add("class", "PRIVATE")
    time = reminder.time
    if time is None:
        event.add("summary", _("Due"))
        event.add("dtstart", day)
        event.add("transp", "TRANSPARENT")
    else:
        begins = dt.datetime.combine(day, time, clock.MOROCCO).astimezone(dt.UTC)
        event.add("summary", _("Appointment"))
        event.add("dtstart", begins)
        event.add("dtend", begins + AN_HOUR)
    return event
