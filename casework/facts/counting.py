# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a question is answered exactly.

Totals and sites of whole months come from cells; every other question from columns, without a
loop over facts: the first fact of each person is what remains when the row numbers are written
by ordinal from the last to the first.
"""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property, partial
from itertools import repeat

import numpy as np
from pyroaring import BitMap

from casework.codelists import codelist

from . import cube as cubes
from .columns import Cell, Cells, Days, Visits, days_of, month_start
from .cube import Cube
from .kinds import PLACE, kind_of
from .questions import MONTH, SITE, Answer, Key, Question, Span, parts, spans

Codes = Collection[str | int]
_NOBODY = np.zeros(0, np.intp)


def count(question: Question) -> Answer:
    """The exact answer, on everything committed. Raises DamagedFact rather than miscount."""
    return cubes.asked(lambda cube: _Counting(cube, question).answer())


class _Facts:
    """The facts that a question is about, column by column, in the order of their days."""

    def __init__(
        self, days: Sequence[Days], only: Mapping[str, Codes], sites: Codes | None, named: bool
    ) -> None:
        self.days, self._kept = days, None
        wanted = [*only.items()] + ([] if sites is None else [(SITE, sites)])
        kept = [_among(self.column(name), name, codes) for name, codes in wanted]
        if named and not self.column("ordinal").all():
            kept.append(self.column("ordinal") > 0)
        if kept:
            self._kept = np.flatnonzero(np.logical_and.reduce(kept))

    def column(self, name: str) -> np.ndarray:
        """A column by its name, or a dimension by that of its code list."""
        stored = f"d{PLACE[name]}" if name in PLACE else name
        found = [days.column(stored) for days in self.days]
        if not found:
            return np.zeros(0, np.int64)
        joined = found[0] if len(found) == 1 else np.concatenate(found)
        return joined if self._kept is None else joined.take(self._kept)

    @property
    def size(self) -> int:
        of_all = sum(days.size for days in self.days)
        return of_all if self._kept is None else self._kept.size

    @cached_property
    def ordinals(self) -> np.ndarray:
        return self.column("ordinal").astype(np.intp)  # what numpy looks up by without copying

    @cached_property
    def _consent(self) -> np.ndarray:
        return self.column("consent")

    def stated(self, name: str, rows: np.ndarray | None = None) -> np.ndarray:
        """Numbers of codes as breakdowns show them: without consent nothing is stated (0)."""
        column, consent = self.column(name), self._consent
        if rows is not None:
            column, consent = column.take(rows), consent.take(rows)
        return column if name == SITE else column * consent

    def axis(
        self, name: str, rows: np.ndarray | None = None
    ) -> tuple[np.ndarray, Sequence[str | int]]:
        """Numbers of a column, and what each stands for in the key of a cell."""
        if name == MONTH:
            return self._months(rows), [f"{month_start(days.month):%Y-%m}" for days in self.days]
        if name != SITE:
            return self.stated(name, rows), _labels(name)
        column = self.column(SITE) if rows is None else self.column(SITE).take(rows)
        sites = np.flatnonzero(np.bincount(column))
        return np.searchsorted(sites, column), sites.tolist()

    def _months(self, rows: np.ndarray | None) -> np.ndarray:
        """In which of `days` each row is."""
        places = np.arange(self.size) if rows is None else rows
        places = places if self._kept is None else self._kept.take(places)
        ends = np.cumsum([days.size for days in self.days])
        return np.searchsorted(ends, places, side="right")


def _among(column: np.ndarray, name: str, codes: Codes) -> np.ndarray:
    """Which of the numbers are asked for."""
    table = np.zeros(0x10000 if name == SITE else 0x100, bool)
    for code in codes:
        if code == Question.NOT_STATED:
            table[0] = True  # what was not said, or may not be used
        else:
            table[int(code) if name == SITE else codelist(name).number(str(code))] = True
    return table.take(column)


@cache
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

    def cells(self, counted: np.ndarray, order: Sequence[int], part: Key) -> dict[Key, int]:
        """The numbers that are not zero, under their part of the period and their codes."""
        places = np.flatnonzero(counted)
        axes = np.unravel_index(places, self._shape)
        named = [map(self._labels[axis].__getitem__, axes[axis].tolist()) for axis in order]
        keys = zip(*(repeat(name) for name in part), *named, strict=False)
        return dict(zip(keys, counted[places].tolist(), strict=True))


class _Counting:
    """One question on one cube, period by period."""

    def __init__(self, cube: Cube, question: Question) -> None:
        self.cube, self.question = cube, question
        self.kinds = sorted({kind_of(kind).number for kind in question.kinds})
        self.sites = question.where.get(SITE)
        self.where = {name: codes for name, codes in question.where.items() if name != SITE}
        self.of_people = question.measure in ("people", "newcomers")
        self.dims = tuple(name for name in question.by if name not in (SITE, MONTH))
        self.plain = not (self.where or question.only) and question.at_least == 1
        self.everyone = self.plain and question.measure == "people"

    def answer(self) -> Answer:
        asked = self.question
        value, cells = self._period(asked.first, asked.last, bool(asked.by) and not asked.split)
        totals: dict[str, int] = {}
        if asked.split:
            for name, first, last in parts(asked.first, asked.last, asked.split):
                totals[name], inside = self._period(first, last, bool(asked.by), (name,))
                cells |= inside
            if not asked.by:
                cells = {(name,): number for name, number in totals.items() if number}
        return Answer(value, cells, totals, self.cube.seq)

    def _period(
        self, first: dt.date, last: dt.date, cells: bool, part: Key = ()
    ) -> tuple[int, dict[Key, int]]:
        self.part = part
        held = self._held(first, last)
        if self.plain and not (cells and (self.dims or self.question.attributed)):
            return self._by_cells(held, first, cells)
        return self._by_columns(held, first, cells)

    def _held(self, first: dt.date, last: dt.date) -> list[Span]:
        return [span for span in spans(first, last) if span.month in self.cube.months]

    # ---------------------------------------------------------------- from cells

    def _by_cells(
        self, held: list[Span], first: dt.date, cells: bool
    ) -> tuple[int, dict[Key, int]]:
        if not self.of_people:
            return self._sums(held, cells)
        newcomers = self.question.measure == "newcomers"
        before = self._before(first) if newcomers else BitMap()
        if not cells and self.sites is None:
            return len(self._everybody(held) - before), {}
        people = {
            site: those - before for site, those in self._seen(map(self._cells, held)).items()
        }
        everybody = BitMap.union(*people.values()) if people else BitMap()
        numbers = {site: len(those) for site, those in people.items()}
        return len(everybody), self._non_zero(numbers) if cells else {}

    def _non_zero(self, sites: Mapping[int, int]) -> dict[Key, int]:
        return {(*self.part, site): number for site, number in sites.items() if number}

    def _sums(self, held: list[Span], cells: bool) -> tuple[int, dict[Key, int]]:
        sums: Counter[int] = Counter()
        for site, cell in self._each_cell(map(self._cells, held)):
            sums[site] += cell.facts if self.question.measure == "facts" else cell.total
        return sum(sums.values()), self._non_zero(sums) if cells else {}

    def _each_cell(self, found: Iterable[Cells]) -> Iterator[tuple[int, Cell]]:
        for cells in found:
            for (kind, site), cell in cells.by_place.items():
                if kind in self.kinds and (self.sites is None or site in self.sites):
                    yield site, cell

    def _seen(self, found: Iterable[Cells]) -> dict[int, BitMap]:
        """Who was seen at each site."""
        seen: dict[int, list[BitMap]] = {}
        for site, cell in self._each_cell(found):
            seen.setdefault(site, []).append(cell.people)
        return {s: p[0] if len(p) == 1 else BitMap.union(*p) for s, p in sorted(seen.items())}

    def _everybody(self, held: list[Span]) -> BitMap:
        found = [self._cells(span).people(kind) for span in held for kind in self.kinds]
        return BitMap.union(*found) if found else BitMap()

    def _cells(self, span: Span) -> Cells:
        if span.whole:
            return self.cube.cells(span.month)
        columns = self.cube.columns(span.month)
        days = days_of(columns, self.kinds, span.month, span.first, span.last)
        if days is None:
            return Cells()
        return Cells.of({name: days.column(name) for name in ("kind", "site", "ordinal", "amount")})

    def _before(self, first: dt.date) -> BitMap:
        """Everybody with a fact of these kinds before a day, at any site."""
        if not self.cube.months:
            return BitMap()
        start = month_start(min(self.cube.months))
        return self._everybody(self._held(start, first - dt.timedelta(days=1)))

    # ---------------------------------------------------------------- from columns

    def _by_columns(
        self, held: list[Span], first: dt.date, cells: bool
    ) -> tuple[int, dict[Key, int]]:
        months = self._months(held) if self.of_people else None
        named = self.of_people and months is None
        facts = _Facts(self._days(held), self.question.only, self.sites, named)
        if self.of_people:
            return self._of_people(held, facts, months, first, cells)
        return self._of_facts(facts, cells)

    def _days(self, held: list[Span]) -> list[Days]:
        found = (
            days_of(self.cube.columns(span.month), self.kinds, span.month, span.first, span.last)
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
        cross, crossed = self._cross(facts)
        sums = np.zeros(cross.size, np.int64)
        np.add.at(sums, crossed, amounts)
        return value, cross.cells(sums, range(len(self.question.by)), self.part)

    def _cross(self, facts: _Facts, rows: np.ndarray | None = None) -> tuple[_Cross, np.ndarray]:
        """Each fact, or those of some rows, under its own site, month and attributes."""
        axes = [facts.axis(name, rows) for name in self.question.by]
        cross = _Cross([labels for _column, labels in axes])
        return cross, cross.numbers([column for column, _labels in axes])

    def _of_people(
        self, held: list[Span], facts: _Facts, months: list[Cells] | None, first: dt.date,
        cells: bool,
    ) -> tuple[int, dict[Key, int]]:  # fmt: skip
        rows = self._chosen(facts, self._rows(facts, months), first) if facts.size else _NOBODY
        if not (cells and rows.size):
            return rows.size, {}
        if self.question.attributed:
            cross, crossed = self._cross(facts, rows)
            counted = np.bincount(crossed, minlength=cross.size)
            return rows.size, cross.cells(counted, range(len(self.question.by)), self.part)
        cross = _Cross([_labels(name) for name in self.dims])
        crossed = cross.numbers([facts.stated(name, rows) for name in self.dims])
        if SITE in self.question.by and months and len(months) == 1 and self.everyone:
            return rows.size, self._by_site_of(months[0], facts, rows, crossed)
        if SITE in self.question.by:
            return rows.size, self._by_site(held, facts, rows, crossed)
        counted = np.bincount(crossed, minlength=cross.size)
        return rows.size, cross.cells(counted, range(len(self.dims)), self.part)

    def _months(self, held: list[Span]) -> list[Cells] | None:
        """Where all facts of one kind in whole months are asked for, and no others: the cells of
        those months, which keep what was found out of them."""
        asked = self.question
        is_plain = len(self.kinds) == 1 and all(span.whole for span in held)
        if not is_plain or self.sites is not None or asked.only or asked.at_least > 1:
            return None
        found = [self.cube.cells(span.month) for span in held]
        return [cells for cells in found if cells.has(self.kinds[0])]

    def _rows(self, facts: _Facts, months: list[Cells] | None) -> np.ndarray:
        """The row of each person's first fact: where months are whole, that in her first month."""
        if months is None:
            return self._first_rows(facts)
        kind, days = self.kinds[0], facts.days
        firsts = [
            month.kept("rows", kind, partial(self._firsts, of))
            for month, of in zip(months, days, strict=True)
        ]
        if len(firsts) == 1:
            return firsts[0][0]
        room = self.cube.room(max(int(people.max(initial=0)) for _rows, people in firsts))
        for number, (_rows, people) in reversed([*enumerate(firsts)]):
            room[people.astype(np.intp)] = number
        found, start = [], 0
        for number, (rows, people) in enumerate(firsts):
            found.append(rows[room.take(people.astype(np.intp)) == number] + start)
            start += days[number].size
        return np.concatenate(found)

    def _firsts(self, days: Days) -> tuple[np.ndarray, np.ndarray]:
        """Of one month, the row of each person's first fact, and her number."""
        facts = _Facts([days], {}, None, named=False)
        rows = self._first_rows(facts)
        rows = rows[facts.ordinals.take(rows) > 0]
        return rows, facts.ordinals.take(rows).astype(np.uint32)

    def _first_rows(self, facts: _Facts) -> np.ndarray:
        """The row of the first fact of each person with facts enough."""
        ordinals = facts.ordinals
        numbers = np.arange(ordinals.size, dtype=np.int32)
        room = self.cube.room(int(ordinals.max()))
        # Backwards: of several writes to one place the last stays, which is her first fact.
        room[ordinals[::-1].copy()] = numbers[::-1].copy()
        if self.question.at_least == 1:
            return np.flatnonzero(room.take(ordinals) == numbers)
        return room.take(np.flatnonzero(np.bincount(ordinals) >= self.question.at_least))

    def _chosen(self, facts: _Facts, rows: np.ndarray, first: dt.date) -> np.ndarray:
        """Of these rows, those of persons who are asked for."""
        if self.question.measure == "newcomers":
            known = np.zeros(int(facts.ordinals.max()) + 1, bool)
            before = self._known_before(first)
            known[before[before < known.size]] = True
            rows = rows[~known.take(facts.ordinals.take(rows))]
        for name, codes in self.where.items():
            rows = rows[_among(facts.stated(name, rows), name, codes)]
        return rows

    def _known_before(self, first: dt.date) -> np.ndarray:
        if not self.question.only:
            return np.frombuffer(self._before(first).to_array(), np.uint32)
        held = self._held(month_start(min(self.cube.months)), first - dt.timedelta(days=1))
        return _Facts(self._days(held), self.question.only, None, named=True).ordinals

    def _visits(self, held: list[Span], facts: _Facts) -> Visits:
        """Who was seen where, each once at a site."""
        if self.question.only:  # cells do not know which facts count
            names = ("kind", SITE, "ordinal", "amount")
            found = [Cells.of({name: facts.column(name) for name in names})]
        else:
            found = [self._cells(span) for span in held]
        if len(found) == len(self.kinds) == 1 and self.sites is None:
            return found[0].visits(self.kinds[0])
        return Visits.of(self._seen(found))

    def _by_site(
        self, held: list[Span], facts: _Facts, rows: np.ndarray, crossed: np.ndarray
    ) -> dict[Key, int]:
        """Each chosen person at each site where she was seen, under her attributes."""
        visits = self._visits(held, facts)
        room = self.cube.room(int(facts.ordinals.max()))
        if not self.everyone:
            room[facts.ordinals] = -1
        room[facts.ordinals.take(rows)] = crossed
        return self._crossed(visits, room.take(visits.people))

    def _by_site_of(
        self, month: Cells, facts: _Facts, rows: np.ndarray, crossed: np.ndarray
    ) -> dict[Key, int]:
        """The same for everybody of a whole month, where who stands in which row is kept."""
        kind = self.kinds[0]
        visits = month.visits(kind)

        def places() -> np.ndarray:
            room = self.cube.room(int(facts.ordinals.max()))
            room[facts.ordinals.take(rows)] = np.arange(rows.size)
            return room.take(visits.people).astype(np.intp)

        return self._crossed(visits, crossed.take(month.kept("places", kind, places)))

    def _crossed(self, visits: Visits, attributes: np.ndarray) -> dict[Key, int]:
        """Cells of the visits by site and attributes; a negative number is nobody asked for."""
        cross = _Cross([visits.sites, *(_labels(name) for name in self.dims)])
        inside = cross.size // len(visits.sites)
        place = np.repeat(np.arange(len(visits.sites)) * inside, visits.numbers)
        place += attributes
        if not self.everyone:
            place = place[attributes >= 0]
        axes = [SITE, *self.dims]
        counted = np.bincount(place, minlength=cross.size)
        return cross.cells(counted, [axes.index(name) for name in self.question.by], self.part)
