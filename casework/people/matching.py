# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finding a person in one's own strand, and saying who a new one may already be.

A search narrows by tokens, opens the candidates and compares whole. Whoever is outside the
searcher's reach comes out as a code and a reason, and nothing else.
"""

import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

from casework.access import Site, current_user
from casework.db import db
from casework.i18n import _l
from casework.policy import finding
from casework.vault import errors, open_rows

from .models import CRITERIA, Person, Registration
from .numbers import code_of, e164, plain

MOST = 200  # candidates worth opening for one search
YEARS_APART = 2  # a year of birth is often said from memory
YEARS_ESTIMATED = 5  # and an age that was estimated is further off
SHORTEST_PHONE = 8  # figures; below, it is a document number or nothing
NAME_AND_YEAR = re.compile(r"(\D{3,}?)[\s,،(]+((?:19|20)\d\d)\)?")

REASONS = {
    "code": _l("Same code"),
    "document": _l("Same document number"),
    "phone": _l("Same phone number"),
    "name_year": _l("Same name, close year of birth"),
    "name": _l("Same name"),
    "family_year": _l("Same family name, close year of birth"),
    "name_loose": _l("Similar name"),
}


@dataclass(frozen=True)
class Match:
    """Someone who may be meant. `person` and `site` are there only within the reader's reach."""

    person: Person | None
    code: str
    reason: str
    site: Site | None = None

    @property
    def reachable(self) -> bool:
        return self.person is not None

    @property
    def name(self) -> str:
        """What to call the match by: a name within reach, else the code. Damage is said."""
        try:
            return self.person.full_name if self.person else self.code
        except errors.Damaged as damage:
            return str(damage.message)

    @property
    def why(self) -> str:
        """The reason in the reader's words."""
        return str(REASONS[self.reason])


@dataclass(frozen=True)
class Found:
    """What a search brought: the surest first. `too_many`: ask for a year of birth as well.

    `query` is what was understood, criterion by criterion.
    """

    matches: list[Match]
    too_many: bool = False
    query: Mapping[str, Any] | None = None


# ------------------------------------------------------------------ what was asked


def understood(typed: str, birth_year: int | None = None) -> dict[str, Any]:
    """What someone means who types into one box: a code, a phone, a document or a name."""
    text = typed.strip()
    if code := code_of(text):
        # A name of six letters may pass for a code: both are looked for.
        return {"code": code, "name": text, "birth_year": birth_year}
    figures = sum(one.isdecimal() for one in text)
    if figures >= SHORTEST_PHONE and not any(one.isalpha() for one in text) and e164(text):
        return {"phone": text, "document": text}
    if (dated := NAME_AND_YEAR.fullmatch(plain(text))) and birth_year is None:
        return {"name": dated[1], "birth_year": int(dated[2]), "document": text}
    if figures >= 3:
        return {"document": text}
    return {"name": text, "birth_year": birth_year}


def find_people(query: Mapping[str, Any]) -> Found:
    """Everyone in the searcher's strand who answers one of the criteria, the surest first.

    Criteria: `code`, `phone`, `document`, `name` (whole, in either script; the family name alone
    with a `birth_year`), in any spelling; or `q`, one text that is any of them.
    """
    if query.get("q"):
        query = understood(query["q"], query.get("birth_year"))
    found: dict[uuid.UUID, str] = {}
    too_many = False
    for step in (_by_code, _by_number, _by_name):
        try:
            for row, reason in step(query):
                found.setdefault(row, reason)
        except errors.TooMany:
            too_many = True
    return Found(_matches(found), too_many, query)


def likely_duplicates(identity: Mapping[str, Any]) -> Found:
    """Who the person about to be registered may be already, with the reason."""
    pairs = (("given", "family"), ("given_ar", "family_ar"))
    names = [" ".join(identity.get(part) or "" for part in pair).strip() for pair in pairs]
    born = identity.get("born")
    query = {
        "phone": identity.get("phones") or (),
        "document": identity.get("document_number"),
        "name": [name for name in names if name],
        "birth_year": born.year if born else identity.get("birth_year"),
    }
    return find_people({name: value for name, value in query.items() if value})


# ------------------------------------------------------------------ one criterion at a time

Row = tuple[uuid.UUID, str]


def _by_code(query: Mapping[str, Any]) -> list[Row]:
    code = code_of(query.get("code") or "")
    if code is None:
        return []
    rows = db.session.scalars(finding(sa.select(Person.id).where(Person.code == code)))
    return [(row, "code") for row in rows]


