# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a question is answered exactly.

Totals and sites of whole months come from cells; every other question from columns, without a
loop over facts: the first fact of each person is what remains when the row numbers are written
by ordinal from the last to the first.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from pyroaring import BitMap

from casework.codelists import codelist

from . import cube as cubes
from .columns import Cells, Days, days_of, month_start
from .cube import Cube
from .kinds import NOT_SAID, PLACE, kind_of
from .questions import SITE, Answer, Key, Question, Span, parts, spans

Codes = Collection[str | int]


def count(question: Question) -> Answer:
    """The exact answer, on everything committed. Raises DamagedFact rather than miscount."""
    return cubes.asked(lambda cube: _Counting(cube, question).answer())


def _non_zero(sites: Mapping[int, int]) -> dict[Key, int]:
    return {(site,): number for site, number in sites.items() if number}


class _Facts:
    """The facts that a question is about, column by column, in the order of their days."""

    def __init__(
        self, days: Sequence[Days], only: Mapping[str, Codes], sites: Codes | None, named: bool
    ) -> None:
        self._days, self._kept = days, None
        kept = [_among(self.column(name), name, codes) for name, codes in only.items()]
        if sites is not None:
            kept.append(_among(self.column(SITE), SITE, sites))
        if named and not self.column("ordinal").all():
            kept.append(self.column("ordinal") > 0)
        if kept:
            self._kept = np.flatnonzero(np.logical_and.reduce(kept))

    def column(self, name: str) -> np.ndarray:
        """A column by its name, or a dimension by that of its code list."""
        stored = f"d{PLACE[name]}" if name in PLACE else name
        found = [days.column(stored) for days in self._days]
        if not found:
            return np.zeros(0, np.int64)
        joined = found[0] if len(found) == 1 else np.concatenate(found)
        return joined if self._kept is None else joined[self._kept]

    @cached_property
    def ordinals(self) -> np.ndarray:
        return self.column("ordinal")

    @cached_property
    def _agreed(self) -> np.ndarray | None:
        """Where consent to statistics was given; None if everywhere."""
        consent = self.column("consent")
        return None if consent.all() else consent.astype(bool)

    def stated(self, name: str) -> np.ndarray:
        """Numbers of codes as breakdowns show them: without consent nothing is stated."""
        column = self.column(name)
        if name == SITE or self._agreed is None:
            return column
        return np.where(self._agreed, column, NOT_SAID)


def _among(column: np.ndarray, name: str, codes: Codes) -> np.ndarray:
    """Which of the numbers are asked for."""
    table = np.zeros(0x10000 if name == SITE else 0x100, bool)
    for code in codes:
        if name == SITE:
            table[int(code)] = True
        else:
            not_said = code == Question.NOT_STATED
            table[NOT_SAID if not_said else codelist(name).number(str(code))] = True
    asked: np.ndarray = table[column]
    return asked


def _labels(name: str) -> list[str | int]:
    """What stands for each number of a dimension in a cell's key."""
    listed = codelist(name)
    numbers = {listed.number(code): code for code in listed.codes}
    return [numbers.get(number, Question.NOT_STATED) for number in range(max(numbers) + 1)]


class _Cross:
    """Several dimensions as one number a row, and back."""

    def __init__(self, labels: Sequence[Sequence[str | int]]) -> None:
        self._labels = labels
        self._shape = tuple(len(axis) for axis in labels)
        self.size = int(np.prod(self._shape, dtype=np.int64))

    def numbers(self, columns: Sequence[np.ndarray]) -> np.ndarray:
        crossed = np.zeros(columns[0].size, np.int32) if columns else np.zeros(1, np.int32)
        for column, size in zip(columns, self._shape, strict=True):
            if column.size and int(column.max()) >= size:
                raise ValueError("a fact carries a code that its list does not know")
            crossed = crossed * np.int32(size) + column
        return crossed

    def cells(self, counted: np.ndarray, order: Sequence[int]) -> dict[Key, int]:
        """The numbers that are not zero, under their codes, dimensions in the order asked."""
        places = np.flatnonzero(counted)
        axes = np.unravel_index(places, self._shape)
        named = [[self._labels[axis][at] for at in axes[axis].tolist()] for axis in order]
        return dict(zip(zip(*named, strict=True), counted[places].tolist(), strict=True))


