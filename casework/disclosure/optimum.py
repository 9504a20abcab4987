# SPDX-License-Identifier: AGPL-3.0-or-later
"""The cheapest pattern, proven, for two-way tables.

A 0-1 programme over cells ("hidden or not") and an outsider who answers each proposal with the
cell he can still corner; his proof, as an inequality, is added and the programme solved again
(Fischetti and Salazar 2000). Larger tables take too long and gain little.
"""

import numpy as np

from .hiding import Hiding
from .movements import Movements
from .programmes import ALMOST, INF, Programme
from .system import Reals, System
from .wishes import Flags, Wishes

ROUNDS = 200


def is_two_way(system: System) -> bool:
    return len(system.families) == 1 and len(system.families[0]) <= 2


def cheapest(hiding: Hiding) -> Flags | None:
    """What to hide, proven cheapest; None where that takes too many rounds or branches."""
    system, wishes, cost = hiding.system, hiding.wishes, hiding.cost
    outsider = _Outsider(system, wishes, hiding.live)
    nought = np.zeros(0)
    choice = Programme(
        [], cost, wishes.hidden.astype(np.float64), np.where(wishes.fixed, 0.0, 1.0),
        span=(nought, nought), whole=True,
    )  # fmt: skip
    hidden = wishes.hidden.copy()
    for _round in range(ROUNDS):
        proofs = outsider.proofs(hidden)
        if not proofs:
            return hidden
        for factors, at_least in proofs:
            cells = np.flatnonzero(factors > ALMOST)
            choice.demand(cells, factors[cells], at_least)
        if not choice.solve():
            return None
        hidden = choice.columns() > 0.5
    return None


class _Outsider:
    """Pushes each wished cell as far as the shown ones allow."""

    def __init__(self, system: System, wishes: Wishes, live: Flags):
        self.system, self.targets = system, wishes.targets()
        self.moves = Movements(system, wishes.fixed, live)
        most = max(float(system.x.sum()), float(wishes.up.max(initial=0)))
        self.room = np.array([most * len(cell) for cell in system.cells])
        self.programme = self.moves.programme(wishes.fixed, most)

    def proofs(self, hidden: Flags) -> list[tuple[Reals, float]]:
        """For each wish that these holes do not meet: which cells, hidden too, might."""
        for cell in self.moves.cells:
            room = INF if hidden[cell] else 0.0
            self.programme.bound_row(int(self.moves.row[cell]), -room, room)
        proofs = (self._proof(*target) for target in self.targets)
        return [proof for proof in proofs if proof is not None]

    def _proof(self, cell: int, sign: int, need: float) -> tuple[Reals, float] | None:
        columns, _factors = self.moves.rows[self.moves.row[cell]]
        self.programme.charge(columns, [-float(sign)] * len(columns))
        self.programme.solve()
        far = -self.programme.worth
        price = self.moves.of_cells(-self.programme.prices())
        self.programme.charge(columns, [0.0] * len(columns))
        if far >= need - ALMOST:
            return None
        most = np.where(price > 0, price * self.room, -price * self.system.values)
        return np.minimum(most, need - far), need - far
