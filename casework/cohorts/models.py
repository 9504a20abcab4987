# SPDX-License-Identifier: AGPL-3.0-or-later
"""A cohort: the people of a group, its sessions, and who came to each.

The cohort and its sessions are the hub's own and lie on cards in the office domain. That someone
is in it, since when and to which sessions she came lies in an envelope under her key, which belongs
to who leads the cohort: she need not follow all of its people.
"""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from casework import cards
from casework.access import Guarded
from casework.codelists import check_code
from casework.db import Base, Sensitivity, db, field
from casework.errors import Refusal, Stale
from casework.i18n import _, _l, format_day
from casework.people import records
from casework.vault import Vaulted, envelope, sealed

PERSONAL, SPECIAL, ROUTING = Sensitivity.PERSONAL, Sensitivity.SPECIAL, Sensitivity.ROUTING
TITLE, LONG = 160, 5_000  # characters
MOST_SESSIONS = 200


class Cohort(cards.Carded, Guarded, Base):
    """A group that meets for some weeks. `owner_id` is who leads it. Everyone at the hub reads what
    it is (scope `CALLS`); who is in it, who leads it and who heads the hub."""

    __tablename__ = "cohort"
    MOVED = _l("This cohort was changed meanwhile. Read it again before saving.")
    FIELDS = {
        "title": cards.told(_l("Title"), longest=TITLE),
        "place": cards.told(_l("Place"), longest=TITLE),
        "about": cards.told(_l("What it is about"), longest=LONG),
        "over": cards.told(_l("Why more people than places"), longest=LONG),
        "struck": cards.told(_l("Sessions struck"), list),
    }

    call_id: Mapped[uuid.UUID | None] = field(
        _l("Call"), ROUTING, sa.ForeignKey("open_call.id"), index=True
    )
    first_on: Mapped[dt.date] = field(_l("First day"), ROUTING)
    last_on: Mapped[dt.date] = field(_l("Last day"), ROUTING, index=True)
    places: Mapped[int] = field(_l("Places"), ROUTING)

    def check_said(self) -> None:
        """What a cohort cannot be without. Raises Refusal (422)."""
        if not (self.details["title"] or "").strip():
            raise Refusal(_("Give the cohort a title."), 422)
        if self.last_on < self.first_on:
            raise Refusal(_("The last day comes before the first."), 422)
        if not 1 <= self.places <= 1_000:
            raise Refusal(_("A cohort has at least one place."), 422)
        records.check_day(self.first_on, max(self.first_on, records.FIRST_DAY))

    def check_day(self, day: dt.date) -> None:
        """A day on which the cohort can meet. Raises Refusal (422)."""
        if not self.first_on <= day <= self.last_on:
            raise Refusal(
                _("This day is outside the cohort. Choose one from its first to its last."), 422
            )

    @property
    def struck(self) -> dict[str, dict[str, Any]]:
        """Sessions that were entered by mistake, by their ids: `day`, `topic`, `why`, `by`, `on`
        and whether attendance was `noted`."""
        return {one["id"]: one for one in self.details["struck"] or ()}

    def check_room(self, people: int, reason: str | None) -> None:
        """More people than places need a word of explanation, and no more. Raises Refusal (409)."""
        if people > self.places and not (reason or self.details["over"]):
            raise Refusal(
                _("This makes %(people)s people for %(places)s places. If it is so, write why "
                  "below and save again.", people=people, places=self.places)
            )  # fmt: skip


class CohortSession(cards.Carded, Guarded, Base):
    """One day the cohort meets: its topic, and how many came once that is written down."""

    __tablename__ = "cohort_session"
    __table_args__ = (sa.UniqueConstraint("cohort_id", "held_on"),)
    through = "cohort_id"
    MOVED = _l("This session was changed meanwhile. Read it again before saving.")
    FIELDS = {
        "topic": cards.told(_l("Topic"), longest=TITLE),
        "present": cards.told(_l("People present"), int),
    }

    cohort_id: Mapped[uuid.UUID] = field(_l("Cohort"), ROUTING, sa.ForeignKey("cohort.id"))
    held_on: Mapped[dt.date] = field(_l("When"), ROUTING)

    @property
    def is_noted(self) -> bool:
        """Whether its attendance is written down: until then it says nothing of who stayed."""
        return self.details["present"] is not None


