# SPDX-License-Identifier: AGPL-3.0-or-later
"""A month of facts as columns, in one order that depends on nothing but what happened.

Order: kind, day, person, then site, dimensions, consent, amount. So the first fact of a person on
a day is the same whoever typed first, and stays the same when a person's facts are rewritten.
Facts taken back are not here. Pure: arrays in, arrays out.
"""

import array
import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from pyroaring import BitMap

from .boxes import FACT
from .kinds import ROOM

START = dt.date(2000, 1, 1)
Columns = dict[str, np.ndarray]
Kept = TypeVar("Kept")

DIMS = tuple(f"d{place}" for place in range(ROOM))
CONTENT = ("kind", "day", "ordinal", "site", *DIMS, "consent", "amount")


def day_number(day: dt.date) -> int:
    """Days since 2000-01-01. Refuses a day no fact can have with ValueError."""
    number = (day - START).days
    if not 0 <= number <= 0xFFFF:
        raise ValueError("a fact happens between 2000 and 2179")
    return number


def month_of(day: dt.date) -> int:
    return day.year * 12 + day.month - 1


def month_start(month: int) -> dt.date:
    return dt.date(month // 12, month % 12 + 1, 1)


def by_month(facts: np.ndarray) -> dict[int, np.ndarray]:
    """Facts as they stand in the ledger, month by month."""
    moments = np.datetime64(START, "D") + facts["day"].astype("timedelta64[D]")
    months = moments.astype("datetime64[M]").astype(np.int64) + 1970 * 12
    return {int(months[part[0]]): facts[part] for part in _alike(months)}


def _alike(values: np.ndarray) -> list[np.ndarray]:
    """The rows of each value, in their order."""
    order = np.argsort(values, kind="stable")
    cuts = np.flatnonzero(np.diff(values[order])) + 1
    return [part for part in np.split(order, cuts) if part.size]


def as_columns(facts: np.ndarray, month: int) -> Columns:
    """Ledger lines of one month as columns; days count from 0 within the month."""
    columns = {name: facts[name] for name in ("kind", "ordinal", "site", "consent", "amount")}
    columns["day"] = facts["day"] - np.uint16(day_number(month_start(month)))
    columns |= {name: facts["dims"][:, place] for place, name in enumerate(DIMS)}
    return {name: columns[name] for name in CONTENT}


def nothing() -> Columns:
    return as_columns(np.zeros(0, FACT), month_of(START))


def merged(old: Columns, new: Columns, taken_back: Columns) -> Columns:
    """The columns with new facts in their places and others gone."""
    columns = {name: np.concatenate((old[name], new[name])) for name in CONTENT}
    if taken_back["day"].size:
        kept = _without(columns, taken_back)
        columns = {name: column[kept] for name, column in columns.items()}
    order = _order(columns)
    return {name: _narrow(column[order]) for name, column in columns.items()}


def derived(facts: np.ndarray, month: int) -> Columns:
    """The columns of a month from all its ledger lines at once."""
    added, gone = (as_columns(facts[facts["sign"] == sign], month) for sign in (1, -1))
    return merged(nothing(), added, gone)


def _person_day(columns: Columns) -> np.ndarray:
    key = columns["kind"].astype(np.uint64) << np.uint64(37)
    key |= columns["day"].astype(np.uint64) << np.uint64(32)
    return key | columns["ordinal"]


def _order(columns: Columns) -> np.ndarray:
    """Sorted by kind, day, person; the rest only where these are equal, which is rare."""
    key = _person_day(columns)
    order = np.argsort(key, kind="stable")
    key = key[order]
    tied = np.flatnonzero(key[1:] == key[:-1])
    if tied.size:
        tied = np.union1d(tied, tied + 1)
        part = order[tied]
        rest = [columns[name][part] for name in reversed(CONTENT[3:])]
        order[tied] = part[np.lexsort((*rest, key[tied]))]
    return order


def _without(columns: Columns, taken_back: Columns) -> np.ndarray:
    """Which rows stay. Each fact taken back removes one row of exactly its content."""
    wanted = Counter(rows(taken_back))
    kept = np.ones(columns["day"].size, bool)
    likely = np.flatnonzero(np.isin(_person_day(columns), _person_day(taken_back)))
    for place, row in zip(
        likely, rows({name: columns[name][likely] for name in CONTENT}), strict=True
    ):
        if wanted[row]:
            wanted[row] -= 1
            kept[place] = False
    return kept


def rows(columns: Columns) -> list[tuple[int, ...]]:
    """Each fact as a tuple in the order of CONTENT."""
    return list(zip(*(columns[name].tolist() for name in CONTENT), strict=True))


def _narrow(column: np.ndarray) -> np.ndarray:
    """The same numbers in the fewest bytes: a column of one value costs nothing."""
    if not column.size:
        return column
    low, high = int(column.min()), int(column.max())
    # In signed bytes where anything is negative: -1 - high needs as many of them as high.
    kind = np.min_scalar_type(min(low, -1 - high) if low < 0 else high)
    if low == high:
        return np.broadcast_to(column[:1].astype(kind), column.shape)
    return column.astype(kind)


def weight(columns: Columns) -> int:
    """Bytes that these columns hold in memory."""
    return sum(c.itemsize if c.strides == (0,) else c.nbytes for c in columns.values())


# ------------------------------------------------------------- a month, and what is counted of it


@dataclass
class Cell:
    """What happened of one kind at one site: who came, how many facts, the sum of amounts."""

    people: BitMap = field(default_factory=BitMap)
    facts: int = 0
    total: int = 0

    def add(self, ordinals: np.ndarray, amounts: np.ndarray) -> None:
        known = ordinals[ordinals > 0].astype(np.uint32)
        self.people |= BitMap(array.array("I", known.tobytes()))
        self.facts += ordinals.size
        self.total += int(amounts.sum(dtype=np.int64))


@dataclass(frozen=True)
class Visits:
    """Who was seen where: of each site the `numbers` next of `people`."""

    sites: list[int]
    numbers: list[int]
    people: np.ndarray

    @classmethod
    def of(cls, seen: Mapping[int, BitMap]) -> "Visits":
        arrays = [np.frombuffer(people.to_array(), np.uint32) for people in seen.values()]
        joined = np.concatenate(arrays) if arrays else np.zeros(0, np.uint32)
        return cls(list(seen), [array.size for array in arrays], joined)


class Cells:
    """The cells of a month (or of some days of it), by kind and site."""

    def __init__(self, by_place: dict[tuple[int, int], Cell] | None = None) -> None:
        self.by_place = by_place or {}
        self._kept: dict[tuple[str, int], Any] = {}

    @classmethod
    def of(cls, columns: Columns) -> "Cells":
        """Derived from columns: the only way a cell comes to be, but for `add`."""
        cells = cls()
        cells.add(columns)
        return cells

    def add(self, columns: Columns) -> None:
        """More facts, where nothing is taken back."""
        place = columns["kind"].astype(np.uint32) << np.uint32(16) | columns["site"]
        for part in _alike(place):
            self._cell(int(place[part[0]])).add(columns["ordinal"][part], columns["amount"][part])
        self._kept.clear()

    def _cell(self, place: int) -> Cell:
        return self.by_place.setdefault((place >> 16, place & 0xFFFF), Cell())

    def people(self, kind: int) -> BitMap:
        """Everybody who came for this kind, at any site."""
        return self.kept("people", kind, lambda: BitMap.union(BitMap(), *self._seen(kind).values()))

    def visits(self, kind: int) -> Visits:
        """Everybody who came for this kind, at each site."""
        return self.kept("visits", kind, lambda: Visits.of(self._seen(kind)))

    def kept(self, name: str, kind: int, make: Callable[[], Kept]) -> Kept:
        """What follows from these facts of one kind, made when first asked for."""
        if (name, kind) not in self._kept:
            self._kept[name, kind] = make()
        made: Kept = self._kept[name, kind]
        return made

    def has(self, kind: int) -> bool:
        """Whether anything of this kind happened."""
        return any(its == kind for its, _site in self.by_place)

    def _seen(self, kind: int) -> dict[int, BitMap]:
        places = sorted(self.by_place.items())
        return {site: cell.people for (its, site), cell in places if its == kind}

    def packed(self) -> Columns:
        """As columns, for a segment."""
        cells = self.by_place.items()
        bitmaps = [cell.people.serialize() for _place, cell in cells]
        return {
            "kind": np.array([kind for (kind, _site), _cell in cells], "<u2"),
            "site": np.array([site for (_kind, site), _cell in cells], "<u2"),
            "facts": np.array([cell.facts for _place, cell in cells], "<i8"),
            "total": np.array([cell.total for _place, cell in cells], "<i8"),
            "length": np.array([len(bitmap) for bitmap in bitmaps], "<u4"),
            "people": np.frombuffer(b"".join(bitmaps), "u1"),
        }

    @classmethod
    def unpacked(cls, columns: Columns) -> "Cells":
        people, at, cells = columns["people"].tobytes(), 0, {}
        names = ("kind", "site", "facts", "total", "length")
        for kind, site, facts, total, length in zip(
            *(columns[name].tolist() for name in names), strict=True
        ):
            bitmap = BitMap.deserialize(people[at : at + length])
            cells[kind, site], at = Cell(bitmap, facts, total), at + length
        return cls(cells)


@dataclass
class Days:
    """Some days of a month, of some kinds: a stretch of its columns for each kind."""

    columns: Columns
    stretches: list[slice]
    month: int  # since the year 0

    @property
    def size(self) -> int:
        """How many facts."""
        return sum(one.stop - one.start for one in self.stretches)

    @cached_property
    def _order(self) -> np.ndarray:
        """Kinds follow each other in the columns; a person's first fact is by day, then kind."""
        return np.argsort(self._joined("day"), kind="stable")

    def _joined(self, name: str) -> np.ndarray:
        found = [self.columns[name][stretch] for stretch in self.stretches]
        return found[0] if len(found) == 1 else np.concatenate(found)

    def column(self, name: str) -> np.ndarray:
        joined = self._joined(name)
        return joined[self._order] if len(self.stretches) > 1 else joined


def days_of(
    columns: Columns, kinds: list[int], month: int, first: int, last: int
) -> Days | None:  # fmt: skip
    """The facts of these kinds from the first to the last day (0 = the month's first), or None."""
    found = []
    for kind in kinds:
        start, stop = np.searchsorted(columns["kind"], [kind, kind + 1])
        within = columns["day"][start:stop]
        low, high = np.searchsorted(within, [first, last + 1])
        if low < high:
            found.append(slice(int(start + low), int(start + high)))
    return Days(columns, found, month) if found else None
