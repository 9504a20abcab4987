# SPDX-License-Identifier: AGPL-3.0-or-later
"""A psychosocial case, the sessions held in it, and the contacts that came before any case.

What was said, when and how it ended lies in the `story` envelope of each record. In clear
stand only what routes work: whose it is, where, open or closed, and two day stamps.
"""

import datetime as dt
import enum
import json
import uuid
from collections.abc import Iterable
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

# Law 09-08 and the programme's own archive: nothing older than the programme is kept here.
FIRST_DAY = dt.date(2014, 1, 1)
NOTE_LENGTH = 20_000
HISTORY_BYTES = 100_000  # earlier wordings beside the present one, within one envelope
SHORT = 120
ATTENDED = "attended"
NEXT_STEPS = {
    "APPT": _l("Appointment"),
    "REFER": _l("Referral"),
    "CALL": _l("Follow-up call"),
    "NONE": _l("Nothing for now"),
}
# Set by merging two files, never chosen by hand.
MERGED = "DUP"


class CaseStatus(enum.StrEnum):
    """Where a case stands. A closed one takes no session until it is reopened."""

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


def check_text(text: str | None, longest: int = NOTE_LENGTH) -> None:
    """A text that fits. Raises Refusal (422); the page gives the whole text back."""
    if text and len(text) > longest:
        most = format_number(longest)
        raise Refusal(_("This text is too long. At most %(most)s characters fit.", most=most), 422)


# ------------------------------------------------------------------ records


class Case(Vaulted, Guarded, Base):
    """A person's path through a listening cell, from the day she came to the closure."""

    __tablename__ = "listening_case"

    person_id: Mapped[uuid.UUID] = field(
        _l("Person"), ROUTING, sa.ForeignKey("person.id"), index=True
    )
    status: Mapped[str] = field(_l("Status"), ROUTING, sa.String(8), codes="case_status")
    opened_on: Mapped[dt.date] = field(_l("Opened on"), ROUTING)
    last_on: Mapped[dt.date] = field(_l("Last contact"), ROUTING, index=True)

    story = envelope(
        first_contact=sealed(_l("How she or he came"), str, PERSONAL, codes="first_contact"),
        referred_by=sealed(_l("Partner organisation"), str, PERSONAL, max_length=SHORT),
        reason=sealed(_l("Reason for coming"), str, SPECIAL, max_length=NOTE_LENGTH),
        closed_on=sealed(_l("Closed on"), dt.date, PERSONAL),
        closure_reason=sealed(_l("Reason for closing"), str, SPECIAL, codes="closure_reason"),
        closure_note=sealed(_l("Closing note"), str, SPECIAL, max_length=NOTE_LENGTH),
        closures=sealed(_l("Earlier closures"), list, SPECIAL),
    )

    @property
    def is_open(self) -> bool:
        return self.status == CaseStatus.OPEN

    def describe(self, first_contact: str, referred_by: str | None, reason: str | None) -> None:
        """How the person came and why, checked. An empty answer stays empty."""
        check_code("first_contact", first_contact)
        check_text(referred_by, SHORT)
        check_text(reason)
        self.story.first_contact = first_contact
        self.story.referred_by = referred_by or None
        self.story.reason = reason or None

    def check_session_day(self, held_on: dt.date, today: dt.date) -> None:
        """A session on that day belongs in this case. Raises Refusal otherwise."""
        if not self.is_open:
            raise Refusal(_("This case is closed. Reopen it to record a session."))
        check_day(held_on, today)
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
        check_day(on, today)
        if not reason:
            raise Refusal(_("Choose a reason for closing."), 422)
        check_code("closure_reason", reason)
        check_text(note)
        self.status = CaseStatus.CLOSED
        self.story.closed_on, self.story.closure_reason = on, reason
        self.story.closure_note = note or None

    def reopen(self, on: dt.date, today: dt.date) -> None:
        """Back to work on it. The closure is kept in its history."""
        if self.is_open:
            raise Refusal(_("This case is already open."))
        check_day(on, today)
        if on < self.story.closed_on:
            raise Refusal(_("A case cannot reopen before it closed."), 422)
        self.story.closures = [*(self.story.closures or []), self._closure(on)]
        self.status = CaseStatus.OPEN
        self.story.closed_on = self.story.closure_reason = self.story.closure_note = None

    def _closure(self, reopened_on: dt.date) -> dict[str, str | None]:
        return {
            "closed_on": self.story.closed_on.isoformat(),
            "reason": self.story.closure_reason,
            "note": self.story.closure_note,
            "reopened_on": reopened_on.isoformat(),
        }

    @staticmethod
    def still_open() -> sa.Select[tuple["Case"]]:
        """Open cases in the reader's reach, the one silent longest first."""
        return sa.select(Case).where(Case.status == CaseStatus.OPEN).order_by(Case.last_on, Case.id)


