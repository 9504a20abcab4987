# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which cells stand, which are hidden whatever happens, and how far which must be able to move.

Small counts need 0 and k both possible. So do groups that nobody prints but anybody subtracts
("all but F and M", "added since the last release"). A group all of one kind in a sensitive
dimension needs the contrary: that the others, who are none, may be some.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from .dims import Key, Space
from .policy import Policy
from .refusals import Reason, Refused
from .system import Reals, System

Flags = npt.NDArray[np.bool_]


@dataclass
class Wishes:
    """By cell of the system: `fixed` never moves, `hidden` is hidden from the start (what is not
    printed at all too), `new` is printed for the first time; how far `up` and `down` an outsider
    must find it possible."""

    fixed: Flags
    hidden: Flags
    up: Reals
    down: Reals
    small: Flags
    new: Flags
    kinds: dict[int, Key] = field(default_factory=dict)  # a group's others: the group itself

    def targets(self) -> list[tuple[int, int, float]]:
        """(cell, direction, how far): upward first, widest first hides the fewest."""
        found = [(int(i), 1, float(self.up[i])) for i in np.flatnonzero(self.up > 0)]
        found += [(int(i), -1, float(self.down[i])) for i in np.flatnonzero(self.down > 0)]
        return sorted(found, key=lambda one: (-one[1], -one[2], one[0]))


def wishes_of(system: System, printed: Mapping[Key, None], earlier: Mapping[Key, int | None],
              policy: Policy) -> Wishes:  # fmt: skip
    """The wishes of what is printed now and of everything printed before."""
    _same_as_before(system, earlier)
    official = _official(system, printed, policy)
    told = list(system.keys)
    left = set(_left_over(system.space, told)) - policy.signed_keys(system.space)
    system.extend(sorted(key for key in left if 0 < system.value(key) < policy.k))
    kinds = _one_kind(system, told, policy.k)
    system.extend(list(kinds))
    return _marked(system, printed, earlier, official, kinds, policy.k)


def _marked(system: System, printed: Mapping[Key, None], earlier: Mapping[Key, int | None],
            official: set[Key], kinds: Mapping[Key, Key], k: int) -> Wishes:  # fmt: skip
    keys, values = system.keys, system.values
    shown = {key for key, value in earlier.items() if value is not None}
    fixed = np.array([key in official or key in shown for key in keys], dtype=np.bool_)
    small = (values > 0) & (values < k) & ~fixed
    up, down = np.where(small, k - values, 0.0), np.where(small, values, 0.0)
    place = system.place
    for others, group in kinds.items():
        up[place[others]] = max(up[place[others]], min(k, system.value(group)))
    unseen = np.array([key not in printed or key in earlier for key in keys], dtype=np.bool_)
    numbered = {place[others]: group for others, group in kinds.items()}
    hidden = (unseen | (up > 0)) & ~fixed
    return Wishes(fixed, hidden, up, down, small, ~unseen, numbered)


def _same_as_before(system: System, earlier: Mapping[Key, int | None]) -> None:
    """A number that left stays true of the people of its batch, or the ledger is not theirs."""
    wrong = [
        system.space.at(key)
        for key, value in earlier.items()
        if value is not None and system.value(key) != value
    ]
    if wrong:
        raise Refused(Reason.LEDGER, wrong)


def _official(system: System, printed: Iterable[Key], policy: Policy) -> set[Key]:
    space = system.space
    found = {key for key in printed if policy.is_official(space, key)}
    signed = policy.signed_keys(space)
    unsigned = [
        space.at(key)
        for key in printed
        if key in found and key not in signed and 0 < system.value(key) < policy.k
    ]
    if unsigned:
        raise Refused(Reason.OFFICIAL, unsigned)
    return found


def _lines(space: Space, keys: Iterable[Key], place: int) -> dict[Key, list[int]]:
    """Cells that differ in one dimension only, as that dimension's sets of leaves."""
    lines: dict[Key, list[int]] = {}
    for key in keys:
        lines.setdefault((*key[:place], 0, *key[place + 1 :]), []).append(key[place])
    return lines


def _at(line: Key, place: int, bits: int) -> Key:
    return (*line[:place], bits, *line[place + 1 :])


def _left_over(space: Space, told: Iterable[Key]) -> list[Key]:
    """Groups that subtraction inside a line of cells gives and nobody prints, crossed with those
    of the other dimensions."""
    known, found = dict.fromkeys(told), []
    for place, dim in enumerate(space.dims):
        for line, sets in _lines(space, known, place).items():
            for part in _parts(sets, len(dim.leaves)):
                if part not in sets:
                    found.append(_at(line, place, part))
        known.update(dict.fromkeys(found))
    return found


def _parts(sets: list[int], leaves: int) -> list[int]:
    """The finest groups that some sets of leaves tell apart."""
    if len(sets) == 1:
        return []
    told: dict[tuple[int, ...], int] = {}
    for leaf in range(leaves):
        signature = tuple(bits >> leaf & 1 for bits in sets)
        told[signature] = told.get(signature, 0) | 1 << leaf
    return [part for signature, part in told.items() if any(signature)]


def _one_kind(system: System, told: Iterable[Key], k: int) -> dict[Key, Key]:
    """{others, who are none: the group} of each group of k or more that is all of one kind. The
    group itself may be printed nowhere: sums of other cells may tell it."""
    space, found = system.space, {}
    for place in (place for place, dim in enumerate(space.dims) if dim.sensitive):
        full = space.full[place]
        for key in (key for key in told if key[place] != full):
            group = _at(key, place, full)
            if k <= system.value(group) == system.value(key):
                found[_at(key, place, full & ~key[place])] = group
    return found
