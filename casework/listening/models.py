# SPDX-License-Identifier: AGPL-3.0-or-later
"""A psychosocial case, the sessions held in it, and the contacts that came before any case.

What was said, when and how it ended lies in the `story` envelope of each record. In clear
stand only what routes work: whose it is, where, open or closed, and two day stamps.
"""

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from casework.access import Guarded
from casework.codelists import check_code
from casework.db import Base, Sensitivity, db, field
from casework.errors import Refusal
from casework.i18n import _, _l, format_day
from casework.people import records
from casework.vault import Vaulted, envelope, sealed

PERSONAL, SPECIAL, ROUTING = Sensitivity.PERSONAL, Sensitivity.SPECIAL, Sensitivity.ROUTING
SHORT = 120
NEXT_STEPS = {
    "APPT": _l("Appointment"),
    "REFER": _l("Referral"),
    "CALL": _l("Follow-up call"),
    "NONE": _l("Nothing for now"),
}
# Set by merging two files, never chosen by hand.
MERGED = "DUP"


class Case(Vaulted, Guarded, records.Path, Base):
    """A person's path through a listening cell, from the day she came to the closure."""

    __tablename__ = "listening_case"
    __table_args__ = (records.one_open(__tablename__),)
    STRAND = "listening"
    NOT_REGISTERED = _l("This person is not registered at a listening cell.")
    ALREADY_OPEN = _l("This person already has an open case here.")

    story = envelope(
        first_contact=sealed(_l("How she or he came"), str, PERSONAL, codes="first_contact"),
        referred_by=sealed(_l("Partner organisation"), str, PERSONAL, max_length=SHORT),
        reason=sealed(_l("Reason for coming"), str, SPECIAL, max_length=records.NOTE_LENGTH),
        closed_on=sealed(_l("Closed on"), dt.date, PERSONAL),
        closure_reason=sealed(_l("Reason for closing"), str, SPECIAL, codes="closure_reason"),
        closure_note=sealed(_l("Closing note"), str, SPECIAL, max_length=records.NOTE_LENGTH),
        closures=sealed(_l("Earlier closures"), list, SPECIAL),
    )

    def describe(self, first_contact: str, referred_by: str | None, reason: str | None) -> None:
        """How the person came and why, checked. An empty answer stays empty."""
        check_code("first_contact", first_contact)
        records.check_text(referred_by, SHORT)
        records.check_text(reason)
        self.story.first_contact = first_contact
        self.story.referred_by = referred_by or None
        self.story.reason = reason or None

    def first_told(self) -> tuple[Any, ...]:
        return self.story.first_contact, self.story.referred_by, self.story.reason

    def check_session_day(self, held_on: dt.date, today: dt.date) -> None:
        """A session on that day belongs in this case. Raises Refusal otherwise."""
        if not self.is_open:
            raise Refusal(_("This case is closed. Reopen it to record a session."))
        records.check_day(held_on, today)
        if held_on < self.opened_on:
            opened = format_day(self.opened_on)
            raise Refusal(
                _("This case opened on %(day)s. Choose that day or a later one.", day=opened), 422
            )

    def close(self, on: dt.date, reason: str, note: str | None, today: dt.date) -> None:
        """End of the case, with a coded reason. It stays readable and can be reopened."""
        if not self.is_open:
            raise Refusal(_("This case is already closed."))
        if on < self.opened_on:
            raise Refusal(_("A case cannot close before it opened."), 422)
        records.check_day(on, today)
        if not reason:
            raise Refusal(_("Choose a reason for closing."), 422)
        check_code("closure_reason", reason)
        records.check_text(note)
        self.status = records.Status.CLOSED
        self.story.closed_on, self.story.closure_reason = on, reason
        self.story.closure_note = note or None

    def reopen(self, on: dt.date, today: dt.date) -> None:
        """Back to work on it. The closure is kept in its history."""
        if self.is_open:
            raise Refusal(_("This case is already open."))
        records.check_day(on, today)
        if on < self.story.closed_on:
            raise Refusal(_("A case cannot reopen before it closed."), 422)
        self.story.closures = [*(self.story.closures or []), self._closure(on)]
        self.status = records.Status.OPEN
        self.story.closed_on = self.story.closure_reason = self.story.closure_note = None

    def _closure(self, reopened_on: dt.date) -> dict[str, str | None]:
        return {
            "closed_on": self.story.closed_on.isoformat(),
            "reason": self.story.closure_reason,
            "note": self.story.closure_note,
            "reopened_on": reopened_on.isoformat(),
        }


