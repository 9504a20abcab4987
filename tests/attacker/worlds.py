# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every world there can be, one by one: the slow truth that the attacker is held against.

Shares nothing with the room: people are of types (a leaf per additive dimension, a set of places
for the overlapping ones), and a world is a number of people of each type.
"""

from itertools import combinations, product

import numpy as np


class Worlds:
    """All worlds of at most `most` people that fit a document, as rows of counts per type."""

    def __init__(self, document: dict, most: int) -> None:
        self.document, self.dims = document, document["dims"]
        self.plain = sorted(d for d in self.dims if not self.dims[d].get("overlap"))
        self.lapping = sorted(d for d in self.dims if self.dims[d].get("overlap"))
        self.types = self._types()
        worlds = _counts(len(self.types), most)
        for cell in [*document["cells"], *document.get("earlier", [])]:
            sums = worlds[:, self.members(cell["at"])].sum(axis=1)
            worlds = worlds[_fits(sums, cell["value"])]
        self.worlds = worlds

    def _types(self) -> list[tuple[tuple[str, ...], frozenset]]:
        leaves = product(*(self.dims[d]["leaves"] for d in self.plain))
        places = list(product(*(self.dims[d]["leaves"] for d in self.lapping)))
        met = [frozenset(c) for n in range(1, len(places) + 1) for c in combinations(places, n)]
        return list(product(leaves, met))

    def _is_in(self, person: tuple, at: dict) -> bool:
        leaves, places = person
        nodes = {d: self.dims[d]["nodes"][at.get(d, self.dims[d]["total"])] for d in self.dims}
        if any(leaf not in nodes[d] for d, leaf in zip(self.plain, leaves, strict=True)):
            return False
        return any(all(x in nodes[d] for d, x in zip(self.lapping, p, strict=True)) for p in places)

    def members(self, at: dict) -> np.ndarray:
        return np.array([self._is_in(person, at) for person in self.types])

    def counts(self, members: np.ndarray) -> np.ndarray:
        return self.worlds[:, members].sum(axis=1)

    def interval(self, at: dict) -> tuple[int, int]:
        counts = self.counts(self.members(at))
        return int(counts.min()), int(counts.max())


def _fits(sums: np.ndarray, value: object) -> np.ndarray:
    if value is None:
        return sums >= 0
    if isinstance(value, dict):
        return (sums >= value["lo"]) & (sums <= value["hi"])
    return sums == value


def _counts(types: int, most: int) -> np.ndarray:
    """Every way of having at most `most` people of these types."""
    rows = np.zeros((1, 0), dtype=np.int64)
    for _type in range(types):
        wider = [np.c_[rows, np.full(len(rows), n)] for n in range(most + 1)]
        rows = np.concatenate(wider)
        rows = rows[rows.sum(axis=1) <= most]
    return rows
