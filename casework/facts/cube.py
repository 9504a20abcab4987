# SPDX-License-Identifier: AGPL-3.0-or-later
"""The cube of one process: months of facts, kept up with the ledger before every answer.

A month is held as cells (who came, by kind and site) and as columns. Both come from sealed
segments when first needed; columns are dropped again when they weigh too much. New facts wait in
the month until somebody asks for its columns. What is derived is derived by `columns`, whether
one fact came or all of them.
"""

import contextvars
import json
import threading
import uuid
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, TypeVar

import numpy as np
import sqlalchemy as sa
from flask import current_app

from casework.arrivals import Arrivals, Fact, FactCounter, FactSegment, next_number, reading
from casework.db import db, on_commit, transaction

from . import boxes, ledger
from .boxes import DamagedFact, KeySource
from .columns import Cells, Columns, as_columns, by_month, merged, nothing, weight

HEAD = "cube"
BUDGET = 64_000_000  # bytes of columns a process keeps in memory
FEW = 200  # facts of a month that are added to its cells one by one
_STATE = sa.select(
    sa.select(FactCounter.number).where(FactCounter.name == "era").scalar_subquery(),
    sa.select(sa.func.max(Fact.seq)).scalar_subquery(),
)
TAIL = 2_000  # facts that a new process may have to open one by one

Answered = TypeVar("Answered")


class SpoiltSegment(Exception):
    """A segment is not what its head speaks of. It is derived, so it is made again."""


@dataclass
class Month:
    """What a process holds of a month. None: in its segment, or to be derived."""

    saved: int = 0  # sequence number its segments stand on; 0: never written
    cells: Cells | None = None
    columns: Columns | None = None
    new: list[Columns] = field(default_factory=list)
    taken_back: list[Columns] = field(default_factory=list)
    changed: bool = False  # since its segments were written


