# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which envelope the trail saw last of each record, gathered while the lines go by.

What is kept grows with the records, not with the lines.
"""

import uuid
from sys import intern
from typing import Any

Place = tuple[str, str, str]  # table, row, compartment
Mac = str | None  # None: the envelope was erased
Saying = tuple[int, bool, Mac]  # when, whether the act surely succeeded, what it left


class Attested:
    """An act that succeeded replaces what stood; one that was refused changed nothing. An act that
    failed, or has no outcome because the machine stopped in between, may have been saved or not:
    then what stood before and what it sealed both hold."""

    def __init__(self) -> None:
        self._said: dict[Place, list[Saying]] = {}
        self._waiting: dict[tuple[str, int], list[tuple[int, Any]]] = {}
        self._early: dict[tuple[str, int], str] = {}
        self._lenient = False

    def hear(self, lane: uuid.UUID, at: int, body: dict[str, Any]) -> None:
        """Take in a line of a lane, `at` a moment never before that of the lane's last line."""
        ref = body.get("ref")
        act = (body.get("of", lane.hex), ref) if ref is not None else None
        if "contents" in body:
            self._attest(act, at, body["contents"])
        elif act is not None and "outcome" in body:
            self._conclude(act, body["outcome"], lane)

    def _attest(self, act: tuple[str, int] | None, at: int, contents: Any) -> None:
        if act is None or self._lenient:
            self._settle(None, at, contents)
        elif act in self._early:
            self._settle(self._early[act], at, contents)
        else:
            self._waiting.setdefault(act, []).append((at, contents))

    def _conclude(self, act: tuple[str, int], outcome: str, lane: uuid.UUID) -> None:
        for at, contents in self._waiting.pop(act, ()):
            self._settle(outcome, at, contents)
        if act[0] != lane.hex:  # that lane may still have to be read
            self._early[act] = outcome

    def _settle(self, outcome: str | None, at: int, contents: Any) -> None:
        if outcome in ("refused", "stale"):
            return
        for table, row, part, mac in contents:
            place = intern(table), row, intern(part)
            saying = at, outcome == "ok", mac
            self._said[place] = self._with(self._said.get(place, []), saying)

    def _with(self, known: list[Saying], new: Saying) -> list[Saying]:
        """What is known of a place once this was said too."""
        both = [*known, new]
        if self._lenient:
            return both
        sure = max((at for at, certain, _mac in both if certain), default=0)
        return [
            saying
            for saying in both
            if saying[0] > sure or (saying[0] == sure and (saying[1] or saying is not new))
        ]

    def finish(self) -> None:
        """All lines were read: whatever still waits for its outcome never got one. From now on
        lines only add to what is accepted, as they were written during the check."""
        for sayings in self._waiting.values():
            for at, contents in sayings:
                self._settle(None, at, contents)
        self._waiting.clear()
        self._lenient = True

    def accepted(self, place: Place) -> set[Mac]:
        """The macs that may stand here, None for none at all; empty when nothing was ever said."""
        sayings = self._said.get(place, [])
        macs = {mac for _at, _certain, mac in sayings}
        return macs if not sayings or any(saying[1] for saying in sayings) else macs | {None}

    def places(self) -> set[Place]:
        return set(self._said)
