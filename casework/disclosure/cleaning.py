# SPDX-License-Identifier: AGPL-3.0-or-later
"""Showing again what turned out needless, dearest first, within a number of programmes.

Every wish keeps a witness: one table that an outsider cannot rule out. A hole that no witness moves
is shown at once; for another, each witness that moves it must be found again without it.
"""

import numpy as np

from .hiding import Hiding, Target
from .movements import Movements
from .programmes import ALMOST, INF
from .system import Reals


class Cleaning:
    """`hiding.hidden` with fewer holes; it ends after so many programmes, whatever the clock."""

    def __init__(self, hiding: Hiding, limit: int):
        self.hiding, self.limit, self.wishes = hiding, limit, hiding.wishes
        self.targets = sorted(hiding.witness, key=lambda one: (-self._need(one), one))
        self.witness = np.array([hiding.witness[target] for target in self.targets])
        self.moves = Movements(hiding.system, ~hiding.hidden, hiding.live)
        self.programme = self.moves.programme(~hiding.hidden)

    def run(self) -> None:
        hiding = self.hiding
        order = sorted(range(len(hiding.cost)), key=lambda cell: (-hiding.cost[cell], cell))
        for cell in order if self.targets else ():
            if self.programme.solved >= self.limit:
                return
            if hiding.hidden[cell] and not self.wishes.hidden[cell]:
                self._try(cell)

    def _try(self, cell: int) -> None:
        row = int(self.moves.row[cell])
        if row >= 0:
            self.programme.bound_row(row, 0, 0)
        users = np.flatnonzero(np.abs(self.witness[:, cell]) > ALMOST)
        found = self._without(users.tolist())
        if found is None:
            self.programme.bound_row(row, -INF, INF)
            return
        self.hiding.hidden[cell] = False
        for user, moved in found.items():
            self.witness[user] = moved

    def _without(self, users: list[int]) -> dict[int, Reals] | None:
        """New witnesses for whoever moved a cell; None as soon as one cannot do without it."""
        found: dict[int, Reals] = {}
        for user in users:
            if self.programme.solved >= self.limit:
                return None
            moved = self._one_of(found, self.targets[user])
            if moved is None:
                moved = self._reach(self.targets[user])
            if moved is None:
                return None
            found[user] = moved
        return found

    def _one_of(self, found: dict[int, Reals], target: Target) -> Reals | None:
        cell, sign = target
        need = self._need(target) - ALMOST
        return next((moved for moved in found.values() if sign * moved[cell] >= need), None)

    def _reach(self, target: Target) -> Reals | None:
        row, need = int(self.moves.row[target[0]]), self._need(target)
        self.programme.bound_row(row, *((need, INF) if target[1] > 0 else (-INF, -need)))
        moved = self.moves.of_cells(self.programme.rows()) if self.programme.solve() else None
        self.programme.bound_row(row, -INF, INF)
        return moved

    def _need(self, target: Target) -> float:
        cell, sign = target
        return float(self.wishes.up[cell] if sign > 0 else self.wishes.down[cell])
