# SPDX-License-Identifier: AGPL-3.0-or-later
"""The group writer: callers queue and wait, one thread chains, signs and commits for all of them.

One lane per process, claimed with its first line, so no lock crosses processes. A batch that
cannot be written fails its callers and leaves the lane as it was.
"""

import contextlib
import datetime as dt
import json
import logging
import os
import threading
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from casework import clock
from casework.db import new_id

from .lines import Scribe, genesis
from .store import Lane, Store

BATCH, SEAL_EVERY, KEPT = 500, 60.0, 10_000
log = logging.getLogger(__name__)


class TrailUnwritableError(Exception):
    """The trail cannot take a line: nothing may be done that would leave no trace."""


@dataclass
class _Entry:
    body: dict[str, Any]
    awaited: bool
    done: threading.Event = field(default_factory=threading.Event)
    number: int = 0
    failed: bool = False


class Writer:
    """Appends to this process's lane. `write` blocks until the line is durable."""

    def __init__(self, store: Store, scribe: Scribe, seals_file: Path) -> None:
        self._store, self._scribe, self._seals_file = store, scribe, seals_file
        self._wake = threading.Condition()
        self._reset()

    def _reset(self) -> None:
        """The state of a process that has written nothing yet; a fork starts over with it."""
        self._pid = os.getpid()
        self._queue: list[_Entry] = []
        self._thread: threading.Thread | None = None
        self._lane: Lane | None = None
        self._n, self._prev = 0, b""
        self._stopping = self._unsealed = False

    def write(self, body: dict[str, Any], wait: bool = True) -> int:
        """Queue a line; its number in the lane once durable (0 when not awaited).

        Raises TrailUnwritableError when the line could not be made durable.
        """
        entry = _Entry(body, wait)
        with self._wake:
            self._start()
            self._queue.append(entry)
            self._wake.notify()
        if not wait:
            return 0
        entry.done.wait()
        if entry.failed:
            raise TrailUnwritableError("the trail cannot be written")
        return entry.number

    @property
    def lane(self) -> str:
        return self._lane.lane.hex if self._lane else ""

    def close(self) -> None:
        """Write what is queued, seal the heads and stop."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
            thread = self._thread
        if thread is not None:
            thread.join(timeout=30)

    def _start(self) -> None:
        if self._pid != os.getpid():
            self._wake = threading.Condition()
            self._reset()
        if self._thread is None:
            self._stopping = False
            self._thread = threading.Thread(target=self._run, name="trail", daemon=True)
            self._thread.start()

    # ------------------------------------------------------------------ the one thread

    def _run(self) -> None:
        while True:
            with self._wake:
                if not self._queue and not self._stopping:
                    self._wake.wait(SEAL_EVERY)
                batch, self._queue = self._queue[:BATCH], self._queue[BATCH:]
                ending = self._stopping and not self._queue
            if batch:
                self._write_batch(batch)
            if self._unsealed and (ending or not batch):
                self.seal()
            if ending and self._left():
                return

    def _left(self) -> bool:
        """Whether this thread may go: nothing came in while it sealed."""
        with self._wake:
            if not self._queue:
                self._thread = None
            return self._thread is None

    def _write_batch(self, batch: list[_Entry]) -> None:
        try:
            self._append(batch)
        except Exception:  # whatever it was, no caller may go on
            log.exception("the trail could not be written")
            self._give_up(batch)
        for entry in batch:
            entry.done.set()

    def _give_up(self, batch: list[_Entry]) -> None:
        """Fail who waits; keep the outcomes nobody waits for until the trail can be written."""
        for entry in batch:
            entry.failed = True
        if self._stopping:
            return
        kept = [_Entry(entry.body, False) for entry in batch if not entry.awaited]
        with self._wake:
            self._queue = (kept + self._queue)[:KEPT]

    def _append(self, batch: list[_Entry]) -> None:
        lane = self._claimed()
        n, prev, lines = self._n, self._prev, []
        for entry in batch:
            n += 1
            moment = dt.datetime.fromtimestamp(entry.body["at"] / 1e6, dt.UTC)
            line = self._scribe.line(lane.lane, n, clock.local_day(moment), entry.body, prev)
            prev, entry.number = line.hash, n
            lines.append(line)
        lines[-1] = replace(lines[-1], signature=self._scribe.sign(prev))
        self._store.append(lines)
        self._n, self._prev, self._unsealed = n, prev, True

    def _claimed(self) -> Lane:
        if self._lane is None:
            lane, day = new_id(), clock.today()
            start = genesis(lane, day)
            claimed = Lane(lane, day, self._scribe.public_key, self._scribe.sign(start))
            self._store.claim(claimed)
            self._lane, self._n, self._prev = claimed, 0, start
        return self._lane

    def seal(self) -> None:
        """Sign the heads of all lanes and the seal before; to the table and to the anchor file."""
        with contextlib.suppress(sa.exc.SQLAlchemyError, OSError):
            last = self._store.last_seal()
            number = last[0] + 1 if last else 1
            text = json.dumps({
                "n": number,
                "at": clock.now().isoformat(timespec="seconds"),
                "heads": self._store.heads(),
                "before": last[1] if last else None,
            }, sort_keys=True)  # fmt: skip
            signature = self._scribe.sign(text.encode())
            self._store.add_seal(number, text, signature)
            with self._seals_file.open("a", encoding="utf-8") as anchor:
                anchor.write(json.dumps({"seal": text, "signature": signature.hex()}) + "\n")
            self._unsealed = False
