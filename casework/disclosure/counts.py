# SPDX-License-Identifier: AGPL-3.0-or-later
"""Distinct people by joint leaf coordinates, whatever their order when they came in."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from .dims import Dim, Space

Numbers = npt.NDArray[np.int64]
COUNT = "count"


class Counts:
    """Where people are (one row of leaf numbers each) and how many are there."""

    def __init__(self, leaves: Numbers, people: Numbers):
        rows, back = np.unique(leaves, axis=0, return_inverse=True)
        self.leaves: Numbers = rows
        self.people: Numbers = np.zeros(len(rows), dtype=np.int64)
        np.add.at(self.people, back.ravel(), people)

    @classmethod
    def read(cls, space: Space, given: Mapping[Any, Any]) -> "Counts":
        """From {(leaf, leaf, …): people} in the order of the dimensions, or from columns of leaves
        by name of their dimension, with or without one called `count`."""
        if any(isinstance(name, str) for name in given):
            return cls(*_from_columns(space, given))
        return cls(*_from_cells(space, given))


def _from_cells(space: Space, given: Mapping[Sequence[str], int]) -> tuple[Numbers, Numbers]:
    columns = list(zip(*given, strict=True)) or [()] * len(space.dims)
    if len(columns) != len(space.dims):
        raise ValueError("coordinates name one leaf of each dimension")
    leaves = [_numbers(dim, column) for dim, column in zip(space.dims, columns, strict=True)]
    return np.stack(leaves, axis=1), _people(given.values())


def _from_columns(space: Space, given: Mapping[str, Iterable[Any]]) -> tuple[Numbers, Numbers]:
    if set(given) - {COUNT} != set(space.place):
        raise ValueError("one column of leaves for each dimension")
    leaves = np.stack([_numbers(dim, given[dim.name]) for dim in space.dims], axis=1)
    people = given.get(COUNT)
    return leaves, np.ones(len(leaves), np.int64) if people is None else _people(people)


def _numbers(dim: Dim, column: Iterable[Any]) -> Numbers:
    """Leaves as numbers; an array of whole numbers holds them already."""
    if isinstance(column, np.ndarray) and column.dtype.kind in "iu":
        found = column.astype(np.int64)
        if len(found) and not 0 <= found.min() <= found.max() < len(dim.leaves):
            raise ValueError(f"{dim.name} has no such leaf")
        return found
    place = {leaf: number for number, leaf in enumerate(dim.leaves)}
    try:
        return np.array([place[leaf] for leaf in column], dtype=np.int64)
    except KeyError:
        raise ValueError(f"{dim.name}: a coordinate is no leaf of it") from None


def _people(given: Iterable[int]) -> Numbers:
    people = np.array(list(given), dtype=np.int64)
    if len(people) and people.min() < 0:
        raise ValueError("people are counted from nought up")
    return people
