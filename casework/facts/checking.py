# SPDX-License-Identifier: AGPL-3.0-or-later
"""Proofs: every sealed fact opens, the cube is what the ledger says, the ledger what happened."""

import contextvars
import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import sqlalchemy as sa

from casework.arrivals import Arrivals, Line, reading
from casework.db import db
from casework.i18n import _, _n

from . import cube as cubes
from . import ledger
from .boxes import FACT, DamagedFact, KeySource
from .columns import CONTENT, START, Cells, by_month, day_number, derived, month_start
from .cube import Cube
from .kinds import FactKind, kind_of, name_of, pack_dims

# source, kind, day, site number, ordinal, dimensions, amount
Happened = tuple[ledger.Source, FactKind | str, dt.date, int, int, Mapping[str, str | None], int]


@dataclass(frozen=True)
class Report:
    """What a check found: `lines` to read, and one plain `sentence` to end on."""

    ok: bool
    lines: tuple[str, ...]
    sentence: str


def rebuild() -> Report:
    """Make the cube anew from the ledger and write its segments. Outside any unit of work."""
    read = cubes.rebuild()
    line = _n("%(n)s fact was read.", "%(n)s facts were read.", read)
    return Report(True, (line,), _("The figures were rebuilt from the ledger."))


def verify(recomputed: Iterable[Happened] | None = None) -> Report:
    """Whether every fact opens, the cube equals one made anew, and both equal the records.

    `recomputed` is what the strands count from their records today. Damaged facts are named by
    their random id, differences by month, or by kind and day. Outside any unit of work.
    """
    try:
        read, wrong = cubes.asked(_compared)
    except DamagedFact:
        read, wrong = _in_full(db.engine, None), []
    lines = [_n("%(n)s fact opens.", "%(n)s facts open.", read.facts.size)]
    wrong += [_("Damaged: fact %(id)s", id=row) for row in read.damaged]
    good = _("The ledger is whole and the figures agree with it. No record was opened to compare.")
    if recomputed is not None:
        wrong += _against(read.facts, recomputed)
        good = _("The ledger is whole. It agrees with the records, and the figures with it.")
    poor = _("The figures cannot be trusted: see the lines above.")
    return Report(not wrong, (*lines, *wrong), poor if wrong else good)


@dataclass(frozen=True)
class _Read:
    """Everything in the ledger that opens, and the ids of what does not."""

    facts: np.ndarray
    ids: list[uuid.UUID]
    damaged: list[uuid.UUID]


def _compared(cube: Cube) -> tuple[_Read, list[str]]:
    read = _in_full(db.engine, cube)
    if read.damaged:
        return read, []
    return read, [*_strange(read), *_differences(cube, read.facts)]


def _in_full(engine: sa.Engine, cube: Cube | None) -> _Read:
    """The ledger as far as a cube has seen it, on a connection and in a context of its own."""
    return contextvars.Context().run(_read, engine, ledger.keys(), cube)


def _read(engine: sa.Engine, keys: KeySource, cube: Cube | None) -> _Read:
    parts, ids, damaged = [np.zeros(0, FACT)], list[uuid.UUID](), list[uuid.UUID]()
    with reading(engine) as connection:
        for lines in Arrivals().new(connection):
            seen = [line for line in lines if cube is None or cube.has_seen(line[0])]
            whole = _open(seen, keys) is not None
            for part in [seen] if whole else [[line] for line in seen]:
                opened = _open(part, keys)
                if opened is None:
                    damaged.append(part[0][1])
                else:
                    parts.append(opened)
                    ids += [line[1] for line in part]
    return _Read(np.concatenate(parts), ids, damaged)


def _open(lines: list[Line], keys: KeySource) -> np.ndarray | None:
    try:
        return ledger.opened(lines, keys)
    except DamagedFact:
        return None


def _strange(read: _Read) -> Iterator[str]:
    """Facts that take back what is not there, or something else than they say."""
    back = np.flatnonzero(read.facts["sign"] < 0)
    wanted = {read.facts["compensates"][row].tobytes() for row in back}
    place = {row.bytes: at for at, row in enumerate(read.ids) if row.bytes in wanted}
    content = [name for name in FACT.names or () if name not in ("sign", "compensates")]
    for at in back:
        first = place.get(read.facts["compensates"][at].tobytes())
        same = first is not None and read.facts["sign"][first] > 0
        if not same or read.facts[content][at] != read.facts[content][first]:
            yield _("Takes back what is not there: fact %(id)s", id=read.ids[at])


def _differences(cube: Cube, facts: np.ndarray) -> Iterator[str]:
    """The months in which the cube is not what the ledger gives."""
    there = by_month(facts)
    for month in sorted({*there, *cube.months}):
        anew = derived(there.get(month, facts[:0]), month)
        if month not in cube.months:
            same = not anew["day"].size
        else:
            held = cube.columns(month)
            same = all(np.array_equal(anew[name], held[name]) for name in CONTENT)
            same = same and Cells.of(anew).by_place == cube.cells(month).by_place
        if not same:
            yield _(
                "The cube differs from the ledger in %(month)s.",
                month=f"{month_start(month):%Y-%m}",
            )


def _against(facts: np.ndarray, recomputed: Iterable[Happened]) -> list[str]:
    """The kinds and days on which the ledger and the records do not say the same."""
    names = ("kind", "day", "table", "source", "site", "ordinal", "dims", "amount")
    counted: Counter[tuple[Any, ...]] = Counter()
    values = [facts[name].tolist() for name in names]
    for sign, *fact in zip(facts["sign"].tolist(), *values, strict=True):
        fact[6] = bytes(fact[6])
        counted[tuple(fact)] += sign
    counted.subtract(Counter(_as_fact(happened) for happened in recomputed))
    days = {
        (fact[0], START + dt.timedelta(days=fact[1])) for fact, number in counted.items() if number
    }
    return [
        _("%(kind)s on %(day)s: the ledger and the records differ.", kind=name_of(kind), day=day)
        for kind, day in sorted(days)
    ]


def _as_fact(happened: Happened) -> tuple[Any, ...]:
    source, kind, day, site_number, ordinal, dims, amount = happened
    table, row = source if isinstance(source, tuple) else (0, source)
    declared = kind_of(kind)
    place = (declared.number, day_number(day), table, row.bytes, site_number, ordinal)
    return (*place, pack_dims(dims, declared), amount)
