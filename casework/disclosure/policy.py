# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an audience is owed: the threshold, the official totals, how much may be asked at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .dims import Key, Space


@dataclass(frozen=True)
class Policy:
    """Rules of one audience (Handbook on Statistical Disclosure Control, chapter 5).

    k            a count of 1 to k-1 is small: an outsider must find 0 and k possible for it
    official     totals that are always shown, each as the dimensions that it crosses:
                 ((), ("site",)) is the grand total and the totals of sites
    signed       official totals below k, and groups that only subtraction shows (a gap between two
                 headlines or two releases), that somebody answers for
    lp_limit     programmes spent on showing needless holes again; 0 for a preview
    crossed      most dimensions in one cell for outsiders
    unknowns     a larger system is refused
    exact_cells  a two-way table up to so many cells gets the proven cheapest pattern
    key          turns ties between cells of equal cost; the same key gives the same pattern
    """

    k: int = 5
    official: Sequence[Sequence[str]] = ((),)
    signed: Sequence[Mapping[str, str]] = ()
    lp_limit: int = 4_000
    crossed: int = 3
    unknowns: int = 20_000
    exact_cells: int = 80
    key: bytes = b""

    def is_official(self, space: Space, key: Key) -> bool:
        return space.crossed(key) in {frozenset(names) for names in self.official}

    def signed_keys(self, space: Space) -> set[Key]:
        return {space.key(at) for at in self.signed if set(at) <= set(space.place)}
