# SPDX-License-Identifier: AGPL-3.0-or-later
"""A person's way to work or to a business at the hub, and the orientations held on it.

What she wants, what was said and when lies in the `business` envelope of each record. In
clear stand only what routes work: whose it is, where, open or closed, and two day stamps.
"""

import datetime as dt
import uuid
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from casework.access import Guarded
from casework.codelists import UNSAID, check_code
from casework.db import Base, Sensitivity, db, field
from casework.errors import Refusal
from casework.i18n import _, _l, format_day
from casework.people import Person, records
from casework.vault import Vaulted, envelope, sealed

from .stages import BY_STAGE, Staged

PERSONAL, SPECIAL, ROUTING = Sensitivity.PERSONAL, Sensitivity.SPECIAL, Sensitivity.ROUTING
KEPT_BREAKS = 50  # pauses and returns; the oldest goes first


class Enrolment(Vaulted, Guarded, Staged, records.Path, records.Told, Base):
    """A person's path through the hub, towards a job, self-employment or a business."""

    __tablename__ = "enrolment"
    __table_args__ = (records.one_open(__tablename__), BY_STAGE)
    STRAND = "hub"
    NOT_REGISTERED = _l("This person is not registered at the hub.")
    ALREADY_OPEN = _l("This person is already enrolled here.")
    BEFORE = _l("This person followed this pathway before. Take it up again on its page.")
    CONTENT = ("pathway", "legal_form", "situation")

    opened_on: Mapped[dt.date] = field(_l("Enrolled on"), ROUTING)

    business = envelope(
        pathway=sealed(_l("Pathway"), str, PERSONAL, codes="pathway"),
        legal_form=sealed(_l("Legal form"), str, PERSONAL, codes="legal_form"),
        situation=sealed(_l("Situation and wishes"), str, SPECIAL, max_length=records.NOTE_LENGTH),
        closed_on=sealed(_l("Closed on"), dt.date, PERSONAL),
        exit_reason=sealed(_l("Reason for leaving"), str, PERSONAL, codes="exit_reason"),
        exit_note=sealed(_l("What becomes of her"), str, SPECIAL, max_length=records.NOTE_LENGTH),
        breaks=sealed(_l("Breaks"), list, SPECIAL),
        has_dues=sealed(_l("Reviews or steps agreed"), bool, PERSONAL),
        moves=sealed(_l("Stages"), list, PERSONAL, codes="pathway_stage"),
        fact_ids=sealed(_l("Facts counted"), list, PERSONAL),
    )

    def describe(self, pathway: str, legal_form: str | None, situation: str | None) -> None:
        """Where the person wants to go and from where, checked."""
        check_code("pathway", pathway, required=True)
        check_code("legal_form", legal_form)
        records.check_text(situation)
        self.business.pathway = pathway
        self.business.legal_form = legal_form or None
        self.business.situation = situation or None

    def check_new(self, person: Person) -> None:
        """A person has one enrolment on each pathway: she comes back to it. Raises Refusal."""
        if self.business.pathway in UNSAID:
            return
        with db.session.no_autoflush:
            left = [one for one in db.session.scalars(Enrolment.of(person)) if not one.is_open]
            here = [one for one in left if one.site_id == self.site_id and records.opens(one)]
            if any(one.business.pathway == self.business.pathway for one in here):
                raise Refusal(self.BEFORE)

    def first_told(self) -> tuple[Any, ...]:
        return self.business.pathway, self.business.legal_form, self.business.situation

    def check_open(self) -> None:
        """Whether anything can be added to it. Raises Refusal."""
        if self.is_paused:
            raise Refusal(_("This enrolment is paused. Take it up again first."))
        if not self.is_open:
            raise Refusal(_("This enrolment is closed. Nothing can be added to it."))

    def check_orientation_day(self, held_on: dt.date, today: dt.date, anew: bool = True) -> None:
        """An orientation on that day belongs in this enrolment. Raises Refusal otherwise. What
        was held can be put right at any time: nothing new comes on a path that is not open."""
        if anew:
            self.check_open()
        records.check_day(held_on, today)
        if held_on < self.opened_on:
            opened = format_day(self.opened_on)
            raise Refusal(
                _("This enrolment began on %(day)s. Choose that day or a later one.", day=opened),
                422,
            )

    @property
    def is_paused(self) -> bool:
        return self.status == records.Status.PAUSED

    def close(
        self, on: dt.date, today: dt.date, reason: str | None = None, note: str | None = None
    ) -> None:
        """She leaves this path. A path that is paused can be left as well."""
        if self.status == records.Status.CLOSED:
            raise Refusal(_("This enrolment is already closed."))
        if on < self.opened_on:
            raise Refusal(_("An enrolment cannot close before it began."), 422)
        records.check_day(on, today)
        check_code("exit_reason", reason)
        records.check_text(note)
        self.status = records.Status.CLOSED
        self.business = {"closed_on": on, "exit_reason": reason, "exit_note": note or None}

    def pause(self, on: dt.date, today: dt.date, why: str | None = None) -> None:
        """She rests on the way, with or without a reason. Nothing is asked of her meanwhile. Said
        twice, it is said once."""
        pause = {"kind": "pause", "from": on.isoformat(), "why": why or None}
        if self.is_paused and self.business.breaks[-1] == pause:
            return
        self.check_orientation_day(on, today)
        records.check_text(why)
        self._break(pause)
        self.status = records.Status.PAUSED

    def take_up(self, on: dt.date, today: dt.date) -> None:
        """She comes back to this path, after a pause or after she had left it."""
        if self.is_open:
            raise Refusal(_("This enrolment is open already."))
        records.check_day(on, today)
        told = self.business
        if not self.is_paused:
            left = {"kind": "exit", "why": told.exit_note, "reason": told.exit_reason}
            self._break({**left, "from": (told.closed_on or self.last_on).isoformat()})
            self.business = {"closed_on": None, "exit_reason": None, "exit_note": None}
        *before, last = told.breaks
        if on.isoformat() < last["from"]:
            day = format_day(dt.date.fromisoformat(last["from"]))
            raise Refusal(
                _("She stopped on %(day)s. Choose that day or a later one.", day=day), 422
            )
        self.business.breaks = [*before, {**last, "to": on.isoformat()}]
        self.status, self.last_on = records.Status.OPEN, max(self.last_on, on)

    def _break(self, one: dict[str, Any]) -> None:
        self.business.breaks = [*(self.business.breaks or []), one][-KEPT_BREAKS:]


