# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two outsiders, who know only what was printed.

One is for tiny tables and knows no linear programming: all ways to spread the people over the
crossings of leaves are written down, and those that say what was printed are kept. The other is for
tables of the usual size; of the room's code he uses nothing but its silence.
"""

from functools import cache
from itertools import combinations, product

import numpy as np

from casework.disclosure import programmes


@cache
def spreads(people, places):
    """Every way to spread so many people over so many places, one a row."""
    bars = np.array(list(combinations(range(people + places - 1), places - 1)), dtype=int)
    bars = bars.reshape(-1, places - 1)
    edges = np.full((len(bars), 1), -1), np.full((len(bars), 1), people + places - 1)
    return np.diff(np.hstack([edges[0], bars, edges[1]]), axis=1) - 1


class Outsider:
    """Holds documents of one space. Where no grand total is printed he knows of `most` people."""

    def __init__(self, *documents, most=None):
        self.dims = documents[-1]["dims"]
        self.grid = list(product(*(dim["leaves"] for dim in self.dims.values())))
        said = [cell for one in documents for cell in [*one["cells"], *one["earlier"]]]
        everyone = next((cell["value"] for cell in said if not cell["at"]), None)
        numbers = [everyone] if everyone is not None else range(most + 1)
        tables = np.vstack([spreads(number, len(self.grid)) for number in numbers])
        for cell in said:
            if cell["value"] is not None:
                tables = tables[self._sums(tables, cell["at"]) == cell["value"]]
        self.tables = tables

    def possible(self, at):
        """Every number of people that a cell may hold."""
        return set(self._sums(self.tables, at).tolist())

    def _sums(self, tables, at):
        held = [self._leaves(name, at) for name in self.dims]
        columns = [
            all(leaf in leaves for leaf, leaves in zip(place, held, strict=True))
            for place in self.grid
        ]
        return tables[:, columns].sum(axis=1)

    def _leaves(self, name, at):
        dim = self.dims[name]
        return set(dim["nodes"][at.get(name, dim["total"])])


class Solver:
    """An outsider for larger tables: one programme over every crossing of leaves, with all that
    was ever printed as it stands. He groups nothing and leaves nothing out."""

    def __init__(self, *documents):
        self.dims = documents[-1]["dims"]
        self.shape = tuple(len(dim["leaves"]) for dim in self.dims.values())
        said = [cell for one in documents for cell in [*one["cells"], *one["earlier"]]]
        told = {
            self.columns(cell["at"]): cell["value"] for cell in said if cell["value"] is not None
        }
        self.engine = programmes.engine()
        size = int(np.prod(self.shape))
        self.engine.addVars(size, np.zeros(size), np.full(size, np.inf))
        for columns, value in told.items():
            self.engine.addRow(value, value, len(columns), np.array(columns), np.ones(len(columns)))

    def columns(self, at):
        held = [
            [dim["leaves"].index(leaf) for leaf in dim["nodes"][at.get(name, dim["total"])]]
            for name, dim in self.dims.items()
        ]
        return tuple(sorted(np.ravel_multi_index(np.array(list(product(*held))).T, self.shape)))

    def range(self, at):
        """Fewest and most people that a cell may hold; inf where there is no end."""
        columns = np.array(self.columns(at), dtype=np.int32)
        found = []
        for sign in (1.0, -1.0):
            self.engine.changeColsCost(len(columns), columns, np.full(len(columns), sign))
            self.engine.run()
            is_optimal = str(self.engine.getModelStatus()).endswith("kOptimal")
            worth = self.engine.getInfo().objective_function_value
            found.append(sign * worth if is_optimal else sign * -np.inf)
        self.engine.changeColsCost(len(columns), columns, np.zeros(len(columns)))
        return found[0], found[1]