class Cube:
    """Months of facts, as far as this process has read the ledger."""

    def __init__(self, keys: KeySource, budget: int = BUDGET) -> None:
        self.keys, self.lock = keys, threading.RLock()
        self._budget = budget
        self.forget()

    def forget(self) -> None:
        """Know nothing: the next answer starts from the segments."""
        self.months: dict[int, Month] = {}
        self._arrivals = Arrivals()
        self._loaded: OrderedDict[int, int] = OrderedDict()
        self._saved_seq: int | None = None  # None: no segments were ever written
        self.tail, self._era = 0, -1
        self.scratch = np.zeros(0, np.int32)

    @property
    def seq(self) -> int:
        """The sequence number up to which every committed fact is counted."""
        return self._arrivals.mark

    def has_seen(self, seq: int) -> bool:
        """Whether the fact of that number was counted, if it was committed."""
        return seq <= self.seq and seq not in self._arrivals.awaited

    # ---------------------------------------------------------------- keeping up

    def catch_up(self, engine: sa.Engine, from_segments: bool = True) -> None:
        """Read what was committed since last time. Nothing of an open transaction is seen.

        It reads on a connection of its own, in an empty context: a unit of work that is writing
        must neither lend its lock nor its unsaved facts.
        """
        contextvars.Context().run(self._catch_up, engine, from_segments)

    def _catch_up(self, engine: sa.Engine, from_segments: bool) -> None:
        self._engine = engine
        with reading(engine) as connection:
            era, last = connection.execute(_STATE).one()
            if self._era != (era or 0):
                self.forget()
                self._open(connection, from_segments)
                self._era = era or 0
            if not self._arrivals.expects(last or 0):
                return
            try:
                for lines in self._arrivals.new(connection):
                    self._apply(ledger.opened(lines, self.keys))
            except Exception:
                self.forget()  # half of what arrived: the next answer starts from the segments
                raise

    def _apply(self, facts: np.ndarray) -> None:
        self.tail += facts.size
        for number, part in by_month(facts).items():
            month = self.months.setdefault(number, Month())
            added, gone = part[part["sign"] > 0], part[part["sign"] < 0]
            columns = as_columns(added, number)
            few = added.size < FEW and not gone.size
            cells = self.cells_held(number) if few else None
            if cells is not None:
                cells.add(columns)
            else:
                month.cells = None
            month.new.append(columns)
            if gone.size:
                month.taken_back.append(as_columns(gone, number))
            month.changed = True

    # ---------------------------------------------------------------- what a question asks for

    def cells(self, number: int) -> Cells:
        """The cells of a month: kept, from its segment, or derived from its columns."""
        cells = self.cells_held(number)
        if cells is None:
            cells = self.months[number].cells = Cells.of(self.columns(number))
        return cells

    def cells_held(self, number: int) -> Cells | None:
        """The cells of a month if they need not be derived."""
        month = self.months[number]
        if month.cells is None and month.saved and not month.changed:
            month.cells = Cells.unpacked(self._segment(f"cells/{number}", month.saved))
        return month.cells

    def columns(self, number: int) -> Columns:
        """The columns of a month, with everything that waited put in its place."""
        month = self.months[number]
        if month.columns is None:
            name = f"columns/{number}"
            month.columns = self._segment(name, month.saved) if month.saved else nothing()
        if month.new or month.taken_back:
            month.columns = merged(month.columns, _all(month.new), _all(month.taken_back))
            month.new, month.taken_back = [], []
        self._remember(number, month)
        return month.columns

    def _remember(self, number: int, month: Month) -> None:
        """Drop what was not asked for longest, unless it is nowhere else."""
        self._loaded[number] = weight(month.columns or {})
        self._loaded.move_to_end(number)
        for oldest in list(self._loaded):
            if sum(self._loaded.values()) <= self._budget:
                break
            if oldest != number and not self.months[oldest].changed:
                self.months[oldest].columns = None
                del self._loaded[oldest]

    def room(self, people: int) -> np.ndarray:
        """Scratch space by ordinal. Holds rubbish: only what was just written may be read."""
        if self.scratch.size <= people:
            self.scratch = np.zeros(people + people // 8 + 1024, np.int32)
        return self.scratch

    # ---------------------------------------------------------------- segments

    def _segment(self, name: str, up_to: int) -> Columns:
        """A segment by name; SpoiltSegment where it is damaged or another process wrote it anew."""
        query = sa.select(FactSegment.__table__).where(FactSegment.id == self._id(name))
        row = contextvars.Context().run(_one, self._engine, query)
        if row is None or row.up_to != up_to:
            raise SpoiltSegment
        return boxes.unpack_columns(self._unsealed(row))

    def _id(self, name: str) -> uuid.UUID:
        return self.keys.name(name.encode())

    def _unsealed(self, row: Any) -> bytes:
        place = boxes.place(row.id, row.generation, row.up_to)
        try:
            return boxes.unseal(self.keys.cipher(row.generation), row.id, row.box, place)
        except DamagedFact:
            raise SpoiltSegment from None

    def _open(self, connection: sa.Connection, from_segments: bool) -> None:
        query = sa.select(FactSegment.__table__).where(FactSegment.id == self._id(HEAD))
        head = connection.execute(query).one_or_none()
        self._saved_seq = head.up_to if head else None
        if head and from_segments:
            book = json.loads(self._unsealed(head))
            self._arrivals = Arrivals(book["mark"], tuple(book["awaited"]))
            self.months = {int(number): Month(saved) for number, saved in book["months"].items()}

    def save(self, whole: bool = False) -> None:
        """Write the segments of the months that changed. Outside any unit of work.

        Where another process wrote meanwhile nothing is written and everything is read again.
        """
        with self.lock:
            with transaction():
                won = self._take_turn() or whole
                if won:
                    self._write(whole)
            if not won:
                self.forget()
                return
            for month in self.months.values():
                month.saved = self.seq if month.changed else month.saved
                month.changed = False
            self._saved_seq, self.tail = self.seq, 0
            if whole:
                self._era += 1

    def _take_turn(self) -> bool:
        """Savers queue for one row; the one whose segments are not the last any more gives up."""
        next_number("turn")
        query = sa.select(FactSegment.up_to).where(FactSegment.id == self._id(HEAD))
        return db.session.scalar(query) == self._saved_seq

    def _write(self, whole: bool) -> None:
        parts = dict[str, bytes]()
        for number, month in self.months.items():
            if month.changed or whole:
                month.changed = True
                parts[f"columns/{number}"] = boxes.pack_columns(self.columns(number))
                parts[f"cells/{number}"] = boxes.pack_columns(self.cells(number).packed())
        parts[HEAD] = json.dumps(self._book()).encode()
        lines = [self._sealed(name, plain) for name, plain in parts.items()]
        lines.sort(key=itemgetter("id"))  # an order that says nothing of months
        gone = sa.delete(FactSegment)
        if whole:
            self._era = next_number("era") - 1
        else:
            gone = gone.where(FactSegment.id.in_([line["id"] for line in lines]))
        db.session.execute(gone)
        db.session.execute(sa.insert(FactSegment), lines)

    def _book(self) -> dict[str, Any]:
        months = {
            number: self.seq if month.changed else month.saved
            for number, month in self.months.items()
        }
        return {"mark": self.seq, "awaited": self._arrivals.awaited, "months": months}

    def _sealed(self, name: str, plain: bytes) -> dict[str, Any]:
        generation, row = self.keys.current(), self._id(name)
        place = boxes.place(row, generation, self.seq)
        box = boxes.seal(self.keys.cipher(generation), plain, place)
        return {"id": row, "up_to": self.seq, "generation": generation, "box": box}


def _one(engine: sa.Engine, query: sa.Select[Any]) -> Any:
    with reading(engine) as connection:
        return connection.execute(query).one_or_none()


def _all(parts: list[Columns]) -> Columns:
    parts = [nothing(), *parts]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def cube() -> Cube:
    """The cube of this process for the current application."""
    held = current_app.extensions
    mine: Cube = held.get("facts_cube") or held.setdefault("facts_cube", Cube(ledger.keys()))
    return mine


def asked(answer: Callable[[Cube], Answered]) -> Answered:
    """An answer from the cube, on everything committed so far. Raises DamagedFact.

    A segment that another process replaced is read again; a damaged one is not trusted at all,
    and the ledger is read from its start.
    """
    mine, engine = cube(), db.engine
    with mine.lock:
        for from_segments in (True, True, False):
            try:
                mine.catch_up(engine, from_segments)
                found = answer(mine)
                break
            except SpoiltSegment:
                mine.forget()
        else:
            raise AssertionError("a cube read from the ledger needs no segment")
    if mine.tail >= TAIL:
        _save_when_free(mine)
    return found


def _save_when_free(mine: Cube) -> None:
    def save() -> None:
        with suppress(sa.exc.OperationalError):  # the database is busy: another answer will do it
            mine.save()

    try:
        on_commit(save)
    except RuntimeError:  # no unit of work is open
        save()


def rebuild() -> int:
    """Make the cube anew from the ledger and write all its segments; gives the facts read.

    Outside any unit of work. Other processes notice and read the new segments.
    """
    mine, engine = cube(), db.engine
    with mine.lock:
        mine.forget()
        mine.catch_up(engine, from_segments=False)
        read = mine.tail
        mine.save(whole=True)
    return read
