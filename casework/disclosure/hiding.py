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

from .movements import Movements, reached
from .programmes import ALMOST, INF, Programme
from .system import Reals, System
from .wishes import Flags, Wishes

WHOLE = 1e-5  # what the solver may lack of a whole number
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
        bound = wishes.fixed | ~wishes.hidden | (wishes.up > 0) | (wishes.down > 0)
        self.live = reached(system, bound, wishes.new)
        self.moves = Movements(system, wishes.fixed, self.live)
        # What may yet be hidden: a column for its way up, and one for its way down.
        can_move = self.moves.row >= 0
        self.elastic = np.flatnonzero(can_move & ~wishes.fixed & ~wishes.hidden)
        self.programme = self._programme()
        old = [cell for cell, held in enumerate(system.cells) if not self.live[held].any()]
        wishes.up[old] = wishes.down[old] = 0.0

    def run(self) -> None:
        left = {(cell, sign): need for cell, sign, need in self.wishes.targets()}
        for target in list(left):
            if target not in left:
                continue
            need = left.pop(target)
            moved = self._push(target, need)
            if moved is None:
                moved = self._as_far_as_possible(target, need)
            if moved is None:
                continue
            self.hidden |= np.abs(moved) > ALMOST
            self._charge()
            self.witness[target] = moved
            for other, wanted in list(left.items()):
                if other[1] * moved[other[0]] >= wanted - ALMOST:
                    self.witness[other] = moved
                    del left[other]

    def _programme(self) -> Programme:
        """Unknowns: how far each leaf count moves, and each cell that is not hidden yet."""
        moves, rows = self.moves, list(self.moves.rows)
        n, m = len(moves.low), len(self.elastic)
        for number, cell in enumerate(self.elastic):
            columns, factors = rows[moves.row[cell]]
            rows[moves.row[cell]] = (
                np.concatenate([columns, [n + number, n + m + number]]),
                np.concatenate([factors, [-1.0, 1.0]]),
            )
        room = np.zeros(len(rows))
        room[: len(moves.cells)][self.wishes.hidden[moves.cells]] = INF
        price = self.cost[self.elastic]
        return Programme(
            rows, np.concatenate([np.zeros(n), price, price]),
            np.concatenate([moves.low, np.zeros(2 * m)]), np.full(n + 2 * m, INF),
            span=(-room, room),
        )  # fmt: skip

    def _charge(self) -> None:
        """Cells cost once: those hidden by now move free."""
        price = np.where(self.hidden[self.elastic], 0.0, self.cost[self.elastic])
        first = len(self.moves.low)
        self.programme.charge(range(first, first + 2 * len(price)), [*price, *price])

    def _push(self, target: Target, need: float) -> Reals | None:
        """How all cells move when one moves so far; None if it cannot."""
        row = int(self.moves.row[target[0]])
        if need <= 0 or row < 0 or self.wishes.fixed[target[0]]:
            return None
        self.programme.bound_row(row, *((need, INF) if target[1] > 0 else (-INF, -need)))
        moved = None
        if self.programme.solve():
            moved = self.moves.of_cells(self.programme.rows())
            n, m = len(self.moves.low), len(self.elastic)
            steps = self.programme.columns()
            moved[self.elastic] = steps[n : n + m] - steps[n + m :]
        self.programme.bound_row(row, -INF, INF)
        return moved

    def _as_far_as_possible(self, target: Target, wanted: float) -> Reals | None:
        """The whole steps a cell can go with all hidden that may be; noted as a wish unmet."""
        cell, sign = target
        far = 0
        if not self.wishes.fixed[cell] and self.moves.row[cell] >= 0:
            far = math.floor(self._farthest(target) + WHOLE)
        moved = self._push(target, far)
        far = far if moved is not None else 0
        self.short[target] = (wanted, float(far))
        (self.wishes.up if sign > 0 else self.wishes.down)[cell] = far
        return moved

    def _farthest(self, target: Target) -> float:
        cell, sign = target
        columns, _factors = self.moves.rows[self.moves.row[cell]]
        first, last = len(self.moves.low), len(self.moves.low) + 2 * len(self.elastic)
        self.programme.charge(range(first, last), [0.0] * (last - first))
        self.programme.charge(columns, [-float(sign)] * len(columns))
        self.programme.solve()
        far = -self.programme.worth
        self.programme.charge(columns, [0.0] * len(columns))
        self._charge()
        return far
