# SPDX-License-Identifier: AGPL-3.0-or-later
"""Questions to the cube, and what their words mean.

The rules are those of the catalogue: a person counts once in the period asked; her attributes are
those on her first counted day in it, within the sites asked; she is counted at each site where
she was seen; without her consent to statistics she is in totals, and "not stated" in every
breakdown but site.
"""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from .columns import month_of, month_start
from .kinds import PLACE, FactKind

Measure = Literal["people", "newcomers", "facts", "sum"]
Split = Literal["month", "quarter", "half", "year"]
SITE, MONTH = "site", "month"
Key = tuple[str | int, ...]


@dataclass(frozen=True)
class Question:
    """What is asked. Sites are numbers, other codes those of the code lists or NOT_STATED.

    people      distinct persons with `at_least` facts
    newcomers   of these, who had no fact of these kinds at any site before the first day
    facts       number of facts; sum: of their amounts. Attributes are each fact's own
    only        which facts exist at all for this question ("individual sessions"), consent or not
    where       of what is counted, which attributes are asked for; sites limit the facts
    by          breakdown; with `split`, the month, quarter, half or year comes first in a key,
                and each is a period of its own: people are counted anew in it
    attributed  each person in one cell only: under the site of her first fact in the period, as
                under her attributes then; `by` may name its month. So cells add up to the value,
                which is what may leave the programme (disclosure.md, section 5)
    """

    NOT_STATED: ClassVar[str] = "not stated"

    kinds: tuple[FactKind | str, ...]
    first: dt.date
    last: dt.date
    measure: Measure = "people"
    at_least: int = 1
    split: Split | None = None
    by: tuple[str, ...] = ()
    where: Mapping[str, Collection[str | int]] = field(default_factory=dict)
    only: Mapping[str, Collection[str | int]] = field(default_factory=dict)
    attributed: bool = False

    def __post_init__(self) -> None:
        known = {SITE, *PLACE}
        unknown = {*self.by} - known - ({MONTH} if self.attributed else set())
        unknown |= {*self.where, *self.only} - known
        if unknown:
            raise ValueError(f"no such dimension: {sorted(unknown)}")
        if self.attributed and self.measure not in ("people", "newcomers"):
            raise ValueError("only people are attributed: each fact has a site of its own")
        if self.last < self.first or self.at_least < 1:
            raise ValueError("a period ends after it begins, and counts from one fact up")


@dataclass(frozen=True)
class Answer:
    """`value` of the whole period; `totals` of each part where it is split; `cells` not zero.

    `seq` is the sequence number the answer stands on: the same number, the same answer.
    """

    value: int
    cells: Mapping[Key, int]
    totals: Mapping[str, int]
    seq: int


@dataclass(frozen=True)
class Span:
    """The days of one month that a period covers, as numbers from 0."""

    month: int
    first: int
    last: int
    whole: bool


def spans(first: dt.date, last: dt.date) -> Iterator[Span]:
    for month in range(month_of(first), month_of(last) + 1):
        start = month_start(month)
        length = (month_start(month + 1) - start).days
        low = max((first - start).days, 0)
        high = min((last - start).days, length - 1)
        yield Span(month, low, high, whole=low == 0 and high == length - 1)


def parts(first: dt.date, last: dt.date, split: Split) -> Iterator[tuple[str, dt.date, dt.date]]:
    """The periods inside a period: name, first day, last day, cut off at its ends."""
    length = {"month": 1, "quarter": 3, "half": 6, "year": 12}[split]
    month = month_of(first) // length * length
    while (start := month_start(month)) <= last:
        end = month_start(month + length) - dt.timedelta(days=1)
        year, within = start.year, month % 12 // length + 1
        names = {"month": f"{year}-{within:02}", "quarter": f"{year}-Q{within}"}
        names |= {"half": f"{year}-H{within}", "year": f"{year}"}
        yield names[split], max(first, start), min(last, end)
        month += length
