# SPDX-License-Identifier: AGPL-3.0-or-later
"""Figures whose groups overlap: only as official headlines, with their gaps checked.

Unique people do not add up, and what is missing is a group of its own: "all but A" are people seen
only elsewhere, "A and B less their union" those seen at both. A gap of 1 to k-1 people is refused
unless somebody signed for one of its headlines, and so is a small headline.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from .dims import Dim
from .ledger import Ledger
from .policy import Policy
from .public import Cell
from .refusals import Reason, Refused

Told = tuple[frozenset[str], int]  # leaves of one overlapping dimension, distinct people


def check(dims: Sequence[Dim], headlines: Sequence[Mapping[str, Any]], policy: Policy,
          ledger: Ledger, everyone: int) -> tuple[Cell, ...]:  # fmt: skip
    """The headlines as cells, once no gap between any two, or an earlier one, is small."""
    found = []
    for dim in (dim for dim in dims if dim.overlap):
        mine = [one for one in headlines if set(one["at"]) == {dim.name}]
        for one in mine:
            if 0 < one["value"] < policy.k and one["at"] not in policy.signed:
                raise Refused(Reason.OFFICIAL, [one["at"]])
            found.append(Cell(tuple(one["at"].items()), one["value"], official=True))
        told = [(frozenset(dim.nodes[one["at"][dim.name]]), one["value"]) for one in mine]
        told += [(frozenset(dim.leaves), everyone), *ledger.headlines(dim.name)]
        signed = {
            frozenset(dim.nodes[at[dim.name]]) for at in policy.signed if set(at) == {dim.name}
        }
        _refuse_gaps(dim, told, signed, policy.k)
    if len(found) < len(headlines):
        raise Refused(Reason.OVERLAP, [one["at"] for one in headlines])
    return tuple(found)


def _refuse_gaps(dim: Dim, told: Sequence[Told], signed: set[frozenset[str]], k: int) -> None:
    for groups, gap in _gaps(told):
        if 0 < gap < k and not signed & set(groups):
            names = [{dim.name: dim.name_of(dim.bits(sorted(leaves)))} for leaves in groups]
            raise Refused(Reason.GAP, names, [dim.name])


def _gaps(told: Sequence[Told]) -> Iterator[tuple[tuple[frozenset[str], ...], int]]:
    """Groups that subtraction gives: of two headlines one inside the other, and of several that
    together are a third."""
    for (one, less), (other, more) in combinations(told, 2):
        if one <= other or other <= one:
            yield (one, other), abs(more - less)
    values = dict(told)
    for whole, people in told:
        inside = [leaves for leaves in values if leaves < whole]
        for one, other in combinations(inside, 2):
            if one | other == whole:
                yield (one, other, whole), values[one] + values[other] - people
        narrow = [leaves for leaves in inside if not any(other < leaves for other in inside)]
        if len(narrow) > 2 and frozenset().union(*narrow) == whole:
            yield (*narrow, whole), sum(values[leaves] for leaves in narrow) - people
