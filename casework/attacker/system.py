# SPDX-License-Identifier: AGPL-3.0-or-later
"""The linear system: an unknown count per family and crossing of atoms, a row per printed fact."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .axes import Axis, Box
from .document import TooLarge
from .families import Family, Link, closed, columns, maximal, pairs, tree

# Beyond this many unknowns the families are left as they are and the proof is not complete.
MOST_COLUMNS = 40_000

Columns = NDArray[np.int64]
Bounds = Mapping[Box, tuple[int, int | None]]


@dataclass(frozen=True)
class Row:
    """lo <= sum of `plus` minus sum of `minus` <= hi; `hi` None: no end."""

    plus: Columns
    minus: Columns
    lo: int
    hi: int | None


class System:
    """Everything an outsider knows, as rows over unknown whole counts of at least zero.

    `complete`: every solution is the image of one table of people, so the system understates
    nothing (see `families`). Unknowns that a printed zero settles are left out; `told` has the
    counts that plain subtraction gives (-1: not told), whose rows are left out.
    """

    def __init__(self, axes: Sequence[Axis], bounds: Bounds) -> None:
        self._sizes = [axis.size for axis in axes]
        pinned = {place for place, axis in enumerate(axes) if axis.pinned}
        cells = {tuple(sorted({place for place, _ in box} | pinned)) for box in bounds}
        self.families, links, self.complete = _joined(cells, self._sizes)
        self._grids = _grids(self.families, self._sizes)
        self._place = np.arange(columns(self.families, self._sizes))
        facts = [
            Row(self.columns(box), _NONE, *bounds[box])
            for box in sorted(bounds)
            if bounds[box] != (0, None)
        ]
        self._settle([*facts, *self._agreements(links)])

    @property
    def size(self) -> dict[str, int]:
        return {"families": len(self.families), "unknowns": self.width, "rows": len(self.rows)}

    def columns(self, box: Box) -> Columns:
        """The unknowns whose sum is the count of a box."""
        place = self._home(tuple(axis for axis, _ in box))
        cut = dict(box)
        chosen = [_bits(cut.get(axis, -1), self._sizes[axis]) for axis in self.families[place]]
        inside = self._grids[place][np.ix_(*chosen)].ravel()
        kept = self._place[inside]
        return kept[kept >= 0]

    def _home(self, axes: Family) -> int:
        fitting = (p for p, family in enumerate(self.families) if set(axes) <= set(family))
        return min(fitting, key=lambda place: (self._grids[place].size, place))

    def _agreements(self, links: Iterable[Link]) -> list[Row]:
        return [
            Row(left, right, 0, 0)
            for a, b, common in links
            for left, right in zip(self._margin(a, common), self._margin(b, common), strict=True)
        ]

    def _margin(self, place: int, common: Family) -> Columns:
        family, grid = self.families[place], self._grids[place]
        order = [family.index(axis) for axis in common]
        rest = [at for at in range(len(family)) if at not in order]
        lines = int(np.prod([self._sizes[axis] for axis in common], dtype=np.int64))
        margin: Columns = grid.transpose([*order, *rest]).reshape(lines, -1)
        return margin

    def _settle(self, rows: Sequence[Row]) -> None:
        """Leave out what zeros settle: all counts of a zero cell, then of margins left empty."""
        zero = np.zeros(len(self._place), dtype=bool)
        known = -1
        while known != (known := int(zero.sum())):
            for row in rows:
                if row.hi == 0 and zero[row.minus].all():
                    zero[row.plus] = True
                elif row.hi == 0 and row.lo == 0 and zero[row.plus].all():
                    zero[row.minus] = True
        self._place = np.where(zero, -1, np.cumsum(~zero) - 1)
        self.width = int((~zero).sum())
        kept = (Row(self._alive(r.plus), self._alive(r.minus), r.lo, r.hi) for r in rows)
        left = [row for row in kept if row.plus.size or row.minus.size or row.lo > 0]
        self.told, self.rows = _told(left, self.width)

    def _alive(self, inside: Columns) -> Columns:
        kept = self._place[inside]
        return kept[kept >= 0]


_NONE: Columns = np.zeros(0, dtype=np.int64)


def _told(rows: Sequence[Row], width: int) -> tuple[Columns, list[Row]]:
    """Follow the rows that have one unknown left, as anybody with a pencil would."""
    told: Columns = np.full(width, -1, dtype=np.int64)
    left, before = list(rows), -1
    while before != len(left):
        before = len(left)
        left = [row for row in left if not _used_up(row, told)]
    return told, left


def _used_up(row: Row, told: Columns) -> bool:
    """Whether the row has nothing more to tell; what it tells is noted. A row that cannot be
    is kept, so that the solver finds that nothing fits."""
    plus, minus = told[row.plus], told[row.minus]
    free = int((plus < 0).sum() + (minus < 0).sum())
    if free > 1 or row.lo != row.hi:
        return False
    rest = row.lo - int(plus[plus >= 0].sum()) + int(minus[minus >= 0].sum())
    if not free:
        return rest == 0
    side, sign = (row.plus[plus < 0], 1) if (plus < 0).any() else (row.minus[minus < 0], -1)
    if sign * rest < 0:
        return False
    told[side] = sign * rest
    return True


def _joined(cells: set[Family], sizes: Sequence[int]) -> tuple[list[Family], list[Link], bool]:
    """Families and their links: closed when that fits, else as printed and not complete."""
    printed = maximal([*cells, ()])
    cover = closed(printed, sizes)
    whole = [tuple(sorted({axis for family in printed for axis in family}))]
    cover = min(cover, whole, key=lambda families: columns(families, sizes))
    if columns(cover, sizes) <= MOST_COLUMNS:
        return cover, tree(cover), True
    if columns(printed, sizes) > MOST_COLUMNS:
        raise TooLarge(f"more than {MOST_COLUMNS} unknown counts")
    return printed, pairs(printed), False


def _grids(families: Sequence[Family], sizes: Sequence[int]) -> list[Columns]:
    grids, start = [], 0
    for family in families:
        shape = [sizes[axis] for axis in family]
        count = columns([family], sizes)
        grids.append(np.arange(start, start + count).reshape(shape))
        start += count
    return grids


def _bits(mask: int, size: int) -> Columns:
    return np.array([bit for bit in range(size) if mask >> bit & 1], dtype=np.int64)
