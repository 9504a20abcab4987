# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sets of dimensions that tables cross, closed until three of them cannot tell on each other.

While the sets are acyclic (Graham 1979; Yu and Ozsoyoglu 1979), tables that agree on what they
share always extend to one common table (Vorob'ev 1962): then the linear system over the families
is everything that an outsider can know. A cycle is closed by joining two sets.
"""

from collections.abc import Callable
from itertools import combinations

Family = frozenset[int]
Join = tuple[int, int, Family]  # two families, by number, and the dimensions that they share


def close(
    families: list[Family], size: Callable[[Family], int], limit: int
) -> tuple[list[Family], list[Join]] | None:
    """The largest families and how they hang together; None if that takes too many unknowns."""
    found = _largest(families)
    while (joins := _reduce(found)) is None:
        pairs = [one | other for one, other in combinations(found, 2) if one & other]
        best = min(pairs, key=lambda family: (size(family), sorted(family)))
        if size(best) > limit:
            return None
        found = _largest([*found, best])
    return (found, joins) if sum(map(size, found)) <= limit else None


def _largest(families: list[Family]) -> list[Family]:
    found = sorted(set(families), key=sorted)
    return [one for one in found if not any(one < other for other in found)] or [frozenset()]


def _reduce(families: list[Family]) -> list[Join] | None:
    """Ear by ear; what cannot be taken apart so is cyclic: None."""
    live = [set(family) for family in families]
    left, joins = list(range(len(families))), []
    while len(left) > 1:
        for one in left:
            live[one] = {d for d in live[one] if sum(d in live[other] for other in left) > 1}
        pair = _ear(live, left)
        if pair is None:
            return None
        joins.append((*pair, frozenset(live[pair[0]])))
        left.remove(pair[0])
    return joins


def _ear(live: list[set[int]], left: list[int]) -> tuple[int, int] | None:
    for one in left:
        for other in left:
            if one != other and live[one] <= live[other]:
                return one, other
    return None