class Member(Vaulted, Guarded, Base):
    """That someone is in a cohort, from a day to a day, and the sessions she came to."""

    __tablename__ = "cohort_member"
    __table_args__ = (sa.UniqueConstraint("cohort_id", "person_id"),)

    cohort_id: Mapped[uuid.UUID] = field(_l("Cohort"), ROUTING, sa.ForeignKey("cohort.id"))
    person_id: Mapped[uuid.UUID] = field(
        _l("Person"), ROUTING, sa.ForeignKey("person.id"), index=True
    )

    business = envelope(
        code=sealed(_l("Code"), str, PERSONAL),
        called=sealed(_l("First name in the group"), str, PERSONAL),
        joined_on=sealed(_l("In the group since"), dt.date, PERSONAL),
        left_on=sealed(_l("Left on"), dt.date, PERSONAL),
        cohort_leave=sealed(_l("Why"), str, SPECIAL, codes="cohort_leave"),
        came=sealed(_l("Sessions attended"), list, PERSONAL),
    )

    def check_version(self, seen: int) -> None:
        """Raises Stale where it is not what the form was opened on."""
        if seen != self.version:
            raise Stale(_("This was changed meanwhile. Read it again before saving."))

    def is_in_on(self, day: dt.date) -> bool:
        """Whether she is of the group on a day; the day she leaves still counts."""
        told = self.business
        return bool(told.joined_on <= day and (told.left_on is None or day <= told.left_on))

    def leave(self, on: dt.date, why: str, today: dt.date) -> None:
        """She left the group on that day. Raises Refusal (422)."""
        check_code("cohort_leave", why, required=True)
        records.check_day(on, today)
        if on < self.business.joined_on:
            joined = format_day(self.business.joined_on)
            raise Refusal(
                _("This person joined on %(day)s. Choose that day or a later one.", day=joined), 422
            )
        self.business = {"left_on": on, "cohort_leave": why}


class Stay(NamedTuple):
    """How long somebody stayed: sessions she came to, of those held while she was of the group,
    how many she missed in a row at the end, and the weeks from her first day to her last."""

    member: Member
    came: int
    held: int
    missed: int
    weeks: int

    @property
    def rate(self) -> int | None:
        return round(100 * self.came / self.held) if self.held else None


def members_of(cohort: Cohort) -> list[Member]:
    """Those in the reader's reach that open, by code."""
    found = db.session.scalars(sa.select(Member).where(Member.cohort_id == cohort.id))
    return sorted(filter(records.opens, found), key=lambda one: str(one.business.code))


def sessions_of(cohort: Cohort) -> list[CohortSession]:
    """In the order of their days."""
    found = sa.select(CohortSession).where(CohortSession.cohort_id == cohort.id)
    return list(db.session.scalars(found.order_by(CohortSession.held_on)))


def stays(
    members: Collection[Member], sessions: Sequence[CohortSession], last_on: dt.date, today: dt.date
) -> list[Stay]:
    """How long each stayed, as far as attendance is written down."""
    noted = [one for one in sessions if one.is_noted]
    return [_stay(member, noted, min(last_on, today)) for member in members]


def _stay(member: Member, noted: Sequence[CohortSession], until: dt.date) -> Stay:
    told = member.business
    hers, came = [one for one in noted if member.is_in_on(one.held_on)], set(told.came or ())
    presence = [str(one.id) in came for one in hers]
    missed = next((n for n, there in enumerate(reversed(presence)) if there), len(presence))
    days = ((told.left_on or max(until, told.joined_on)) - told.joined_on).days + 1
    return Stay(member, sum(presence), len(hers), missed, -(-days // 7))
