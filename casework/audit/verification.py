# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether the trail is whole, and whether the records are those the trail saw last."""

import json
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from casework.i18n import _, _l, _n

from .lines import Line, genesis, link
from .store import Lane
from .trail import Content, Trail

Place = tuple[str, str, str]


@dataclass(frozen=True)
class Report:
    """What the drill found: `lines` to read, and one plain `sentence` to end on."""

    ok: bool
    lines: tuple[str, ...]
    sentence: str


@dataclass
class _Seen:
    """What was read so far."""

    problems: list[str] = field(default_factory=list)
    count: int = 0
    lines: dict[tuple[str, int], bytes] = field(default_factory=dict)
    attested: list[tuple[int, str, int | None, list[Any]]] = field(default_factory=list)
    outcomes: dict[tuple[str, int], str] = field(default_factory=dict)


def verify(trail: Trail, boxes: Iterable[Content] | None = None) -> Report:
    """Read every line and every seal; with `boxes`, hold each live envelope against the trail.

    Finds a changed, missing or reordered line, a lane cut or taken out since the last seal, and
    with `boxes` a replayed, vanished or unattested envelope. What it cannot see: lines cut off
    the end since the last seal that was taken off this machine.
    """
    seen = _Seen()
    sealed_heads = _check_seals(trail, seen)
    lanes = {lane.lane: lane for lane in trail.store.lanes()}
    for lane in lanes.values():
        if not trail.scribe.signed(genesis(lane.lane, lane.day), lane.signature):
            seen.problems.append(_("A lane of the trail was not begun by this programme."))
    _check_lines(trail, lanes, seen)
    for (name, n), digest in sealed_heads.items():
        if seen.lines.get((name, n)) != digest:
            seen.problems.append(
                _("Line %(n)s of lane %(lane)s, which a seal names, is missing or changed.",
                    n=n, lane=name[:8])
            )  # fmt: skip
    if boxes is not None:
        _check_boxes(boxes, seen)
    return _report(seen)


def _report(seen: _Seen) -> Report:
    if seen.problems:
        sentence = _n("The trail has %(n)s problem.", "The trail has %(n)s problems.",
                      len(seen.problems))  # fmt: skip
    else:
        sentence = _n("The trail is whole: %(n)s line.", "The trail is whole: %(n)s lines.",
                      seen.count)  # fmt: skip
    return Report(not seen.problems, tuple(seen.problems), sentence)


def _check_lines(trail: Trail, lanes: dict[uuid.UUID, Lane], seen: _Seen) -> None:
    lane, prev, expected, unsigned = None, b"", 1, False
    for line in trail.store.lines():
        if line.lane != lane:
            if unsigned:
                seen.problems.append(_about(_l("Lane %(lane)s ends without a signature."), lane))
            lane, expected, unsigned = line.lane, 1, False
            if lane not in lanes:
                seen.problems.append(_about(_l("Lane %(lane)s has no beginning."), lane))
            prev = genesis(lane, lanes[lane].day) if lane in lanes else b""
        _check_line(trail, line, prev, expected, seen)
        prev, expected, unsigned = line.hash, line.n + 1, line.signature is None
    if unsigned:
        seen.problems.append(_about(_l("Lane %(lane)s ends without a signature."), lane))


def _about(sentence: Any, lane: uuid.UUID | None, n: int | None = None) -> str:
    return str(sentence) % {"lane": lane.hex[:8] if lane else "?", "n": n}


def _check_line(trail: Trail, line: Line, prev: bytes, expected: int, seen: _Seen) -> None:
    seen.count += 1
    seen.lines[line.lane.hex, line.n] = line.hash
    body = trail.scribe.body(line)
    faults = (
        (line.n != expected, _l("Before line %(n)s of lane %(lane)s a line is missing.")),
        (link(prev, line.lane, line.n, line.day, line.box) != line.hash,
         _l("Line %(n)s of lane %(lane)s does not follow from the line before.")),
        (line.signature is not None and not trail.scribe.signed(line.hash, line.signature),
         _l("Line %(n)s of lane %(lane)s carries a wrong signature.")),
        (body is None, _l("Line %(n)s of lane %(lane)s was changed or moved.")),
    )  # fmt: skip
    for wrong, sentence in faults:
        if wrong:
            seen.problems.append(_about(sentence, line.lane, line.n))
    if body:
        _remember(line, body, seen)


