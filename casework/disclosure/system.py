# SPDX-License-Identifier: AGPL-3.0-or-later
"""The linear system behind tables: unknown leaf counts, and cells as sums of them.

Leaves that no cell tells apart are one *atom*. Each family of dimensions has its own unknowns, one
per crossing of atoms; families are held together by their equal margins.
"""

import math
from collections.abc import Sequence
from itertools import product

import numpy as np
import numpy.typing as npt

from .counts import Counts, Numbers
from .dims import Key, Space
from .families import Family, close
from .refusals import Reason, Refused

Reals = npt.NDArray[np.float64]
Row = tuple[Numbers, Reals]  # the columns of a row and their factors


class System:
    """`keys` in the order given, their true `values`, the true leaf counts `x`."""

    def __init__(self, space: Space, keys: Sequence[Key], counts: Counts, limit: int):
        self.space, self.keys = space, list(keys)
        self.place = {key: number for number, key in enumerate(self.keys)}
        self.atoms = [_atoms(space, self.keys, place) for place in range(len(space.dims))]
        self.sizes = [int(atoms.max()) + 1 for atoms in self.atoms]
        closed = close([space.family(key) for key in self.keys], self._size, limit)
        if closed is None:
            names = sorted({name for key in self.keys for name in space.crossed(key)})
            raise Refused(Reason.LARGE, dims=names)
        families, joins = closed
        self.families = [sorted(family) for family in families]
        sizes = [self._size(family) for family in families]
        self.starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        self.unknowns = int(self.starts[-1])
        self.x = self._true(counts)
        self.cells = [self._cell(key) for key in self.keys]
        self.values = self._sums(self.cells)
        self.links = [link for join in joins for link in self._links(*join)]

    def extend(self, keys: Sequence[Key]) -> None:
        """Groups that nobody prints but anybody can subtract; they tell no leaves apart anew."""
        new = [key for key in dict.fromkeys(keys) if key not in self.place]
        cells = [self._cell(key) for key in new]
        self.place.update({key: len(self.keys) + number for number, key in enumerate(new)})
        self.keys += new
        self.cells += cells
        self.values = np.concatenate([self.values, self._sums(cells)])

    def value(self, key: Key) -> int:
        """The true count of a cell that tells no leaves apart anew."""
        known = self.place.get(key)
        return int(self.values[known] if known is not None else self.x[self._cell(key)].sum())

    def rows(self) -> list[Row]:
        """Cells as sums of unknowns, then margins that are equal."""
        cells = [(cell, np.ones(len(cell))) for cell in self.cells]
        return cells + self.links

    def _sums(self, cells: Sequence[Numbers]) -> Reals:
        return np.array([self.x[cell].sum() for cell in cells], dtype=np.float64)

    def _size(self, family: Family) -> int:
        return math.prod(self.sizes[place] for place in family)

    def _true(self, counts: Counts) -> Reals:
        x = np.zeros(self.unknowns)
        for number, places in enumerate(self.families):
            index = np.full(len(counts.people), self.starts[number])
            step = self._size(frozenset(places))
            for place in places:
                step //= self.sizes[place]
                index += step * self.atoms[place][counts.leaves[:, place]]
            np.add.at(x, index, counts.people)
        return x

    def _cell(self, key: Key) -> Numbers:
        wanted = self.space.family(key)
        fitting = [n for n, places in enumerate(self.families) if wanted <= set(places)]
        number = min(fitting, key=lambda n: self.starts[n + 1] - self.starts[n])
        held = {place: self._held(place, key[place]) for place in wanted}
        return self._crossing(number, held)

    def _held(self, place: int, bits: int) -> Numbers:
        leaves = [n for n in range(len(self.atoms[place])) if bits >> n & 1]
        atoms: Numbers = np.unique(self.atoms[place][leaves])
        return atoms

    def _crossing(self, number: int, held: dict[int, Numbers]) -> Numbers:
        """The unknowns of a family at some atoms of some of its dimensions."""
        index: Numbers = np.zeros(1, dtype=np.int64)
        for place in self.families[number]:
            atoms = held.get(place, np.arange(self.sizes[place]))
            index = (index[:, None] * self.sizes[place] + atoms).ravel()
        index += self.starts[number]
        return index

    def _links(self, one: int, other: int, shared: Family) -> list[Row]:
        places, found = sorted(shared), []
        for atoms in product(*(range(self.sizes[place]) for place in places)):
            held = {place: np.array([atom]) for place, atom in zip(places, atoms, strict=True)}
            here, there = self._crossing(one, held), self._crossing(other, held)
            factors = np.concatenate([np.ones(len(here)), -np.ones(len(there))])
            found.append((np.concatenate([here, there]), factors))
        return found


def _atoms(space: Space, keys: Sequence[Key], place: int) -> Numbers:
    """For each leaf the number of its atom: leaves that the same nodes hold are one."""
    used = sorted({key[place] for key in keys})
    seen: dict[tuple[int, ...], int] = {}
    leaves = range(len(space.dims[place].leaves))
    told = [tuple(bits >> leaf & 1 for bits in used) for leaf in leaves]
    return np.array([seen.setdefault(one, len(seen)) for one in told], dtype=np.int64)
