# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is looked at and agreed on the way: reviews from time to time, and steps with their days.

Nothing asks for an order: a step may come before any review, a review without any step.
"""

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from casework.access import Guarded
from casework.codelists import check_code
from casework.db import Base, db, field
from casework.errors import Refusal
from casework.i18n import _, _l
from casework.people import records
from casework.vault import Vaulted, envelope, sealed

from .models import PERSONAL, ROUTING, SPECIAL, Enrolment, Noted

STEP_LENGTH = 200
FURTHEST = dt.timedelta(days=3 * 366)  # a later day is a slip of the pen
OPEN = "open"


def check_to_come(day: dt.date | None, since: dt.date) -> None:
    """A day by which something is to be done: not before it was said. Raises Refusal (422)."""
    if day is None:
        return
    if day < since:
        raise Refusal(_("This day lies before the day it was agreed. Choose a later one."), 422)
    if day > since + FURTHEST:
        raise Refusal(_("This day is too far away. Choose one within three years."), 422)


class Review(Vaulted, Guarded, Noted, Base):
    """How a person gets on, looked at together, and when to look again."""

    __tablename__ = "pathway_review"
    through = "enrolment_id"

    enrolment_id: Mapped[uuid.UUID] = field(
        _l("Enrolment"), ROUTING, sa.ForeignKey("enrolment.id"), index=True
    )
    author_id: Mapped[uuid.UUID] = field(_l("Written by"), ROUTING)

    business = envelope(
        held_on=sealed(_l("When"), dt.date, PERSONAL),
        progress=sealed(_l("How she gets on"), str, PERSONAL, codes="progress"),
        next_on=sealed(_l("Next review"), dt.date, PERSONAL),
        note=sealed(_l("What matters next"), str, SPECIAL, max_length=records.NOTE_LENGTH),
        earlier=sealed(_l("Earlier wording"), list, SPECIAL),
    )
    CONTENT = ("held_on", "progress", "next_on", "note")
    KIND = "progress"

    def check(self, content: dict[str, Any]) -> None:
        check_code("progress", content.get("progress"), required=True)
        check_to_come(content.get("next_on"), content["held_on"])
        records.check_text(content.get("note"))


class Step(Vaulted, Guarded, Noted, Base):
    """Something agreed: what, who does it, by when; done or dropped in the end."""

    __tablename__ = "agreed_step"
    through = "enrolment_id"

    enrolment_id: Mapped[uuid.UUID] = field(
        _l("Enrolment"), ROUTING, sa.ForeignKey("enrolment.id"), index=True
    )
    author_id: Mapped[uuid.UUID] = field(_l("Written by"), ROUTING)

    business = envelope(
        held_on=sealed(_l("Agreed on"), dt.date, PERSONAL),
        what=sealed(_l("What is to be done"), str, SPECIAL, max_length=STEP_LENGTH),
        step_by=sealed(_l("Who does it"), str, PERSONAL, codes="step_by"),
        due_on=sealed(_l("By when"), dt.date, PERSONAL),
        note=sealed(_l("Note"), str, SPECIAL, max_length=records.NOTE_LENGTH),
        state=sealed(_l("Where it stands"), str, PERSONAL, codes="step_state"),
        settled_on=sealed(_l("Since"), dt.date, PERSONAL),
        earlier=sealed(_l("Earlier wording"), list, SPECIAL),
    )
    CONTENT = ("held_on", "what", "step_by", "due_on", "note")
    KIND = "step_by"

    def check(self, content: dict[str, Any]) -> None:
        if not content.get("what"):
            raise Refusal(_("Say what is to be done."), 422)
        records.check_text(content["what"], STEP_LENGTH)
        check_code("step_by", content.get("step_by"), required=True)
        check_to_come(content.get("due_on"), content["held_on"])
        records.check_text(content.get("note"))

    @property
    def is_to_do(self) -> bool:
        return (self.business.state or OPEN) == OPEN

    def stand(self, state: str, on: dt.date) -> None:
        """It was done, or dropped; or is to do after all. Whoever follows her may say so."""
        check_code("step_state", state, required=True)
        self.business.state = state
        self.business.settled_on = None if state == OPEN else on


def reviews_of(enrolment: Enrolment) -> list[Review]:
    """The reviews of an enrolment, the newest first."""
    chosen = sa.select(Review).where(Review.enrolment_id == enrolment.id)
    return records.newest_first(db.session.scalars(chosen))


def steps_of(enrolment: Enrolment) -> list[Step]:
    """The steps of an enrolment, the newest first."""
    chosen = sa.select(Step).where(Step.enrolment_id == enrolment.id)
    return records.newest_first(db.session.scalars(chosen))


def settled_steps(enrolment: Enrolment) -> list[Step]:
    """Those done or dropped, and those that do not open any more."""
    return [one for one in steps_of(enrolment) if not (one.is_whole and one.is_to_do)]


def to_do(enrolment: Enrolment) -> list[Step]:
    """The steps not yet settled, the most pressing first; those without a day last."""
    left = [one for one in steps_of(enrolment) if one.is_whole and one.is_to_do]
    return sorted(left, key=lambda one: (one.business.due_on or dt.date.max, one.id))
