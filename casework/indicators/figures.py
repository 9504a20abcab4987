# SPDX-License-Identifier: AGPL-3.0-or-later
"""From a definition to a figure: a question to the cube, its answer in codes of the code lists."""

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
from casework.i18n import _

from .catalogue import AGE, GROUP, MONTH, SEX, SITE, Indicator
from .periods import Period

MOST_CROSSED = 3
ABOUT_PEOPLE = (SEX, AGE, GROUP)  # where what is not stated was kept from statistics
NO_SITE, NO_SITE_CODE = 0, "-"  # what the programme as a whole runs, without a site
SHOWN, NOT_YET = "shown", "not recorded yet"
Key = tuple[str, ...]


@dataclass(frozen=True)
class Figure:
    """An indicator over a period. `cells` are not nought; `totals` are the months, where split.

    `value` is None where nothing can have been recorded yet: the period is still to come.
    """

    indicator: Indicator
    period: Period
    value: int | None
    by: tuple[str, ...] = ()
    cells: Mapping[Key, int] | None = None
    totals: Mapping[str, int] | None = None

    @property
    def status(self) -> str:
        """`shown` or `not recorded yet`; `hidden` joins when tables are protected."""
        return NOT_YET if self.value is None else SHOWN

    @property
    def is_additive(self) -> bool:
        """Whether months and cells add up to the value: never where a person seen at two sites
        stands in two cells."""
        twice = self.indicator.measure != "facts" and SITE in self.by
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
    if period.first > clock.today():
        return Figure(indicator, period, None, by)
    numbers = site_numbers()
    where: dict[str, Any] = {}
    if sites is not None:
        where[SITE] = {number for code, number in numbers.items() if code in sites}
    answer = count(
        Question(
            indicator.kinds, period.first, period.last,
            measure="people" if indicator.measure == "distinct" else indicator.measure,
            split="month" if MONTH in by else None, only=indicator.only,
            by=tuple(dimension for dimension in by if dimension != MONTH), where=where,
        )
    )  # fmt: skip
    codes = {NO_SITE: NO_SITE_CODE, **{number: code for code, number in numbers.items()}}
    order = ([MONTH] if MONTH in by else []) + [name for name in by if name != MONTH]
    cells = {_named(key, order, by, codes): value for key, value in answer.cells.items()}
    if by == (MONTH,):
        cells = {(month,): value for month, value in answer.totals.items() if value}
    return Figure(indicator, period, answer.value, by, cells, answer.totals)


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
