# SPDX-License-Identifier: AGPL-3.0-or-later
"""How long businesses live: the product-limit estimate of Kaplan and Meier (1958). Pure.

A lifetime ends with a closing, or is *censored*: the last day somebody knew it alive. Unknown is
not closed: who is heard of no more leaves those at risk, and takes no step of the curve along.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

CLOSED, UNKNOWN = "CLOSED", "UNKNOWN"


@dataclass(frozen=True)
class Lifetime:
    """How many days a business is known to have lived, and whether it closed then."""

    days: int
    closed: bool


@dataclass(frozen=True)
class Step:
    """From this day of their lives on: how many were at risk on it, closed on it, and which part
    of all lives longer than it."""

    day: int
    at_risk: int
    closed: int
    alive: float


def lifetime(start: dt.date, seen: Iterable[tuple[dt.date, str]]) -> Lifetime:
    """What (day, state) says of a business that began on a day. Found alive after a closing, it
    had not closed; what lies before its start says nothing."""
    known = sorted((day, state == CLOSED) for day, state in seen
                   if state != UNKNOWN and day >= start)  # fmt: skip
    alive = max((day for day, closed in known if not closed), default=start)
    ends = [day for day, closed in known if closed and day >= alive]
    return Lifetime((min(ends, default=alive) - start).days, bool(ends))


def curve(lives: Collection[Lifetime]) -> list[Step]:
    """One step for each day on which any closed, the first of them for the beginning.

    Who is censored on the day of a closing was at risk of it.
    """
    alive, steps = 1.0, [Step(0, len(lives), 0, 1.0)]
    for day in sorted({one.days for one in lives if one.closed}):
        at_risk = sum(one.days >= day for one in lives)
        closed = sum(one.closed and one.days == day for one in lives)
        alive *= 1 - closed / at_risk
        steps.append(Step(day, at_risk, closed, alive))
    return steps


def at_day(lives: Collection[Lifetime], steps: Collection[Step], day: int) -> Step:
    """What the curve says on a day: still at risk on it, closed until then, living longer."""
    passed = [one for one in steps if one.day <= day]
    at_risk = sum(one.days >= day for one in lives)
    return Step(day, at_risk, sum(one.closed for one in passed), passed[-1].alive)