class Noted(records.Meeting):
    """What an adviser wrote down on a person's path: a day with answers, put right by its author.

    KIND is the coded answer that says what sort it was, beside an earlier wording.
    """

    KIND: ClassVar[str]

    NOT_HERS = _l("Only the person who wrote this can correct it.")
    MOVED = _l("This was changed meanwhile. Read it again before saving.")
    TOO_OFTEN = _l("This was corrected too often. Record it anew.")

    def write(self, content: dict[str, Any]) -> None:
        """Put the content in, checked. Raises Refusal (422)."""
        self.check(content)
        self.hold(content)

    def check(self, content: dict[str, Any]) -> None:
        """What this kind of record asks. Raises Refusal (422)."""
        raise NotImplementedError


class OrientationSession(Vaulted, Guarded, records.Meeting, Base):
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
        note=sealed(_l("What matters next"), str, SPECIAL, max_length=records.NOTE_LENGTH),
        fact_ids=sealed(_l("Facts counted"), list, PERSONAL),
        earlier=sealed(_l("Earlier wording"), list, SPECIAL),
    )

    CONTENT = ("held_on", "orientation_format", "topics", "attendance", "minutes", "note")

    NOT_HERS = _l("Only the person who wrote this guidance can correct it.")
    MOVED = _l("This guidance was changed meanwhile. Read it again before saving.")
    TOO_OFTEN = _l("This guidance was corrected too often. Record a new one.")

    def write(self, content: dict[str, Any]) -> None:
        """Put the content in, checked. Raises Refusal (422) for an unknown code or a long note."""
        check_content(content)
        self.hold(content)


def check_content(content: dict[str, Any]) -> None:
    """The content of an orientation, before anything is written. Raises Refusal (422)."""
    for name in ("orientation_format", "attendance"):
        check_code(name, content.get(name), required=True)
    for topic in content.get("topics") or ():
        check_code("orientation_topic", topic)
    minutes = content.get("minutes")
    if minutes is not None and not 0 < minutes <= 600:
        raise Refusal(_("Guidance lasts between 1 and 600 minutes."), 422)
    records.check_text(content.get("note"))


def orientations_of(enrolment: Enrolment) -> list[OrientationSession]:
    """The orientations of an enrolment, the newest first."""
    chosen = sa.select(OrientationSession).where(OrientationSession.enrolment_id == enrolment.id)
    return records.newest_first(db.session.scalars(chosen))
