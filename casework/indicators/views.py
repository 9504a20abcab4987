# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pages of figures: every headline, and one indicator with its definition and breakdowns."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from flask import abort, render_template, request

from casework import clock
from casework.access import GuardedBlueprint, Permission, Site, current_user
from casework.db import db
from casework.errors import Refusal
from casework.i18n import _, format_month

from .catalogue import AGE, CATALOGUE, MONTH, SEX, SITE, Indicator
from .figures import Figure, codes_of, figure
from .periods import Period

pages = GuardedBlueprint("indicators", __name__)


@pages.route("/indicators", needs=Permission.FIGURES_READ)
def list_indicators() -> Any:
    period, problem = asked_period()
    figures = [figure(indicator, period) for indicator in CATALOGUE.values()]
    page = render_template(
        "indicators/list_indicators.html", figures=figures, period=period, problem=problem,
        choices=period_choices(), is_reported=period == Period.programme(),
    )  # fmt: skip
    return page, 422 if problem else 200


@pages.route("/indicators/<code>", needs=Permission.FIGURES_READ)
def show_indicator(code: str) -> Any:
    indicator = CATALOGUE.get(code) or abort(404)
    period, problem = asked_period()
    page = render_template(
        "indicators/show_indicator.html", indicator=indicator, period=period, problem=problem,
        choices=period_choices(), figure=figure(indicator, period),
        reported=indicator.reported if period == Period.programme() else None,
        **_breakdowns(indicator, period),
    )  # fmt: skip
    return page, 422 if problem else 200


def asked_period() -> tuple[Period, str | None]:
    """The period in the address, and what is wrong with it: then the programme's is shown."""
    name = request.args.get("period", "")
    try:
        if request.args.get("from") or request.args.get("to"):
            return Period(_day("from"), _day("to")), None
        if ".." in name:
            first, _dots, last = name.partition("..")
            return Period(dt.date.fromisoformat(first), dt.date.fromisoformat(last)), None
        return (Period.named(name) if name else Period.programme()), None
    except Refusal as refusal:
        return Period.programme(), str(refusal)
    except ValueError:
        return Period.programme(), _("Give both days of the period.")


def _day(name: str) -> dt.date:
    return dt.date.fromisoformat(request.args.get(name, ""))


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


def sites_shown() -> set[str] | None:
    """The site codes whose breakdowns the reader may see; None for all of the programme."""
    if not current_user.sites:
        return None
    return set(db.session.scalars(sa.select(Site.code).where(Site.id.in_(current_user.sites))))


def _breakdowns(indicator: Indicator, period: Period) -> dict[str, Any]:
    """Bars, a line over time and a crossed table; nothing for who may see headlines only."""
    if not current_user.may(Permission.FIGURES_BREAKDOWN):
        return {"bars": [], "trend": None, "crossed": None, "sites": None}
    sites = sites_shown()
    titles = {SITE: _("By site"), SEX: _("By sex"), AGE: _("By age")}
    bars = [
        (titles[name], _rows(figure(indicator, period, (name,), sites))) for name in indicator.by
    ]
    return {
        "bars": bars,
        "trend": _trend(figure(indicator, period, (MONTH,), sites)),
        "crossed": _crossed(figure(indicator, period, (AGE, SEX), sites)),
        "sites": ", ".join(sorted(sites)) if sites else None,
    }


def _rows(found: Figure) -> list[tuple[str, int]]:
    cells = found.cells or {}
    return [(words, cells[code,]) for code, words in codes_of(found.by[0]) if cells.get((code,))]


def _trend(found: Figure) -> list[tuple[str, int, str]] | None:
    """(month in words, value, month and year in digits) of each month; None for a single one."""
    points = [
        (format_month(dt.date.fromisoformat(f"{month}-01")), value, f"{month[5:]}/{month[2:4]}")
        for month, value in sorted((found.totals or {}).items())
    ]
    return points if len(points) > 1 else None


def _crossed(found: Figure) -> dict[str, Any]:
    """Rows of age, columns of sex, with only those that hold someone."""
    cells = found.cells or {}
    down, across = (
        [pair for pair in codes_of(name) if any(key[place] == pair[0] for key in cells)]
        for place, name in enumerate(found.by)
    )
    rows = [
        (words, *(cells.get((code, other), 0) for other, _words in across)) for code, words in down
    ]
    return {"columns": [(words, "number") for _code, words in across], "rows": rows}
