# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finding sealed words again: keyed, truncated tokens beside the records.

A token is the first bits of a keyed hash, so short that some eight people share each. It narrows
the search to candidates; the caller opens those and compares. Given names, sex or nationality are
never indexed alone: the frequency of a token would give them away.
"""

import hmac
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from casework.db import db
from casework.keys import Damaged, TooMany, formats

from . import sound as sounds
from .bulk import open_rows
from .envelopes import envelope
from .gate import current_vault, ring_for
from .models import TOKENS, Token

# Made once: to build a statement costs as much as to run it.
_ADDED = sa.insert(TOKENS)
_ERASED = sa.delete(TOKENS).where(TOKENS.c.row_id == sa.bindparam("row"))


def _values(record: Any, path: str) -> Iterator[Any]:
    compartment, _dot, name = path.partition(".")
    value = getattr(getattr(record, compartment), name)
    for one in value if isinstance(value, list) else [value]:
        if one not in (None, ""):
            yield one


def _first(record: Any, path: str) -> Any:
    return next(_values(record, path), "")


def _listed(asked: Any) -> list[Any]:
    return list(asked) if isinstance(asked, (list, tuple, set, range)) else [asked]


class _Exact:
    """A value found in any spelling that `normal` brings to one form; None is not indexed."""

    kind = "exact"

    def __init__(self, path: str, normal: Callable[[Any], str | None] = str) -> None:
        self.paths, self._normal = (path,), normal

    def of_record(self, record: Any) -> set[str]:
        return self.of_query(list(_values(record, self.paths[0])))

    def of_query(self, asked: Any, loose: bool = False) -> set[str]:
        """One value, or a list of which any may match."""
        return {form for value in _listed(asked) if (form := self._normal(value))}


class _Name:
    """A whole name by its sound: pairs of given and family name, one for each script; or the one
    field where it stands whole."""

    kind = "sound"

    def __init__(self, *pairs: tuple[str, ...]) -> None:
        self._pairs, self.paths = pairs, tuple(path for pair in pairs for path in pair)

    def of_record(self, record: Any) -> set[str]:
        found: set[str] = set()
        for pair in self._pairs:
            found |= sounds.record_keys(*(_first(record, part) for part in pair))
        return found

    def of_query(self, asked: Any, loose: bool = False) -> set[str]:
        """One whole name, or a list of which any may match; `loose` lets one word be amiss."""
        return set().union(*(sounds.query_keys(name, loose) for name in _listed(asked)))


class _FamilyYear:
    """A family name by its sound with a year of birth: `year` is a field of type int or date."""

    kind = "sound"

    def __init__(self, *families: str, year: str) -> None:
        self._families, self._year, self.paths = families, year, (*families, year)

    def of_record(self, record: Any) -> set[str]:
        born = _first(record, self._year)
        names = [_first(record, family) for family in self._families]
        return self.of_query(([name for name in names if name], getattr(born, "year", born)))

    def of_query(self, asked: Any, loose: bool = False) -> set[str]:
        """A family name and a year of birth, or lists of which any may match."""
        families, years = asked
        keys = set().union(*map(sounds.family_keys, _listed(families)))
        return {f"{key}/{year}" for key in keys for year in _listed(years) if year}


class tokens:  # noqa: N801 (read as a declaration: `find = tokens(phone=tokens.exact(…))`)
    """The search tokens of a model. `realm` names the attribute that keeps indexes apart.

    Searching needs the same compartments as reading: outside `opening` it is refused.
    """

    exact, name, family_year = _Exact, _Name, _FamilyYear
    most = 200  # candidates worth opening for one search

    def __init__(self, realm: str | None = None, **kinds: Any) -> None:
        self._realm, self._kinds = realm, kinds
        self._keys: dict[tuple[bytes, str, str], bytes] = {}

    def __set_name__(self, owner: Any, name: str) -> None:
        self._owner = owner
        owner.__tokens__ = self

    @property
    def compartments(self) -> set[str]:
        """The envelopes whose words are indexed."""
        return {path.partition(".")[0] for kind in self._kinds.values() for path in kind.paths}

    def realm_of(self, record: Any) -> str:
        return str(getattr(record, self._realm)) if self._realm else ""

    # ------------------------------------------------------------------ writing

    def concerned(self, record: Any, changed: set[str]) -> bool:
        """Whether what changed in a record (names of envelopes) moves its tokens."""
        if self._realm and sa.inspect(record).attrs[self._realm].history.deleted:
            return True
        return bool(self.compartments & changed)

    def rows_of(self, record: Any) -> list[dict[str, Any]]:
        """The tokens of one record as they should stand in the table."""
        realm = self.realm_of(record)
        return [
            {"kind": self._label(name), "token": token, "row_id": record.id}
            for name, kind in self._kinds.items()
            for token in {self._token(realm, name, form) for form in kind.of_record(record)}
        ]

    def write(self, session: orm.Session, record: Any, replace: bool) -> None:
        """Bring the tokens of a record in line with its words."""
        if replace:
            self.erase(session, record.id)
        rows = self.rows_of(record)
        if rows:
            session.execute(_ADDED, rows)

    def erase(self, session: orm.Session, row_id: uuid.UUID) -> None:
        session.execute(_ERASED, {"row": row_id})

    def _label(self, name: str) -> str:
        return f"{self._owner.__tablename__}.{name}"

    def _token(self, realm: str, name: str, form: str) -> int:
        root, bits = current_vault().index()
        where = (root, realm, name)
        if where not in self._keys:
            inside = f"{realm}/" if realm else ""
            purpose = f"index/{inside}{self._label(name)}/{self._kinds[name].kind}"
            self._keys[where] = formats.derive(root, purpose)
        return truncated(self._keys[where], form, bits)

    # ------------------------------------------------------------------ searching

    def where(
        self, realm: str = "", loose: bool = False, **criteria: Any
    ) -> sa.ColumnElement[bool]:
        """A condition on the model: rows that may answer all criteria. They must be opened.

        `of_query` of a kind says what its criterion may be; `loose` lets a word of a name be amiss.
        """
        for compartment in self.compartments:
            ring_for(getattr(self._owner, compartment).compartment)
        conditions = [
            self._owner.id.in_(
                self._matching(realm, name, self._kinds[name].of_query(asked, loose))
            )
            for name, asked in criteria.items()
        ]
        return sa.and_(*conditions)

    def _matching(self, realm: str, name: str, forms: set[str]) -> sa.Select[Any]:
        wanted = sorted({self._token(realm, name, form) for form in forms})
        return sa.select(Token.row_id).where(
            Token.kind == self._label(name), Token.token.in_(wanted)
        )

    def candidates(self, realm: str = "", loose: bool = False, **criteria: Any) -> list[uuid.UUID]:
        """Ids of at most 200 rows that may answer all criteria; TooMany beyond."""
        query = sa.select(self._owner.id).where(self.where(realm, loose, **criteria))
        found = list(db.session.scalars(query.limit(self.most + 1)))
        if len(found) > self.most:
            raise TooMany
        return found

    def opened(
        self, of: envelope, realm: str = "", loose: bool = False, **criteria: Any
    ) -> list[tuple[uuid.UUID, dict[str, Any] | Damaged]]:
        """The same candidates with one envelope opened, in one query: the quick way to search."""
        query = sa.select(self._owner).where(self.where(realm, loose, **criteria))
        found = list(open_rows(query.limit(self.most + 1), of))
        if len(found) > self.most:
            raise TooMany
        return found


def truncated(key: bytes, form: str, bits: int) -> int:
    """The first bits of the keyed hash of a normalised value."""
    return int.from_bytes(hmac.digest(key, form.encode(), "sha256")[:8], "big") >> (64 - bits)
