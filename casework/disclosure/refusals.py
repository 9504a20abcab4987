# SPDX-License-Identifier: AGPL-3.0-or-later
"""When no table may leave, and why: data for whoever says it to people, never a sentence."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

At = Mapping[str, str]


class Reason(StrEnum):
    """Codes that callers may rely on."""

    CROSSED = "crosses too many dimensions"
    OVERLAP = "breaks down by an overlapping dimension"
    GAP = "two headlines differ by a small group"
    OFFICIAL = "an official total is small and nobody signed for it"
    LARGE = "the tables are too large to close"
    LEDGER = "an earlier release says another number"
    UNMET = "a wish could not be met in full"
    SOLVER = "the solver is missing or failed"


class Refused(Exception):
    """No breakdown may leave. The caller gives the official totals alone.

    `cells` are those it is about, `dims` those that to merge or leave out would help.
    """

    def __init__(self, reason: Reason, cells: Sequence[At] = (), dims: Sequence[str] = ()):
        self.reason = reason
        self.cells = tuple(dict(at) for at in cells)
        self.dims = tuple(dims)
        super().__init__(reason, self.cells, self.dims)

    def __str__(self) -> str:
        return self.reason.value
