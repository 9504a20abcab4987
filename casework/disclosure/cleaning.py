# SPDX-License-Identifier: AGPL-3.0-or-later
"""Showing again what turned out needless, dearest first, within a number of programmes.

Every wish keeps a witness: one table that an outsider cannot rule out. A hole that no witness moves
is shown at once; for another, each witness that moves it must be found again without it.
"""

import numpy as np

from .hiding import Hiding, Target
from .programmes import ALMOST, INF, Programme
from .system import Reals


class Cleaning:
    """`hiding.hidden` with fewer holes; it ends after so many programmes, whatever the clock."""

    def __init__(self, hiding: Hiding, limit: int):
        self.hiding, self.limit = hiding, limit
        self.wishes, self.witness = hiding.wishes, hiding.witness
        self.programme = self._programme()
        self.users: dict[int, set[Target]] = {}
        for target, moved in self.witness.items():
            self._note(target, moved)

    def run(self) -> None:
        hiding = self.hiding
        order = sorted(range(len(hiding.cost)), key=lambda cell: (-hiding.cost[cell], cell))
        for cell in order:
            if self.programme.solved >= self.limit:
                return
            if hiding.hidden[cell] and not self.wishes.hidden[cell]:
                self._try(cell)

    def _try(self, cell: int) -> None:
        self.programme.bound_row(cell, 0, 0)
        found = self._without(cell)
        if found is None:
            self.programme.bound_row(cell, -INF, INF)
            return
        self.hiding.hidden[cell] = False
        for target, moved in found.items():
            for other in np.flatnonzero(np.abs(self.witness[target]) > ALMOST):
                self.users.get(int(other), set()).discard(target)
            self.witness[target] = moved
            self._note(target, moved)

    def _without(self, cell: int) -> dict[Target, Reals] | None:
        """New witnesses for whoever used this cell; None as soon as one cannot do without."""
        found: dict[Target, Reals] = {}
        users = self.users.get(cell, set())
        for target in sorted(users, key=lambda one: (-self._need(one), one)):
            if self.programme.solved >= self.limit:
                return None
            moved = self._one_of(found, target)
            if moved is None:
                moved = self._reach(target)
            if moved is None:
                return None
            found[target] = moved
        return found

    def _one_of(self, found: dict[Target, Reals], target: Target) -> Reals | None:
        cell, sign = target
        need = self._need(target) - ALMOST
        return next((moved for moved in found.values() if sign * moved[cell] >= need), None)

    def _reach(self, target: Target) -> Reals | None:
        cell, sign = target
        need = self._need(target)
        self.programme.bound_row(cell, *((need, INF) if sign > 0 else (-INF, -need)))
        moved = None
        if self.programme.solve():
            moved = self.programme.rows()[: len(self.hiding.hidden)]
        self.programme.bound_row(cell, -INF, INF)
        return moved

    def _need(self, target: Target) -> float:
        cell, sign = target
        return float(self.wishes.up[cell] if sign > 0 else self.wishes.down[cell])

    def _note(self, target: Target, moved: Reals) -> None:
        for cell in np.flatnonzero(np.abs(moved) > ALMOST):
            self.users.setdefault(int(cell), set()).add(target)

    def _programme(self) -> Programme:
        """An outsider's system: what is shown cannot move, what is hidden may."""
        system, hidden = self.hiding.system, self.hiding.hidden
        rows = system.rows()
        room = np.zeros(len(rows))
        room[: len(hidden)][hidden] = INF
        return Programme(
            rows, np.zeros(system.unknowns), -system.x, np.full(system.unknowns, INF),
            span=(-room, room),
        )  # fmt: skip
