# SPDX-License-Identifier: AGPL-3.0-or-later
"""The only source of time: moments in UTC, days as people in Morocco live them."""

import calendar
import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from zoneinfo import ZoneInfo

MOROCCO = ZoneInfo("Africa/Casablanca")

_frozen: ContextVar[dt.datetime | None] = ContextVar("frozen", default=None)


def now() -> dt.datetime:
    """This moment, in UTC."""
    return _frozen.get() or dt.datetime.now(dt.UTC)


def today() -> dt.date:
    """The local day. Events are dated by it: 23:30 UTC may already be tomorrow in Oujda."""
    return local_day(now())


def local_day(moment: dt.datetime) -> dt.date:
    """The day in Morocco at a moment, summer time and Ramadan time included."""
    return moment.astimezone(MOROCCO).date()


def months_after(day: dt.date, months: int) -> dt.date:
    """The same day so many months later; the last of its month where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@contextmanager
def frozen(moment: dt.datetime | dt.date) -> Iterator[None]:
    """Hold the clock at a moment, or at noon of a day: for tests and the fictional programme."""
    if not isinstance(moment, dt.datetime):
        moment = dt.datetime.combine(moment, dt.time(12), dt.UTC)
    token = _frozen.set(moment)
    try:
        yield
    finally:
        _frozen.reset(token)
