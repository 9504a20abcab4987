# SPDX-License-Identifier: AGPL-3.0-or-later
"""Applications as lists, and where one can apply."""

import uuid
from typing import Any

import sqlalchemy as sa

from casework.db import db
from casework.employers import Employer, Vacancy
from casework.i18n import _, _l
from casework.people import Person
from casework.vault import errors, open_rows
from casework.web import Page, pages

from .models import CLOSED, HIRED, Application

SHOWN = {
    "open": _l("Under way"),
    "hired": _l("Hired"),
    "closed": _l("Refused or withdrawn"),
}


def applications(show: str) -> Page[tuple[Application, str]]:
    """The page asked for, each with the code of its person: those silent longest come first
    while they are under way, the latest ended first after that."""
    chosen = sa.select(Application, Person.code).join(Person, Person.id == Application.person_id)
    if show == "open":
        chosen = chosen.where(Application.status.not_in(CLOSED))
        return _page(chosen.order_by(Application.last_on, Application.id))
    states = (HIRED,) if show == "hired" else tuple(one for one in CLOSED if one != HIRED)
    chosen = chosen.where(Application.status.in_(states))
    return _page(chosen.order_by(Application.last_on.desc(), Application.id))


def applications_for(vacancy: Vacancy) -> list[tuple[Application, str]]:
    """Those in the reader's reach that were made for a vacancy, the latest step first."""
    chosen = sa.select(Application, Person.code).join(Person, Person.id == Application.person_id)
    chosen = chosen.where(Application.vacancy_id == vacancy.id)
    return _rows(chosen.order_by(Application.last_on.desc(), Application.id))


def _rows(chosen: sa.Select[Any]) -> list[tuple[Application, str]]:
    return [(row[0], row[1]) for row in db.session.execute(chosen)]


def _page(chosen: sa.Select[Any]) -> Page[tuple[Application, str]]:
    number, per = pages.asked_number(), pages.PER_PAGE
    rows = _rows(chosen.limit(per + 1).offset((number - 1) * per))
    return Page(rows[:per], number, len(rows) > per)


def places_to_apply() -> list[tuple[str, str]]:
    """(choice, words): open vacancies by employer, then every employer of the directory."""
    names = _names(sa.select(Employer), Employer.business, "name")
    listed = set(db.session.scalars(sa.select(Employer.id).where(Employer.is_listed)))
    open_ones = sa.select(Vacancy).where(Vacancy.status == "open")
    posts = _names(open_ones, Vacancy.business, "title")
    at = sa.select(Vacancy.id, Vacancy.employer_id).where(Vacancy.status == "open")
    vacancies = [
        (f"v:{key}", f"{names.get(employer, '')} – {posts[key]}")
        for key, employer in db.session.execute(at)
        if key in posts
    ]
    alone = [
        (f"e:{key}", _("%(name)s, without a vacancy", name=name))
        for key, name in names.items()
        if key in listed
    ]
    return sorted(vacancies, key=_words) + sorted(alone, key=_words)


def _names(chosen: sa.Select[Any], of: Any, name: str) -> dict[uuid.UUID, str]:
    """One field of each record that opens."""
    opened = open_rows(chosen, of)
    return {key: said[name] for key, said in opened if not isinstance(said, errors.Damaged)}


def _words(choice: tuple[str, str]) -> str:
    return choice[1].casefold()
