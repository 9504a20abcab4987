# SPDX-License-Identifier: AGPL-3.0-or-later
"""The examination of one document by the strongest outsider."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .axes import Axis, Box, Nodes, axes_of, box_of
from .document import Contradictory, Malformed, Mention, Report, read, read_truth
from .groups import Group, Kind, inside, of_one_kind, subtracted
from .outsider import Outsider
from .programmes import Unsettled
from .proof import Finding, Interval, Proof
from .system import System

# Trials spent on naming the cells that give each other away; the verdict does not need them.
MOST_TRIALS = 60


@dataclass(frozen=True)
class Cell:
    """One set of people with everything printed about it, in all releases."""

    box: Box
    nodes: Nodes
    lo: int
    hi: int | None
    shown: bool
    official: bool


def examine(document: object, truth: object = None, *, intervals: bool = False) -> Proof:
    """Prove what an outsider can work out from an `sdc-table/1` document (disclosure.md §9).

    The outsider (§3) holds every release in the document, knows the rule and that counts are
    whole and not negative. The wish (§4, goal *interval*): for each small cell, 1..k-1, both 0
    and k stay possible.

    Who does not know the hidden counts cannot ask that of every hidden cell: a hidden company
    cell of 40 may well be proven "at least 3", an empty one "at most 2". So without `truth`:

    * a hidden cell that must be small, whatever the truth, is a leak (`exact`, `small`);
    * one that can be small *and*, if it is, misses 0 or k, is `undecided`;
    * if no table consistent with the print makes all undecided cells harmless at once (each one
      empty, or at least k), then in every possible world one of them leaks (`together`).

    Without leaks there is thus a world in which the goal is met; that is all a document alone
    can show. Within the perimeter, `truth` lists the counts of hidden cells ([{"at", "value"}]):
    then each truly small one is asked for 0 and for k, the others for nothing, and the verdict
    is final. Intervals are those of whole counts; `intervals` asks for both ends of every hidden
    cell, otherwise only what the verdict needs is worked out.

    Also leaks: a small count printed without anybody's answering for it, a group got by
    subtracting two printed cells that is certainly small (§5.4, §6), a group certainly of one
    kind in a sensitive dimension (§4). Not examined: what the *choice* of hidden cells tells to
    who knows the rule (§4, the residue).

    Raises `Malformed`, `Contradictory`, `TooLarge`.
    """
    report = read(document)
    axes = axes_of(report)
    cells = _cells(report, axes)
    true_counts = _true_counts(report, axes, cells, truth)
    return _Examination(report, axes, cells, true_counts, intervals).proof()


def _cells(report: Report, axes: Sequence[Axis]) -> dict[Box, Cell]:
    """Mentions of the same people joined; their bounds must meet."""
    mentions: dict[Box, list[Mention]] = {}
    for mention in report.mentions:
        mentions.setdefault(box_of(axes, mention.nodes), []).append(mention)
    return {box: _cell(box, mentions[box]) for box in sorted(mentions)}


def _cell(box: Box, mentions: list[Mention]) -> Cell:
    lo = max(mention.lo for mention in mentions)
    ends = [mention.hi for mention in mentions if mention.hi is not None]
    hi = min(ends, default=None)
    if hi is not None and hi < lo:
        where = sorted(mention.where for mention in mentions)
        raise Contradictory("one cell is printed with different values", where)
    shown = any(mention.shown for mention in mentions)
    official = any(mention.official for mention in mentions if mention.shown)
    return Cell(box, min(m.nodes for m in mentions), lo, hi, shown, official)


def _true_counts(
    report: Report, axes: Sequence[Axis], cells: dict[Box, Cell], truth: object
) -> dict[Box, int]:
    found: dict[Box, int] = {}
    for mention in read_truth(truth, report) if truth is not None else ():
        try:
            cell = cells[box_of(axes, mention.nodes)]
        except KeyError:
            raise Malformed(mention.where, "is of a cell that is not printed") from None
        outside = mention.lo < cell.lo or (cell.hi is not None and mention.lo > cell.hi)
        if outside or found.setdefault(cell.box, mention.lo) != mention.lo:
            raise Contradictory("a true count differs from what is printed", [mention.where])
    return {box: found[box] for box in sorted(found) if not cells[box].shown}


class _Examination:
    """One document's questions, put to one outsider in a fixed order."""

    def __init__(
        self,
        report: Report,
        axes: Sequence[Axis],
        cells: dict[Box, Cell],
        truth: dict[Box, int],
        full: bool,
    ) -> None:
        self._report, self._k = report, report.threshold
        self._cells, self._truth, self._full = cells, truth, full
        printed = {box: cell.nodes for box, cell in cells.items()}
        self._hidden = sorted((c for c in cells.values() if not c.shown), key=lambda c: c.nodes)
        self._groups = subtracted(axes, printed)
        self._kinds = of_one_kind(report, axes, printed)
        boxes = {cell.box for cell in self._hidden} | {group.box for group in self._groups}
        boxes |= {box for kind in self._kinds for box in (kind.group, kind.others)}
        self._order = {box: place for place, box in enumerate(sorted(boxes))}
        self._system = System(axes, {box: (cell.lo, cell.hi) for box, cell in cells.items()})
        self._outsider = Outsider(self._system, list(self._order))
        self._intervals: list[Interval] = []
        self._undecided: list[tuple[Box, Finding]] = []

    def proof(self) -> Proof:
        self._fit_truth()
        certain = list(self._hidden_leaks())
        jointly = [] if certain else self._together()  # no world is harmless where one leaks
        leaks = [
            *self._shown(),
            *certain,
            *jointly,
            *self._certain_groups(),
            *self._certain_kinds(),
        ]
        return Proof(
            id=self._report.id,
            threshold=self._k,
            complete=self._system.complete,
            unsettled=len(self._outsider.unsettled),
            hidden=len(self._hidden),
            leaks=tuple(leaks),
            undecided=tuple(finding for _box, finding in self._undecided),
            intervals=tuple(self._intervals),
            size=self._system.size,
            work=dict(self._outsider.programmes.solved),
        )

    def _fit_truth(self) -> None:
        asked = [(self._order[box], count, count) for box, count in self._truth.items()]
        try:
            fits = not asked or self._outsider.possible(asked)
        except Unsettled:
            self._outsider.unsettled.add(asked[0][0])
            return
        if not fits:
            raise Contradictory("the true counts do not fit what is printed")

    def _small(self, count: int) -> bool:
        return 1 <= count < self._k

    def _shown(self) -> Iterable[Finding]:
        shown = sorted((c for c in self._cells.values() if c.shown), key=lambda c: c.nodes)
        return [
            Finding("shown", self._report.at(cell.nodes), cell.lo, cell.lo)
            for cell in shown
            if self._small(cell.lo) and not cell.official
        ]

    def _hidden_leaks(self) -> Iterable[Finding]:
        asked = [cell for cell in self._hidden if self._asks(cell)]
        self._outsider.sweep([self._order[cell.box] for cell in asked])
        for cell in asked:
            place, at = self._order[cell.box], self._report.at(cell.nodes)
            lo = self._outsider.lowest(place)
            hi = self._outsider.highest(place, None if self._full else self._k)
            self._intervals.append(Interval(at, lo, hi))
            finding = self._judge(cell, Finding("", at, lo, hi))
            if finding is not None:
                yield finding

    def _asks(self, cell: Cell) -> bool:
        """Whether the cell can be small at all, or its interval was asked for."""
        return self._full or self._small(self._truth.get(cell.box, 1))

    def _judge(self, cell: Cell, found: Finding) -> Finding | None:
        """A leak, or None; what only the truth would decide is put aside."""
        kind = _kind_of(found.lo, found.hi, self._k)
        true_count = self._truth.get(cell.box)
        if kind is None or (true_count is not None and not self._small(true_count)):
            return None
        named = Finding(kind, found.at, found.lo, found.hi)
        if true_count is None and kind not in ("exact", "small"):
            self._undecided.append((cell.box, named))
            return None
        return named

    def _together(self) -> list[Finding]:
        """Undecided cells that cannot all be harmless in one world."""
        asked = [
            (self._order[box], *((0, 0) if f.kind == "below threshold" else (self._k, None)), f)
            for box, f in self._undecided
        ]
        if not asked or self._harmless(asked):
            return []
        for trial in list(asked)[:MOST_TRIALS]:
            without = [one for one in asked if one is not trial]
            if without and not self._harmless(without):
                asked = without
        return [Finding("together", f.at, f.lo, f.hi) for *_asked, f in asked]

    def _harmless(self, asked: Sequence[tuple[int, int, int | None, Finding]]) -> bool:
        try:
            return self._outsider.possible([(box, lo, hi) for box, lo, hi, _finding in asked])
        except Unsettled:
            self._outsider.unsettled.add(asked[0][0])
            return True

    def _certain_groups(self) -> Iterable[Finding]:
        for group in self._groups:
            found = self._certainly_small(group)
            if found is not None and not self._signed(group):
                yield found

    def _certainly_small(self, group: Group) -> Finding | None:
        place, outsider = self._order[group.box], self._outsider
        if outsider.seen(place, 0) or outsider.seen(place, self._k):
            return None
        lo = outsider.lowest(place)
        hi = outsider.highest(place, self._k) if self._small(lo) else None
        if hi is None:
            return None
        other = None if group.other is None else self._report.at(group.other)
        return Finding(group.kind, self._report.at(group.at), lo, hi, other)

    def _signed(self, group: Group) -> bool:
        """Whether somebody answered for showing a small count within the group itself."""
        official = (c for c in self._cells.values() if c.official and self._small(c.lo))
        return any(inside(cell.box, group.box) for cell in official)

    def _certain_kinds(self) -> Iterable[Finding]:
        for kind in self._kinds:
            if not self._one_kind(kind):
                continue
            lo = self._outsider.lowest(self._order[kind.group])
            at, other = self._report.at(kind.at), self._report.at(kind.other)
            yield Finding(
                "one kind", at, lo, self._outsider.highest(self._order[kind.group]), other
            )

    def _one_kind(self, kind: Kind) -> bool:
        others, group = self._order[kind.others], self._order[kind.group]
        if self._outsider.seen(others, 1) or self._outsider.seen(group, 0):
            return False
        return self._outsider.highest(others, 1) == 0 and self._outsider.lowest(group) > 0


def _kind_of(lo: int, hi: int | None, k: int) -> str | None:
    """What a small count in this interval would tell; None when none fits or none is told."""
    if lo >= k or hi == 0:
        return None
    if hi is not None and hi < k:
        if lo == 0:
            return "below threshold"
        return "exact" if lo == hi else "small"
    return "not empty" if lo > 0 else None
