# SPDX-License-Identifier: AGPL-3.0-or-later
"""An event, and who came to it: attendees and the organisations they stand for.

The event is the programme's own and lies in the office domain. Its attendees are people: name,
organisation, sex and age band lie in envelopes of the compartment `attendance`, under a key of
each attendee's own. What is counted of them stands, without a name, on the event's sealed roll.
"""

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.orm import Mapped

from casework import clock
from casework.access import Guarded
from casework.cards import Carded, closed, opened, told
from casework.codelists import check_code
from casework.db import Base, Sensitivity, db, field
from casework.errors import Refusal
from casework.i18n import _, _l, _n, format_day
from casework.people import records
from casework.vault import Vaulted, envelope, sealed, tokens

PERSONAL, ROUTING, SECRET = Sensitivity.PERSONAL, Sensitivity.ROUTING, Sensitivity.SECRET
PLANNED, HELD, CANCELLED = "planned", "held", "cancelled"
TITLE, SHORT, LONG, AGENDA = 160, 200, 1000, 4000  # characters
NAME = 120
MOST_DAYS = 31
MOST_PEOPLE = 500
ENOUGH = 80  # percent of a training's days: rule of CAP-02


class Event(Carded, Guarded, Base):
    """A fair, a workshop, a training…: its days, its status, what its card says of it.

    `site_id` is the site that runs it, or that keeps the list of what the programme runs
    (`is_wide`). An event of several days is one event.
    """

    __tablename__ = "event"
    MOVED = _l("This event was changed meanwhile. Read it again before saving.")
    FIELDS = {
        "kind": told(_l("Type"), codes="event_kind"),
        "title": told(_l("Title"), longest=TITLE),
        "place": told(_l("Place"), longest=SHORT),
        "region": told(_l("Region"), codes="region"),
        "topic": told(_l("Topic"), codes="event_topic"),
        "partners": told(_l("Partners"), longest=LONG),
        "agenda": told(_l("Agenda"), longest=AGENDA),
        "costs": told(_l("Costs in MAD"), list),
        "capacity": told(_l("Places"), int),
        "reason": told(_l("Why it was cancelled"), longest=LONG),
        "over": told(_l("Why more people than places"), longest=LONG),
        "built": told(_l("What it helped to make"), codes="product_kind"),
        "listed": told(_l("People on the list"), int),
        "present": told(_l("People present"), int),
        "invited": told(_l("Invited"), int),
        "coming": told(_l("Coming"), int),
    }

    is_wide: Mapped[bool] = field(_l("Run by the programme"), ROUTING)
    status: Mapped[str] = field(_l("Status"), ROUTING, sa.String(10), codes="event_status")
    first_on: Mapped[dt.date] = field(_l("First day"), ROUTING, index=True)
    last_on: Mapped[dt.date] = field(_l("Last day"), ROUTING)
    product_id: Mapped[uuid.UUID | None] = field(
        _l("What it helped to make"), ROUTING, sa.ForeignKey("event_product.id"), index=True
    )
    roll: Mapped[bytes | None] = field(_l("Sealed roll"), SECRET, deferred=True)

    @property
    def days(self) -> list[dt.date]:
        """Every day from the first to the last."""
        length = (self.last_on - self.first_on).days + 1
        return [self.first_on + dt.timedelta(days=n) for n in range(length)]

    @property
    def when(self) -> str:
        """Its days in words."""
        first, last = format_day(self.first_on), format_day(self.last_on)
        return first if first == last else _("%(first)s to %(last)s", first=first, last=last)

    @property
    def awaits_word(self) -> bool:
        """Whether its days are past and nobody has said if it took place: it counts nowhere."""
        return self.status == PLANNED and self.last_on < clock.today()

    def plan(self, status: str, first_on: dt.date, last_on: dt.date, today: dt.date) -> None:
        """Its days and its status, checked. Raises Refusal."""
        check_code("event_status", status, required=True)
        check_days(first_on, last_on)
        if status == HELD and last_on > today:
            raise Refusal(_("This event is still to come. It is planned, not yet held."), 422)
        lost = {day for row in self.rows for day in row["days"]} - {
            one.isoformat() for one in _between(first_on, last_on)
        }
        if lost:
            raise Refusal(
                _("People were present on a day that these dates leave out. Correct the attendance "
                  "first.")
            )  # fmt: skip
        if status == CANCELLED and any(row["days"] for row in self.rows):
            raise Refusal(_("People were present. Correct the attendance before you cancel."))
        self.status, self.first_on, self.last_on = status, first_on, last_on

    def check_said(self) -> None:
        """What an event cannot be without. Raises Refusal (422)."""
        said = self.details
        if not (said["title"] or "").strip():
            raise Refusal(_("Give the event a title."), 422)
        for name in ("kind", "region"):
            check_code(self.FIELDS[name].codes or "", said[name], required=True)
        if said["capacity"] is not None and not 1 <= said["capacity"] <= 100_000:
            raise Refusal(_("An event has at least one place."), 422)
        if self.status == CANCELLED and not said["reason"]:
            raise Refusal(_("Say why the event was cancelled."), 422)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """What is counted of each person on the list: number, codes and days, no name."""
        return list(opened(self, "roll").get("rows", ()))

    @property
    def fact_ids(self) -> dict[str, str]:
        """The facts this event stands for, by what they say."""
        return dict(opened(self, "roll").get("facts", {}))

    def enter(self, rows: list[dict[str, Any]], facts: dict[str, str]) -> None:
        """Seal the roll anew."""
        self.roll = closed(self, "roll", {"rows": rows, "facts": facts})

    def check_presence(self, days: set[str], today: dt.date) -> None:
        """Days on which people can have been present here. Raises Refusal."""
        if self.status == CANCELLED:
            raise Refusal(_("This event was cancelled. Nobody can have been present."))
        if days - {day.isoformat() for day in self.days}:
            raise Refusal(_("Choose days of this event."), 422)
        if any(day > today.isoformat() for day in days):
            raise Refusal(_("Nobody can be present on a day still to come."), 422)

    def check_room(self, people: int, reason: str | None) -> None:
        """More people than places need a word of explanation, and no more. Raises Refusal (422)."""
        places = self.details["capacity"]
        if places and people > places and not (reason or self.details["over"]):
            raise Refusal(
                _n("There is %(n)s person more than places. Say why below, then save again.",
                   "There are %(n)s people more than places. Say why below, then save again.",
                   people - places), 422,
            )  # fmt: skip


