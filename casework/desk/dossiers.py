# SPDX-License-Identifier: AGPL-3.0-or-later
"""The list of dossiers: one row per person in reach, read as columns, nothing opened."""

import datetime as dt
import unicodedata
import uuid
from dataclasses import dataclass
from typing import Any

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
OPEN = "open"
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
    "closed": _l("Closed"),
}
SORTS = ("last", "code", "since")


@dataclass(frozen=True)
class Row:
    """One line of the list: codes, days and a state; no name."""

    person_id: uuid.UUID
    code: str
    site: str
    since: dt.date
    last_on: dt.date | None
    is_open: bool
    meetings: int = 0

    @property
    def days_silent(self) -> int:
        """Days since the last contact of an open file; 0 for any other."""
        known = self.is_open and self.last_on is not None
        return (clock.today() - self.last_on).days if known else 0  # type: ignore[operator]

    @property
    def state(self) -> str:
        """`quiet` (open, and silent for too long), `open`, `closed`, or `new`: no file yet."""
        if self.is_open:
            return "quiet" if self.days_silent > QUIET_AFTER.days else OPEN
        return "closed" if self.last_on else "new"


def usual_filter() -> str:
    """One's own dossiers, or all in reach for who heads a site and follows nobody herself."""
    heads = {"cell_supervisor", "hub_manager"} & set(current_user.roles)
    return "all" if heads else "mine"


def strand() -> str:
    """The strand the reader works in: what her dossiers are made of."""
    return "hub" if "hub" in current_user.strands else "listening"


def listed(show: str = "mine", sort: str = "last", descending: bool = False) -> sa.Select[Any]:
    """The rows asked for, in their order. Policy limits them to the reader's reach."""
    file = FILES[strand()]
    ours = (
        sa.select(
            file.person_id,
            sa.func.max(file.last_on).label("last_on"),
            sa.func.max(sa.case((file.status == OPEN, 1), else_=0)).label("is_open"),
        )
        .group_by(file.person_id)
        .subquery()
    )
    query = (
        sa.select(
            Person.id, Person.code, Registration.site_id, Registration.since,
            ours.c.last_on, ours.c.is_open,
        )
        .join(Registration, Registration.person_id == Person.id)
        .outerjoin(ours, ours.c.person_id == Person.id)
    )  # fmt: skip
    column = {"last": ours.c.last_on, "code": Person.code, "since": Registration.since}[sort]
    order = sa.desc(column) if descending else column
    return _filtered(query, show, ours).order_by(order.nulls_last(), Person.code)


def _filtered(query: sa.Select[Any], show: str, ours: Any) -> sa.Select[Any]:
    if show == "mine":
        return query.where(Registration.owner_id == current_user.id)
    if show == "quiet":
        limit = clock.today() - QUIET_AFTER
        return query.where(ours.c.is_open == 1, ours.c.last_on < limit)
    if show == "closed":
        return query.where(ours.c.is_open == 0)
    return query


def page_of(query: sa.Select[Any]) -> Page[Row]:
    """The page asked for in the address."""
    page = lines_of(query)
    return Page(rows_of(list(page)), page.number, page.more)


def lines_of(query: sa.Select[Any]) -> Page[Any]:
    """The same, as the query gives them."""
    number = listing.asked_number()
    wanted = query.limit(listing.PER_PAGE + 1).offset((number - 1) * listing.PER_PAGE)
    found = db.session.execute(wanted).all()
    return Page(found[: listing.PER_PAGE], number, len(found) > listing.PER_PAGE)


def rows_of(found: list[Any]) -> list[Row]:
    """The lines of one page, with the names of the sites and the number of meetings."""
    sites = {site.id: site.name for site in db.session.scalars(sa.select(Site))}
    held = meetings_of([one.id for one in found])
    return [
        Row(one.id, one.code, sites.get(one.site_id, ""), one.since, one.last_on,
            one.is_open == 1, held.get(one.id, 0))
        for one in found
    ]  # fmt: skip


def meetings_of(people: list[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How many meetings are recorded with each of these people. One query, whoever they are."""
    if not people:
        return {}
    file, (meeting, named) = FILES[strand()], MEETINGS[strand()]
    counted = (
        sa.select(file.person_id, sa.func.count(meeting.id))
        .join(meeting, named == file.id)
        .where(file.person_id.in_(people))
        .group_by(file.person_id)
    )
    return {person: number for person, number in db.session.execute(counted)}


def at_work() -> sa.Select[Any]:
    """The open files a meeting can be written down in: one's own first, the last touched first."""
    file = FILES[strand()]
    is_mine = sa.case((file.owner_id == current_user.id, 0), else_=1)
    return (
        sa.select(file.id, Person.code, file.last_on)
        .join(Person, Person.id == file.person_id)
        .where(file.status == OPEN)
        .order_by(is_mine, sa.desc(file.last_on), Person.code)
    )


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
    found = db.session.execute(listed("mine")).all()
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
    return rows_of([one for one in found if one.id in hits]), damaged


def _name_of(words: dict[str, Any]) -> str:
    parts = ("given", "family", "given_ar", "family_ar")
    return _plain(" ".join(words.get(part) or "" for part in parts))


def _plain(text: str) -> str:
    spread = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in spread if not unicodedata.combining(letter)).strip()
