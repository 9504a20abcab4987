# SPDX-License-Identifier: AGPL-3.0-or-later
"""Days nobody can misread: today, yesterday or a day in words; a birth as well as it is known."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import wtforms
from babel import dates as babel_dates
from wtforms import validators
from wtforms.widgets import TextInput

from casework import clock, i18n
from casework.i18n import _

OTHER = "other"
EARLIEST = dt.date(2000, 1, 1)
FARTHEST = 5  # years ahead: what is planned beyond is a slip of the hand
OLDEST = 120  # years


class QuickDateField(wtforms.Field):
    """Today, yesterday, or another day. `data` is the day, or None when it is not said.

    The chips carry dates, so a form left open over midnight still means the day it meant. Sent
    as two values of one name: the chip, and the other day.
    """

    widget = TextInput()

    def __init__(
        self,
        label: Any = None,
        extra_validators: Any = None,
        *,
        earliest: dt.date = EARLIEST,
        future: bool = False,
        required: bool = True,
        **more: Any,
    ) -> None:
        more.setdefault("default", clock.today if required else None)
        super().__init__(label, extra_validators or [], **more)
        self.earliest, self.future, self.required_day = earliest, future, required
        self.chip: str | None = None
        self.typed = ""

    def process_data(self, value: Any) -> None:
        self.data = value
        self.chip, self.typed = self._split(value)

    def process_formdata(self, values: list[str]) -> None:
        if not values:
            return
        self.chip, self.typed = values[0], values[1].strip() if len(values) > 1 else ""
        text = self.typed if self.chip in {OTHER, ""} else self.chip
        self.data = None
        if text:
            try:
                self.data = dt.date.fromisoformat(text)
            except ValueError:
                self.chip = OTHER
                raise ValueError(_("Enter a day, with month and year.")) from None
        if self.data:
            self.chip, self.typed = self._split(self.data)

    def _split(self, day: dt.date | None) -> tuple[str | None, str]:
        if day is None:
            return None, ""
        if day in self._near_days():
            return day.isoformat(), ""
        return OTHER, day.isoformat()

    def _near_days(self) -> tuple[dt.date, dt.date]:
        today = clock.today()
        return today, today - dt.timedelta(days=1)

    def iter_chips(self) -> Iterator[tuple[str, str, bool]]:
        """(value, words, chosen) of each chip."""
        today, yesterday = self._near_days()
        for value, words in (
            (today.isoformat(), _("Today")),
            (yesterday.isoformat(), _("Yesterday")),
            (OTHER, _("Another day")),
        ):
            yield value, words, value == self.chip

    @property
    def in_words(self) -> str:
        """The other day with its month in words: a browser shows figures in its own order."""
        return i18n.format_day(self.data, "full") if self.data and self.typed else ""

    def pre_validate(self, _form: Any) -> None:
        if self.process_errors:
            return
        if self.data is None:
            if self.required_day or self.chip == OTHER:
                raise validators.ValidationError(_("Say which day, with month and year."))
        elif self.data > clock.today() and not self.future:
            raise validators.ValidationError(
                _("This day is still to come. Choose today or an earlier day.")
            )
        else:
            _check_year_of(self.data, self.earliest)


class DayField(wtforms.DateField):
    """A day that may be still to come, of a year that can be meant."""

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if self.data:
            _check_year_of(self.data)


def _check_year_of(day: dt.date, earliest: dt.date = EARLIEST) -> None:
    """Raises ValidationError for a day nobody means: 0206 for 2026, or 2062."""
    if day < earliest:
        raise validators.ValidationError(_("This day is too long ago. Check the year."))
    if day.year > clock.today().year + FARTHEST:
        raise validators.ValidationError(_("This day is too far away. Check the year."))


@dataclass(frozen=True)
class PartialDate:
    """A birth as well as it is known: the day, or the year alone, or an age someone estimated."""

    day: dt.date | None = None
    year: int | None = None
    age: int | None = None

    @property
    def precision(self) -> str | None:
        """`day`, `year`, `age`, or None when nothing is known."""
        if self.day:
            return "day"
        if self.year:
            return "year"
        return "age" if self.age is not None else None

    def __bool__(self) -> bool:
        return self.precision is not None


class PartialDateField(wtforms.Field):
    """Day, month and year; the year alone; or an estimated age. `data` is a `PartialDate`.

    Sent as `name` four times: day, month, year, age.
    """

    widget = TextInput()

    def __init__(
        self, label: Any = None, extra_validators: Any = None, *, age: bool = True,
        required: bool = False, **more: Any,
    ) -> None:  # fmt: skip
        super().__init__(label, extra_validators or [], **more)
        self.with_age, self.required_date = age, required
        self.parts = ["", "", "", ""]

    def process_data(self, value: PartialDate | None) -> None:
        self.data = value or PartialDate()
        day, year = self.data.day, self.data.year
        self.parts = [
            str(day.day) if day else "",
            str(day.month) if day else "",
            str(day.year if day else year or ""),
            str(self.data.age) if self.data.age is not None else "",
        ]

    def process_formdata(self, values: list[str]) -> None:
        if not values:
            return
        self.parts = [value.strip() for value in values[:4]] + [""] * (4 - len(values))
        self.data = PartialDate()
        self.data = read_partial_date(*self.parts)

    def iter_months(self) -> Iterator[tuple[str, str, bool]]:
        """(number, name, chosen) of the twelve months, named: 3/12 is two different days."""
        locale = i18n.LANGUAGES[i18n.language()].locale
        names = babel_dates.get_month_names("wide", context="stand-alone", locale=locale)
        for number, name in names.items():
            yield str(number), name, str(number) == self.parts[1].lstrip("0")

    def pre_validate(self, _form: Any) -> None:
        if self.required_date and not self.data and not self.process_errors:
            raise validators.ValidationError(_("Enter the year, or an estimated age."))


def read_partial_date(day: str, month: str, year: str, age: str = "") -> PartialDate:
    """What was typed in the four boxes. Raises ValueError with a sentence for the reader.

    Figures may be of any script: a phone set to Arabic may send ٢٠٠١.
    """
    numbers = [_number(text) for text in (day, month, year, age)]
    the_day, the_month, the_year, the_age = numbers
    if the_age is not None:
        return _by_age(the_age, numbers[:3])
    if the_year is None:
        if the_day is None and the_month is None:
            return PartialDate()
        raise ValueError(_("Enter the year with four figures."))
    _check_year(the_year)
    if the_day is None and the_month is None:
        return PartialDate(year=the_year)
    if the_day is None or the_month is None:
        raise ValueError(_("Enter the day and the month, or the year alone."))
    return PartialDate(day=_real_day(the_year, the_month, the_day))


def _number(text: str) -> int | None:
    text = text.strip()
    if not text:
        return None
    if not text.isdecimal() or len(text) > 4:
        raise ValueError(_("Enter figures only."))
    return int(text)


def _by_age(age: int, date: list[int | None]) -> PartialDate:
    if any(part is not None for part in date):
        raise ValueError(_("Enter a date or an age, not both."))
    if age > OLDEST:
        raise ValueError(_("Enter an age in years, at most %(most)s.", most=OLDEST))
    return PartialDate(age=age)


def _check_year(year: int) -> None:
    this_year = clock.today().year
    if year < 100:
        raise ValueError(_("Enter the year with four figures."))
    if year > this_year:
        raise ValueError(_("This year is still to come."))
    if year < this_year - OLDEST:
        raise ValueError(_("This year is too long ago. Check it."))


def _real_day(year: int, month: int, day: int) -> dt.date:
    try:
        found = dt.date(year, month, day)
    except ValueError:
        raise ValueError(_("This day is not in the calendar.")) from None
    if found > clock.today():
        raise ValueError(_("This day is still to come."))
    return found
