# SPDX-License-Identifier: AGPL-3.0-or-later
"""The lives of started businesses, read from facts: no file is opened, and no row leaves here.

A business is its number in figures: the day it began to trade, and how follow-ups found it.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator

import numpy as np

from casework.codelists import codelist
from casework.facts import columns, cube, kinds

from .survival import Lifetime, lifetime

TRADING, STATE = "business_trading", "business_state"


def lives(until: dt.date, sites: Collection[int] | None = None) -> list[Lifetime]:
    """Of the businesses started after support at these sites, as known on a day."""
    return cube.asked(lambda held: _lives(held, until, sites))


def _lives(held: cube.Cube, until: dt.date, sites: Collection[int] | None) -> list[Lifetime]:
    began: dict[int, dt.date] = {}
    seen: dict[int, list[tuple[dt.date, str]]] = defaultdict(list)
    states = codelist("venture_state")
    for day, ordinal, site, _state in _facts(held, TRADING):
        if day <= until and (sites is None or site in sites):
            began[ordinal] = day
    for day, ordinal, _site, state in _facts(held, STATE):
        if day <= until:
            seen[ordinal].append((day, states.code(state)))
    return [lifetime(day, seen[ordinal]) for ordinal, day in sorted(began.items())]


def _facts(held: cube.Cube, kind: str) -> Iterator[tuple[dt.date, int, int, int]]:
    """(day, number of the business, site, state) of each fact of a kind."""
    number = kinds.kind_of(kind).number
    for month in sorted(held.months):
        found = columns.days_of(held.columns(month), [number], month, 0, 31)
        if found is None:
            continue
        names = ("day", "ordinal", "site", f"d{kinds.PLACE['venture_state']}")
        start = columns.month_start(month)
        for day, *rest in zip(*(np.asarray(found.column(n)).tolist() for n in names), strict=True):
            yield (start + dt.timedelta(days=day), *rest)
