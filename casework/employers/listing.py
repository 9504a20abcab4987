# SPDX-License-Identifier: AGPL-3.0-or-later
"""The directory and the vacancies as lists. Names are sealed, so they are opened in bulk and
sorted here; a directory is bounded by its region."""

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any, NamedTuple

import sqlalchemy as sa

from casework.codelists import codelist, label
from casework.db import db
from casework.i18n import _, _l, joined
from casework.people import numbers
from casework.vault import errors, open_rows
from casework.web import Page

from .models import Employer
from .vacancies import CLOSED, FILLED, OPEN, Vacancy

SHOWN = {"listed": _l("In the directory"), "gone": _l("No longer listed")}
STATES = {OPEN: _l("Open vacancies"), FILLED: _l("Filled"), CLOSED: _l("Closed vacancies")}


class Line(NamedTuple):
    """One employer of the list. `name` is None where it does not open any more."""

    id: uuid.UUID
    name: str | None
    sector: str
    commune: str
    hires: str
    last_on: dt.date | None
    vacancies: int


def employers(show: str, sector: str, hires: str, part: str = "") -> Page[Line]:
    """The page asked for, by name; what does not open comes first."""
    wanted, lines = numbers.folded(part), []
    chosen = sa.select(Employer).where(Employer.is_listed == (show != "gone"))
    days, offers = _days(), _offers()
    for key, said in open_rows(chosen, Employer.business):
        if isinstance(said, errors.Damaged):
            lines.append(Line(key, None, "", "", "", days.get(key), offers.get(key, 0)))
        elif _is_asked(said, sector, hires, wanted):
            lines.append(_line(key, said, days.get(key), offers.get(key, 0)))
    return Page.of(sorted(lines, key=lambda one: (one.name is not None, _order(one), one.id)))


def _is_asked(said: dict[str, Any], sector: str, hires: str, wanted: str) -> bool:
    if sector and said.get("isic_section") != sector:
        return False
    if hires and hires not in (said.get("hires") or ()):
        return False
    name = numbers.folded(said["name"])
    return all(word in name for word in wanted.split())


def _line(key: uuid.UUID, said: dict[str, Any], last_on: dt.date | None, many: int) -> Line:
    hires = joined(*[label("isco_major", code) for code in said.get("hires") or ()])
    sector = label("isic_section", said.get("isic_section"))
    return Line(key, said["name"], sector, said.get("commune") or "", hires, last_on, many)


def _order(line: Line) -> str:
    return numbers.folded(line.name or "")


def _days() -> dict[uuid.UUID, dt.date | None]:
    return {row[0]: row[1] for row in db.session.execute(sa.select(Employer.id, Employer.last_on))}


def _offers() -> dict[uuid.UUID, int]:
    """How many open vacancies each has."""
    counted = sa.select(Vacancy.employer_id, sa.func.count(Vacancy.id))
    counted = counted.where(Vacancy.status == OPEN).group_by(Vacancy.employer_id)
    return {row[0]: row[1] for row in db.session.execute(counted)}


def vacancies(show: str) -> Page[tuple[Vacancy, str | None]]:
    """The page asked for, each with the name of its employer: those that close soonest first."""
    order = (Vacancy.last_on.is_(None), Vacancy.last_on, Vacancy.first_on, Vacancy.code)
    page = Page.of_select(sa.select(Vacancy).where(Vacancy.status == show).order_by(*order))
    names = dict(names_of({one.employer_id for one in page}))
    return Page([(one, names.get(one.employer_id)) for one in page], page.number, page.more)


def names_of(keys: set[uuid.UUID]) -> Iterator[tuple[uuid.UUID, str | None]]:
    """The names of these employers, in one go; None for what does not open any more."""
    for key, said in open_rows(sa.select(Employer).where(Employer.id.in_(keys)), Employer.business):
        yield key, None if isinstance(said, errors.Damaged) else said["name"]


def filters() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """(sectors, occupations) to choose from."""
    return (
        [("", _("All sectors")), *codelist("isic_section").choices()],
        [("", _("All occupations")), *codelist("isco_major").choices()],
    )
