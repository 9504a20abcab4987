# SPDX-License-Identifier: AGPL-3.0-or-later
"""The list of dossiers: one row per person in reach, read as columns, nothing opened."""

import datetime as dt
import unicodedata
import uuid
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from casework import clock
from casework.access import Site, current_user
from casework.db import db
from casework.hub import Enrolment, OrientationSession
from casework.i18n import _l
from casework.listening import Case, ListeningSession
from casework.people import Person, Registration
from casework.vault import open_rows
from casework.web import Page
from casework.web import pages as listing

QUIET_AFTER = dt.timedelta(days=30)
OPEN, PAUSED = "open", "paused"
STANDS = {OPEN: 2, PAUSED: 1}  # of several files the liveliest one tells; 0: all are closed
FILES: dict[str, Any] = {"listening": Case, "hub": Enrolment}
# The meetings of a file, and the column that names the file.
MEETINGS: dict[str, tuple[Any, Any]] = {
    "listening": (ListeningSession, ListeningSession.case_id),
    "hub": (OrientationSession, OrientationSession.enrolment_id),
}
FILTERS = {
    "mine": _l("My dossiers"),
    "all": _l("All in my reach"),
    "quiet": _l("No contact for 30 days"),
    "closed": _l("Closed files"),
}
SORTS = ("last", "code", "since")
# Values of a kept statement, found when it runs.
READER = sa.bindparam("reader", callable_=lambda: current_user.id, type_=sa.Uuid(), unique=True)
LONG_AGO = sa.bindparam(
    "long_ago", callable_=lambda: clock.today() - QUIET_AFTER, type_=sa.Date(), unique=True
)
MANY, SKIPPED = sa.bindparam("many", type_=sa.Integer), sa.bindparam("skipped", type_=sa.Integer)


class Row(NamedTuple):
    """One line of the list: codes, days and a state; no name."""

    person_id: uuid.UUID
    code: str
    site_id: uuid.UUID
    since: dt.date
    last_on: dt.date | None
    stands: int | None  # see `STANDS`
    meetings: int = 0

    @property
    def is_open(self) -> bool:
        return self.stands == STANDS[OPEN]

    @property
    def days_silent(self) -> int:
        """Days since the last contact of an open file; 0 for any other."""
        if not self.is_open or self.last_on is None:
            return 0
        return (clock.today() - self.last_on).days

    @property
    def state(self) -> str:
        """`quiet` (open, and silent for too long), `open`, `paused`, `closed`, or `new`: no file
        yet."""
        if self.is_open:
            return "quiet" if self.days_silent > QUIET_AFTER.days else OPEN
        if self.stands == STANDS[PAUSED]:
            return PAUSED
        return "closed" if self.last_on else "new"


def usual_filter() -> str:
    """One's own dossiers, or all in reach for who heads a site and follows nobody herself."""
    heads = {"cell_supervisor", "hub_manager"} & set(current_user.roles)
    return "all" if heads else "mine"


def strand() -> str:
    """The strand the reader works in: what her dossiers are made of."""
    return "hub" if "hub" in current_user.strands else "listening"


def listed(
    show: str = "mine", sort: str = "last", descending: bool = False,
    skip: int = 0, many: int = listing.PER_PAGE,
) -> list[Row]:  # fmt: skip
    """So many of the dossiers asked for, in their order. Policy limits them to the reader's reach.

    One statement, prepared once: a page of fifty costs what its rows cost.
    """
    query = _counted(strand(), show, sort, descending)
    return [Row._make(line) for line in db.session.execute(query, {"many": many, "skipped": skip})]


@lru_cache
def _counted(of_strand: str, show: str, sort: str, descending: bool) -> sa.Select[Any]:
    """The lines of one page, each with the number of its meetings."""
    lines = _lines(of_strand, show, sort, descending).limit(MANY).offset(SKIPPED).subquery()
    file, (meeting, named_by) = FILES[of_strand], MEETINGS[of_strand]
    held = sa.select(sa.func.count(meeting.id)).join(file, named_by == file.id)
    held = held.where(file.person_id == lines.c.id)
    found = sa.select(*lines.c, held.scalar_subquery())
    return found.order_by(*_order(lines.c, sort, descending))


