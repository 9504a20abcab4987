# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lists cut into pages; filters, sort and place kept in the address, so that Back restores them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Flask, request

from casework.db import db

Row = TypeVar("Row")
PER_PAGE = 50


def asked_number() -> int:
    """The page asked for; nonsense is the first page, not an error."""
    number = request.args.get("page", 1, type=int)
    return min(max(number or 1, 1), 100_000)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a list: what is on it, its number from 1, whether more follow."""

    items: Sequence[Row]
    number: int
    more: bool

    @classmethod
    def of(cls, rows: Sequence[Row], per: int = PER_PAGE) -> "Page[Row]":
        """The page asked for, cut from rows at hand."""
        start = (asked_number() - 1) * per
        return cls(rows[start : start + per], asked_number(), len(rows) > start + per)

    @classmethod
    def of_select(cls, statement: sa.Select[Any], per: int = PER_PAGE) -> "Page[Any]":
        """The page asked for, fetched by a statement that says its order. One row more is read
        to know whether another page follows; nothing is counted."""
        start = (asked_number() - 1) * per
        rows = db.session.scalars(statement.limit(per + 1).offset(start)).all()
        return cls(rows[:per], asked_number(), len(rows) > per)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    @property
    def previous_url(self) -> str | None:
        return here_with(page=self.number - 1) if self.number > 1 else None

    @property
    def next_url(self) -> str | None:
        return here_with(page=self.number + 1) if self.more else None


def here_with(**changes: Any) -> str:
    """This address with some of its parameters changed; `None` takes one away.

    A change of filter or sort goes back to the first page.
    """
    changed = {"page": None, **changes} if request.args.get("page") else changes
    kept = [
        (name, value)
        for name, value in request.args.items(multi=True)
        if name not in changed and name != "lang"
    ]
    added = [(name, value) for name, value in changed.items() if value is not None]
    query = urlencode(kept + added)
    path = request.script_root + request.path
    return f"{path}?{query}" if query else path


def sort_of(allowed: Sequence[str]) -> tuple[str, bool]:
    """(column, descending) from `?sort=name` or `?sort=-name`; the first allowed by default."""
    asked = request.args.get("sort", "")
    name = asked.removeprefix("-")
    return (name, asked.startswith("-")) if name in allowed else (allowed[0], False)


def init_app(app: Flask) -> None:
    app.jinja_env.globals["here_with"] = here_with