def check_days(first_on: dt.date, last_on: dt.date) -> None:
    """Days an event can have. Raises Refusal (422)."""
    if last_on < first_on:
        raise Refusal(_("The last day comes before the first."), 422)
    if (last_on - first_on).days >= MOST_DAYS:
        raise Refusal(_("An event lasts at most 31 days. Make several of it."), 422)
    records.check_day(first_on, max(first_on, records.FIRST_DAY))


def _between(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]


class Product(Carded, Guarded, Base):
    """Something the programme makes once: a video, a study, a tool, a plan, an area acted in.

    It counts from the day it was published, delivered or validated, or first acted in: `done_on`.
    """

    __tablename__ = "event_product"
    MOVED = _l("This product was changed meanwhile. Read it again before saving.")
    FIELDS = {
        "kind": told(_l("Kind"), codes="product_kind"),
        "title": told(_l("Title"), longest=TITLE),
        "region": told(_l("Region"), codes="region"),
        "note": told(_l("Document or action that shows it"), longest=LONG),
        "ordinal": told(_l("Number in figures"), int),
        "fact": told(_l("Fact counted")),
    }

    is_wide: Mapped[bool] = field(_l("Run by the programme"), ROUTING)
    done_on: Mapped[dt.date | None] = field(_l("Done on"), ROUTING, index=True)

    def check_said(self, today: dt.date) -> None:
        """What a product cannot be without. Raises Refusal (422)."""
        said = self.details
        if not (said["title"] or "").strip():
            raise Refusal(_("Give the product a title."), 422)
        check_code("product_kind", said["kind"], required=True)
        if self.done_on:
            records.check_day(self.done_on, today)


# ------------------------------------------------------------------ who came


class Organisation(Vaulted, Guarded, Base):
    """Whom an attendee stands for. Its name is sealed: a sole trader's is a person's."""

    __tablename__ = "event_organisation"
    through = "event_participant.organisation_id"

    body = envelope(
        compartment="attendance",
        name=sealed(_l("Organisation"), str, PERSONAL, max_length=NAME),
        kind=sealed(_l("Kind of organisation"), str, PERSONAL, codes="organisation_kind"),
        match=sealed(_l("Name for searches"), str, PERSONAL),
        ordinal=sealed(_l("Number in figures"), int, PERSONAL),
    )
    find = tokens(match=tokens.exact("body.match"))


HEARD = tokens.name(("who.name",))


class Participant(Vaulted, Guarded, Base):
    """Someone who comes to events, the same at each of them, by name and organisation."""

    __tablename__ = "event_participant"
    through = "event_attendance.participant_id"

    organisation_id: Mapped[uuid.UUID | None] = field(
        _l("Organisation"), ROUTING, sa.ForeignKey("event_organisation.id"), index=True
    )
    who = envelope(
        compartment="attendance",
        name=sealed(_l("Name"), str, PERSONAL, max_length=NAME),
        kind=sealed(_l("Kind of organisation"), str, PERSONAL, codes="organisation_kind"),
        sex=sealed(_l("Sex"), str, PERSONAL, codes="sex"),
        age_band=sealed(_l("Age"), str, PERSONAL, codes="age_band"),
        match=sealed(_l("Name for searches"), str, PERSONAL),
        ordinal=sealed(_l("Number in figures"), int, PERSONAL),
    )
    find = tokens(match=tokens.exact("who.match"), heard=HEARD)
    # So that an organisation is written before who stands for it.
    organisation: Mapped[Organisation | None] = orm.relationship()


class Attendance(Vaulted, Guarded, Base):
    """That an attendee is on the list of an event, and the days she was present."""

    __tablename__ = "event_attendance"
    __table_args__ = (sa.UniqueConstraint("event_id", "participant_id"),)

    event_id: Mapped[uuid.UUID] = field(_l("Event"), ROUTING, sa.ForeignKey("event.id"))
    participant_id: Mapped[uuid.UUID] = field(
        _l("Attendee"), ROUTING, sa.ForeignKey("event_participant.id"), index=True
    )
    presence = envelope(
        compartment="attendance",
        days=sealed(_l("Days present"), list, PERSONAL),
        place=sealed(_l("Place on the list"), int, PERSONAL),
    )
    participant: Mapped[Participant] = orm.relationship()


def listed(event: Event) -> list[tuple[Attendance, Participant, Organisation | None]]:
    """The list of an event, in the order it was written down. What does not open any more is left
    out; the event's own number of people tells how many that are."""
    joined = sa.select(Attendance, Participant, Organisation).join(
        Participant, Participant.id == Attendance.participant_id
    ).outerjoin(Organisation, Organisation.id == Participant.organisation_id)  # fmt: skip
    found = joined.where(Attendance.event_id == event.id)
    rows = [(row[0], row[1], row[2]) for row in db.session.execute(found)]
    whole = [row for row in rows if all(records.opens(one) for one in row if one is not None)]
    return sorted(whole, key=lambda row: (row[0].presence.place or 0, row[0].id))
