# SPDX-License-Identifier: AGPL-3.0-or-later
"""The trail as the rest of the house sees it: trace first, act second, tell the outcome."""

import atexit
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from flask import Flask, current_app

from casework import clock

from .lines import Scribe, check
from .store import FILE, SEALS_FILE, Store
from .writer import Writer

# One envelope as sealed: table, row, compartment, mac; no mac where it was erased.
Content = tuple[str, uuid.UUID, str, bytes | None]

_speaker: ContextVar[tuple[uuid.UUID | None, uuid.UUID | None]] = ContextVar(
    "speaker", default=(None, None)
)
_current: ContextVar["Mark | None"] = ContextVar("mark", default=None)


class Trail:
    """The trail of one application; `store` and `scribe` are for drills and reading pages."""

    def __init__(self, store: Store, scribe: Scribe, seals_file: Path) -> None:
        self.store, self.scribe, self.seals_file = store, scribe, seals_file
        self._writer = Writer(store, scribe, seals_file)

    @classmethod
    def init_app(cls, app: Flask) -> "Trail":
        """Open the trail beside the main database. Needs the office domain of the vault only."""
        settings, vault = app.config["CASEWORK"], app.extensions["vault"]
        url = settings.database_url
        store = Store(f"sqlite:///{settings.instance / FILE}" if url.startswith("sqlite") else url)
        scribe = Scribe(vault.office_key("trail"), vault.office_key("trail-sign"))
        trail = cls(store, scribe, settings.instance / SEALS_FILE)
        app.extensions["trail"] = trail
        atexit.register(trail.close)
        return trail

    def write(self, wait: bool = True, **body: Any) -> int:
        """One line about who is speaking. Blocks until durable, unless told not to wait."""
        check(body)
        actor, session = _speaker.get()
        said = {
            "at": int(clock.now().timestamp() * 1e6),
            "actor": actor,
            "session": session,
            **body,
        }
        return self._writer.write({k: v for k, v in said.items() if v is not None}, wait)

    @property
    def lane(self) -> str:
        return self._writer.lane

    def close(self) -> None:
        """Write what is queued, seal, let go of the database. Safe to call twice."""
        atexit.unregister(self.close)
        self._writer.close()
        self.store.close()


class Mark:
    """A trace made durable, waiting for its outcome."""

    def __init__(self, trail: Trail, action: str, number: int) -> None:
        self._trail, self._action, self.number, self.open = trail, action, number, True

    def done(self, outcome: str = "ok", *, hits: int | None = None) -> None:
        """Tell how it ended: ok, refused, failed, stale. Queued; the first outcome counts."""
        if self.open:
            self.open = False
            self._trail.write(
                wait=False, action=self._action, outcome=outcome, hits=hits, ref=self.number
            )


def trace(
    action: str,
    *,
    kind: str | None = None,
    object_id: uuid.UUID | str | None = None,
    reason: str | None = None,
    batch: int | None = None,
) -> Mark:
    """Say what is about to happen, durably, before it does.

    Raises TrailUnwritableError when it cannot be said, so that it is not done.
    """
    trail: Trail = current_app.extensions["trail"]
    number = trail.write(action=action, kind=kind, object=object_id, reason=reason, batch=batch)
    mark = Mark(trail, action, number)
    _current.set(mark)
    return mark


def attest(contents: Iterable[Content]) -> None:
    """Say durably which envelopes this transaction seals, just before it commits."""
    trail: Trail = current_app.extensions["trail"]
    mark = _current.get()
    last = {(table, row, part): mac for table, row, part, mac in contents}
    said = [[*place, mac] for place, mac in last.items()]
    trail.write(action="sealed", contents=said, ref=mark.number if mark and mark.open else None)


@contextmanager
def speaking(actor_id: uuid.UUID | None, session_ref: uuid.UUID | None) -> Iterator[None]:
    """In whose name lines are written inside the block; None is the system."""
    speaker, mark = _speaker.set((actor_id, session_ref)), _current.set(None)
    try:
        yield
    finally:
        _current.reset(mark)
        _speaker.reset(speaker)
