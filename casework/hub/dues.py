# SPDX-License-Identifier: AGPL-3.0-or-later
"""What falls due on a path: the next review, and each agreed step with a day.

A path that rests or has ended reminds of nothing; taken up again, it reminds as before.
"""

from casework.i18n import _l
from casework.people import Person, records
from casework.reminders import ReminderKind, remind, settle

from .following import Step, reviews_of, steps_of
from .models import Enrolment

PAGE = ("hub.show_enrolment", "enrolment_id")
REVIEW = ReminderKind("pathway_review", _l("Pathway review"), *PAGE)
STEP = ReminderKind("agreed_step", _l("Agreed step"), *PAGE)


def remind_of_review(enrolment: Enrolment, person: Person) -> None:
    """The newest review says when to look again."""
    newest = records.newest_whole(reviews_of(enrolment))
    day = newest.business.next_on if newest else None
    if day is None or not enrolment.is_open:
        settle(enrolment.id)
    else:
        remind(REVIEW, person, enrolment.site_id, day, about=enrolment.id)


def remind_of_step(step: Step, enrolment: Enrolment, person: Person) -> None:
    day = step.business.due_on
    if day is None or not step.is_to_do or not enrolment.is_open:
        settle(step.id)
    else:
        place = {"about": step.id, "shown_at": enrolment.id}
        remind(STEP, person, enrolment.site_id, day, **place)


def remind_anew(enrolment: Enrolment) -> None:
    """The path rests, ends or is taken up again: so does what it reminds of."""
    if not enrolment.business.has_dues:
        return
    person = records.person_of(enrolment)
    remind_of_review(enrolment, person)
    for step in steps_of(enrolment):
        if step.is_whole:
            remind_of_step(step, enrolment, person)
