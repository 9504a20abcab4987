# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is counted of placement (indicators EMP-01, EMP-02, EMP-03): facts about people, at the hub
that follows them, by the sector and the occupation of the application."""

from typing import Any

from casework.db import db
from casework.facts import FactKind
from casework.people import Person, records, tally

from .models import Application, applications_of, hub_of
from .steps import Hire, Internship, Interview, steps_of

ABOUT_IT = ("isic_section", "isco_major")

INTERVIEW_HELD = FactKind("interview_held", number=30, dims=(*tally.ABOUT_HER, *ABOUT_IT))
INTERNSHIP_STARTED = FactKind("internship_started", number=31, dims=(*tally.ABOUT_HER, *ABOUT_IT))
HIRED = FactKind("hired", number=32, dims=(*tally.ABOUT_HER, *ABOUT_IT, "contract_type"))

KINDS: dict[Any, FactKind] = {
    Interview: INTERVIEW_HELD, Internship: INTERNSHIP_STARTED, Hire: HIRED
}  # fmt: skip


def count_step(step: Any, application: Application, person: Person) -> None:
    """Write the fact of a step that counts; the former one is taken back."""
    tally.uncount(step)
    if not step.counts:
        return
    what = application.business
    about = {"isic_section": what.isic_section, "isco_major": what.isco_major}
    if isinstance(step, Hire):
        about["contract_type"] = step.told.contract_type
    place = hub_of(person)
    if place is not None:
        tally.count(step, KINDS[type(step)], step.told.held_on, person, place, about)


def restate(person: Person) -> None:
    """Count anew what is hers: her attributes or her consent were corrected.

    Done within the acting user's reach, like all else. Called by the room that corrects her.
    """
    for application in filter(records.opens, applications_of(person)):
        for step in filter(records.opens, steps_of(application)):
            count_step(step, application, person)
    db.session.flush()