class ListeningSession(Vaulted, Guarded, Base):
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
        note=sealed(_l("Session summary"), str, SPECIAL, max_length=NOTE_LENGTH),
        next_steps=sealed(_l("Next step"), list, PERSONAL),
        fact_ids=sealed(_l("Facts counted"), list, PERSONAL),
        earlier=sealed(_l("Earlier wording"), list, SPECIAL),
    )

    ASKED = ("session_type", "session_format", "attendance")
    CODED = (*ASKED, "language", "interpreter")
    CONTENT = ("held_on", *CODED, "minutes", "note", "next_steps")

    @property
    def is_attended(self) -> bool:
        return self.story.attendance == ATTENDED

    def write(self, content: dict[str, Any]) -> None:
        """Put the content in, checked. Raises Refusal (422) for an unknown code or a long note."""
        check_content(content)
        for name in self.CONTENT:
            setattr(self.story, name, content.get(name))

    def correct(self, content: dict[str, Any], author_id: uuid.UUID, on: dt.date) -> None:
        """New content; what stood before is kept under the day it was corrected."""
        if author_id != self.author_id:
            raise Refusal(_("Only the person who wrote this session can correct it."), 403)
        before = {name: _plain(getattr(self.story, name)) for name in self.CONTENT}
        self.write(content)
        before["corrected_on"] = on.isoformat()
        self.story.earlier = [*(self.story.earlier or []), before]
        if len(json.dumps(self.story.earlier, ensure_ascii=False).encode()) > HISTORY_BYTES:
            raise Refusal(_("This session was corrected too often. Record a new one instead."), 422)


class FirstContact(Vaulted, Guarded, Base):
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
        note=sealed(_l("What was asked"), str, SPECIAL, max_length=NOTE_LENGTH),
        next_steps=sealed(_l("Next step"), list, PERSONAL),
        fact_ids=sealed(_l("Facts counted"), list, PERSONAL),
    )

    CONTENT = ("held_on", "first_contact", "language", "note", "next_steps")

    def write(self, content: dict[str, Any], today: dt.date) -> None:
        check_day(content["held_on"], today)
        check_code("first_contact", content.get("first_contact"), required=True)
        check_code("language", content.get("language"))
        check_text(content.get("note"))
        check_steps(content.get("next_steps"))
        for name in self.CONTENT:
            setattr(self.story, name, content.get(name))

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
    check_text(content.get("note"))
    check_steps(content.get("next_steps"))


def check_steps(steps: list[str] | None) -> None:
    if set(steps or ()) - set(NEXT_STEPS):
        raise Refusal(_("Choose one of the answers."), 422)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


# ------------------------------------------------------------------ reading one's own strand


def cases_of(person: Person) -> sa.Select[tuple[Case]]:
    """Her cases within the reader's reach, the newest first."""
    newest = sa.desc(Case.opened_on)
    return sa.select(Case).where(Case.person_id == person.id).order_by(newest, Case.id)


def sessions_of(case: Case) -> list[ListeningSession]:
    """The sessions of a case, the newest first."""
    chosen = sa.select(ListeningSession).where(ListeningSession.case_id == case.id)
    return newest_first(db.session.scalars(chosen))


def contacts_of(person_id: uuid.UUID) -> list[FirstContact]:
    """The contacts attached to a person, the newest first."""
    chosen = sa.select(FirstContact).where(FirstContact.person_id == person_id)
    return newest_first(db.session.scalars(chosen))


def newest_first(records: Iterable[Any]) -> list[Any]:
    """Sorted here, since the day is sealed. Records that do not open any more come first."""
    return sorted(records, key=lambda row: (_day_of(row), row.id), reverse=True)


def _day_of(record: Any) -> dt.date:
    try:
        return record.story.held_on
    except errors.Damaged:
        return dt.date.max
