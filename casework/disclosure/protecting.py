# SPDX-License-Identifier: AGPL-3.0-or-later
"""From counts to a protected draft, in the order in which it can be refused."""

from collections.abc import Mapping, Sequence
from typing import Any

from .cleaning import Cleaning
from .counts import Counts
from .dims import Dim, Key, Space, Table, narrowest
from .drafts import Asked, Draft, Unmet, Why
from .headlines import check
from .hiding import Hiding, costs
from .ledger import Ledger, Said
from .optimum import cheapest, is_two_way
from .policy import Policy
from .public import Cell
from .refusals import Reason, Refused
from .system import System
from .wishes import wishes_of

Earlier = dict[Key, int | None]


def protect(dims: Sequence[Dim], tables: Sequence[Table], counts: Mapping[Any, Any],
            policy: Policy | None = None, ledger: Ledger | None = None,
            headlines: Sequence[Mapping[str, Any]] = ()) -> Draft:  # fmt: skip
    """Protect tables of one measure against an outsider who has everything that ever left.

    counts     distinct people by joint leaf coordinates of the dimensions that do not overlap
    headlines  {"at": {dim: node}, "value": people} of overlapping dimensions
    """
    asked = Asked(
        tuple(dims), tuple(tables), counts, policy or Policy(), ledger or Ledger(),
        tuple(headlines),
    )  # fmt: skip
    return protect_asked(asked)


def protect_asked(asked: Asked) -> Draft:
    space = Space([dim for dim in asked.dims if not dim.overlap])
    printed = _printed(asked, space)
    said = list(asked.ledger.said(space))
    people = Counts.read(space, asked.counts)
    told = check(asked.dims, asked.headlines, asked.policy, asked.ledger, int(people.people.sum()))
    earlier = _once(said)
    system = System(space, list({**printed, **earlier}), people, asked.policy.unknowns)
    wishes = wishes_of(system, printed, earlier, asked.policy)
    hiding = Hiding(system, wishes, costs(system, asked.policy.key))
    hiding.run()
    solved = hiding.programme.solved + _make_cheaper(hiding, asked.policy)
    return Draft(
        asked, space, _cells(hiding, printed, asked.policy), _whys(hiding, printed, earlier),
        _unmet(hiding), told,
        _told_before(asked, space, said),
        _people(hiding, asked.tables), solved,
    )  # fmt: skip


def _told_before(asked: Asked, space: Space, said: Sequence[Said]) -> tuple[Cell, ...]:
    """Every mention of a cell, and earlier headlines, in today's names."""
    cells = [Cell(tuple(space.at(one.key).items()), one.value, one.official) for one in said]
    for dim in (dim for dim in asked.dims if dim.overlap):
        for leaves, people in asked.ledger.headlines(dim.name):
            name = dim.name_of(dim.bits(sorted(leaves)))
            cells.append(Cell(((dim.name, name),), people, official=True))
    return tuple(cells)


def _printed(asked: Asked, space: Space) -> dict[Key, None]:
    """Each cell once, in the order of the tables, unless outsiders may not ask for it."""
    overlapping = {dim.name for dim in asked.dims if dim.overlap}
    for table in asked.tables:
        if crossing := sorted(overlapping & set(table.shows)):
            raise Refused(Reason.OVERLAP, dims=crossing)
    printed = dict.fromkeys(key for table in asked.tables for _, key in space.cells(table))
    wide = [names for key in printed if len(names := space.crossed(key)) > asked.policy.crossed]
    if wide:
        raise Refused(Reason.CROSSED, dims=sorted(wide[0]))
    return printed


def _once(said: Sequence[Said]) -> Earlier:
    """Earlier cells, each once: a number said anywhere is known."""
    earlier: Earlier = {}
    for one in said:
        if one.value is not None or one.key not in earlier:
            earlier[one.key] = one.value
    return earlier


def _make_cheaper(hiding: Hiding, policy: Policy) -> int:
    """Fewer holes, within the programmes allowed; how many were solved."""
    if not policy.lp_limit:
        return 0
    free = int((~hiding.wishes.fixed).sum())
    if is_two_way(hiding.system) and free <= policy.exact_cells:
        best = cheapest(hiding)
        if best is not None:
            hiding.hidden = best
            return 0
    cleaning = Cleaning(hiding, policy.lp_limit)
    cleaning.run()
    return cleaning.programme.solved


def _cells(hiding: Hiding, printed: Mapping[Key, None], policy: Policy) -> dict[Key, Cell]:
    """What will be printed; here the counts of hidden cells are left behind."""
    system, found = hiding.system, {}
    for key in printed:
        place = system.place[key]
        at = tuple(system.space.at(key).items())
        value = None if hiding.hidden[place] else int(system.values[place])
        found[key] = Cell(at, value, policy.is_official(system.space, key))
    return found


def _whys(hiding: Hiding, printed: Mapping[Key, None], earlier: Earlier) -> dict[Key, Why]:
    system, found = hiding.system, {}
    groups = list(hiding.wishes.kinds.values())
    for key in printed:
        place = system.place[key]
        if hiding.hidden[place]:
            is_kind = any(_inside(key, group) for group in groups)
            found[key] = (
                Why.SMALL if hiding.wishes.small[place]
                else Why.EARLIER if key in earlier
                else Why.ONE_KIND if is_kind
                else Why.COMPANY
            )  # fmt: skip
    return found


def _inside(key: Key, group: Key) -> bool:
    """Whether a cell is the group or one kind of it: they differ in one dimension at most."""
    pairs = [(one, other) for one, other in zip(key, group, strict=True) if one != other]
    return len(pairs) <= 1 and all(one & ~other == 0 for one, other in pairs)


def _unmet(hiding: Hiding) -> tuple[Unmet, ...]:
    space, kinds = hiding.system.space, hiding.wishes.kinds
    return tuple(
        Unmet(
            space.at(kinds.get(cell, hiding.system.keys[cell])), sign > 0, int(wanted), int(far),
            one_kind=cell in kinds,
        )
        for (cell, sign), (wanted, far) in sorted(hiding.short.items())
    )  # fmt: skip


def _people(hiding: Hiding, tables: Sequence[Table]) -> tuple[int, int]:
    """People in the innermost cells of each table, and those of them in cells still shown."""
    system, shown, everyone = hiding.system, 0, 0
    for table in tables:
        for place in _innermost(system, table):
            everyone += int(system.values[place])
            shown += 0 if hiding.hidden[place] else int(system.values[place])
    return shown, everyone


def _innermost(system: System, table: Table) -> list[int]:
    keys = [key for _nodes, key in system.space.cells(table)]
    fine = [narrowest({key[place] for key in keys}) for place in range(len(system.space.dims))]
    inner = [key for key in keys if all(map(set.__contains__, fine, key))]
    return [system.place[key] for key in dict.fromkeys(inner)]
