# SPDX-License-Identifier: AGPL-3.0-or-later
"""A person's way to work or to a business at the hub, and the orientations held on it.

What she wants, what was said and when lies in the `business` envelope of each record. In
clear stand only what routes work: whose it is, where, open or closed, and two day stamps.
"""

import datetime as dt
import enum
import json
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from casework.access import Guarded
from casework.codelists import check_code
from casework.db import Base, Sensitivity, db, field
from casework.errors import Refusal
from casework.i18n import _, _l, format_day, format_number
from casework.people import Person
from casework.vault import Vaulted, envelope, errors, sealed

PERSONAL, SPECIAL, ROUTING = Sensitivity.PERSONAL, Sensitivity.SPECIAL, Sensitivity.ROUTING

# The programme's own first year: nothing older is kept here.
FIRST_DAY = dt.date(2014, 1, 1)
NOTE_LENGTH = 20_000
HISTORY_BYTES = 100_000  # earlier wordings beside the present one, within one envelope
ATTENDED = "attended"


class EnrolmentStatus(enum.StrEnum):
    """Whether the hub is at work with the person. A closed one takes no orientation."""

    OPEN = "open"
    CLOSED = "closed"


# ---------------------------------------------------------------- rules that records share


def check_day(day: dt.date, today: dt.date) -> None:
    """A day on which something can have happened. Raises Refusal (422), in kind words."""
    if day > today:
        raise Refusal(_("This day is still to come. Choose today or an earlier day."), 422)
    if day < FIRST_DAY:
        first = format_day(FIRST_DAY)
        raise Refusal(_("The programme keeps nothing from before %(day)s.", day=first), 422)


def check_text(text: str | None) -> None:
    """A text that fits. Raises Refusal (422); the page gives the whole text back."""
    if text and len(text) > NOTE_LENGTH:
        most = format_number(NOTE_LENGTH)
        raise Refusal(_("This text is too long. At most %(most)s characters fit.", most=most), 422)


# ------------------------------------------------------------------ records


class Enrolment(Vaulted, Guarded, Base):
    """A person's path through the hub, towards a job, self-employment or a business."""

    __tablename__ = "enrolment"

    person_id: Mapped[uuid.UUID] = field(
        _l("Person"), ROUTING, sa.ForeignKey("person.id"), index=True
    )
    status: Mapped[str] = field(_l("Status"), ROUTING, sa.String(8), codes="case_status")
    opened_on: Mapped[dt.date] = field(_l("Enrolled on"), ROUTING)
    last_on: Mapped[dt.date] = field(_l("Last contact"), ROUTING, index=True)

    business = envelope(
        pathway=sealed(_l("Pathway"), str, PERSONAL, codes="pathway"),
        legal_form=sealed(_l("Legal form"), str, PERSONAL, codes="legal_form"),
        situation=sealed(_l("Situation and wishes"), str, SPECIAL, max_length=NOTE_LENGTH),
        closed_on=sealed(_l("Closed on"), dt.date, PERSONAL),
    )

    @property
    def is_open(self) -> bool:
        return self.status == EnrolmentStatus.OPEN

    def describe(self, pathway: str, legal_form: str | None, situation: str | None) -> None:
        """Where the person wants to go and from where, checked."""
        check_code("pathway", pathway, required=True)
        check_code("legal_form", legal_form)
        check_text(situation)
        self.business.pathway = pathway
        self.business.legal_form = legal_form or None
        self.business.situation = situation or None

    def check_orientation_day(self, held_on: dt.date, today: dt.date) -> None:
        """An orientation on that day belongs in this enrolment. Raises Refusal otherwise."""
        if not self.is_open:
            raise Refusal(_("This enrolment is closed. Nothing can be added to it."))
        check_day(held_on, today)
        if held_on < self.opened_on:
            opened = format_day(self.opened_on)
            raise Refusal(
                _("This enrolment began on %(day)s. Choose that day or a later one.", day=opened),
                422,
            )

    def close(self, on: dt.date, today: dt.date) -> None:
        """The hub has finished with it. A coded reason will join when milestones do."""
        if not self.is_open:
            raise Refusal(_("This enrolment is already closed."))
        if on < self.opened_on:
            raise Refusal(_("An enrolment cannot close before it began."), 422)
        check_day(on, today)
        self.status = EnrolmentStatus.CLOSED
        self.business.closed_on = on

    @staticmethod
    def still_open() -> sa.Select[tuple["Enrolment"]]:
        """Open enrolments in the reader's reach, the one silent longest first."""
        chosen = sa.select(Enrolment).where(Enrolment.status == EnrolmentStatus.OPEN)
        return chosen.order_by(Enrolment.last_on, Enrolment.id)


