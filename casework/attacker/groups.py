# SPDX-License-Identifier: AGPL-3.0-or-later
"""Groups nobody printed that a subtraction makes: differences, overlaps, everyone of one kind."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from operator import or_

from .axes import Axis, Box, Nodes
from .document import Report

Line = dict[int, Nodes]  # printed nodes of one axis, the rest of the address being equal
Taken = tuple[str, int, int, int | None]  # kind, people, of which node, and which other


@dataclass(frozen=True)
class Group:
    """A set of people given by printed cells; `kind` as in `proof.Finding`."""

    kind: str
    box: Box
    at: Nodes
    other: Nodes | None = None


def cut(axes: Sequence[Axis], box: Box, axis: int, mask: int) -> Box:
    """The box with another set of atoms on one axis."""
    rest = [part for part in box if part[0] != axis]
    if axes[axis].pinned or mask != axes[axis].total:
        rest.append((axis, mask))
    return tuple(sorted(rest))


def inside(small: Box, large: Box) -> bool:
    """Whether everyone of one box is in the other."""
    held = dict(small)
    return all(held.get(axis, -1) & ~mask == 0 for axis, mask in large)


def subtracted(axes: Sequence[Axis], printed: dict[Box, Nodes]) -> list[Group]:
    """What printed cells that differ in one axis make by subtraction, each set of people once:
    "all but", year to date minus last, "at both sites" (disclosure.md §5.4, §6).

    Left out: sets that printed cells make up as parts. Were one certainly small, so would be its
    parts in every world, and one of them gives itself away already.
    """
    found: dict[Box, Group] = {}
    for axis, rest, line in _lines(axes, printed):
        for kind, mask, at, other in _sets(axes[axis], line):
            box = cut(axes, rest, axis, mask)
            if box not in printed and box not in found:
                found[box] = Group(kind, box, line[at], None if other is None else line[other])
    return [found[box] for box in sorted(found)]


def _lines(axes: Sequence[Axis], printed: dict[Box, Nodes]) -> Iterator[tuple[int, Box, Line]]:
    lines: dict[tuple[int, Box], Line] = {}
    for box in sorted(printed):
        masks = dict(box)
        for axis in range(len(axes)):
            rest = tuple(part for part in box if part[0] != axis)
            line = lines.setdefault((axis, rest), {})
            line[masks.get(axis, axes[axis].total)] = printed[box]
    return ((axis, rest, line) for (axis, rest), line in lines.items() if len(line) > 1)


def _sets(axis: Axis, line: Line) -> Iterable[Taken]:
    masks = tuple(sorted(line))
    gaps = _gaps(masks) if axis.overlap else ()
    return (*_pair_sets(masks), *(("gap", gap, parent, None) for gap, parent in gaps))


@cache
def _pair_sets(masks: tuple[int, ...]) -> tuple[Taken, ...]:
    """For each two nodes; a set already found is not repeated."""
    found: dict[int, Taken] = {}
    for a in masks:
        for b in masks:
            if a != b and a & ~b:
                found.setdefault(a & ~b, ("difference", a & ~b, a, b))
            if a < b and a & b:
                found.setdefault(a & b, ("both", a & b, a, b))
        rest = a & ~reduce(or_, (b for b in masks if b != a and b & ~a == 0), 0)
        if rest:
            found.setdefault(rest, ("rest", rest, a, None))
    return tuple(found[mask] for mask in sorted(found) if not _made_up(mask, masks))


@cache
def _made_up(mask: int, masks: tuple[int, ...]) -> bool:
    """Whether printed nodes that share nobody make up the set."""
    first = mask & -mask
    parts = (m for m in masks if m & first and m & ~mask == 0)
    return not mask or any(_made_up(mask & ~part, masks) for part in parts)


@cache
def _gaps(masks: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    """(people counted more than once, parent) for each node and the largest nodes inside it."""
    found = []
    for parent in masks:
        within = [m for m in masks if m != parent and m & ~parent == 0]
        parts = [m for m in within if not any(m != n and m & ~n == 0 for n in within)]
        once = twice = 0
        for part in parts:
            once, twice = once | part, twice | once & part
        if twice:
            found.append((twice, parent))
    return tuple(found)


@dataclass(frozen=True)
class Kind:
    """A group and those of it who are *not* of one kind of a sensitive dimension."""

    group: Box
    others: Box
    at: Nodes
    other: Nodes


def of_one_kind(report: Report, axes: Sequence[Axis], printed: dict[Box, Nodes]) -> list[Kind]:
    """Every group that a printed cell of a sensitive dimension is a part of
    (disclosure.md §4, "all of one kind")."""
    found: dict[tuple[Box, Box], Kind] = {}
    for place, axis in enumerate(axes):
        for dim in (d for d in axis.dims if report.dims[d].sensitive):
            for box in sorted(printed):
                kind = _kind(report, axes, (place, dim), box, printed[box])
                if kind:
                    found.setdefault((kind.group, kind.others), kind)
    return [found[key] for key in sorted(found)]


def _kind(
    report: Report, axes: Sequence[Axis], where: tuple[int, int], box: Box, nodes: Nodes
) -> Kind | None:
    place, dim = where
    axis, held = axes[place], report.dims[dim]
    group = (*nodes[:dim], held.total, *nodes[dim + 1 :])
    whole, part = axis.masks.get(axis.key(group)), axis.masks[axis.key(nodes)]
    if whole is None or not whole & ~part:
        return None  # the kind is the total itself, or the group is of no printed kind
    return Kind(cut(axes, box, place, whole), cut(axes, box, place, whole & ~part), group, nodes)
