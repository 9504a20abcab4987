# SPDX-License-Identifier: AGPL-3.0-or-later
"""A call for applications, a person's application to it, and what a reader thinks of that.

A call is the hub's own: its texts lie on a card in the office domain, as an event's do. An
application and its reviews are about a person and lie in `business` envelopes under her key. A
reader need not follow the person: her review holds a copy of what she reads, and a number that is
no code of a file.
"""

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from casework import cards
from casework.access import Guarded
from casework.codelists import check_code
from casework.db import Base, Sensitivity, db, field
from casework.errors import Refusal, Stale
from casework.i18n import _, _l
from casework.people import Person, records
from casework.vault import Vaulted, envelope, sealed

PERSONAL, SPECIAL, ROUTING = Sensitivity.PERSONAL, Sensitivity.SPECIAL, Sensitivity.ROUTING
RECEIVED, SELECTED, WAITING = "received", "selected", "waiting"
REFUSED, WITHDRAWN = "refused", "withdrawn"
TITLE, LONG = 160, 5_000  # characters
SCALES = (5, 10, 20)


class Call(cards.Carded, Guarded, Base):
    """Whom a hub looks for, from when to when, for how many places, and what readers judge by.

    Everyone at the hub reads it (scope `CALLS`: tables that have `places`), its head writes it.
    """

    __tablename__ = "open_call"
    MOVED = _l("This call was changed meanwhile. Read it again before saving.")
    FIELDS = {
        "title": cards.told(_l("Title"), longest=TITLE),
        "about": cards.told(_l("What it is about"), longest=LONG),
        "age_from": cards.told(_l("Age from"), int),
        "age_to": cards.told(_l("Age to"), int),
        "sexes": cards.told(_l("Sex"), list),
        "groups": cards.told(_l("Situation"), list),
        "pathways": cards.told(_l("Pathway"), list),
        "criteria": cards.told(_l("Criteria"), list),
        "scale": cards.told(_l("Scale"), int),
        "readers": cards.told(_l("Readers"), list),
    }

    opens_on: Mapped[dt.date] = field(_l("Opens on"), ROUTING)
    closes_on: Mapped[dt.date] = field(_l("Closes on"), ROUTING, index=True)
    places: Mapped[int] = field(_l("Places"), ROUTING)

    def check_said(self) -> None:
        """What a call cannot be without. Raises Refusal (422)."""
        said = self.details
        if not (said["title"] or "").strip():
            raise Refusal(_("Give the call a title."), 422)
        if self.closes_on < self.opens_on:
            raise Refusal(_("The last day comes before the first."), 422)
        if (said["age_from"] or 0) > (said["age_to"] or 999):
            raise Refusal(_("The lowest age is above the highest."), 422)
        if not 1 <= self.places <= 10_000:
            raise Refusal(_("A call has at least one place."), 422)
        if said["scale"] not in SCALES:
            raise Refusal(_("Choose one of the answers."), 422)
        for name, codes in (("sexes", "sex"), ("groups", "population_group"),
                            ("pathways", "pathway")):  # fmt: skip
            for code in said[name] or ():
                check_code(codes, code, required=True)

    def is_open_on(self, day: dt.date) -> bool:
        return self.opens_on <= day <= self.closes_on


