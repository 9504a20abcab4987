# SPDX-License-Identifier: AGPL-3.0-or-later
"""Company for small cells: for each, the cheapest other cells that let it move.

Two programmes for each sensitive cell (Kelly, Golden and Assad 1992; Fischetti and Salazar 2000),
on one model that stays warm: push the cell up to k, or down to 0, at the least cost of cells newly
hidden. Cells that are hidden already move free; official ones and those of earlier releases do not
move at all. One solution serves every other cell that moves far enough in it.
"""

import math
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from .programmes import ALMOST, INF, Programme
from .system import Reals, System
from .wishes import Flags, Wishes

Target = tuple[int, int]  # a cell, and +1 or -1
Short = dict[Target, tuple[float, float]]  # wanted, possible


def costs(system: System, key: bytes) -> Reals:
    """What hiding a cell costs a reader: more people and higher totals are dearer. A keyed hash of
    the cell turns ties, the same way for ever."""
    space, found = system.space, []
    for cell, value in zip(system.keys, system.values, strict=True):
        totals = len(cell) - len(space.family(cell))
        name = repr(sorted(space.at(cell).items())).encode()
        turn = int.from_bytes(blake2b(name, digest_size=4, key=key).digest(), "big") / 2**32
        found.append((1 + math.log1p(value)) * (1 + 0.5 * totals) * (1 + 0.02 * turn))
    return np.array(found)


class Hiding:
    """A pattern that grows until every wish is met as far as it can be."""

    def __init__(self, system: System, wishes: Wishes, cost: Reals):
        self.system, self.wishes, self.cost = system, wishes, cost
        self.hidden: Flags = wishes.hidden.copy()
        self.witness: dict[Target, Reals] = {}
        self.short: Short = {}
        self._first, self._cells = system.unknowns, len(system.keys)
        self.programme = self._programme()

    def run(self) -> None:
        left = {(cell, sign): need for cell, sign, need in self.wishes.targets()}
        for target in list(left):
            if target not in left:
                continue
            need = left.pop(target)
            moved = self._push(target, need)
            if moved is None:
                moved = self._push(target, self._as_far_as_possible(target, need))
            if moved is None:
                continue
            self._hide(np.flatnonzero((np.abs(moved) > ALMOST) & ~self.hidden))
            self.witness[target] = moved
            for other, wanted in list(left.items()):
                if other[1] * moved[other[0]] >= wanted - ALMOST:
                    self.witness[other] = moved
                    del left[other]

    def _programme(self) -> Programme:
        """Unknowns: how far each leaf count moves; how far each cell moves up, and down."""
        n, m, system = self._first, self._cells, self.system
        rows = system.rows()
        for cell in range(m):
            columns, factors = rows[cell]
            rows[cell] = (
                np.concatenate([columns, [n + cell, n + m + cell]]),
                np.concatenate([factors, [-1.0, 1.0]]),
            )
        room = np.where(self.wishes.fixed, 0.0, INF)
        price = self._prices()
        nought = np.zeros(len(rows))
        return Programme(
            rows, np.concatenate([np.zeros(n), price, price]),
            np.concatenate([-system.x, np.zeros(2 * m)]),
            np.concatenate([np.full(n, INF), room, room]),
            span=(nought, nought),
        )  # fmt: skip

    def _prices(self) -> Reals:
        return np.where(self.hidden | self.wishes.fixed, 0.0, self.cost)

    def _push(self, target: Target, need: float) -> Reals | None:
        """How all cells move when one moves so far; None if it cannot."""
        if need <= 0 or self.wishes.fixed[target[0]]:
            return None
        way, back = self._columns(target)
        self.programme.bound(way, need, INF)
        self.programme.bound(back, 0, 0)
        n, m = self._first, self._cells
        moved = None
        if self.programme.solve():
            found = self.programme.columns()
            moved = found[n : n + m] - found[n + m :]
        self.programme.bound(way, 0, INF)
        self.programme.bound(back, 0, INF)
        return moved

    def _as_far_as_possible(self, target: Target, wanted: float) -> float:
        """The whole steps a cell can go with all hidden that may be; noted as a wish unmet."""
        far = 0
        if not self.wishes.fixed[target[0]]:
            far = math.floor(self._farthest(target) + ALMOST)
        self.short[target] = (wanted, float(far))
        (self.wishes.up if target[1] > 0 else self.wishes.down)[target[0]] = far
        return float(far)

    def _farthest(self, target: Target) -> float:
        n, m = self._first, self._cells
        way, back = self._columns(target)
        cells = range(n, n + 2 * m)
        self.programme.charge(cells, [0.0] * (2 * m))
        self.programme.charge([way], [-1.0])
        self.programme.bound(back, 0, 0)
        self.programme.solve()
        far = -self.programme.worth
        self.programme.bound(back, 0, INF)
        price = self._prices()
        self.programme.charge(cells, [*price, *price])
        return far

    def _columns(self, target: Target) -> tuple[int, int]:
        cell, sign = target
        up, down = self._first + cell, self._first + self._cells + cell
        return (up, down) if sign > 0 else (down, up)

    def _hide(self, cells: npt.NDArray[np.intp]) -> None:
        self.hidden[cells] = True
        n, m = self._first, self._cells
        for cell in cells:
            self.programme.charge([n + int(cell), n + m + int(cell)], [0.0, 0.0])
