# SPDX-License-Identifier: AGPL-3.0-or-later
"""Dimensions, their nodes, and cells named by the leaves they hold.

A node is a set of leaves, so that regions, quarters, years to date and batches of late cases need
nothing special. Inside the room a cell is a *key*: one set of leaves for each dimension, as bits.
Two names of one set are one key, and releases that name things differently still meet.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import product

Key = tuple[int, ...]
AND = " + "  # a leaf may end in a plus: 60+


@dataclass(frozen=True)
class Dim:
    """One way to tell people apart.

    nodes      sums of leaves that tables may show: {"north": ("OUJ", "BER")}
    total      the node of all leaves; a dimension left out of a cell is at its total
    overlap    a person may be in several leaves: never in a breakdown, only in headlines
    sensitive  that a whole group is of one kind is told by no table, whatever its size
    batch      which releases held a person; crosses nothing and makes no total less official
    """

    name: str
    leaves: Sequence[str]
    nodes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    total: str = "all"
    overlap: bool = False
    sensitive: bool = False
    batch: bool = False

    def __post_init__(self) -> None:
        leaves = tuple(self.leaves)
        nodes: dict[str, tuple[str, ...]] = {leaf: (leaf,) for leaf in leaves}
        for name, held in {self.total: leaves, **self.nodes}.items():
            if name in leaves and tuple(held) != (name,):
                raise ValueError(f"{self.name}: {name} is a leaf")
            nodes[name] = tuple(held)
        if not leaves or len(set(leaves)) < len(leaves) or set(nodes[self.total]) != set(leaves):
            raise ValueError(f"{self.name}: leaves differ, and the total holds them all")
        object.__setattr__(self, "leaves", leaves)
        object.__setattr__(self, "nodes", nodes)

    @property
    def full(self) -> int:
        return (1 << len(self.leaves)) - 1

    def bits(self, leaves: Sequence[str]) -> int:
        """A set of leaves as bits; a leaf that is not there is an error of the caller."""
        try:
            return sum({1 << self._place[leaf] for leaf in leaves})
        except KeyError as unknown:
            raise ValueError(f"{self.name} has no leaf {unknown}") from None

    def node(self, name: str) -> int:
        """A node by name, or a sum of leaves by theirs."""
        if name not in self._sets and not set(name.split(AND)) <= set(self.leaves):
            raise ValueError(f"{self.name} has no node {name}")
        return self._sets.get(name) or self.bits(name.split(AND))

    def name_of(self, bits: int) -> str:
        """The first name of a set of leaves; one that no node names is called by its leaves."""
        if bits == self.full:
            return self.total
        for name, held in self._sets.items():
            if held == bits:
                return name
        return AND.join(leaf for leaf, place in self._place.items() if bits >> place & 1)

    @cached_property
    def _place(self) -> dict[str, int]:
        return {leaf: number for number, leaf in enumerate(self.leaves)}

    @cached_property
    def _sets(self) -> dict[str, int]:
        return {name: self.bits(leaves) for name, leaves in self.nodes.items()}

    def with_node(self, name: str, leaves: Sequence[str]) -> "Dim":
        """The same with one more sum of leaves."""
        return replace(self, nodes={**self.nodes, name: tuple(leaves)})


@dataclass(frozen=True)
class Table:
    """What one table prints: every crossing of the nodes shown; other dimensions at their total."""

    id: str
    shows: Mapping[str, Sequence[str]]


class Space:
    """The dimensions of one release, in order, and the keys of its cells."""

    def __init__(self, dims: Sequence[Dim]):
        self.dims = tuple(dims)
        self.place = {dim.name: number for number, dim in enumerate(self.dims)}
        self.full: Key = tuple(dim.full for dim in self.dims)
        if len(self.place) < len(self.dims):
            raise ValueError("two dimensions of one name")

    def key(self, at: Mapping[str, str]) -> Key:
        unknown = set(at) - set(self.place)
        if unknown:
            raise ValueError(f"no such dimension: {sorted(unknown)}")
        return tuple(dim.node(at[dim.name]) if dim.name in at else dim.full for dim in self.dims)

    def at(self, key: Key) -> dict[str, str]:
        """The names of a key, without what is at its total."""
        return {
            dim.name: dim.name_of(bits)
            for dim, bits in zip(self.dims, key, strict=True)
            if bits != dim.full
        }

    def family(self, key: Key) -> frozenset[int]:
        """The dimensions that a cell crosses."""
        return frozenset(place for place, bits in enumerate(key) if bits != self.full[place])

    def crossed(self, key: Key) -> frozenset[str]:
        """The same by name, without batches."""
        dims = (self.dims[place] for place in self.family(key))
        return frozenset(dim.name for dim in dims if not dim.batch)

    def cells(self, table: Table) -> Iterator[tuple[tuple[str, ...], Key]]:
        """What a table prints, in its own order: the nodes as it names them, and the key."""
        names = list(table.shows)
        for nodes in product(*table.shows.values()):
            yield nodes, self.key(dict(zip(names, nodes, strict=True)))


def narrowest(sets: set[int]) -> set[int]:
    """Those sets of leaves that hold no other one."""
    return {bits for bits in sets if not any(o != bits and o & ~bits == 0 for o in sets)}
