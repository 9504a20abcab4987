# SPDX-License-Identifier: AGPL-3.0-or-later
"""The funnel: how many people came to each stage of the way at the hub in a period.

A stage counts in the period of the first day a person stood there, on each of her ways; she is one
person at a stage whatever the number of her ways. One that was skipped does not count her, so a
later stage may hold more people than the one before it.
"""

from collections.abc import Collection
from typing import Any, NamedTuple

from casework import clock
from casework.codelists import codelist
from casework.facts import Question, count
from casework.i18n import _

from .catalogue import AGE, SEX, SITE
from .figures import codes_of, site_numbers
from .periods import Period

PATHWAY = "pathway"
BREAKDOWNS = (SEX, AGE, PATHWAY)


class Step(NamedTuple):
    """One stage: its words, and the people who came to it; None in a period still to come."""

    stage: str
    words: str
    people: int | None


def kind_of_stage(stage: str) -> str:
    """The name of the facts of a stage, as the hub declares them."""
    return f"stage_{stage.lower()}"


def funnel(period: Period) -> list[Step]:
    """The stages in their order, over all sites."""
    to_come = period.first > clock.today()
    return [
        Step(stage, words, None if to_come else _counted(stage, period).value)
        for stage, words in codelist("pathway_stage").choices()
    ]


def broken_down(period: Period, sites: Collection[str] | None) -> list[tuple[str, dict[str, Any]]]:
    """(title, columns and rows) of each breakdown, limited to these site codes; those empty are
    left out."""
    if period.first > clock.today():
        return []
    titles = {SEX: _("By sex"), AGE: _("By age"), PATHWAY: _("By pathway")}
    tables = [(titles[name], _table(name, period, sites)) for name in BREAKDOWNS]
    return [(title, table) for title, table in tables if len(table["columns"]) > 1]


def _table(name: str, period: Period, sites: Collection[str] | None) -> dict[str, Any]:
    """Stages down, codes across: those that hold someone."""
    found = [
        (words, _counted(stage, period, (name,), sites).cells)
        for stage, words in codelist("pathway_stage").choices()
    ]
    there = [pair for pair in codes_of(name) if any(cells.get((pair[0],)) for _w, cells in found)]
    rows = [(words, *(cells.get((code,), 0) for code, _words in there)) for words, cells in found]
    return {
        "columns": [(_("Stage"),), *((words, "number") for _code, words in there)],
        "rows": rows,
    }


def _counted(
    stage: str, period: Period, by: tuple[str, ...] = (), sites: Collection[str] | None = None
) -> Any:
    where = {}
    if sites is not None:
        where[SITE] = {number for code, number in site_numbers().items() if code in sites}
    kinds = (kind_of_stage(stage),)
    return count(Question(kinds, period.first, period.last, by=by, where=where))
