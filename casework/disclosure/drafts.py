# SPDX-License-Identifier: AGPL-3.0-or-later
"""A protected release while it is still inside: why each cell is hidden, and what fell short."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from .dims import Dim, Key, Space, Table
from .ledger import Ledger
from .policy import Policy
from .public import Cell, Public, print_tables, with_unnamed
from .refusals import At, Reason, Refused


class Why(StrEnum):
    """Why a cell is hidden. Never leaves: it says which hole is the small one."""

    SMALL = "small"
    COMPANY = "company"
    EARLIER = "earlier release"
    ONE_KIND = "one kind"


@dataclass(frozen=True)
class Unmet:
    """A cell that an outsider can corner further than wished: `reached` of `wanted` people, up or
    down. With `one_kind` the cell is a whole group, and the wish that others may be in it."""

    at: At
    upward: bool
    wanted: int
    reached: int
    one_kind: bool = False


@dataclass(frozen=True, repr=False)
class Asked:
    """All that a draft was made from."""

    dims: tuple[Dim, ...]
    tables: tuple[Table, ...]
    counts: Mapping[Any, Any]
    policy: Policy
    ledger: Ledger
    headlines: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, repr=False)
class Draft:
    """What `protect` found. It knows the counts behind it: only `public()` may leave."""

    asked: Asked
    space: Space
    printed: Mapping[Key, Cell]
    whys: Mapping[Key, Why]
    unmet: tuple[Unmet, ...]
    headlines: tuple[Cell, ...]
    earlier: tuple[Cell, ...]
    people: tuple[int, int]  # in innermost cells: still shown, and all
    programmes: int  # solved on the way: the measure of work that does not depend on a clock

    @property
    def hidden(self) -> int:
        return len(self.whys)

    def why(self, at: At) -> Why | None:
        """Why this cell is hidden; None where it is shown."""
        return self.whys.get(self.space.key(at))

    def public(self, name: str = "draft", *, unmet_signed: bool = False) -> Public:
        """What may leave. Wishes that could not be met are a refusal until someone signs."""
        if self.unmet and not unmet_signed:
            short = [wish.at for wish in self.unmet]
            raise Refused(Reason.UNMET, short, _dims(short))
        return Public(
            id=name,
            threshold=self.asked.policy.k,
            tables=print_tables(self.space, self.asked.tables, self.printed),
            cells=(*self.printed.values(), *self.headlines),
            earlier=self.earlier,
            dims=with_unnamed(self.asked.dims, self.earlier),
        )


def _dims(cells: Sequence[At]) -> list[str]:
    return sorted({name for at in cells for name in at})
