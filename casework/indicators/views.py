# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pages of figures: every headline, and one indicator with its definition and breakdowns."""

import datetime as dt
from collections.abc import Sequence
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from flask import abort, render_template, request

from casework import clock
from casework.access import GuardedBlueprint, Permission, Site, current_user
from casework.audit import trace
from casework.db import db
from casework.errors import Refusal
from casework.i18n import _, format_month
from casework.policy import ROLES

from . import survival
from .catalogue import (
    AGE,
    CATALOGUE,
    CONTRACT,
    FORM,
    GROUP,
    MONTH,
    OCCUPATION,
    ORGANISATION,
    OWNERS,
    REGION,
    SECTOR,
    SEX,
    SITE,
    TOPIC,
    Indicator,
)
from .figures import Figure, Number, codes_of, figure, site_numbers
from .funnel import broken_down, funnel
from .lifetimes import lives
from .periods import Period

pages = GuardedBlueprint("indicators", __name__)
MONTH_DAYS = 365.25 / 12
MONTHS_SHOWN = (0, 3, 6, 12, 18, 24, 36, 48, 60)


@pages.route("/indicators", needs=Permission.FIGURES_READ)
def list_indicators() -> Any:
    period, problem = asked_period()
    recorded = [one for one in CATALOGUE.values() if one.is_recorded]
    figures = [figure(indicator, period) for indicator in recorded]
    page = render_template(
        "indicators/list_indicators.html", figures=figures, period=period, problem=problem,
        families=[(title, list(group)) for title, group in groupby(figures, _family)],
        unrecorded=[one for one in CATALOGUE.values() if not one.is_recorded],
        choices=period_choices(), is_reported=period == Period.programme(),
        is_to_come=period.first > clock.today(),
    )  # fmt: skip
    return page, 422 if problem else 200


def _family(found: Figure) -> Any:
    return found.indicator.family


@pages.route("/indicators/survival", needs=Permission.FIGURES_BREAKDOWN)
def show_survival() -> Any:
    """How long started businesses live: all of them together, none of them by name."""
    mark = trace("figures:survival")
    sites = sites_shown()
    numbers = None if sites is None else {site_numbers()[code] for code in sites}
    known = lives(clock.today(), numbers)
    steps = survival.curve(known)
    last = max([12 * MONTH_DAYS, *(one.days for one in known)])
    lines = [(n, survival.at_day(known, steps, round(n * MONTH_DAYS))) for n in MONTHS_SHOWN
             if n * MONTH_DAYS <= last]  # fmt: skip
    mark.done()
    return render_template(
        "indicators/show_survival.html", number=len(known), lines=lines, last=last,
        steps=[(one.day, one.alive) for one in steps], month=MONTH_DAYS,
        sites=_named(sites),
    )  # fmt: skip


@pages.route("/indicators/<code>", needs=Permission.FIGURES_READ)
def show_indicator(code: str) -> Any:
    indicator = CATALOGUE.get(code) or abort(404)
    period, problem = asked_period()
    before = period.previous if period != Period.programme() else None
    page = render_template(
        "indicators/show_indicator.html", indicator=indicator, period=period, problem=problem,
        choices=period_choices(), figure=figure(indicator, period),
        before=figure(indicator, before) if before else None,
        reported=indicator.reported if period == Period.programme() else None,
        **_breakdowns(indicator, period),
    )  # fmt: skip
    return page, 422 if problem else 200


@pages.route("/funnel", needs=Permission.FIGURES_READ)
def show_funnel() -> Any:
    """Headlines for everyone; what is broken down leaves a line of its own in the trail."""
    period, problem = asked_period()
    broken, tables, sites = current_user.may(Permission.FIGURES_BREAKDOWN), [], None
    if broken:
        mark = trace("figures:breakdown", kind="funnel")
        sites = sites_shown()
        tables = broken_down(period, sites)
        mark.done()
    page = render_template(
        "indicators/show_funnel.html", steps=funnel(period), period=period, problem=problem,
        choices=period_choices(), broken=broken, tables=tables,
        sites=_named(sites),
    )  # fmt: skip
    return page, 422 if problem else 200


def asked_period() -> tuple[Period, str | None]:
    """The period in the address, and what is wrong with it: then the programme's is shown."""
    name, days = request.args.get("period"), [request.args.get(one) for one in ("from", "to")]
    try:
        if any(days):
            return _allowed(Period.between(days[0] or "", days[1] or "")), None
        return (_allowed(Period.named(name)) if name else Period.programme()), None
    except Refusal as refusal:
        return Period.programme(), str(refusal)


def _allowed(period: Period) -> Period:
    """Whole months only, but for the M&E officer: the figures of single days, held against each
    other, tell who of few people came back. Raises Refusal (422)."""
    may = current_user.may(Permission.FIGURES_BREAKDOWN) and not current_user.strands
    if not (period.is_of_whole_months or may):
        raise Refusal(_("Your role reads figures of whole months. Choose a month or a year."), 422)
    return period


def period_choices() -> list[tuple[str, str]]:
    """Periods one tap away: (name, words)."""
    today = clock.today()
    return [
        (Period.around(today, 1).name, _("This month")),
        (Period.around(today, 3).name, _("This quarter")),
        (Period.around(today, 12).name, _("This year")),
        (Period.programme().name, _("Programme 2019–2023")),
    ]


