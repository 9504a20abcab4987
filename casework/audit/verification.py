# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether the trail is whole, and whether the records are those the trail saw last."""

import datetime as dt
import json
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from casework.i18n import _, _l, _n

from .attested import Attested, Mac, Place
from .lines import Content, Line, genesis, link
from .seals import Seals
from .trail import Trail

TOLD = 100  # problems told one by one; a wrong key would tell of every line
MISSING = _l("Before line %(n)s of lane %(lane)s a line is missing.")
UNCHAINED = _l("Line %(n)s of lane %(lane)s does not follow from the line before.")
FORGED = _l("Line %(n)s of lane %(lane)s carries a wrong signature.")
TOUCHED = _l("Line %(n)s of lane %(lane)s was changed or moved.")
UNSEALED = _l("Line %(n)s of lane %(lane)s, which a seal names, is missing or changed.")
UNSIGNED = _l("Lane %(lane)s ends without a signature.")
UNBEGUN = _l("Lane %(lane)s has no beginning.")


@dataclass(frozen=True)
class Report:
    """What the drill found: `lines` to read, and one plain `sentence` to end on.

    `lines` are the problems and, after them, what this check cannot know.
    """

    ok: bool
    lines: tuple[str, ...]
    sentence: str
    problems: tuple[str, ...] = ()


def verify(
    trail: Trail, boxes: Iterable[Content] | None = None, anchor: Path | None = None
) -> Report:
    """Read every line and every seal; with `boxes`, hold each live envelope against the trail.

    Finds a changed, missing or reordered line, a lane cut or taken out since the last seal, and
    with `boxes` a replayed, vanished or unattested envelope. What it cannot see, it says: lines
    newer than the last seal. `anchor` is a copy of the seals that left the machine; the file in the
    instance is always compared. May run while others write.
    """
    seals, attested = Seals(), Attested() if boxes is not None else None
    walk = _Walk(trail, seals, attested)
    for problem in seals.check(trail.store, trail.scribe, trail.seals_file, anchor):
        walk.found(problem)
    if anchor is not None and not seals.compared:
        walk.found(_("The anchor file holds no seal."))
    walk.check_beginnings()
    walk.read(trail.store.lines())
    walk.finish()
    newer = walk.newer
    if boxes is not None and attested is not None:
        attested.finish()
        for problem in _held_against(boxes, attested, walk):
            walk.found(problem)
    return _report(walk, newer, seals.compared)


def _report(walk: "_Walk", newer: int, compared: int) -> Report:
    if walk.count:
        sentence = _n("The trail has %(n)s problem.", "The trail has %(n)s problems.",
                      walk.count)  # fmt: skip
    else:
        sentence = _n("The trail is whole: %(n)s line.", "The trail is whole: %(n)s lines.",
                      walk.lines)  # fmt: skip
    notes = []
    if compared:
        notes.append(
            _n("It was held against %(n)s seal of the anchor file.",
               "It was held against %(n)s seals of the anchor file.", compared)
        )  # fmt: skip
    if newer:
        notes.append(
            _n("%(n)s line is newer than the last seal: nobody could tell if it were cut off.",
               "%(n)s lines are newer than the last seal: nobody could tell if they were cut off.",
               newer)
        )  # fmt: skip
    problems = tuple(walk.problems)
    return Report(not walk.count, (*problems, *notes), sentence, problems)


@dataclass(slots=True)
class _Lane:
    """Where the reading of a lane stands. `heads` are the lines that seals name, not yet met."""

    prev: bytes
    heads: dict[int, bytes]
    newest: int
    expected: int = 1
    at: int = 0
    signed: bool = True


