# SPDX-License-Identifier: AGPL-3.0-or-later
"""Events: fairs, workshops, trainings, symposia, and who came; what the programme made of them.

Words: an *event* has days, a type and a status, and only a held one counts; its *list* holds
*attendees*, each one name of one organisation; the *roll* is what is counted of the list, without
a name; a *product* is something made once and dated: a video, a study, a plan.

What it hides: that an event lies in the office domain, where a coordinator reads it, and its
attendees in the persons' one; how a name is found again across the programme; how a pasted list is
read; what each rule of the registry makes of an event.

Behind the names stand modules for the room that invites: `actions` (kept, may_change, check_alike,
subjects_of), `forms` (PasteForm), `matching` (folded), `models` (states, limits).
"""

from . import actions as actions
from . import forms as forms
from . import matching as matching
from . import models as models
from .actions import WrongLines, add_people, correct_event, create_event, mark_presence
from .models import Event, listed
from .pasting import Entry

__all__ = [
    "Entry",
    "Event",
    "WrongLines",
    "add_people",
    "correct_event",
    "create_event",
    "listed",
    "mark_presence",
]
