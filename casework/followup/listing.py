# SPDX-License-Identifier: AGPL-3.0-or-later
"""The list of businesses: one line each in the reader's reach, read as columns, nothing opened."""

import datetime as dt
import uuid
from collections import defaultdict
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from casework.business import Venture, VentureSupport, models
from casework.db import db
from casework.i18n import _l, joined
from casework.people import Person
from casework.web import Page
from casework.web import pages as listing

OPEN, TRADING, VentureOwner = models.OPEN, models.TRADING, models.VentureOwner
FILTERS = {
    "all": _l("All businesses in my reach"), OPEN: _l("Projects"), TRADING: _l("Trading"),
    "dormant": _l("Dormant"), "closed": _l("Closed down"),
}  # fmt: skip
SORTS = ("last", "code", "since")
MANY, SKIPPED = sa.bindparam("many", type_=sa.Integer), sa.bindparam("skipped", type_=sa.Integer)
_SHOWN = sa.bindparam("shown", type_=sa.Uuid(), expanding=True)


class Row(NamedTuple):
    """One line of the list: codes, days, a state and how often it was helped; no name."""

    venture_id: uuid.UUID
    code: str
    since: dt.date
    last_on: dt.date
    status: str
    supports: int


def page_of(show: str, sort: str, descending: bool) -> tuple[Page[Row], dict[uuid.UUID, str]]:
    """The page asked for in the address, and the codes of the owners in reach by business.

    Two statements, prepared once: a page of fifty costs what its rows cost.
    """
    number, per = listing.asked_number(), listing.PER_PAGE
    some = {"many": per + 1, "skipped": (number - 1) * per}
    found = db.session.execute(_lines(show, sort, descending), some)
    rows = [Row._make(line) for line in found]
    return Page(rows[:per], number, len(rows) > per), _owners(rows[:per])


@lru_cache
def _lines(show: str, sort: str, descending: bool) -> sa.Select[Any]:
    query = sa.select(Venture.id, Venture.code, Venture.since, Venture.last_on, Venture.status)
    if show != "all":
        query = query.where(Venture.status == show)
    lines = query.order_by(*_order(Venture, sort, descending)).limit(MANY).offset(SKIPPED)
    page = lines.subquery()
    helped = sa.select(sa.func.count(VentureSupport.id))
    helped = helped.where(VentureSupport.venture_id == page.c.id)
    whole = sa.select(*page.c, helped.scalar_subquery())
    return whole.order_by(*_order(page.c, sort, descending))


def _order(columns: Any, sort: str, descending: bool) -> tuple[Any, Any]:
    column = getattr(columns, {"last": "last_on"}.get(sort, sort))
    return sa.desc(column) if descending else column, columns.code


def _owners(rows: list[Row]) -> dict[uuid.UUID, str]:
    by_venture: dict[uuid.UUID, list[str]] = defaultdict(list)
    for key, code in db.session.execute(_codes(), {"shown": [row.venture_id for row in rows]}):
        by_venture[key].append(code)
    return {row.venture_id: joined(*by_venture[row.venture_id]) for row in rows}


@lru_cache
def _codes() -> sa.Select[Any]:
    query = sa.select(VentureOwner.venture_id, Person.code)
    query = query.join(Person, Person.id == VentureOwner.person_id)
    return query.where(VentureOwner.venture_id.in_(_SHOWN)).order_by(Person.code)