class ListeningSession(Vaulted, Guarded, records.Meeting, Base):
    """One meeting in a case, kept or missed; its note is for the listening team alone."""

    __tablename__ = "listening_session"
    through = "case_id"

    case_id: Mapped[uuid.UUID] = field(
        _l("Case"), ROUTING, sa.ForeignKey("listening_case.id"), index=True
    )
    author_id: Mapped[uuid.UUID] = field(_l("Written by"), ROUTING)

    story = envelope(
        held_on=sealed(_l("When"), dt.date, PERSONAL),
        session_type=sealed(_l("Type of session"), str, PERSONAL, codes="session_type"),
        session_format=sealed(_l("Format"), str, PERSONAL, codes="session_format"),
        attendance=sealed(_l("Attendance"), str, PERSONAL, codes="attendance"),
        minutes=sealed(_l("Length"), int, PERSONAL),
        language=sealed(_l("Language spoken"), str, SPECIAL, codes="language"),
        interpreter=sealed(_l("Interpreter"), str, PERSONAL, codes="interpreter"),
        note=sealed(_l("Session summary"), str, SPECIAL, max_length=records.NOTE_LENGTH),
        next_steps=sealed(_l("Next step"), list, PERSONAL),
        fact_ids=sealed(_l("Facts counted"), list, PERSONAL),
        earlier=sealed(_l("Earlier wording"), list, SPECIAL),
    )

    ASKED = ("session_type", "session_format", "attendance")
    CODED = (*ASKED, "language", "interpreter")
    CONTENT = ("held_on", *CODED, "minutes", "note", "next_steps")

    NOT_HERS = _l("Only the person who wrote this session can correct it.")
    MOVED = _l("This session was changed meanwhile. Read it again before saving.")
    TOO_OFTEN = _l("This session was corrected too often. Record a new one instead.")

    def write(self, content: dict[str, Any]) -> None:
        """Put the content in, checked. Raises Refusal (422) for an unknown code or a long note."""
        check_content(content)
        self.hold(content)


class FirstContact(Vaulted, Guarded, records.Told, Base):
    """Someone came or called and gave no name: before any case, under a key of its own.

    It counts as one psychosocial service and as nobody, until it is attached to a person.
    """

    __tablename__ = "first_contact"

    person_id: Mapped[uuid.UUID | None] = field(
        _l("Person"), ROUTING, sa.ForeignKey("person.id"), index=True
    )

    story = envelope(
        held_on=sealed(_l("When"), dt.date, PERSONAL),
        first_contact=sealed(_l("How she or he came"), str, PERSONAL, codes="first_contact"),
        language=sealed(_l("Language spoken"), str, SPECIAL, codes="language"),
        note=sealed(_l("What was asked"), str, SPECIAL, max_length=records.NOTE_LENGTH),
        next_steps=sealed(_l("Next step"), list, PERSONAL),
        fact_ids=sealed(_l("Facts counted"), list, PERSONAL),
    )

    CONTENT = ("held_on", "first_contact", "language", "note", "next_steps")

    def write(self, content: dict[str, Any], today: dt.date) -> None:
        records.check_day(content["held_on"], today)
        check_code("first_contact", content.get("first_contact"), required=True)
        check_code("language", content.get("language"))
        records.check_text(content.get("note"))
        check_steps(content.get("next_steps"))
        self.hold(content)

    def check_attachable(self) -> None:
        if self.person_id is not None:
            raise Refusal(_("This contact already belongs to a case file."))


def check_content(content: dict[str, Any]) -> None:
    """The content of a session, before anything is written. Raises Refusal (422)."""
    for name in ListeningSession.CODED:
        check_code(name, content.get(name), required=name in ListeningSession.ASKED)
    minutes = content.get("minutes")
    if minutes is not None and not 0 < minutes <= 600:
        raise Refusal(_("A session lasts between 1 and 600 minutes."), 422)
    records.check_text(content.get("note"))
    check_steps(content.get("next_steps"))


def check_steps(steps: list[str] | None) -> None:
    if set(steps or ()) - set(NEXT_STEPS):
        raise Refusal(_("Choose one of the answers."), 422)


def sessions_of(case: Case) -> list[ListeningSession]:
    """The sessions of a case, the newest first."""
    chosen = sa.select(ListeningSession).where(ListeningSession.case_id == case.id)
    return records.newest_first(db.session.scalars(chosen))


def contacts_of(person_id: uuid.UUID) -> list[FirstContact]:
    """The contacts attached to a person, the newest first."""
    chosen = sa.select(FirstContact).where(FirstContact.person_id == person_id)
    return records.newest_first(db.session.scalars(chosen))
