# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which tables of unknowns are the whole attacker.

Tables that agree on their common margins extend to one common table exactly when their sets of
dimensions are acyclic (Vorob'ev 1962; GYO reduction). For whole counts too: two tables meet in
plain transportation problems, one per cell of the common margin. A cyclic set of tables is closed
first, by eliminating dimensions one at a time and joining what each stood between.
"""

from collections.abc import Iterable, Sequence
from itertools import combinations
from math import prod

Family = tuple[int, ...]  # axes, in order
Link = tuple[int, int, Family]  # two families and the axes whose margins must agree


def maximal(families: Iterable[Family]) -> list[Family]:
    """Those that are inside no other, in a fixed order."""
    found = sorted(set(families), key=lambda family: (-len(family), family))
    kept: list[Family] = []
    for family in found:
        if not any(set(family) <= set(other) for other in kept):
            kept.append(family)
    return sorted(kept)


def closed(families: Sequence[Family], sizes: Sequence[int]) -> list[Family]:
    """The smallest acyclic cover found by greedy elimination (fewest new pairs, then size)."""
    near: dict[int, set[int]] = {axis: set() for family in families for axis in family}
    for family in families:
        for axis in family:
            near[axis] |= set(family) - {axis}
    cliques: list[Family] = [()]
    while near:
        axis = min(near, key=lambda a: (_new_pairs(near, a), prod(sizes[b] for b in near[a]), a))
        around = near.pop(axis)
        cliques.append(tuple(sorted({axis, *around})))
        for other in around:
            near[other] |= around - {other}
            near[other] -= {axis}
    return maximal(cliques)


def _new_pairs(near: dict[int, set[int]], axis: int) -> int:
    return sum(b not in near[a] for a, b in combinations(sorted(near[axis]), 2))


def columns(families: Iterable[Family], sizes: Sequence[int]) -> int:
    return sum(prod(sizes[axis] for axis in family) for family in families)


def tree(families: Sequence[Family]) -> list[Link]:
    """A junction tree: the heaviest spanning tree by common axes, enough when acyclic."""
    linked, links = {0}, []
    while len(linked) < len(families):
        _weight, inside, outside = min(
            (-len(set(families[a]) & set(families[b])), a, b)
            for a in linked
            for b in range(len(families))
            if b not in linked
        )
        linked.add(outside)
        links.append(_link(families, inside, outside))
    return links


def pairs(families: Sequence[Family]) -> list[Link]:
    """Every pair agrees on its margin: all that is certain where closing would be too large."""
    return [_link(families, a, b) for a, b in combinations(range(len(families)), 2)]


def _link(families: Sequence[Family], a: int, b: int) -> Link:
    return a, b, tuple(sorted(set(families[a]) & set(families[b])))
