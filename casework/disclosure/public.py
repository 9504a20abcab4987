# SPDX-License-Identifier: AGPL-3.0-or-later
"""What may leave: numbers and holes, and nothing from which a hole could be filled.

Built from printed values only. No object of this file ever held a hidden count, so there is
nothing to forget when one is printed, kept, copied or sent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .dims import AND, Dim, Space, Table

FORMAT = "sdc-table/1"


@dataclass(frozen=True, slots=True)
class Cell:
    """A printed cell: dimensions at their total are left out; `value` is None where hidden."""

    at: tuple[tuple[str, str], ...]
    value: int | None
    official: bool = False

    @property
    def hidden(self) -> bool:
        return self.value is None

    def said(self) -> dict[str, Any]:
        told = {"at": dict(self.at), "value": self.value}
        return {**told, "official": True} if self.official else told


@dataclass(frozen=True, slots=True)
class PublicTable:
    """One table in the order of its nodes, which `cells` name as the table does."""

    id: str
    dims: tuple[str, ...]
    cells: tuple[tuple[tuple[str, ...], Cell], ...]


@dataclass(frozen=True, slots=True)
class Public:
    """A release as templates and exporters receive it."""

    id: str
    threshold: int
    tables: tuple[PublicTable, ...]
    cells: tuple[Cell, ...]  # each once, however many tables print it
    earlier: tuple[Cell, ...]
    dims: tuple[Dim, ...]

    @property
    def hidden(self) -> int:
        return sum(cell.hidden for cell in self.cells)

    def table(self, name: str) -> PublicTable:
        return {table.id: table for table in self.tables}[name]

    def document(self) -> dict[str, Any]:
        """The release as an `sdc-table/1` document, with every mention of earlier ones."""
        return {
            "format": FORMAT,
            "id": self.id,
            "threshold": self.threshold,
            "dims": {dim.name: _said(dim) for dim in self.dims},
            "cells": [cell.said() for cell in self.cells],
            "earlier": [cell.said() for cell in self.earlier],
        }


def _said(dim: Dim) -> dict[str, Any]:
    return {
        "leaves": list(dim.leaves),
        "nodes": {name: list(leaves) for name, leaves in dim.nodes.items()},
        "total": dim.total,
        "overlap": dim.overlap,
        "sensitive": dim.sensitive,
    }


def with_unnamed(dims: Sequence[Dim], cells: tuple[Cell, ...]) -> tuple[Dim, ...]:
    """The dimensions, with sums of leaves that only earlier releases showed."""
    found = []
    for dim in dims:
        used = {dict(cell.at).get(dim.name, dim.total): None for cell in cells}
        for name in used:
            if name not in dim.nodes:
                dim = dim.with_node(name, name.split(AND))
        found.append(dim)
    return tuple(found)


def print_tables(
    space: Space, tables: tuple[Table, ...], printed: Mapping[tuple[int, ...], Cell]
) -> tuple[PublicTable, ...]:
    """Each table with its cells in its own words."""
    found = []
    for table in tables:
        cells = tuple((nodes, printed[key]) for nodes, key in space.cells(table))
        found.append(PublicTable(table.id, tuple(table.shows), cells))
    return tuple(found)