@dataclass
class _Walk:
    """One reading of the lines, lane by lane; a second `read` goes on where the first stopped."""

    trail: Trail
    seals: Seals
    attested: Attested | None
    problems: list[str] = field(default_factory=list)
    count: int = 0
    lines: int = 0
    lanes: dict[uuid.UUID, _Lane] = field(default_factory=dict)

    def found(self, problem: str) -> None:
        self.count += 1
        if self.count <= TOLD:
            self.problems.append(problem)

    def check_beginnings(self) -> None:
        """Whether every lane was begun by this programme, with this key."""
        scribe = self.trail.scribe
        for lane in self.trail.store.lanes():
            ours = scribe.signed(genesis(lane.lane, lane.day), lane.signature)
            if not ours or lane.public_key != scribe.public_key:
                self.found(_("A lane of the trail was not begun by this programme."))

    def read(self, lines: Iterable[Line]) -> None:
        """Check each line; tell its attestations to who keeps them."""
        lane, here = None, None
        for line in lines:
            if line.lane != lane or here is None:
                lane, here = line.lane, self.lanes.get(line.lane) or self._entered(line.lane)
            self.lines += 1
            text = self.trail.scribe.text(line)
            fault = self._fault(line, here, text)
            if fault is not None:
                self.found(_about(fault, line.lane, line.n))
            if here.heads and here.heads.pop(line.n, line.hash) != line.hash:
                self.found(_about(UNSEALED, line.lane, line.n))
            here.prev, here.expected = line.hash, line.n + 1
            here.signed = line.signature is not None
            if text is not None and self.attested is not None:
                self._hear(line, here, text)

    def _entered(self, lane: uuid.UUID) -> _Lane:
        known = self.trail.store.lane(lane)
        if known is None:
            self.found(_about(UNBEGUN, lane))
        heads = self.seals.heads.pop(lane, {})
        start = genesis(lane, known.day) if known else b""
        self.lanes[lane] = _Lane(start, heads, max(heads, default=0))
        return self.lanes[lane]

    def _fault(self, line: Line, here: _Lane, text: bytes | None) -> Any:
        if line.n != here.expected:
            return MISSING
        if link(here.prev, line.place, line.box) != line.hash:
            return UNCHAINED
        if text is None:
            return TOUCHED
        signature = line.signature
        if signature is not None and not self.trail.scribe.signed(line.hash, signature):
            return FORGED
        return None

    def _hear(self, line: Line, here: _Lane, text: bytes) -> None:
        """Within a lane the order is that of the lines, whatever the clock was set to."""
        assert self.attested is not None
        body = json.loads(text)
        here.at = max(here.at, body["at"])
        self.attested.hear(line.lane, here.at, body)

    def finish(self) -> None:
        """What only the end of all lanes shows."""
        for lane, here in self.lanes.items():
            if not here.signed:
                self.found(_about(UNSIGNED, lane))
            if here.heads:
                self.found(_about(UNSEALED, lane, max(here.heads)))
        for lane, heads in self.seals.heads.items():
            self.found(_about(UNSEALED, lane, max(heads)))

    @property
    def newer(self) -> int:
        """Lines that no seal covers yet."""
        return sum(max(0, here.expected - 1 - here.newest) for here in self.lanes.values())

    def read_on(self) -> None:
        """The lines that were written meanwhile."""
        after = {lane: here.expected - 1 for lane, here in self.lanes.items()}
        self.read(self.trail.store.lines(after))


def _about(sentence: Any, lane: uuid.UUID, n: int | None = None) -> str:
    return str(sentence) % {"lane": lane.hex[:8], "n": n}


# ------------------------------------------------------------------ envelopes


def _held_against(boxes: Iterable[Content], attested: Attested, walk: _Walk) -> Iterator[str]:
    """Each live envelope must be the one attested last by an act that succeeded.

    What looks wrong is looked at again after the lines that were written during the check.
    """
    suspects: dict[Place, Mac] = {}
    absent = attested.places()
    for table, row, part, mac in boxes:
        place, said = (table, row.hex, part), mac.hex() if mac else None
        absent.discard(place)
        if said is None or said not in attested.accepted(place):
            suspects[place] = said
    suspects |= {place: None for place in absent if None not in attested.accepted(place)}
    if suspects:
        walk.read_on()
    for place, said in suspects.items():
        accepted = attested.accepted(place)
        if said not in accepted or (said is None and place not in absent):
            yield _wrong(place, said, bool(accepted))


def _wrong(place: Place, said: Mac, is_known: bool) -> str:
    if said is None:
        sentence = _l("Row %(row)s of %(table)s has vanished.")
    elif is_known:
        sentence = _l("Row %(row)s of %(table)s is not the one that was saved last.")
    else:
        sentence = _l("Row %(row)s of %(table)s was never attested.")
    return str(sentence) % {"table": place[0], "row": str(uuid.UUID(place[1]))}


# ------------------------------------------------------------------ reading


def spoken(trail: Trail, until: dt.date | None = None) -> Iterator[dict[str, Any]]:
    """What the lines say, newest first, for the pages of the trail: each with its `lane` and `n`.

    A line without an `actor` is the system's. Where `ref` is there, it is the number of the line
    it completes, in the lane `of`, or in its own. Damaged lines are left to `verify`.
    """
    for day in trail.store.days(until):
        said = []
        for line in trail.store.lines_of(day):
            body = trail.scribe.body(line)
            if body is not None:
                said.append({"lane": line.lane.hex, "n": line.n, **body})
        yield from sorted(said, key=lambda one: (one["at"], one["n"]), reverse=True)
