# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reminders: what falls due, on which day, for whose file.

Words: a Reminder says that something about a record is due on a day; a ReminderKind what that is,
in a strand's own words, and which page shows it. Hidden here: how they are kept and sealed, whose
they are, and the calendar that carries them without a word about anyone.

    REVIEW = ReminderKind("enrolment_review", _l("Review the path"), "hub.show_enrolment",
                          "enrolment_id")

    remind(REVIEW, person, enrolment.site_id, due_on, about=enrolment.id)
    settle(enrolment.id)

There is one reminder of a record for each colleague who follows a person of it: reminded again, it
moves to the new day. Where colleagues out of reach may have done what is due, the kind says how to
ask its strand again (`still`).
"""

from .actions import remind, settle
from .models import Reminder, ReminderKind
from .rows import DueRow, due_soon

__all__ = ["DueRow", "Reminder", "ReminderKind", "due_soon", "remind", "settle"]
