# SPDX-License-Identifier: AGPL-3.0-or-later
"""An outsider for tiny tables: he tries every table of whole numbers there is.

He knows no linear programming and shares no code with anybody: all ways to spread the people over
the crossings of leaves are written down, and those that say what was printed are kept.
"""

from functools import cache
from itertools import combinations, product

import numpy as np


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
