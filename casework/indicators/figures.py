# SPDX-License-Identifier: AGPL-3.0-or-later
"""From a definition to a figure: a question to the cube, its answer in codes of the code lists."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from casework import clock
from casework.access import Site
from casework.codelists import codelist
from casework.db import db
from casework.errors import Refusal
from casework.facts import Question, count
from casework.i18n import _, format_number

from .catalogue import AGE, GROUP, MONTH, SEX, SITE, Indicator
from .periods import Period

MOST_CROSSED = 3
ABOUT_PEOPLE = (SEX, AGE, GROUP)  # where what is not stated was kept from statistics
NO_SITE, NO_SITE_CODE = 0, "-"  # what the programme as a whole runs, without a site
SHOWN, NOT_YET = "shown", "not recorded yet"
Key = tuple[str, ...]
Number = int | float
# What the cube is asked for each measure of the catalogue.
MEASURES: dict[str, Any] = {
    "people": "people", "newcomers": "newcomers", "facts": "facts", "distinct": "people",
    "ratio": "people", "sum": "sum", "sites": "facts",
}  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """An indicator over a period. `cells` are not nought; `totals` are the months, where split.

    `value` is None where nothing can be said yet: no form records it, the period is still to come,
    or a percentage is one of nothing. `parts` are the numerator and denominator of a percentage,
    `parts_of` those of its cells.
    """

    indicator: Indicator
    period: Period
    value: Number | None
    by: tuple[str, ...] = ()
    cells: Mapping[Key, Number] | None = None
    totals: Mapping[str, Number | None] | None = None
    parts: tuple[int, int] | None = None
    parts_of: Mapping[Key, tuple[int, int]] | None = None

    @property
    def status(self) -> str:
        """`shown` or `not recorded yet`; `hidden` joins when tables are protected."""
        return NOT_YET if self.value is None else SHOWN

    @property
    def words(self) -> str:
        """The value as pages show it."""
        if self.value is None:
            return "–"
        said = format_number(self.value)
        if self.qualifier != "=":
            said = f"{self.qualifier} {said}"
        return _("%(n)s %%", n=said) if self.indicator.measure == "ratio" else said

    @property
    def qualifier(self) -> str:
        """`=` of whatever is counted; what is quoted may be about so many (≈)."""
        quoted = self.indicator.reported if self.indicator.is_quoted else None
        return quoted[0] if quoted else "="

    @property
    def is_additive(self) -> bool:
        """Whether months and cells add up to the value: never where a person seen at two sites
        stands in two cells."""
        twice = self.indicator.measure not in ("facts", "sum") and SITE in self.by
        return self.indicator.is_additive and not twice


def figure(
    indicator: Indicator,
    period: Period,
    by: tuple[str, ...] = (),
    sites: Collection[str] | None = None,
) -> Figure:
    """Count. `by` names dimensions, `month` among them; `sites` limits to these site codes.

    Raises Refusal (422) for a breakdown that this indicator does not have.
    """
    _check(indicator, by)
    if indicator.is_quoted and indicator.reported:
        return Figure(indicator, period, indicator.reported[1], by)
    if period.first > clock.today() or not indicator.kinds:
        return Figure(indicator, period, None, by)
    if indicator.measure == "ratio":
        return _ratio(indicator, period, by, sites)
    counted = _counted(indicator, period, by, sites, indicator.only)
    if indicator.measure == "sum":
        value, cells, totals = counted
        return Figure(indicator, period, value / 100, by, _hundredths(cells), _hundredths(totals))
    return Figure(indicator, period, counted[0], by, *counted[1:])


def _ratio(
    indicator: Indicator, period: Period, by: tuple[str, ...], sites: Collection[str] | None
) -> Figure:
    """The percentage of those counted that are among the codes asked for. What is dated ahead,
    such as an anniversary still to come, is asked of nobody yet."""
    until = Period(period.first, min(period.last, clock.today()))
    some = {**indicator.only, **indicator.among}
    above, cells_above, months_above = _counted(indicator, until, by, sites, some)
    below, cells, months = _counted(indicator, until, by, sites, indicator.only)
    parts_of = {key: (cells_above.get(key, 0), number) for key, number in cells.items()}
    return Figure(
        indicator, period, percent(above, below), by,
        {key: percent(*parts) or 0 for key, parts in parts_of.items()},
        {month: percent(months_above.get(month, 0), number) for month, number in months.items()},
        (above, below), parts_of,
    )  # fmt: skip


def percent(part: int, whole: int) -> float | None:
    """With one decimal; None of nothing."""
    return round(100 * part / whole, 1) if whole else None


def _hundredths(numbers: Mapping[Any, int]) -> dict[Any, float]:
    return {key: number / 100 for key, number in numbers.items()}


def _counted(
    indicator: Indicator, period: Period, by: tuple[str, ...], sites: Collection[str] | None,
    only: Mapping[str, tuple[str, ...]],
) -> tuple[int, dict[Key, int], Mapping[str, int]]:  # fmt: skip
    """(value, cells, months) as the cube counts them."""
    numbers = site_numbers()
    where: dict[str, Any] = {}
    if sites is not None:
        where[SITE] = {number for code, number in numbers.items() if code in sites}
    of_sites = indicator.measure == "sites"
    answer = count(
        Question(
            indicator.kinds, period.first, period.last, measure=MEASURES[indicator.measure],
            split="month" if MONTH in by else None, only=only, where=where,
            at_least=indicator.at_least,
            by=(SITE,) if of_sites else tuple(one for one in by if one != MONTH),
        )
    )  # fmt: skip
    codes = {NO_SITE: NO_SITE_CODE, **{number: code for code, number in numbers.items()}}
    if of_sites:
        return _sites(answer, by, codes)
    order = ([MONTH] if MONTH in by else []) + [name for name in by if name != MONTH]
    cells = {_named(key, order, by, codes): value for key, value in answer.cells.items()}
    if by == (MONTH,):
        cells = {(month,): value for month, value in answer.totals.items() if value}
    return answer.value, cells, answer.totals


def _sites(
    answer: Any, by: Key, codes: Mapping[int, str]
) -> tuple[int, dict[Key, int], Mapping[str, int]]:
    """Each site with anything is one, in the period and in each of its months."""
    split = MONTH in by
    order = [MONTH, SITE] if split else [SITE]
    seen = {_named(key, order, tuple(order), codes) for key in answer.cells}
    months = Counter(key[0] for key in seen) if split else {}
    cells = Counter(tuple(dict(zip(order, key, strict=True))[name] for name in by) for key in seen)
    totals = {month: months.get(month, 0) for month in answer.totals}
    return len({key[-1] for key in seen}), dict(cells) if by else {}, totals


def _check(indicator: Indicator, by: tuple[str, ...]) -> None:
    if len(by) > MOST_CROSSED or len(set(by)) != len(by):
        raise Refusal(_("Cross at most three different breakdowns."), 422)
    if set(by) - {*indicator.by, MONTH}:
        raise Refusal(_("This indicator has no such breakdown."), 422)


def _named(key: tuple[Any, ...], order: list[str], by: Key, sites: Mapping[int, str]) -> Key:
    """A key of the cube in the order asked, with site codes instead of numbers."""
    said = dict(zip(order, key, strict=True))
    if SITE in said:
        said[SITE] = sites.get(said[SITE], str(said[SITE]))
    return tuple(str(said[name]) for name in by)


def site_numbers() -> dict[str, int]:
    """The numbers of sites in facts, by their codes."""
    rows = db.session.execute(sa.select(Site.code, Site.number))
    return {row.code: row.number for row in rows}


def codes_of(dimension: str) -> list[tuple[str, str]]:
    """(code, words) of a dimension in its order, what was not stated last."""
    if dimension == SITE:
        sites = db.session.scalars(sa.select(Site).order_by(Site.number))
        return [*((site.code, site.name) for site in sites), (NO_SITE_CODE, _("No site"))]
    unsaid = _("No agreement to statistics") if dimension in ABOUT_PEOPLE else _("Not stated")
    return [*codelist(dimension).choices(), (Question.NOT_STATED, unsaid)]
