# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two versions held against each other, part by part: what went, what came, what stayed.

Pure. A text is compared line by line, since a line of Arabic beside one of French is only read
right where each stands by itself; within two lines that answer each other, word by word.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

KEPT, GONE, CAME = "kept", "gone", "came"
WORDS = re.compile(r"\s+|\S+")
ALIKE = 0.4  # below, two lines are two thoughts, and no word of them is set apart


@dataclass(frozen=True)
class Line:
    """A line of a text: `pieces` are (words, whether they changed), which together are the line."""

    what: str
    pieces: tuple[tuple[str, bool], ...]

    @property
    def text(self) -> str:
        return "".join(words for words, _changed in self.pieces)


@dataclass(frozen=True)
class Change:
    """What changed in one part: lines of a text, or amounts as (code, before, after)."""

    name: str
    lines: tuple[Line, ...] = ()
    amounts: tuple[tuple[str, int | None, int | None], ...] = ()


def between(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """The parts that changed, in their order; none where both say the same."""
    found = []
    for name in before:
        old, new = before[name], after.get(name)
        if isinstance(old, dict) or isinstance(new, dict):
            amounts = _amounts(old or {}, new or {})
            found += [Change(name, amounts=amounts)] if amounts else []
        elif (old or "") != (new or ""):
            found.append(Change(name, lines=tuple(_lines(old or "", new or ""))))
    return found


def _amounts(old: dict[str, int], new: dict[str, int]) -> tuple[Any, ...]:
    codes = dict.fromkeys([*old, *new])
    return tuple(
        (code, old.get(code), new.get(code)) for code in codes if old.get(code) != new.get(code)
    )


def _lines(old: str, new: str) -> Iterable[Line]:
    a, b = old.split("\n") if old else [], new.split("\n") if new else []
    for what, i, j, k, m in SequenceMatcher(None, a, b).get_opcodes():
        if what == "equal":
            yield from (Line(KEPT, ((line, False),)) for line in a[i:j])
            continue
        yield from _answered(a[i:j], b[k:m])


def _answered(gone: list[str], came: list[str]) -> Iterable[Line]:
    """Lines that answer each other come in pairs; of the others, what went comes first."""
    alone: dict[str, list[Line]] = {GONE: [], CAME: []}
    for old, new in zip_longest(gone, came):
        pair = _pair(old, new) if old is not None and new is not None else ()
        if pair:
            yield from (*alone[GONE], *alone[CAME], *pair)
            alone = {GONE: [], CAME: []}
            continue
        for what, line in ((GONE, old), (CAME, new)):
            alone[what] += [] if line is None else [Line(what, ((line, False),))]
    yield from (*alone[GONE], *alone[CAME])


def _pair(gone: str, came: str) -> tuple[Line, ...]:
    """Two lines with the words that changed set apart; nothing where they are two thoughts."""
    if SequenceMatcher(None, gone.split(), came.split()).ratio() < ALIKE:
        return ()
    old, new = WORDS.findall(gone), WORDS.findall(came)
    steps = SequenceMatcher(None, old, new).get_opcodes()
    return (
        Line(GONE, _pieces(old, [(what, i, j) for what, i, j, _k, _m in steps])),
        Line(CAME, _pieces(new, [(what, k, m) for what, _i, _j, k, m in steps])),
    )


def _pieces(words: list[str], steps: list[tuple[str, int, int]]) -> tuple[tuple[str, bool], ...]:
    return tuple(("".join(words[i:j]), what != "equal") for what, i, j in steps if i < j)
