# SPDX-License-Identifier: AGPL-3.0-or-later
"""Employers of the directory that may be the one about to be written down.

By their name without accents, case, marks, order of words and legal form, or by their ICE. Tokens
give candidates, which are opened and compared. What is found is said; it is no wall.
"""

import uuid
from collections.abc import Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa

from casework.i18n import _l
from casework.people import numbers
from casework.vault import errors, open_rows

from .models import Employer

REASONS = {"ice": _l("Same ICE"), "match": _l("Same name")}


class Twin(NamedTuple):
    """An employer that is there already, by its name and why it may be the same."""

    employer_id: uuid.UUID
    name: str
    reason: str

    @property
    def why(self) -> str:
        """The reason in the reader's words."""
        return str(REASONS[self.reason])


def twins_of(content: Mapping[str, Any], but: uuid.UUID | None = None) -> list[Twin]:
    """Those of the reader's hub with this ICE or this name, `but` itself apart."""
    wanted = {
        "ice": numbers.ice_of(content.get("ice")),
        "match": numbers.folded_organisation(content.get("name") or "") or None,
    }
    found: dict[uuid.UUID, Twin] = {}
    for field, value in wanted.items():
        if value:
            for key, name in _bearers(field, value):
                found.setdefault(key, Twin(key, name, field))
    return sorted((one for key, one in found.items() if key != but), key=lambda one: one.name)


def _bearers(field: str, value: str) -> list[tuple[uuid.UUID, str]]:
    query = sa.select(Employer).where(Employer.find.where(**{field: value}))
    return [
        (key, said["name"])
        for key, said in open_rows(query, Employer.business)
        if not isinstance(said, errors.Damaged) and said.get(field) == value
    ]
