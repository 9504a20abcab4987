# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an examination found, as plain values in a fixed order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Address = Mapping[str, str]


@dataclass(frozen=True)
class Interval:
    """What an outsider knows of one hidden cell: whole counts from lo to hi.

    `hi` None: nothing bounds it; in a proof without full intervals: the threshold is possible.
    """

    at: Address
    lo: int
    hi: int | None

    def as_dict(self) -> dict[str, Any]:
        return {"at": dict(self.at), "lo": self.lo, "hi": self.hi}


@dataclass(frozen=True)
class Finding:
    """One thing an outsider can tell, or might.

    `kind`, with k the threshold:

    * `shown` - printed as 1..k-1, and nobody answered for it;
    * `exact` - hidden, but known to be `lo`, in 1..k-1;
    * `small` - hidden, but certain to be in 1..k-1;
    * `not empty` - hidden and small, and 0 is impossible (when undecided: small perhaps);
    * `below threshold` - hidden and small, and k is impossible (when undecided likewise);
    * `together` - of these undecided cells one at least must be small and give itself away (asked
      only where no hidden cell leaks alone);
    * `difference` - those of `at` outside `other` are certain to be 1..k-1 people;
    * `both` - those in `at` and in `other` are certain to be 1..k-1 people;
    * `rest` - those of `at` in none of its printed parts are certain to be 1..k-1 people;
    * `gap` - those of `at` counted by more than one of its parts are certain to be 1..k-1;
    * `one kind` - everyone in `at`, of whom there are some, is in `other`.
    """

    kind: str
    at: Address
    lo: int
    hi: int | None
    other: Address | None = None

    def as_dict(self) -> dict[str, Any]:
        found = {"kind": self.kind, "at": dict(self.at), "lo": self.lo, "hi": self.hi}
        return found if self.other is None else found | {"other": dict(self.other)}


@dataclass(frozen=True)
class Proof:
    """The verdict on one document. `protected` needs all of: nothing leaks, the system was the
    whole attacker, every question was settled."""

    id: str
    threshold: int
    complete: bool  # the linear system is the whole attacker
    unsettled: int  # whole-number questions left open at the limit of work
    hidden: int  # cells printed hidden and not printed elsewhere
    leaks: tuple[Finding, ...]
    undecided: tuple[Finding, ...]  # leaks if the true count is small, which was not told
    intervals: tuple[Interval, ...]
    size: Mapping[str, int] = field(compare=False)
    work: Mapping[str, int] = field(compare=False)

    @property
    def protected(self) -> bool:
        return self.complete and not self.leaks and not self.unsettled

    @property
    def decided(self) -> bool:
        """Whether the verdict would be the same whatever the hidden counts are."""
        return not self.undecided

    def as_dict(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "threshold": self.threshold,
            "protected": self.protected,
            "complete": self.complete,
            "decided": self.decided,
            "unsettled": self.unsettled,
            "hidden": self.hidden,
            "leaks": [leak.as_dict() for leak in self.leaks],
            "undecided": [finding.as_dict() for finding in self.undecided],
            "intervals": [interval.as_dict() for interval in self.intervals],
            "size": dict(self.size),
            "work": dict(self.work),
        }