def _lines(of_strand: str, show: str, sort: str, descending: bool) -> sa.Select[Any]:
    file = FILES[of_strand]
    ours = (
        sa.select(
            file.person_id,
            sa.func.max(file.last_on).label("last_on"),
            sa.func.max(sa.case(STANDS, value=file.status, else_=0)).label("stands"),
        )
        .group_by(file.person_id)
        .subquery()
    )
    query = (
        sa.select(
            Person.id, Person.code, Registration.site_id, Registration.since,
            ours.c.last_on, ours.c.stands,
        )
        .join(Registration, Registration.person_id == Person.id)
        .outerjoin(ours, ours.c.person_id == Person.id)
    )  # fmt: skip
    return _filtered(query, show, ours).order_by(*_order(query.selected_columns, sort, descending))


def _order(columns: Any, sort: str, descending: bool) -> tuple[Any, Any]:
    column = columns[{"last": "last_on"}.get(sort, sort)]
    return (sa.desc(column) if descending else column).nulls_last(), columns.code


def _filtered(query: sa.Select[Any], show: str, ours: Any) -> sa.Select[Any]:
    if show == "mine":
        return query.where(Registration.owner_id == READER)
    if show == "quiet":
        return query.where(ours.c.stands == STANDS[OPEN], ours.c.last_on < LONG_AGO)
    if show == "closed":
        return query.where(ours.c.stands == 0)
    return query


def page_of(show: str, sort: str, descending: bool) -> Page[Row]:
    """The page asked for in the address."""
    number, per = listing.asked_number(), listing.PER_PAGE
    rows = listed(show, sort, descending, skip=(number - 1) * per, many=per + 1)
    return Page(rows[:per], number, len(rows) > per)


def site_names() -> dict[uuid.UUID, str]:
    """Sites by id, for who works at several; for anyone else there is nothing to tell apart."""
    if len(current_user.sites) < 2:
        return {}
    return {site.id: site.name for site in db.session.scalars(sa.select(Site))}


def at_work() -> Page[Any]:
    """The open files a meeting can be written down in: one's own first, the last touched first."""
    number, per = listing.asked_number(), listing.PER_PAGE
    some = {"many": per + 1, "skipped": (number - 1) * per}
    found = db.session.execute(_open_files(strand(), usual_filter() == "mine"), some).all()
    return Page(found[:per], number, len(found) > per)


@lru_cache
def _open_files(of_strand: str, only_mine: bool) -> sa.Select[Any]:
    file = FILES[of_strand]
    query = sa.select(file.id, Person.code, file.last_on)
    query = query.join(Person, Person.id == file.person_id).where(file.status == OPEN)
    if only_mine:  # what is shared with her she reads
        query = query.where(file.owner_id == READER)
    is_mine = sa.case((file.owner_id == READER, 0), else_=1)
    query = query.order_by(is_mine, sa.desc(file.last_on), Person.code)
    return query.limit(MANY).offset(SKIPPED)


def number_open() -> int:
    """How many open files there are in the reader's reach."""
    file = FILES[strand()]
    open_ones = sa.select(sa.func.count(file.id)).where(file.status == OPEN)
    return db.session.scalar(open_ones) or 0


def named(part: str) -> tuple[list[Row], int]:
    """One's own people whose name has this part, in either script, and how many of one's files
    do not open any more. Opened in bulk, once.

    Only one's own: a part of a name is never a way to look around.
    """
    wanted = _plain(part)
    mine = sa.select(Person).where(
        Person.id.in_(
            sa.select(Registration.person_id).where(Registration.owner_id == current_user.id)
        )
    )
    hits, damaged = set(), 0
    for row, words in open_rows(mine, Person.identity):
        if not isinstance(words, dict):
            damaged += 1
        elif wanted in _name_of(words):
            hits.add(row)
    mine_all = listed("mine", many=2**31 - 1)
    return [row for row in mine_all if row.person_id in hits], damaged


def _name_of(words: dict[str, Any]) -> str:
    parts = ("given", "family", "given_ar", "family_ar")
    return _plain(" ".join(words.get(part) or "" for part in parts))


def _plain(text: str) -> str:
    spread = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in spread if not unicodedata.combining(letter)).strip()
