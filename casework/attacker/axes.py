# SPDX-License-Identifier: AGPL-3.0-or-later
"""Dimensions as sets of atoms: what no printed cell tells apart is one atom."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product

from .document import Dim, Report, TooLarge

# 2 ** 11 - 1: every way of being in some of eleven leaves (disclosure.md §11).
MOST_PATTERNS = 2047

Box = tuple[tuple[int, int], ...]  # (axis, set of its atoms as bits), in order of axes
Nodes = tuple[str, ...]


@dataclass(frozen=True)
class Axis:
    """One additive dimension, or all overlapping ones together.

    People of an additive dimension are in one leaf; their atoms are classes of leaves. In
    overlapping dimensions a person is in several leaves, so an atom is a *pattern*: the set of
    printed nodes the person is met in. Patterns are additive again, and the formulation by sets
    is exact where bounds node by node are not (disclosure.md §5.3, submodularity).
    """

    dims: tuple[int, ...]  # places of its dimensions in the report
    size: int
    masks: dict[Nodes, int] = field(repr=False)  # printed nodes of these dimensions, as atoms
    total: int
    overlap: bool

    @property
    def pinned(self) -> bool:
        """Somebody is outside the total: a cell that does not name the axis still cuts it."""
        return self.total != (1 << self.size) - 1

    def key(self, nodes: Nodes) -> Nodes:
        return tuple(nodes[dim] for dim in self.dims)


def axes_of(report: Report) -> tuple[Axis, ...]:
    """The axes of every dimension that some cell names, overlapping ones as one."""
    named = [
        place
        for place, dim in enumerate(report.dims)
        if any(dim.nodes[m.nodes[place]] != dim.everyone for m in report.mentions)
    ]
    together = tuple(place for place in named if report.dims[place].overlap)
    groups = [(place,) for place in named if place not in together]
    return tuple(_axis(report, dims) for dims in [*groups, *([together] if together else [])])


def box_of(axes: Sequence[Axis], nodes: Nodes) -> Box:
    """The set of unknowns that a cell counts; cells of the same people have the same box."""
    cuts = ((place, axis, axis.masks[axis.key(nodes)]) for place, axis in enumerate(axes))
    return tuple((place, mask) for place, axis, mask in cuts if axis.pinned or mask != axis.total)


def _axis(report: Report, places: tuple[int, ...]) -> Axis:
    dims = [report.dims[place] for place in places]
    total = tuple(dim.total for dim in dims)
    used = sorted({tuple(m.nodes[p] for p in places) for m in report.mentions} | {total})
    overlap = dims[0].overlap
    met = _met(dims, used)
    atoms = _patterns(met) if overlap else list(dict.fromkeys(met))
    masks = {
        nodes: sum(1 << place for place, atom in enumerate(atoms) if atom >> bit & 1)
        for bit, nodes in enumerate(used)
    }
    return Axis(places, len(atoms), masks, masks[total], overlap)


def _met(dims: list[Dim], used: list[Nodes]) -> list[int]:
    """For each leaf (or crossing of leaves) that counts at all, the printed nodes it is in."""
    sets = [[dim.nodes[node] for dim, node in zip(dims, nodes, strict=True)] for nodes in used]
    rows = (
        sum(
            1 << bit
            for bit, node in enumerate(sets)
            if all(leaf in members for leaf, members in zip(leaves, node, strict=True))
        )
        for leaves in product(*(dim.leaves for dim in dims))
    )
    return [row for row in rows if row]


def _patterns(met: Iterable[int]) -> list[int]:
    """Every set of nodes in which one person can be met: unions of leaves, each set once."""
    found: set[int] = set()
    for leaf in sorted(set(met)):
        found |= {leaf} | {pattern | leaf for pattern in found}
        if len(found) > MOST_PATTERNS:
            raise TooLarge("overlapping dimensions with more than 11 leaves told apart")
    return sorted(found)