# ------------------------------------------------------------------ breakdowns


def _named(sites: set[str] | None) -> str | None:
    """The names of these sites; None for the whole programme."""
    return ", ".join(name for code, name in codes_of(SITE) if code in sites) if sites else None


def sites_shown() -> set[str] | None:
    """The codes of the sites whose breakdowns the reader may see; None for all of the programme.

    Only sites where a role of hers opens breakdowns: who follows people at one cell and heads
    another sees those of the second.
    """
    opening = {name for name, role in ROLES.items()
               if Permission.FIGURES_BREAKDOWN in role.permissions}  # fmt: skip
    granted = [grant.sites for grant in current_user.grants if grant.role in opening]
    if not all(granted):
        return None
    ids = frozenset().union(*granted)
    return set(db.session.scalars(sa.select(Site.code).where(Site.id.in_(ids))))


def _breakdowns(indicator: Indicator, period: Period) -> dict[str, Any]:
    """Bars, a line over time and crossed tables; nothing for who may see headlines only.

    These are tables nobody has protected: seeing them leaves a line of its own in the trail.
    """
    if not current_user.may(Permission.FIGURES_BREAKDOWN) or not indicator.kinds:
        return {"bars": [], "trend": None, "crossed": [], "sites": None}
    mark = trace("figures:breakdown", kind="indicator", object_id=indicator.code)
    sites = sites_shown()
    titles = {
        SITE: _("By site"), SEX: _("By sex"), AGE: _("By age"), REGION: _("By region"),
        ORGANISATION: _("By kind of organisation"), TOPIC: _("By topic"),
        SECTOR: _("By sector"), FORM: _("By legal form"), GROUP: _("By situation"),
        OCCUPATION: _("By occupation"), CONTRACT: _("By contract"),
        OWNERS: _("By sex of the owners"),
    }  # fmt: skip
    bars = [
        (titles[name], _rows(figure(indicator, period, (name,), sites))) for name in indicator.by
    ]
    months = figure(indicator, period, (MONTH,), sites)
    trend = None if indicator.measure == "ratio" else _trend(months)
    falls = any(value < 0 for value in (months.cells or {}).values())
    if months.cells and (falls or indicator.measure == "ratio"):
        bars.insert(0, (_("Month by month"), _months(months)))
    crossed = [
        (title, _crossed(figure(indicator, period, by, sites)))
        for title, by in _crossings(indicator, sites)
    ]
    mark.done()
    return {
        "bars": bars, "trend": trend, "crossed": crossed,
        "sites": _named(sites),
    }  # fmt: skip


def _crossings(
    indicator: Indicator, sites: set[str] | None
) -> Sequence[tuple[str, tuple[str, str]]]:
    """What is worth crossing: with a single site, a table by site says nothing new."""
    tables = [
        (_("Site and sex"), (SITE, SEX)), (_("Age and site"), (AGE, SITE)),
        (_("Age and sex"), (AGE, SEX)), (_("Sector and legal form"), (SECTOR, FORM)),
    ]  # fmt: skip
    alone = sites is not None and len(sites) < 2
    return [
        (title, by) for title, by in tables
        if {*by} <= {*indicator.by} and not (alone and SITE in by)
    ]  # fmt: skip


def _rows(found: Figure) -> list[tuple[str, Number]]:
    cells = found.cells or {}
    return [(words, cells[code,]) for code, words in codes_of(found.by[0]) if (code,) in cells]


def _months(found: Figure) -> list[tuple[str, Number]]:
    cells = sorted((found.cells or {}).items())
    return [(format_month(dt.date.fromisoformat(f"{key[0]}-01")), value) for key, value in cells]


def _trend(found: Figure) -> list[tuple[str, Number | None, str]] | None:
    """(month in words, value, month in digits) of each month; None for a single one.

    A month still to come has no value, so that the line does not fall to nought before it; where
    a month lost more than it brought, there is no line. The year stands in the digits only where
    there are several.
    """
    today, one_year = clock.today(), found.period.first.year == found.period.last.year
    points = []
    for month, value in sorted((found.totals or {}).items()):
        first = dt.date.fromisoformat(f"{month}-01")
        digits = f"{first.month}" if one_year else f"{first.month}/{month[2:4]}"
        points.append((format_month(first), value if first <= today else None, digits))
    falls = any(value is not None and value < 0 for _month, value, _digits in points)
    return points if len(points) > 1 and not falls else None


def _crossed(found: Figure) -> dict[str, Any]:
    """Rows of the first dimension, columns of the second, with only those that hold someone."""
    cells = found.cells or {}
    down, across = (
        [pair for pair in codes_of(name) if any(key[place] == pair[0] for key in cells)]
        for place, name in enumerate(found.by)
    )
    rows = [
        (words, *(cells.get((code, other), 0) for other, _words in across)) for code, words in down
    ]
    first = {SITE: _("Site"), AGE: _("Age"), SECTOR: _("Sector")}[found.by[0]]
    columns = [(first,), *((words, "number") for _code, words in across)]
    return {"columns": columns, "rows": rows}
