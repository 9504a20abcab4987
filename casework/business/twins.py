# SPDX-License-Identifier: AGPL-3.0-or-later
"""Businesses that may be the one about to be written down: a code and the reason come out.

A number is looked for by its sealed token in the whole strand; candidates are opened and compared.
"""

import uuid
from collections.abc import Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa

from casework.db import db
from casework.i18n import _l
from casework.people import Person, numbers
from casework.policy import finding
from casework.vault import errors, open_rows

from .models import Venture
from .numbers import ice_of, rnae_of

REASONS = {
    "ice": _l("Same ICE"), "rnae": _l("Same number in the register"),
    "activity": _l("Same person, same activity"),
}  # fmt: skip
NORMAL: dict[str, Any] = {"ice": ice_of, "rnae": rnae_of}


class Twin(NamedTuple):
    """A business that may be the same; `reachable` where its file is open to the reader."""

    venture_id: uuid.UUID
    code: str
    reason: str
    reachable: bool

    @property
    def why(self) -> str:
        """The reason in the reader's words."""
        return str(REASONS[self.reason])


def twins_of(
    content: Mapping[str, Any], but: uuid.UUID | None = None, person: Person | None = None
) -> list[Twin]:
    """Who bears one of these numbers already, or is the owner's and does the same, `but` itself
    apart: what one business is in figures. Raises Refusal (422)."""
    found: dict[uuid.UUID, str] = {}
    for name, normal in NORMAL.items():
        number = normal(content.get(name))
        if number:
            for key in _bearers(name, number):
                found.setdefault(key, name)
    for key in _doing(person, content.get("activity")) if person else ():
        found.setdefault(key, "activity")
    found.pop(but, None)  # type: ignore[arg-type]
    return _shown(found) if found else []


def _bearers(name: str, number: str) -> list[uuid.UUID]:
    where = Venture.find.where(**{name: number})
    opened = open_rows(finding(sa.select(Venture).where(where)), Venture.business)
    return [
        key
        for key, said in opened
        if not isinstance(said, errors.Damaged) and NORMAL[name](said.get(name)) == number
    ]


def _doing(owner: Person, activity: str | None) -> list[uuid.UUID]:
    """Her businesses that do this, however it is written."""
    meant = numbers.folded(activity or "")
    hers = [one for one in db.session.scalars(Venture.of(owner)) if one.is_whole]
    return [
        one.id for one in hers if meant and numbers.folded(one.business.activity or "") == meant
    ]


def _shown(found: Mapping[uuid.UUID, str]) -> list[Twin]:
    ids = list(found)
    codes = finding(sa.select(Venture.id, Venture.code).where(Venture.id.in_(ids)))
    near = set(db.session.scalars(sa.select(Venture.id).where(Venture.id.in_(ids))))
    rows = db.session.execute(codes).all()
    return sorted(
        (Twin(key, code, found[key], key in near) for key, code in rows), key=lambda one: one.code
    )