class Application(Vaulted, Guarded, records.Told, Base):
    """A person's answer to a call, written down by who follows her, and what became of it."""

    __tablename__ = "call_application"
    __table_args__ = (sa.UniqueConstraint("call_id", "person_id"),)
    through = "person_id"

    person_id: Mapped[uuid.UUID] = field(
        _l("Person"), ROUTING, sa.ForeignKey("person.id"), index=True
    )
    call_id: Mapped[uuid.UUID] = field(_l("Call"), ROUTING, sa.ForeignKey("open_call.id"))
    status: Mapped[str] = field(
        _l("Decision"), ROUTING, sa.String(10), codes="application_status", index=True
    )

    business = envelope(
        held_on=sealed(_l("Received on"), dt.date, PERSONAL),
        project=sealed(_l("What the person wants to do"), str, PERSONAL, max_length=LONG),
        background=sealed(_l("What the person brings"), str, SPECIAL, max_length=LONG),
        needs=sealed(_l("What the person needs for it"), str, SPECIAL, max_length=LONG),
        reason=sealed(_l("Why it is recorded all the same"), str, SPECIAL, max_length=LONG),
        refusal=sealed(_l("Reason"), str, PERSONAL, codes="application_refusal"),
        decided_on=sealed(_l("Decided on"), dt.date, PERSONAL),
        told_on=sealed(_l("The person was told on"), dt.date, PERSONAL),
        rank=sealed(_l("Place on the waiting list"), int, PERSONAL),
        note=sealed(_l("Note"), str, SPECIAL, max_length=LONG),
        earlier=sealed(_l("Earlier decisions"), list, PERSONAL),
    )
    CONTENT = ("held_on", "project", "background", "needs", "reason")
    READ = ("project", "background", "needs")  # what readers are handed

    @property
    def number(self) -> str:
        """What readers call it: no code of a file, and the same on every copy."""
        return self.id.hex[:6].upper()

    def check_version(self, seen: int) -> None:
        """Raises Stale where it is not what the form was opened on."""
        if seen != self.version:
            raise Stale(_("This application was changed meanwhile. Read it again before saving."))

    def write(self, content: dict[str, Any], today: dt.date) -> None:
        """Put the content in, checked. Raises Refusal (422)."""
        records.check_day(content["held_on"], today)
        if not content.get("project"):
            raise Refusal(_("Say what the person wants to do."), 422)
        for name in (*self.READ, "reason"):
            records.check_text(content.get(name), LONG)
        self.hold(content)

    def decide(self, status: str, on: dt.date, **said: Any) -> None:
        """What became of it; what was decided before is kept. Raises Refusal (422)."""
        check_code("application_status", status, required=True)
        check_code("application_refusal", said.get("refusal"), required=status == REFUSED)
        records.check_text(said.get("note"), LONG)
        told = self.business
        if told.decided_on:
            before = {"status": self.status, "on": told.decided_on.isoformat()}
            told.earlier = [*(told.earlier or []), before]
        told.refusal = said.get("refusal") if status == REFUSED else None
        told.rank = said.get("rank") if status == WAITING else None
        told.note, told.decided_on, told.told_on = said.get("note") or None, on, None
        self.status = status

    @property
    def is_to_tell(self) -> bool:
        """Whether something was decided that she has not been told; who withdrew knows it."""
        told = self.business
        return bool(told.decided_on and not told.told_on and self.status != WITHDRAWN)


class Review(Vaulted, Guarded, records.Told, Base):
    """One reader's scores. `handed` is the copy she reads; she owns the review, so it reaches her
    and who heads the hub, and no colleague."""

    __tablename__ = "call_review"
    __table_args__ = (sa.UniqueConstraint("application_id", "owner_id"),)

    application_id: Mapped[uuid.UUID] = field(
        _l("Application"), ROUTING, sa.ForeignKey("call_application.id")
    )
    call_id: Mapped[uuid.UUID] = field(
        _l("Call"), ROUTING, sa.ForeignKey("open_call.id"), index=True
    )
    is_scored: Mapped[bool] = field(_l("Scored"), ROUTING)

    business = envelope(
        handed=sealed(_l("Application"), dict, SPECIAL),
        scores=sealed(_l("Scores"), list, PERSONAL),
        note=sealed(_l("Note"), str, SPECIAL, max_length=LONG),
        held_on=sealed(_l("Read on"), dt.date, PERSONAL),
    )
    CONTENT = ("scores", "note")

    @property
    def number(self) -> str:
        """That of the application."""
        return self.application_id.hex[:6].upper()

    def score(self, scores: list[int], note: str | None, call: Call, on: dt.date) -> None:
        """Her scores, one for each criterion, all of them. Raises Refusal (422)."""
        criteria, scale = call.details["criteria"] or [], call.details["scale"]
        if len(scores) != len(criteria) or any(not 0 <= one <= scale for one in scores):
            raise Refusal(_("Give each criterion a score from 0 to %(most)s.", most=scale), 422)
        records.check_text(note, LONG)
        self.business = {"scores": scores, "note": note or None, "held_on": on}
        self.is_scored = True


def answers_to(call: Call) -> list[tuple[Application, Person]]:
    """Those in the reader's reach that open, by the codes of their files."""
    found = sa.select(Application, Person).join(Person, Person.id == Application.person_id)
    found = found.where(Application.call_id == call.id).order_by(Person.code)
    return [(row[0], row[1]) for row in db.session.execute(found) if row[0].is_whole]


def selected(call: Call) -> list[Person]:
    """Who was selected, in the reader's reach."""
    return [person for one, person in answers_to(call) if one.status == SELECTED]


def reviews_of(call: Call) -> list[Review]:
    """Those in the reader's reach that open: her own; all for who heads the hub."""
    found = sa.select(Review).where(Review.call_id == call.id).order_by(Review.application_id)
    return [one for one in db.session.scalars(found) if one.is_whole]
