# SPDX-License-Identifier: AGPL-3.0-or-later
"""Everything that ever left: each printed cell binds every later release.

A release is kept as the `sdc-table/1` document that left, and said again in today's dimensions:
by its sets of leaves, so that a calendar that grew changes nothing. `within` places a release in
dimensions that it did not have, or had in another form, such as the batch of its people.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .dims import Dim, Key, Space

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Said:
    """A cell as it was printed: `value` is None where it was hidden."""

    key: Key
    value: int | None
    official: bool


class Ledger:
    """Earlier releases in the order in which they left; adding one makes a new ledger."""

    def __init__(self, releases: Sequence[tuple[Document, Mapping[str, str]]] = ()):
        self.releases = tuple(releases)

    def with_release(self, document: Document, **within: str) -> "Ledger":
        """This and one more: `ledger.with_release(document, batch="release 1")`."""
        return Ledger((*self.releases, (document, within)))

    def said(self, space: Space) -> Iterator[Said]:
        """Every mention of a cell, in today's keys. Headlines of overlapping dimensions that the
        space does not hold are left to whoever checks gaps."""
        for document, within in self.releases:
            dims = [_dim(name, told) for name, told in document["dims"].items()]
            old = {dim.name: dim for dim in dims if not dim.overlap}
            for cell in document["cells"]:
                if set(cell["at"]) <= set(old):
                    key = _key(space, old, cell["at"], within)
                    yield Said(key, cell["value"], bool(cell.get("official")))

    def headlines(self, name: str) -> Iterator[tuple[frozenset[str], int]]:
        """What was said of one overlapping dimension: leaves and people."""
        for document, _within in self.releases:
            told = document["dims"].get(name)
            for cell in document["cells"] if told else ():
                if set(cell["at"]) == {name}:
                    yield frozenset(told["nodes"][cell["at"][name]]), cell["value"]


def _dim(name: str, told: Mapping[str, Any]) -> Dim:
    return Dim(name, told["leaves"], told["nodes"], told["total"], bool(told.get("overlap")))


def _key(space: Space, old: Mapping[str, Dim], at: Mapping[str, str],
         within: Mapping[str, str]) -> Key:  # fmt: skip
    if forgotten := set(at) - set(space.place):
        raise ValueError(f"an earlier release tells people apart by {sorted(forgotten)}")
    return tuple(_bits(dim, old.get(dim.name), at, within) for dim in space.dims)


def _bits(dim: Dim, old: Dim | None, at: Mapping[str, str], within: Mapping[str, str]) -> int:
    if dim.name in within:
        return dim.node(within[dim.name])
    if old is None:
        return dim.full
    return dim.bits(old.nodes[at.get(dim.name, old.total)])
