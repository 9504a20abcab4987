# SPDX-License-Identifier: AGPL-3.0-or-later
"""The group writer: callers queue and wait, one thread chains, signs and commits for all of them.

One lane per process, claimed with its first line, so no lock crosses processes. A batch that
cannot be written fails its callers and leaves the lane as it was.
"""

import datetime as dt
import logging
import os
import threading
import uuid
import weakref
from dataclasses import dataclass, replace
from time import monotonic

from casework import clock
from casework.db import new_id

from .lines import Line, Scribe, genesis
from .seals import Sealer
from .store import Head, Lane, Store

BATCH, KEPT = 500, 10_000
# Seconds: between seals; an outcome waits for company; after a failure; the longest a caller waits.
SEAL_EVERY, LINGER, RETRY, PATIENCE = 60.0, 0.1, 1.0, 30.0
log = logging.getLogger(__name__)


class TrailUnwritableError(Exception):
    """The trail cannot take a line: nothing may be done that would leave no trace."""


@dataclass
class Entry:
    """A line to write. `of` is the lane of the line that its text refers to."""

    text: bytes
    day: dt.date
    awaited: bool = True
    of: uuid.UUID | None = None
    at: tuple[uuid.UUID, int] | None = None

    def __post_init__(self) -> None:
        if self.awaited:  # a bare lock: an event costs as much as sealing the line
            self._told = threading.Lock()
            self._told.acquire()

    def wait(self) -> None:
        """Until it is written or refused, but not for ever. Called once."""
        self._told.acquire(timeout=PATIENCE)

    def tell(self) -> None:
        """What was to happen to it has happened. Called once."""
        if self.awaited:
            self._told.release()


class Writer:
    """Appends to this process's lane. `write` blocks until the line is durable."""

    def __init__(self, store: Store, scribe: Scribe, sealer: Sealer) -> None:
        self._store, self._scribe, self._sealer = store, scribe, sealer
        self._start_over()
        _writers.add(self)

    def _start_over(self) -> None:
        """The state of a process that has written nothing yet."""
        self._wake = threading.Condition()
        self._queue: list[Entry] = []
        self._awaited = 0
        self._thread: threading.Thread | None = None
        self._lane: Lane | None = None
        self._n, self._prev = 0, b""
        self._doubt: Head | None = None
        self._write_by = 0.0
        self._seal_by: float | None = None
        self._stopping = False

    def start_over_after_fork(self) -> None:
        """A child has a lane and connections of its own; what waits is the parent's to write."""
        self._start_over()
        self._store.leave_to_parent()

    def write(self, entry: Entry) -> tuple[uuid.UUID, int] | None:
        """Queue a line; its lane and number once durable, None when it is not awaited.

        Raises TrailUnwritableError when the line could not be made durable.
        """
        with self._wake:
            self._start()
            if not self._queue:
                self._write_by = monotonic() + LINGER
            self._queue.append(entry)
            self._awaited += entry.awaited
            self._wake.notify()
        if not entry.awaited:
            return None
        entry.wait()
        if entry.at is None:
            raise TrailUnwritableError("the trail cannot be written")
        return entry.at

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
            thread.join(PATIENCE)

    def _start(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._stopping = False
            self._thread = threading.Thread(target=self._run, name="trail", daemon=True)
            self._thread.start()

    # ------------------------------------------------------------------ the one thread

    def _run(self) -> None:
        ending = False
        while not (ending and self._may_go()):
            batch, ending = self._next_batch()
            if batch:
                self._write_batch(batch)
            if self._seal_by is not None and (ending or monotonic() >= self._seal_by):
                self._seal_by = None if self._sealer.seal() else monotonic() + SEAL_EVERY

    def _next_batch(self) -> tuple[list[Entry], bool]:
        """Wait for work. Who is waited for is written at once; an outcome waits a moment for the
        next trace, which saves it a signature and a commit of its own."""
        with self._wake:
            while not (self._awaited or self._stopping):
                rest = self._rest()
                if rest is not None and rest <= 0:
                    break
                self._wake.wait(rest)
            batch, self._queue = self._queue[:BATCH], self._queue[BATCH:]
            self._awaited -= sum(entry.awaited for entry in batch)
            return batch, self._stopping and not self._queue

    def _rest(self) -> float | None:
        """Seconds until something is due; None when nothing is."""
        due = [self._write_by] if self._queue else []
        if self._seal_by is not None:
            due.append(self._seal_by)
        return min(due) - monotonic() if due else None

    def _may_go(self) -> bool:
        """Whether this thread may end: nothing came in while it sealed."""
        with self._wake:
            if not self._queue:
                self._thread = None
            return self._thread is None

    def _write_batch(self, batch: list[Entry]) -> None:
        try:
            self._append(batch)
        except Exception as error:  # whatever it was, no caller may go on
            log.error("the trail could not be written: %s", type(error).__name__)
            self._keep_outcomes(batch)
        for entry in batch:
            entry.tell()

    def _keep_outcomes(self, batch: list[Entry]) -> None:
        """Outcomes nobody waits for stay until the trail can be written, or the process ends.

        They go to the back of the queue, so that who waits is told at once.
        """
        with self._wake:
            if not self._stopping:
                kept = [entry for entry in batch if not entry.awaited]
                self._queue = (self._queue + kept)[:KEPT]
                self._awaited = sum(entry.awaited for entry in self._queue)
                self._write_by = monotonic() + RETRY

    def _append(self, batch: list[Entry]) -> None:
        lane = self._claimed().lane
        lines: list[Line] = []
        prev = self._prev
        for n, entry in enumerate(batch, start=self._n + 1):
            lines.append(self._scribe.line(lane, n, entry.day, _text(entry, lane), prev))
            prev = lines[-1].hash
        lines[-1] = replace(lines[-1], signature=self._scribe.sign(prev))
        self._doubt = lines[-1].n, prev
        self._store.append(lines)
        (self._n, self._prev), self._doubt = self._doubt, None
        for entry, line in zip(batch, lines, strict=True):
            entry.at = lane, line.n
        if self._seal_by is None:
            self._seal_by = monotonic() + SEAL_EVERY

    def _claimed(self) -> Lane:
        """The lane to go on with: ours, or a new one."""
        if self._doubt is not None and self._lane is not None:
            self._resolve(self._lane, self._doubt)
        if self._lane is None:
            lane, day = new_id(), clock.today()
            start = genesis(lane, day)
            claimed = Lane(lane, day, self._scribe.public_key, self._scribe.sign(start))
            self._store.claim(claimed)
            self._lane, self._n, self._prev = claimed, 0, start
        return self._lane

    def _resolve(self, lane: Lane, doubt: Head) -> None:
        """A commit that failed may have landed all the same: go on from what is there. What is
        neither the old head nor the new is not ours, and a new lane begins."""
        there = self._store.head(lane.lane)
        if there == doubt:
            self._n, self._prev = doubt
        elif there != ((self._n, self._prev) if self._n else None):
            self._lane = None
        self._doubt = None


def _text(entry: Entry, lane: uuid.UUID) -> bytes:
    """An entry's text; where it refers to a line of another lane, with that lane."""
    if entry.of is None or entry.of == lane:
        return entry.text
    return entry.text[:-1] + b',"of":"' + entry.of.hex.encode() + b'"}'


_writers: weakref.WeakSet[Writer] = weakref.WeakSet()


def _after_fork() -> None:
    for writer in list(_writers):
        writer.start_over_after_fork()


os.register_at_fork(after_in_child=_after_fork)
