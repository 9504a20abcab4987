# SPDX-License-Identifier: AGPL-3.0-or-later
"""The lines of a table, put together in one go.

A page of fifty lines is mostly its cells, and a template would go through each word by word. What
all cells of a column have in common is worked out once: the tag, the label that a phone shows
before the value, the way a value is said.
"""

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from flask import Flask, url_for
from markupsafe import Markup, escape

from casework.i18n import format_day, format_number

from .lines import WHOLE, in_pieces

HIDDEN, NEVER = ":", "–"  # a figure that is not shown; a day that has not been
NOBODY = uuid.UUID(int=0)


class Column(NamedTuple):
    """A column: its label, its kind (`number`, `day`), the name it sorts by, and what says a
    value (a mapping or a function) where its kind does not."""

    label: str
    kind: str = ""
    sort: str | None = None
    said: Any = None


def table_rows(columns: Sequence[Sequence[Any]], rows: Iterable[Sequence[Any]]) -> Markup:
    """The body of a table. The first cell names its row; each other one carries its label."""
    cells = [_cell(Column(*column), place == 0) for place, column in enumerate(columns)]
    lines = ("".join([cell(value) for cell, value in zip(cells, row, strict=True)]) for row in rows)
    body = "".join([f"<tr>{line}</tr>\n" for line in lines])
    return Markup(body)  # noqa: S704 (each cell is escaped)


def _cell(column: Column, is_first: bool) -> Callable[[Any], str]:
    said = _way_of(column)
    number = ' class="number"' if column.kind == "number" else ""
    before, after = '<th scope="row">', "</th>"
    if not is_first:
        before, after = f'<td data-l="{escape(column.label)}"{number}>', "</td>"
    return lambda value: f"{before}{escape(said(value))}{after}"


def _way_of(column: Column) -> Callable[[Any], Any]:
    if isinstance(column.said, Mapping):
        return column.said.__getitem__
    if column.kind == "day":
        return lambda day: NEVER if day is None else format_day(day, "medium")
    return column.said or _plainly


def _plainly(value: Any) -> Any:
    if value is None:
        return HIDDEN
    return format_number(value) if isinstance(value, int | float) else in_pieces(value)


def linked(endpoint: str, name: str) -> Callable[[tuple[uuid.UUID, str]], Markup]:
    """What says (id, words) as the link to a record’s page. The address is worked out once."""
    before, after = map(escape, url_for(endpoint, **{name: NOBODY}).split(str(NOBODY)))

    def link(pair: tuple[uuid.UUID, str]) -> Markup:
        key, words = pair
        kind = ' class="whole"' if WHOLE.fullmatch(words) else ""
        tag = f'<a href="{before}{key}{after}"><bdi{kind}>{escape(words)}</bdi></a>'
        return Markup(tag)  # noqa: S704 (the words are escaped)

    return link


def init_app(app: Flask) -> None:
    for made in (table_rows, linked):
        app.jinja_env.globals[made.__name__] = made