def _by_number(query: Mapping[str, Any]) -> list[Row]:
    return [
        (row, kind)
        for kind in ("document", "phone")
        if query.get(kind)
        for row, _who in _true_matches(**{kind: query[kind]})
    ]


def _by_name(query: Mapping[str, Any]) -> list[Row]:
    """By whole name; where that brings nobody, by family name and year, then one word amiss."""
    names, year = _listed(query.get("name")), query.get("birth_year")
    if not names:
        return []
    near = {"family_year": (_families(names), _years(year))} if year else {}
    try:
        rows = _true_matches(name=names)
    except errors.TooMany:
        if not near:
            raise
        rows = _true_matches(name=names, **near)
    if rows:
        return _of_year(rows, year)
    if near:
        rows = _true_matches(**near)
        return [(row, "family_year") for row, who in rows if _is_near(who, year)]
    return [(row, "name_loose") for row, _who in _true_matches(loose=True, name=names)]


def _of_year(rows: Iterable[tuple[uuid.UUID, Any]], year: int | None) -> list[Row]:
    """The same name with another year is another person; with none known it may be she."""
    if year is None:
        return [(row, "name") for row, _who in rows]
    return [
        (row, "name_year" if who.year_about else "name")
        for row, who in rows
        if who.year_about is None or _is_near(who, year)
    ]


def _is_near(who: Any, year: int) -> bool:
    apart = YEARS_APART if who.born or who.birth_year else YEARS_ESTIMATED
    return who.year_about is not None and abs(who.year_about - year) <= apart


def _years(year: int) -> range:
    return range(year - YEARS_ESTIMATED, year + YEARS_ESTIMATED + 1)


def _families(names: list[str]) -> list[str]:
    """What may be the family name in a whole one: its first or last words."""
    parts: list[str] = []
    for name in names:
        words = name.split()
        parts += [" ".join(words[place:]) for place in range(len(words))]
        parts += [" ".join(words[:place]) for place in range(1, len(words))]
    return list(dict.fromkeys(parts))


def _true_matches(loose: bool = False, **criteria: Any) -> list[tuple[uuid.UUID, Any]]:
    """(id, identity) of those in the strand who answer all criteria: opened and compared."""
    rows = []
    for strand in sorted(current_user.strands):
        where = Person.find.where(strand, loose, **criteria)
        query = finding(sa.select(Person).where(Person.strand == strand, where).limit(MOST + 1))
        rows += open_rows(query, Person.identity)
    if len(rows) > MOST:
        raise errors.TooMany
    shown = [(row, _as_record(who)) for row, who in rows if not isinstance(who, errors.Damaged)]
    asked = {name: CRITERIA[name].of_query(what, loose) for name, what in criteria.items()}
    return [
        (row, record.identity)
        for row, record in shown
        if all(CRITERIA[name].of_record(record) & forms for name, forms in asked.items())
    ]


def _as_record(who: Mapping[str, Any]) -> Any:
    """Opened fields in the shape of a person, for the criteria to read; unset ones are None."""
    return SimpleNamespace(identity=SimpleNamespace(**_BLANK | who))


_BLANK = dict.fromkeys(Person.identity.fields)


def _listed(asked: Any) -> list[str]:
    names = [asked] if isinstance(asked, str) else list(asked or ())
    return [name for name in names if plain(name).strip()]


# ------------------------------------------------------------------ who may be shown


def _matches(found: Mapping[uuid.UUID, str]) -> list[Match]:
    """Within reach the person and her site, outside a code and the reason."""
    if not found:
        return []
    ids = list(found)
    codes = finding(sa.select(Person.id, Person.code).where(Person.id.in_(ids)))
    near = {one.id: one for one in db.session.scalars(sa.select(Person).where(Person.id.in_(ids)))}
    places = _places(list(near))
    order = list(REASONS)
    matches = [
        Match(near.get(row), code, found[row], places.get(row))
        for row, code in db.session.execute(codes)
    ]
    return sorted(matches, key=lambda one: (order.index(one.reason), not one.reachable, one.code))


def _places(people: list[uuid.UUID]) -> dict[uuid.UUID, Site]:
    rows = sa.select(Registration.person_id, Site).join(Site, Site.id == Registration.site_id)
    found = db.session.execute(rows.where(Registration.person_id.in_(people)))
    return {row[0]: row[1] for row in found}
