# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an outsider knows of each set of people: its least and greatest possible whole count.

Every whole point that any programme passes is held against all sets at once, so that most
questions are answered by somebody else's point ("shared witnesses") and need no programme.
"""

from collections.abc import Sequence
from math import ceil, floor, inf

import numpy as np

from .axes import Box
from .programmes import NEAR, Counts, Programmes, Unsettled, sparse
from .system import Columns, System

FAR = np.iinfo(np.int64).max
DOWN, UP = 1, -1  # the sign of the cost
TURNS = 6
NONE: Columns = np.zeros(0, dtype=np.int64)


class Outsider:
    """Bounds of boxes over one system. Bounds are those of whole counts, not only of real ones:
    where no whole point reaches the linear bound, a whole-number programme decides."""

    def __init__(self, system: System, boxes: Sequence[Box]) -> None:
        self._columns = [system.columns(box) for box in boxes]
        self._sums = sparse([(columns, columns[:0]) for columns in self._columns])
        self._seen_least = np.full(len(boxes), FAR, dtype=np.int64)
        self._seen_most = np.full(len(boxes), -1, dtype=np.int64)
        self._lowest: dict[int, int] = {}
        self._highest: dict[int, int] = {}
        self.unsettled: set[int] = set()
        self.programmes = Programmes(system, self._see)
        self.programmes.begin()

    def _see(self, counts: Counts) -> None:
        sums = self._sums.times(counts)
        np.minimum(self._seen_least, sums, out=self._seen_least)
        np.maximum(self._seen_most, sums, out=self._seen_most)

    def sweep(self, boxes: Sequence[int]) -> None:
        """Two points that clear many at once: all as low, then all as high as possible."""
        if boxes:
            columns = np.unique(np.concatenate([self._columns[box] for box in boxes]))
            self.programmes.least(columns)
            self.programmes.greatest(columns)

    def seen(self, box: int, count: int) -> bool:
        """Whether a whole point is known with this count or one beyond it (0: with 0)."""
        return bool(self._seen_most[box] >= count if count else self._seen_least[box] == 0)

    def lowest(self, box: int) -> int:
        """The least count of the box."""
        if self._seen_least[box] == 0:
            return 0
        if box not in self._lowest:
            low = ceil(self.programmes.least(self._columns[box]) - NEAR)
            self._lowest[box] = self._settle(box, DOWN, low)
        return self._lowest[box]

    def highest(self, box: int, enough: int | None = None) -> int | None:
        """The greatest count; None when nothing bounds it or `enough` is possible."""
        if enough is not None and self._seen_most[box] >= enough:
            return None
        if box not in self._highest:
            bound = self.programmes.greatest(self._columns[box])
            if bound == inf:
                return None
            high = floor(bound + NEAR)
            most = self._settle(box, UP, high if enough is None else min(high, enough))
            if most == enough:
                return None
            self._highest[box] = most
        high = self._highest[box]
        return None if enough is not None and high >= enough else high

    def _settle(self, box: int, way: int, goal: int) -> int:
        """The goal when a whole point reaches it, else the furthest that one reaches.

        Corners of the system may be fractional: other corners with the same end are looked at
        first, being cheap, before whole numbers are asked for.
        """
        columns, programmes = self._columns[box], self.programmes
        for turn in range(TURNS):
            if self._reached(box, way, goal):
                return goal
            programmes.lean(columns, way, turn)
        if self._reached(box, way, goal):
            return goal
        within = (columns, goal, None) if way == UP else (columns, 0, goal)
        try:
            if programmes.search(NONE, [within]) is not None:
                return goal
            found = programmes.search(columns, [], way)
        except Unsettled:
            found = None
        if found is None:  # at the limit of work: `begin` has shown that whole points exist
            self.unsettled.add(box)
            return goal
        return way * found

    def _reached(self, box: int, way: int, goal: int) -> bool:
        return bool(self._seen_most[box] >= goal if way == UP else self._seen_least[box] <= goal)

    def possible(self, asked: Sequence[tuple[int, int, int | None]]) -> bool:
        """Whether whole counts exist with each of these boxes from lo to hi."""
        rows = [(self._columns[box], lo, hi) for box, lo, hi in asked]
        return self.programmes.search(NONE, rows) is not None