class OrientationSession(Vaulted, Guarded, Base):
    """One career guidance session, alone or in a group; its note is for hub staff alone."""

    __tablename__ = "orientation_session"
    through = "enrolment_id"

    enrolment_id: Mapped[uuid.UUID] = field(
        _l("Enrolment"), ROUTING, sa.ForeignKey("enrolment.id"), index=True
    )
    author_id: Mapped[uuid.UUID] = field(_l("Written by"), ROUTING)

    business = envelope(
        held_on=sealed(_l("When"), dt.date, PERSONAL),
        orientation_format=sealed(_l("Format"), str, PERSONAL, codes="orientation_format"),
        topics=sealed(_l("Topics"), list, PERSONAL, codes="orientation_topic"),
        attendance=sealed(_l("Attendance"), str, PERSONAL, codes="attendance"),
        minutes=sealed(_l("Length"), int, PERSONAL),
        note=sealed(_l("What matters next"), str, SPECIAL, max_length=NOTE_LENGTH),
        fact_ids=sealed(_l("Facts counted"), list, PERSONAL),
        earlier=sealed(_l("Earlier wording"), list, SPECIAL),
    )

    CONTENT = ("held_on", "orientation_format", "topics", "attendance", "minutes", "note")

    @property
    def is_attended(self) -> bool:
        return self.business.attendance == ATTENDED

    def write(self, content: dict[str, Any]) -> None:
        """Put the content in, checked. Raises Refusal (422) for an unknown code or a long note."""
        check_content(content)
        for name in self.CONTENT:
            setattr(self.business, name, content.get(name))

    def correct(self, content: dict[str, Any], author_id: uuid.UUID, on: dt.date) -> None:
        """New content; what stood before is kept under the day it was corrected."""
        if author_id != self.author_id:
            raise Refusal(_("Only the person who wrote this guidance can correct it."), 403)
        before = {name: _plain(getattr(self.business, name)) for name in self.CONTENT}
        self.write(content)
        before["corrected_on"] = on.isoformat()
        self.business.earlier = [*(self.business.earlier or []), before]
        if len(json.dumps(self.business.earlier, ensure_ascii=False).encode()) > HISTORY_BYTES:
            raise Refusal(_("This guidance was corrected too often. Record a new one."), 422)


def check_content(content: dict[str, Any]) -> None:
    """The content of an orientation, before anything is written. Raises Refusal (422)."""
    for name in ("orientation_format", "attendance"):
        check_code(name, content.get(name), required=True)
    for topic in content.get("topics") or ():
        check_code("orientation_topic", topic)
    minutes = content.get("minutes")
    if minutes is not None and not 0 < minutes <= 600:
        raise Refusal(_("Guidance lasts between 1 and 600 minutes."), 422)
    check_text(content.get("note"))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


# ------------------------------------------------------------------ reading one's own strand


def enrolments_of(person: Person) -> sa.Select[tuple[Enrolment]]:
    """Her enrolments within the reader's reach, the newest first."""
    newest = sa.desc(Enrolment.opened_on)
    chosen = sa.select(Enrolment).where(Enrolment.person_id == person.id)
    return chosen.order_by(newest, Enrolment.id)


def orientations_of(enrolment: Enrolment) -> list[OrientationSession]:
    """The orientations of an enrolment, the newest first. Sorted here, since the day is sealed;
    records that do not open any more come first."""
    chosen = sa.select(OrientationSession).where(OrientationSession.enrolment_id == enrolment.id)
    return sorted(db.session.scalars(chosen), key=lambda row: (_day_of(row), row.id), reverse=True)


def _day_of(session: OrientationSession) -> dt.date:
    try:
        return session.business.held_on
    except errors.Damaged:
        return dt.date.max
