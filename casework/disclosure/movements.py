# SPDX-License-Identifier: AGPL-3.0-or-later
"""What can still move while some cells cannot: the system without what is settled already.

A cell that stands still settles its last open unknown, and all of them where it is nought, as
people do not become fewer than none. What is settled leaves the model, and so does what no cell
that is new can tell on: with a ledger that is most of it.
"""

import numpy as np

from .programmes import INF, Programme
from .system import Reals, Row, System
from .wishes import Flags


class Movements:
    """Rows over the unknowns that can move: first the cells that can (`row` of a cell, or -1),
    then links."""

    def __init__(self, system: System, still: Flags, live: Flags):
        rows = system.rows()
        free = _free(system, rows, still, live)
        self.low: Reals = -system.x[free]
        number = np.cumsum(free) - 1
        left = [
            (number[columns[free[columns]]], factors[free[columns]]) for columns, factors in rows
        ]
        self.cells = np.array(
            [cell for cell in range(len(still)) if len(left[cell][0])], dtype=np.int64
        )
        self.row = np.full(len(still), -1)
        self.row[self.cells] = np.arange(len(self.cells))
        self.rows: list[Row] = [left[cell] for cell in self.cells]
        self.rows += [row for row in left[len(still) :] if len(row[0])]

    def of_cells(self, values: Reals) -> Reals:
        """Movements of all cells, from those of the rows."""
        found = np.zeros(len(self.row))
        found[self.cells] = values[: len(self.cells)]
        return found

    def programme(self, still: Flags, most: float = INF) -> Programme:
        """An outsider's system: hidden cells move as they like, shown ones stand still."""
        room = np.zeros(len(self.rows))
        room[: len(self.cells)][~still[self.cells]] = INF
        unknowns = len(self.low)
        return Programme(
            self.rows, np.zeros(unknowns), self.low, np.full(unknowns, most), span=(-room, room)
        )


def _free(system: System, rows: list[Row], still: Flags, live: Flags) -> Flags:
    free = live.copy()
    for cell in np.flatnonzero(still & (system.values == 0)):
        free[system.cells[cell]] = False
    binding = [rows[cell][0] for cell in np.flatnonzero(still)]
    binding += [columns for columns, _factors in system.links]
    settled = True
    while settled:
        settled = False
        for columns in binding:
            is_open = free[columns]
            if np.count_nonzero(is_open) == 1:
                free[columns[is_open]] = False
                settled = True
    return free


def reached(system: System, binding: Flags, new: Flags) -> Flags:
    """Unknowns that a new cell may tell on: something that binds two of them leads from one to the
    next. The others are as safe as when their cells left."""
    root = list(range(system.unknowns))

    def root_of(unknown: int) -> int:
        while root[unknown] != unknown:
            root[unknown] = root[root[unknown]]
            unknown = root[unknown]
        return unknown

    rows = [system.cells[cell] for cell in np.flatnonzero(binding)]
    for columns in rows + [columns for columns, _factors in system.links]:
        first, *others = columns.tolist()
        for other in others:
            root[root_of(other)] = root_of(first)
    part = np.array([root_of(unknown) for unknown in range(system.unknowns)])
    live = {int(p) for cell in np.flatnonzero(new) for p in part[system.cells[cell]]}
    return np.isin(part, sorted(live))