class _Counting:
    """One question on one cube, period by period."""

    def __init__(self, cube: Cube, question: Question) -> None:
        self.cube, self.question = cube, question
        self.kinds = sorted({kind_of(kind).number for kind in question.kinds})
        self.sites = question.where.get(SITE)
        self.where = {name: codes for name, codes in question.where.items() if name != SITE}
        self.of_people = question.measure in ("people", "newcomers")
        self.dims = tuple(name for name in question.by if name != SITE)
        self.from_cells = not (self.where or question.only or self.dims) and question.at_least == 1

    def answer(self) -> Answer:
        asked = self.question
        value, cells = self._period(asked.first, asked.last, bool(asked.by) and not asked.split)
        totals: dict[str, int] = {}
        if asked.split:
            cells = {}
            for name, first, last in parts(asked.first, asked.last, asked.split):
                totals[name], inside = self._period(first, last, bool(asked.by))
                cells |= {(name, *key): number for key, number in inside.items()}
            if not asked.by:
                cells = {(name,): number for name, number in totals.items() if number}
        return Answer(value, cells, totals, self.cube.seq)

    def _period(self, first: dt.date, last: dt.date, cells: bool) -> tuple[int, dict[Key, int]]:
        held = self._held(first, last)
        if self.from_cells:
            return self._by_cells(held, first, cells)
        return self._by_columns(held, first, cells)

    def _held(self, first: dt.date, last: dt.date) -> list[Span]:
        return [span for span in spans(first, last) if span.month in self.cube.months]

    # ---------------------------------------------------------------- from cells

    def _by_cells(
        self, held: list[Span], first: dt.date, cells: bool
    ) -> tuple[int, dict[Key, int]]:
        found: dict[int, list[Any]] = {}
        for span in held:
            for (kind, site), cell in self._cells(span).by_place.items():
                if kind in self.kinds and (self.sites is None or site in self.sites):
                    found.setdefault(site, []).append(cell)
        if not self.of_people:
            measured = "facts" if self.question.measure == "facts" else "total"
            sums = {s: sum(getattr(cell, measured) for cell in c) for s, c in found.items()}
            return sum(sums.values()), _non_zero(sums) if cells else {}
        people = {s: BitMap.union(*(cell.people for cell in c)) for s, c in found.items()}
        everybody = BitMap.union(*people.values()) if people else BitMap()
        if self.question.measure == "newcomers":
            before = self._before(first)
            people = {site: those - before for site, those in people.items()}
            everybody -= before
        return len(everybody), _non_zero({s: len(p) for s, p in people.items()}) if cells else {}

    def _cells(self, span: Span) -> Cells:
        if span.whole:
            return self.cube.cells(span.month)
        columns = self.cube.columns(span.month)
        days = days_of(columns, self.kinds, span.first, span.last)
        if days is None:
            return Cells()
        return Cells.of({name: days.column(name) for name in ("kind", "site", "ordinal", "amount")})

    def _before(self, first: dt.date) -> BitMap:
        """Everybody with a fact of these kinds before a day, at any site."""
        if not self.cube.months:
            return BitMap()
        held = self._held(month_start(min(self.cube.months)), first - dt.timedelta(days=1))
        found = [self._cells(span).people(kind) for span in held for kind in self.kinds]
        return BitMap.union(*found) if found else BitMap()

    # ---------------------------------------------------------------- from columns

    def _by_columns(
        self, held: list[Span], first: dt.date, cells: bool
    ) -> tuple[int, dict[Key, int]]:
        facts = _Facts(self._days(held), self.question.only, self.sites, self.of_people)
        if self.of_people:
            return self._of_people(facts, first, cells)
        return self._of_facts(facts, cells)

    def _days(self, held: list[Span]) -> list[Days]:
        found = (
            days_of(self.cube.columns(span.month), self.kinds, span.first, span.last)
            for span in held
        )
        return [days for days in found if days]

    def _of_facts(self, facts: _Facts, cells: bool) -> tuple[int, dict[Key, int]]:
        asked = [_among(facts.stated(name), name, codes) for name, codes in self.where.items()]
        amounts = facts.column("amount").astype(np.int64)
        if self.question.measure == "facts":
            amounts = np.ones(amounts.size, np.int64)
        if asked:
            amounts = amounts * np.logical_and.reduce(asked)
        value = int(amounts.sum())
        if not cells or not amounts.size:
            return value, {}
        sites, place = np.unique(facts.column(SITE), return_inverse=True)
        columns = [place if name == SITE else facts.stated(name) for name in self.question.by]
        cross = _Cross([sites.tolist() if n == SITE else _labels(n) for n in self.question.by])
        sums = np.zeros(cross.size, np.int64)
        np.add.at(sums, cross.numbers(columns), amounts)
        return value, cross.cells(sums, range(len(columns)))

    def _of_people(self, facts: _Facts, first: dt.date, cells: bool) -> tuple[int, dict[Key, int]]:
        ordinals = facts.ordinals
        if not ordinals.size:
            return 0, {}
        rows = _first_rows(ordinals, self.cube.room(int(ordinals.max())))
        rows = rows[self._chosen(facts, rows, first)]
        if not cells:
            return rows.size, {}
        cross = _Cross([_labels(name) for name in self.dims])
        crossed = cross.numbers([facts.stated(name)[rows] for name in self.dims])
        if SITE not in self.question.by:
            return rows.size, cross.cells(
                np.bincount(crossed, minlength=cross.size), range(len(self.dims))
            )
        return rows.size, self._by_site(facts, rows, crossed)

    def _chosen(self, facts: _Facts, rows: np.ndarray, first: dt.date) -> np.ndarray:
        """Which persons are asked for, told by the row of their first fact."""
        people, asked = facts.ordinals[rows], self.question
        chosen = np.ones(rows.size, bool)
        if asked.at_least > 1:
            chosen &= np.bincount(facts.ordinals)[people] >= asked.at_least
        if asked.measure == "newcomers":
            known = np.zeros(int(people.max()) + 1, bool)
            before = self._known_before(first)
            known[before[before < known.size]] = True
            chosen &= ~known[people]
        for name, codes in self.where.items():
            chosen &= _among(facts.stated(name)[rows], name, codes)
        return chosen

    def _known_before(self, first: dt.date) -> np.ndarray:
        if not self.question.only:
            return np.frombuffer(self._before(first).to_array(), np.uint32)
        held = self._held(month_start(min(self.cube.months)), first - dt.timedelta(days=1))
        return _Facts(self._days(held), self.question.only, None, named=True).ordinals

    def _by_site(self, facts: _Facts, rows: np.ndarray, crossed: np.ndarray) -> dict[Key, int]:
        """Each chosen person at each site where she was seen, under her attributes."""
        sites, place = np.unique(facts.column(SITE), return_inverse=True)
        cross = _Cross([sites.tolist(), *(_labels(name) for name in self.dims)])
        inside = cross.size // max(sites.size, 1)
        room = self.cube.room(int(facts.ordinals.max()))
        room[facts.ordinals] = -1
        room[facts.ordinals[rows]] = crossed
        attributes = room[facts.ordinals]
        counted = np.zeros(cross.size, np.int64)
        for at, there in enumerate(_rows_by(place, sites.size)):
            there = there[attributes[there] >= 0]
            once = there[_first_rows(facts.ordinals[there], room)]
            counted[at * inside : (at + 1) * inside] = np.bincount(
                attributes[once], minlength=inside
            )
        axes = [SITE, *self.dims]
        return cross.cells(counted, [axes.index(name) for name in self.question.by])


def _first_rows(ordinals: np.ndarray, room: np.ndarray) -> np.ndarray:
    """The row of each person's first fact, in the order of rows."""
    numbers = np.arange(ordinals.size, dtype=np.int32)
    room[ordinals[::-1]] = numbers[::-1]  # of several writes to one place the last stays
    return np.flatnonzero(room[ordinals] == numbers)


def _rows_by(place: np.ndarray, places: int) -> list[np.ndarray]:
    order = np.argsort(place.astype(np.uint16), kind="stable")
    return np.split(order, np.searchsorted(place[order], np.arange(1, places)))
