# SPDX-License-Identifier: AGPL-3.0-or-later
"""Coarser tables that hide less: designing a table beats hiding cleverly.

Proposed are two neighbours shown as one, the finest level of a hierarchy left out, and a dimension
left out of a table. All are ranked by the small cells that would be left, which is cheap; the best
few of either are protected as the draft was, with its ledger, and told by what they would really
hide. A table in which fewer people are left to see is no proposal.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from .counts import Counts
from .dims import AND, Dim, Space, Table, narrowest
from .drafts import Asked, Draft
from .protecting import protect_asked
from .refusals import At, Refused
from .system import System


@dataclass(frozen=True)
class Proposal:
    """Ask again with these `dims` and `tables`. `into` is None where `nodes` are left out."""

    dim: str
    nodes: tuple[str, ...]
    into: str | None
    in_tables: tuple[str, ...]
    hidden: tuple[int, int]  # before and after
    people: tuple[float, float]  # share of people in innermost cells still shown, before and after
    unmet: tuple[int, int]
    opens: tuple[At, ...]  # hidden cells that would be shown, alone or within the merged ones
    dims: tuple[Dim, ...]
    tables: tuple[Table, ...]


@dataclass(frozen=True)
class _Idea:
    dim: str
    nodes: tuple[str, ...]
    into: str | None
    asked: Asked


def improve(draft: Draft, tries: int = 6) -> tuple[Proposal, ...]:
    """What would hide fewer cells or meet more wishes, best first."""
    ranked = sorted(_ideas(draft.asked), key=lambda idea: _small(idea.asked))
    merges = [idea for idea in ranked if idea.into][: (tries + 1) // 2]
    others = [idea for idea in ranked if not idea.into][: tries - len(merges)]
    found = [told for idea in merges + others if (told := _tried(draft, idea)) is not None]
    return tuple(sorted(found, key=lambda told: (told.unmet[1], told.hidden[1], -told.people[1])))


def _tried(draft: Draft, idea: _Idea) -> Proposal | None:
    try:
        after = protect_asked(idea.asked)
    except Refused:
        return None
    before = len(draft.unmet), draft.hidden
    is_poorer = len(after.unmet) == before[0] and _share(after) < _share(draft)
    if is_poorer or (len(after.unmet), after.hidden) >= before:
        return None
    return Proposal(
        idea.dim, idea.nodes, idea.into,
        tuple(one.id for one in idea.asked.tables if one not in draft.asked.tables),
        (draft.hidden, after.hidden), (_share(draft), _share(after)),
        (len(draft.unmet), len(after.unmet)), tuple(_opened(draft, after, idea)),
        idea.asked.dims, idea.asked.tables,
    )  # fmt: skip


def _opened(draft: Draft, after: Draft, idea: _Idea) -> Iterator[At]:
    place = draft.space.place[idea.dim]
    merged = after.space.dims[place].node(idea.into) if idea.into else 0
    for key in draft.whys:
        bits = key[place] if key[place] & ~merged else merged
        later = (*key[:place], bits, *key[place + 1 :])
        if later in after.printed and later not in after.whys:
            yield draft.space.at(key)


def _share(draft: Draft) -> float:
    shown, everyone = draft.people
    return shown / everyone if everyone else 1.0


def _small(asked: Asked) -> int:
    """How many small cells would be printed."""
    space = Space([dim for dim in asked.dims if not dim.overlap])
    keys = dict.fromkeys(key for table in asked.tables for _, key in space.cells(table))
    system = System(space, list(keys), Counts.read(space, asked.counts), asked.policy.unknowns)
    return int(((system.values > 0) & (system.values < asked.policy.k)).sum())


def _ideas(asked: Asked) -> Iterator[_Idea]:
    for dim in asked.dims:
        shown = _shown(dim, asked.tables)
        if dim.overlap or dim.batch or not shown:
            continue
        narrow = narrowest({dim.node(name) for name in shown})
        fine = [name for name in shown if dim.node(name) in narrow]
        for pair in pairwise(fine):
            if not dim.node(pair[0]) & dim.node(pair[1]) and len(fine) > 2:
                yield _merged(asked, dim, pair)
        if len(fine) < len(shown):
            tables = [_without(table, dim, fine) for table in asked.tables]
            yield _Idea(dim.name, tuple(fine), None, replace(asked, tables=tuple(tables)))
        for table in asked.tables:
            if dim.name in table.shows and len(table.shows) > 1:
                yield _left_out(asked, dim, table)


def _shown(dim: Dim, tables: Sequence[Table]) -> list[str]:
    """The nodes shown anywhere, but for the total, in the order of the tables."""
    names = dict.fromkeys(node for table in tables for node in table.shows.get(dim.name, ()))
    return [name for name in names if dim.node(name) != dim.full]


def _merged(asked: Asked, dim: Dim, pair: tuple[str, str]) -> _Idea:
    name = AND.join(pair)
    leaves = [leaf for node in pair for leaf in dim.nodes[node]]
    wider = dim.with_node(name, leaves)
    dims = tuple(wider if one.name == dim.name else one for one in asked.dims)
    tables = tuple(_with_one(table, dim, pair, name) for table in asked.tables)
    return _Idea(dim.name, pair, name, replace(asked, dims=dims, tables=tables))


def _with_one(table: Table, dim: Dim, pair: tuple[str, str], name: str) -> Table:
    shows = table.shows.get(dim.name, ())
    if not set(pair) <= set(shows):
        return table
    nodes = tuple(name if node == pair[0] else node for node in shows if node != pair[1])
    return Table(table.id, {**table.shows, dim.name: nodes})


def _without(table: Table, dim: Dim, nodes: Sequence[str]) -> Table:
    """A table without some nodes, while others are left."""
    left = tuple(node for node in table.shows.get(dim.name, ()) if node not in nodes)
    return Table(table.id, {**table.shows, dim.name: left}) if left else table


def _left_out(asked: Asked, dim: Dim, table: Table) -> _Idea:
    shows = {name: nodes for name, nodes in table.shows.items() if name != dim.name}
    tables = tuple(Table(table.id, shows) if one == table else one for one in asked.tables)
    nodes = tuple(table.shows[dim.name])
    return _Idea(dim.name, nodes, None, replace(asked, tables=tables))
