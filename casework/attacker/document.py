# SPDX-License-Identifier: AGPL-3.0-or-later
"""The `sdc-table/1` document, read strictly: whatever is not understood is refused, not guessed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

FORMAT = "sdc-table/1"
CELL_KEYS = frozenset({"at", "value", "official"})
DIM_KEYS = frozenset({"leaves", "nodes", "total", "overlap", "sensitive"})


class Malformed(ValueError):
    """The document is not `sdc-table/1`; `where` is the path of the place."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"{where}: {why}")
        self.where = where


class Contradictory(ValueError):
    """No table of whole counts fits everything printed: two releases disagree, or one with itself.

    `cells` names the cells when two mentions of one cell disagree.
    """

    def __init__(self, why: str, cells: Sequence[str] = ()) -> None:
        super().__init__(why)
        self.cells = tuple(cells)


class TooLarge(ValueError):
    """The outsider's whole system would be too large; it is refused rather than understated."""


@dataclass(frozen=True)
class Dim:
    """One dimension; a node is a set of leaves."""

    name: str
    leaves: tuple[str, ...]
    nodes: dict[str, frozenset[str]]
    total: str
    overlap: bool
    sensitive: bool

    @property
    def everyone(self) -> frozenset[str]:
        return self.nodes[self.total]


@dataclass(frozen=True)
class Mention:
    """One printed cell: a node per dimension, and the bounds its print gives (`hi` None: none)."""

    nodes: tuple[str, ...]
    lo: int
    hi: int | None
    shown: bool
    official: bool
    where: str


@dataclass(frozen=True)
class Report:
    """A document read: dimensions in the order of their names, mentions of all releases."""

    id: str
    threshold: int
    dims: tuple[Dim, ...]
    mentions: tuple[Mention, ...] = field(repr=False)

    def at(self, nodes: Sequence[str]) -> dict[str, str]:
        """The address as a document writes it: dimensions at their total are left out."""
        return {
            dim.name: node
            for dim, node in zip(self.dims, nodes, strict=True)
            if dim.nodes[node] != dim.everyone
        }


def read(document: object) -> Report:
    """The report in a document. Source: disclosure.md §9. Raises `Malformed`."""
    root = _mapping(document, "document")
    if root.get("format") != FORMAT:
        raise Malformed("format", f"is not {FORMAT}")
    threshold = _count(root.get("threshold"), "threshold")
    name = root.get("id")
    if not isinstance(name, str):
        raise Malformed("id", "is not a text")
    dims = _mapping(root.get("dims"), "dims")
    read_dims = tuple(_dim(key, dims[key]) for key in sorted(_texts(dims, "dims")))
    cells = _cells(root.get("cells"), "cells", read_dims)
    earlier = _cells(root.get("earlier", []), "earlier", read_dims)
    return Report(name, threshold, read_dims, cells + earlier)


def read_truth(truth: object, report: Report) -> tuple[Mention, ...]:
    """The true counts of hidden cells, which only the releasing side holds."""
    found = _cells(truth, "truth", report.dims)
    for mention in found:
        if not mention.shown:
            raise Malformed(mention.where, "a true count is a whole number")
    return found


def _mapping(value: object, where: str) -> Mapping[Any, Any]:
    if not isinstance(value, Mapping):
        raise Malformed(where, "is not an object")
    return value


def _texts(values: object, where: str) -> list[str]:
    if isinstance(values, str) or not isinstance(values, Sequence | Mapping):
        raise Malformed(where, "is not a list")
    for value in values:
        if not isinstance(value, str):
            raise Malformed(where, f"{value!r} is not a text")
    return list(values)


def _flag(holder: Mapping[Any, Any], key: str, where: str) -> bool:
    value = holder.get(key, False)
    if not isinstance(value, bool):
        raise Malformed(f"{where}.{key}", "is not true or false")
    return value


def _known_keys(holder: Mapping[Any, Any], known: frozenset[str], where: str) -> None:
    """A misspelt key must not silently mean its absence."""
    for key in holder:
        if key not in known:
            raise Malformed(where, f"unknown key {key!r}")


def _dim(name: str, value: object) -> Dim:
    where = f"dims.{name}"
    dim = _mapping(value, where)
    _known_keys(dim, DIM_KEYS, where)
    leaves = _texts(dim.get("leaves"), f"{where}.leaves")
    if not leaves or len(set(leaves)) != len(leaves):
        raise Malformed(f"{where}.leaves", "are none, or one of them comes twice")
    nodes = _mapping(dim.get("nodes"), f"{where}.nodes")
    read_nodes = {
        node: _node(nodes[node], frozenset(leaves), f"{where}.nodes.{node}")
        for node in sorted(_texts(nodes, f"{where}.nodes"))
    }
    total = dim.get("total")
    if not isinstance(total, str) or total not in read_nodes:
        raise Malformed(f"{where}.total", "is not one of its nodes")
    overlap, sensitive = _flag(dim, "overlap", where), _flag(dim, "sensitive", where)
    return Dim(name, tuple(sorted(leaves)), read_nodes, total, overlap, sensitive)


def _node(value: object, leaves: frozenset[str], where: str) -> frozenset[str]:
    members = _texts(value, where)
    if not members:
        raise Malformed(where, "has no leaf")
    for leaf in members:
        if leaf not in leaves:
            raise Malformed(where, f"unknown leaf {leaf!r}")
    return frozenset(members)


def _cells(value: object, where: str, dims: tuple[Dim, ...]) -> tuple[Mention, ...]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise Malformed(where, "is not a list")
    return tuple(_cell(cell, f"{where}[{number}]", dims) for number, cell in enumerate(value))


def _cell(value: object, where: str, dims: tuple[Dim, ...]) -> Mention:
    cell = _mapping(value, where)
    _known_keys(cell, CELL_KEYS, where)
    at = _mapping(cell.get("at"), f"{where}.at")
    names = {dim.name for dim in dims}
    for name in at:
        if name not in names:
            raise Malformed(f"{where}.at", f"unknown dimension {name!r}")
    for dim in dims:
        node = at.get(dim.name, dim.total)
        if not isinstance(node, str) or node not in dim.nodes:
            raise Malformed(f"{where}.at.{dim.name}", f"unknown node {node!r}")
    if "value" not in cell:
        raise Malformed(where, "has no value (null means hidden)")
    lo, hi = _bounds(cell["value"], f"{where}.value")
    nodes = tuple(at.get(dim.name, dim.total) for dim in dims)
    shown = isinstance(cell["value"], int)
    return Mention(nodes, lo, hi, shown, _flag(cell, "official", where), where)


def _bounds(value: object, where: str) -> tuple[int, int | None]:
    if value is None:
        return 0, None
    if not isinstance(value, Mapping):
        count = _count(value, where)
        return count, count
    _known_keys(value, frozenset({"lo", "hi"}), where)
    lo, hi = _count(value.get("lo"), f"{where}.lo"), _count(value.get("hi"), f"{where}.hi")
    if hi < lo:
        raise Malformed(where, "ends before it begins")
    return lo, hi


def _count(value: object, where: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise Malformed(where, "is no whole number of at least 0")
    return value
