# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a business lives after it started: what is found out at 3, 6, 12 and 24 months.

A baseline says how much paid work there was before; a business nobody hears of is *unknown*, which
is not closed. Paid work is that of everyone but the owners. An entry in the register of
auto-entrepreneurs asks for turnover within a year (law 114-13), until a business trades.
"""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from casework import clock
from casework.access import Guarded
from casework.codelists import check_code
from casework.db import Base, db, field
from casework.errors import Refusal
from casework.i18n import _, _l
from casework.people import Person, records
from casework.reminders import ReminderKind, remind, settle
from casework.vault import Vaulted, envelope, sealed

from .deeds import Deed, TradingStart, registrations_of, shared_fields, starts_of
from .models import OPEN, PERSONAL, ROUTING, TRADING, Venture, owners_in_reach

BASELINE, YEAR = "BASE", "M12"
MONTHS = {"M3": 3, "M6": 6, "M12": 12, "M24": 24}  # after the start, by the code list follow_up
ACTIVE, DORMANT, CLOSED, UNKNOWN = "ACTIVE", "DORMANT", "CLOSED", "UNKNOWN"
FULL_TIME = 44 * 60  # minutes a week: law 65-99, article 184
MOST_MINUTES = 10_000 * 60


def _still_due(venture_id: uuid.UUID) -> dt.date | None:
    """From which day a business is to be asked: whoever follows another owner may have asked."""
    venture = db.session.scalars(sa.select(Venture).where(Venture.id == venture_id)).first()
    due = due_of(venture, clock.today()) if venture else []
    return due[0][1] if due else None


FOLLOW_UP_DUE = ReminderKind(
    "business_follow_up", _l("Ask how the business lives"), "business.show_venture", "venture_id",
    still=_still_due,
)  # fmt: skip
TURNOVER_DUE = ReminderKind(
    "ae_first_year", _l("Auto-entrepreneur: turnover to declare within the year"),
    "desk.show_dossier", "person_id", by_hand=True,
)  # fmt: skip
ASKED_AFTER = 11  # months after her entry in the register: one is left then


class FollowUp(Vaulted, Guarded, Deed, Base):
    """What was found out about a business, for one of the days it is asked after."""

    __tablename__ = "venture_follow_up"
    through = "venture_id"

    venture_id: Mapped[uuid.UUID] = field(
        _l("Business"), ROUTING, sa.ForeignKey("venture.id"), index=True
    )
    author_id: Mapped[uuid.UUID] = field(_l("Written by"), ROUTING)

    business = envelope(
        held_on=sealed(_l("When"), dt.date, PERSONAL),
        follow_up=sealed(_l("Follow-up"), str, PERSONAL, codes="follow_up"),
        venture_state=sealed(_l("State of the business"), str, PERSONAL, codes="venture_state"),
        closed_on=sealed(_l("Closed on, if known"), dt.date, PERSONAL),
        turnover_band=sealed(
            _l("Turnover of the last twelve months"), str, PERSONAL, codes="turnover_band"
        ),
        minutes=sealed(_l("Paid hours a week, owners apart"), int, PERSONAL),
        **shared_fields(),
    )
    CODED = ("follow_up",)
    CONTENT = (
        "held_on", "follow_up", "venture_state", "closed_on", "turnover_band", "minutes", "note",
        "mistaken",
    )  # fmt: skip

    def check(self, content: dict[str, Any]) -> None:
        needs_state = content["follow_up"] != BASELINE
        check_code("venture_state", content.get("venture_state"), required=needs_state)
        check_code("turnover_band", content.get("turnover_band"))
        minutes, closed = content.get("minutes"), content.get("closed_on")
        if minutes is not None and not 0 <= minutes <= MOST_MINUTES:
            raise Refusal(_("Paid hours are from 0 to 10,000 a week."), 422)
        if closed and closed > content["held_on"]:
            raise Refusal(_("It was found closed: it cannot have closed after that day."), 422)
        if closed and content.get("venture_state") != CLOSED:
            raise Refusal(_("A closing day goes with a business that is closed."), 422)

    @property
    def state(self) -> str | None:
        """How the business was; a baseline is of before, and says nothing of it."""
        return None if self.told.follow_up == BASELINE else self.told.venture_state

    @property
    def seen_on(self) -> dt.date:
        """The day its state holds for: a closed business closed that day, if that is known."""
        said = self.told
        day: dt.date = said.closed_on or said.held_on
        return day

    @property
    def fte(self) -> int | None:
        """Paid work in hundredths of a full-time job; None where it is not known."""
        minutes = self.told.minutes
        if self.state == CLOSED:
            return 0
        if self.state == UNKNOWN or minutes is None:
            return None
        return round(minutes * 100 / FULL_TIME)


def follow_ups_of(venture: Venture) -> list[FollowUp]:
    """What was found out about a business, the newest first."""
    chosen = sa.select(FollowUp).where(FollowUp.venture_id == venture.id)
    return records.newest_first(db.session.scalars(chosen))


def in_order(lived: Iterable[FollowUp]) -> list[FollowUp]:
    """From the baseline, which comes first whenever it was asked, to the last day."""
    return sorted(
        lived,
        key=lambda one: (one.told.follow_up != BASELINE, one.told.held_on,
                         MONTHS.get(one.told.follow_up, 0), one.id),
    )  # fmt: skip


def state_at(lived: Iterable[FollowUp], at: str) -> str | None:
    """What the follow-up of that time found; None where nobody asked."""
    found = (one.told.venture_state for one in lived if one.stands and one.told.follow_up == at)
    return next(found, None)


def status_of(starts: Iterable[TradingStart], lived: Iterable[FollowUp]) -> str:
    """The status of a business as lists show it: what was last found out, if it trades at all."""
    if not any(start.stands for start in starts):
        return OPEN
    known = [one for one in lived if one.stands and one.state not in (None, UNKNOWN)]
    if not known:
        return TRADING
    last = max(known, key=lambda one: (one.seen_on, one.told.held_on, one.id)).state
    return {DORMANT: "dormant", CLOSED: "closed"}.get(last, TRADING)


def started_on(venture: Venture) -> dt.date | None:
    """The day a business began to trade; None for a project."""
    return next((one.told.held_on for one in starts_of(venture) if one.is_whole and one.stands),
                None)  # fmt: skip


def due_of(venture: Venture, today: dt.date) -> list[tuple[str, dt.date]]:
    """What is to be asked, and from which day: the last that waits, and the next one; that of a
    year, which a figure rests on (HUB-05), however late."""
    start = started_on(venture)
    if start is None or venture.status == "closed":
        return []
    stands = [one.told.follow_up for one in follow_ups_of(venture) if one.is_whole and one.stands]
    asked = max((MONTHS.get(one, 0) for one in stands), default=0)
    wanted = {code: n for code, n in MONTHS.items() if n > asked or code == YEAR}
    days = {code: clock.months_after(start, n) for code, n in wanted.items()}
    left = [one for one in days.items() if one[0] not in stands]
    late = [one for one in left if one[1] <= today]
    late = [one for one in late if one in late[-1:] or one[0] == YEAR]
    return [*late, *[one for one in left if one[1] > today][:1]]


def expect(venture: Venture, today: dt.date) -> None:
    """Remind everyone within reach who follows an owner of what is to be asked, or no longer."""
    for _owner, person in owners_in_reach(venture):
        expect_turnover(person)
    due = due_of(venture, today)
    if not due:
        settle(venture.id)
        return
    for site_id, person in followed(venture):
        remind(FOLLOW_UP_DUE, person, site_id, due[0][1], about=venture.id)


def expect_turnover(person: Person) -> None:
    """Remind of her newest entry in the register, unless a business of hers trades already."""
    entries = [one for one in registrations_of(person) if one.is_whole]
    newest = next((one for one in entries if one.stands), None)
    if newest and any(map(started_on, db.session.scalars(Venture.of(person)))):
        newest = None
    for one in entries:
        if one is not newest:
            settle(one.id)
    if newest:
        place = next(one.site_id for one in person.places if one.strand == "hub")
        day = clock.months_after(newest.told.held_on, ASKED_AFTER)
        remind(TURNOVER_DUE, person, place, day, about=newest.id, shown_at=person.id)


def followed(venture: Venture) -> list[tuple[uuid.UUID, Person]]:
    """(site, owner) for each colleague within reach: the first of those she follows, by code."""
    first: dict[tuple[Any, Any], Person] = {}
    for _owner, person in owners_in_reach(venture):
        for place in person.places:
            first.setdefault((place.site_id, place.owner_id), person)
    return [(site_id, person) for (site_id, _follower), person in first.items()]
