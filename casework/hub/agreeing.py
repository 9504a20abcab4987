# SPDX-License-Identifier: AGPL-3.0-or-later
"""Verbs of what is looked at and agreed on the way."""

import uuid
from typing import Any

from casework import clock
from casework.access import current_user
from casework.db import db
from casework.people import records

from .dues import remind_of_review, remind_of_step
from .following import Review, Step
from .models import Enrolment


def review(enrolment: Enrolment, *, id: uuid.UUID | None = None, **content: Any) -> Review:
    """Keep how she gets on. `content` is named by `Review.CONTENT`."""
    made: Review = _noted(Review, enrolment, id, content)
    remind_of_review(enrolment, records.person_of(enrolment))
    return made


def agree(enrolment: Enrolment, *, id: uuid.UUID | None = None, **content: Any) -> Step:
    """Keep a step that was agreed. `content` is named by `Step.CONTENT`."""
    made: Step = _noted(Step, enrolment, id, content)
    remind_of_step(made, enrolment, records.person_of(enrolment))
    return made


def _noted(model: Any, enrolment: Enrolment, id: uuid.UUID | None, content: Any) -> Any:
    already = records.made_before(model, id, content, enrolment_id=enrolment.id)
    if already:
        return already
    enrolment.check_orientation_day(content["held_on"], clock.today())
    made = model(
        id=id, subject_id=enrolment.subject_id, enrolment_id=enrolment.id,
        author_id=current_user.id,
    )  # fmt: skip
    made.write(content)
    with records.saved_once(made):
        enrolment.last_on = max(enrolment.last_on, content["held_on"])
        if not enrolment.business.has_dues:
            enrolment.business.has_dues = True
    return made


def correct(noted: Review | Step, *, version: int, **content: Any) -> None:
    """Put a review or a step right, by its author. Raises Stale if it moved since, unless it
    says the very same already."""
    if noted.says_already(version, content):
        return
    noted.check_version(version)
    enrolment = db.session.get_one(Enrolment, noted.enrolment_id)
    enrolment.check_orientation_day(content["held_on"], clock.today())
    noted.correct(content, current_user.id, clock.today())
    db.session.flush()
    person = records.person_of(enrolment)
    if isinstance(noted, Step):
        remind_of_step(noted, enrolment, person)
    else:
        remind_of_review(enrolment, person)


def settle_step(step: Step, state: str, *, version: int) -> None:
    """A step was done or dropped today, or is to do after all. Said twice, it is said once."""
    if step.business.state == state:
        return
    step.check_version(version)
    step.stand(state, clock.today())
    db.session.flush()
    enrolment = db.session.get_one(Enrolment, step.enrolment_id)
    remind_of_step(step, enrolment, records.person_of(enrolment))
