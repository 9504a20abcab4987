# SPDX-License-Identifier: AGPL-3.0-or-later
"""Periods: both days included, local days in Morocco."""

import datetime as dt
import re
from dataclasses import dataclass

from babel import Locale, dates

from casework import i18n
from casework.errors import Refusal
from casework.i18n import _, format_day, format_month

PROGRAMME_FIRST, PROGRAMME_LAST = dt.date(2019, 1, 1), dt.date(2023, 12, 31)
EARLIEST, LATEST = dt.date(2000, 1, 1), dt.date(2099, 12, 31)
_NAMED = re.compile(r"(\d{4})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?")


@dataclass(frozen=True)
class Period:
    """From `first` to `last`, both included. Raises Refusal (422) when it ends before it begins."""

    first: dt.date
    last: dt.date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise Refusal(_("The period ends before it begins."), 422)
        if self.first < EARLIEST or self.last > LATEST:
            raise Refusal(_("Choose days between 2000 and 2099."), 422)

    @classmethod
    def programme(cls) -> "Period":
        """The life of the programme as it reported it."""
        return cls(PROGRAMME_FIRST, PROGRAMME_LAST)

    @classmethod
    def months(cls, year: int, month: int, length: int) -> "Period":
        """So many months from the first of one."""
        after = year * 12 + month - 1 + length
        end = dt.date(after // 12, after % 12 + 1, 1) - dt.timedelta(days=1)
        return cls(dt.date(year, month, 1), end)

    @classmethod
    def named(cls, name: str) -> "Period":
        """The period of a name: 2023, 2023-Q1, 2023-03 or 2023-01-15..2023-02-14.

        Raises Refusal (422) for another.
        """
        if ".." in name:
            first, _dots, last = name.partition("..")
            return cls.between(first, last)
        found = _NAMED.fullmatch(name)
        if not found or not EARLIEST.year <= int(found[1]) <= LATEST.year:
            raise Refusal(_("This is not a period. Write 2023, 2023-Q1 or 2023-03."), 422)
        year, quarter, month = found.groups()
        if quarter:
            return cls.months(int(year), int(quarter) * 3 - 2, 3)
        return cls.months(int(year), int(month or 1), 1 if month else 12)

    @classmethod
    def between(cls, first: str, last: str) -> "Period":
        """From one day to another, each written 2023-01-15. Raises Refusal (422)."""
        try:
            days = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
        except ValueError:
            raise Refusal(_("Give both days of the period."), 422) from None
        return cls(*days)

    @classmethod
    def around(cls, day: dt.date, length: int) -> "Period":
        """The month (1), quarter (3) or year (12) a day lies in."""
        return cls.months(day.year, (day.month - 1) // length * length + 1, length)

    @property
    def name(self) -> str:
        """The shortest name, or both days: what an address carries."""
        for length in (12, 3, 1):
            if self == Period.around(self.first, length):
                year, month = self.first.year, self.first.month
                return {12: f"{year}", 3: f"{year}-Q{month // 3 + 1}", 1: f"{year}-{month:02}"}[
                    length
                ]
        return f"{self.first.isoformat()}..{self.last.isoformat()}"

    @property
    def label(self) -> str:
        """The period in the reader's words: a month, a quarter, years, or days."""
        first, last = self.first, self.last
        if self == Period.around(first, 1):
            return format_month(first)
        if self == Period.around(first, 3):
            return dates.format_skeleton("yQQQQ", first, locale=_locale())
        if self == Period.around(first, 12):
            return str(first.year)
        length = self._whole_months()
        if length % 12 == 0 and first.month == 1 and length:
            return f"{first.year}–{last.year}"
        if length:
            return f"{format_month(first)} – {format_month(last)}"
        return _("%(first)s to %(last)s", first=format_day(first), last=format_day(last))

    @property
    def previous(self) -> "Period | None":
        """The period just before: as many whole months where it is made of them, else as many
        days. None where it would begin before anything can have been recorded."""
        length = self._whole_months()
        if length:
            month = self.first.year * 12 + self.first.month - 1 - length
            first = dt.date(month // 12, month % 12 + 1, 1)
        else:
            first = self.first - (self.last - self.first) - dt.timedelta(days=1)
        if first < EARLIEST:
            return None
        return Period(first, self.first - dt.timedelta(days=1))

    @property
    def is_of_whole_months(self) -> bool:
        """Whether it cuts no month."""
        return self._whole_months() > 0

    def _whole_months(self) -> int:
        """How many whole months it is made of; 0 where it cuts one."""
        after = self.last + dt.timedelta(days=1)
        if self.first.day != 1 or after.day != 1:
            return 0
        return (after.year - self.first.year) * 12 + after.month - self.first.month


def _locale() -> Locale:
    return i18n.LANGUAGES[i18n.language()].locale
