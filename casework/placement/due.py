# SPDX-License-Identifier: AGPL-3.0-or-later
"""What falls due on a way to work: an interview, a day of an internship, a question after a hire.

Each step has one reminder at most, which moves with it and goes when nothing is left to do.
"""

import datetime as dt
from typing import Any

from casework.i18n import _l
from casework.people import Person
from casework.reminders import ReminderKind, remind, settle

from .models import Application, hub_of
from .steps import Hire, Internship, Interview

PAGE = ("placement.show_application", "application_id")
MEETING = ReminderKind("job_interview", _l("Job interview"), *PAGE)
INTERNSHIP = ReminderKind("internship_day", _l("Internship: say how it goes on"), *PAGE)
STAY = ReminderKind("still_at_work", _l("Ask whether the job goes on"), *PAGE)
KINDS = {Interview: MEETING, Internship: INTERNSHIP, Hire: STAY}


def follow_up(step: Any, application: Application, person: Person) -> None:
    """Remind whoever follows her of what this step leads to; of nothing where nothing is left."""
    day = due_on(step) if application.is_open or isinstance(step, Hire) else None
    place = hub_of(person)
    if day is None or place is None:
        settle(step.id)
        return
    at = None
    if isinstance(step, Interview) and step.told.hour:
        at = dt.time.fromisoformat(step.told.hour)
    kind = KINDS[type(step)]
    remind(kind, person, place, day, about=step.id, shown_at=application.id, at=at)


def due_on(step: Any) -> dt.date | None:
    """The day on which something about it is to be said; None where all is said."""
    said, day = step.told, None
    if not step.stands:
        return None
    if isinstance(step, Interview):
        day = said.held_on if step.is_planned else None
    elif isinstance(step, Internship):
        day = {"PLAN": said.held_on, "RUN": said.ends_on}.get(said.internship_state)
    else:
        day = _next_question(step)
    return day


def _next_question(hire: Hire) -> dt.date | None:
    """When to ask next whether she is still there; never again once she has left."""
    return hire.due_after(hire.to_ask[0]) if hire.to_ask else None