def _remember(line: Line, body: dict[str, Any], seen: _Seen) -> None:
    lane, ref = line.lane.hex, body.get("ref")
    if "contents" in body:
        seen.attested.append((body["at"], lane, ref, body["contents"]))
    elif ref is not None and "outcome" in body:
        seen.outcomes[lane, ref] = body["outcome"]


# ------------------------------------------------------------------ seals


def _check_seals(trail: Trail, seen: _Seen) -> dict[tuple[str, int], bytes]:
    """Check the chain of seals; the lines that they name, with their hashes."""
    before: str | None = None
    heads: dict[tuple[str, int], bytes] = {}
    for expected, (n, text, signature) in enumerate(trail.store.seals(), start=1):
        if not trail.scribe.signed(text.encode(), signature):
            seen.problems.append(_("Seal %(n)s carries a wrong signature.", n=n))
            continue
        said = json.loads(text)
        if (n, said["n"]) != (expected, expected) or said["before"] != before:
            seen.problems.append(_("A seal before seal %(n)s is missing.", n=n))
        heads |= {(lane, at): bytes.fromhex(digest) for lane, (at, digest) in said["heads"].items()}
        before = text
    if not _anchored(trail, before):
        seen.problems.append(_("The last seal in the anchor file is not the last of the trail."))
    return heads


def _anchored(trail: Trail, last: str | None) -> bool:
    """Whether the anchor file ends with the same seal; true where the file has been taken off."""
    if not trail.seals_file.exists():
        return True
    kept = trail.seals_file.read_text(encoding="utf-8").splitlines()
    return not kept or json.loads(kept[-1])["seal"] == last


# ------------------------------------------------------------------ envelopes


def _check_boxes(boxes: Iterable[Content], seen: _Seen) -> None:
    """Each live envelope must be the one attested last by an act that succeeded.

    An act without an outcome (the machine stopped in between) may have committed or not: then
    what stood before and what it sealed are both accepted.
    """
    accepted = _accepted(seen)
    for table, row, part, mac in boxes:
        macs = accepted.pop((table, row.hex, part), None)
        if macs is None:
            seen.problems.append(
                _of(_l("Row %(row)s of %(table)s was never attested."), table, row)
            )
        elif mac is None or mac.hex() not in macs:
            sentence = _l("Row %(row)s of %(table)s is not the one that was saved last.")
            seen.problems.append(_of(sentence, table, row))
    for (table, row, _part), macs in accepted.items():
        if None not in macs:
            sentence = _l("Row %(row)s of %(table)s has vanished.")
            seen.problems.append(_of(sentence, table, uuid.UUID(row)))


def _of(sentence: Any, table: str, row: uuid.UUID) -> str:
    return str(sentence) % {"table": table, "row": str(row)}


def _accepted(seen: _Seen) -> dict[Place, set[str | None]]:
    found: dict[Place, set[str | None]] = {}
    for _at, lane, ref, contents in sorted(seen.attested, key=lambda said: said[0]):
        outcome = seen.outcomes.get((lane, ref)) if ref is not None else None
        if outcome not in (None, "ok"):
            continue
        for table, row, part, mac in contents:
            place = table, row, part
            if outcome == "ok":
                found[place] = {mac}
            else:
                found.setdefault(place, {None}).add(mac)
    return found


def spoken(trail: Trail) -> Iterator[dict[str, Any]]:
    """What the lines say, newest days first, for the pages of the trail."""
    for line in trail.store.lines(newest_first=True):
        body = trail.scribe.body(line)
        if body:
            yield body
