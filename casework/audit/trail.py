# SPDX-License-Identifier: AGPL-3.0-or-later
"""The trail as the rest of the house sees it: trace first, act second, tell the outcome."""

import atexit
import datetime as dt
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from flask import Flask, current_app

from casework import clock
from casework.config import Settings
from casework.errors import Refusal
from casework.i18n import _

from .lines import Content, Scribe, check, check_contents, spelled
from .seals import Sealer
from .store import FILE, SEALS_FILE, Store, check_there, make
from .writer import Entry, Writer

_speaker: ContextVar[tuple[uuid.UUID | None, uuid.UUID | None]] = ContextVar(
    "speaker", default=(None, None)
)
_current: ContextVar["Mark | None"] = ContextVar("mark", default=None)


class Trail:
    """The trail of one application; `store` and `scribe` are for drills and reading pages."""

    def __init__(self, store: Store, scribe: Scribe, seals_file: Path) -> None:
        self.store, self.scribe, self.seals_file = store, scribe, seals_file
        self._sealer = Sealer(store, scribe, seals_file)
        self._writer = Writer(store, scribe, self._sealer)

    @classmethod
    def init_app(cls, app: Flask) -> "Trail":
        """Open the trail beside the main database. Needs the office domain of the vault only.

        Raises Refusal where it is missing.
        """
        settings, vault = app.config["CASEWORK"], app.extensions["vault"]
        url = _address(settings)
        check_there(url, settings.instance)
        store = Store(url)
        scribe = Scribe(vault.office_key("trail"), vault.office_key("trail-sign"))
        trail = cls(store, scribe, settings.instance / SEALS_FILE)
        app.extensions["trail"] = trail
        atexit.register(trail.close)
        return trail

    def write(
        self, wait: bool = True, of: uuid.UUID | None = None, **body: Any
    ) -> tuple[uuid.UUID, int] | None:
        """One line about who is speaking: its lane and number. Blocks until durable, unless told
        not to wait; then None. `of` is the lane of the line that `ref` numbers.

        A line without an actor is the system's.
        """
        actor, session = _speaker.get()
        moment = clock.now()
        said = {"at": _microseconds(moment), "actor": actor, "session": session, **body}
        check(said)
        return self._writer.write(Entry(spelled(said), clock.local_day(moment), wait, of))

    @property
    def lane(self) -> str:
        return self._writer.lane

    def anchor(self, path: Path) -> int:
        """Seal where every lane ends now and copy all seals to a new file; gives their number.

        Raises Refusal where there is such a file already or nothing can be sealed, OSError where
        they do not all fit.
        """
        if not self._sealer.seal():
            raise Refusal(_("The trail could not be sealed. Nothing was copied."))
        return self._sealer.copy_to(path)

    def close(self) -> None:
        """Write what is queued, seal, let go of the database. Safe to call twice."""
        atexit.unregister(self.close)
        self._writer.close()
        self.store.close()


def begin_trail(settings: Settings) -> None:
    """The empty trail of an instance that is being made."""
    make(_address(settings))


def _address(settings: Settings) -> str:
    url = settings.database_url
    return f"sqlite:///{settings.instance / FILE}" if url.startswith("sqlite") else url


_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def _microseconds(moment: dt.datetime) -> int:
    return (moment - _EPOCH) // dt.timedelta(microseconds=1)


class Mark:
    """A trace made durable, waiting for its outcome. `lane` and `number` say which line it is."""

    def __init__(self, trail: Trail, action: str, lane: uuid.UUID, number: int) -> None:
        self._trail, self._action = trail, action
        self.lane, self.number, self.open = lane, number, True
        self.outer = open_mark()

    def done(self, outcome: str = "ok", *, hits: int | None = None) -> None:
        """Tell how it ended: ok, refused, failed, stale. Queued; the first outcome counts."""
        if self.open:
            self._trail.write(
                wait=False,
                of=self.lane,
                action=self._action,
                outcome=outcome,
                hits=hits,
                ref=self.number,
            )
            self.open = False


def open_mark() -> Mark | None:
    """The innermost act under way that has not told its outcome."""
    mark = _current.get()
    while mark is not None and not mark.open:
        mark = mark.outer
    return mark


def trace(
    action: str,
    *,
    kind: str | None = None,
    object_id: uuid.UUID | str | None = None,
    reason: str | None = None,
    hits: int | None = None,
    batch: int | None = None,
) -> Mark:
    """Say what is about to happen, durably, before it does.

    Raises TrailUnwritableError when it cannot be said, so that it is not done.
    """
    trail: Trail = current_app.extensions["trail"]
    at = trail.write(
        action=action, kind=kind, object=object_id, reason=reason, hits=hits, batch=batch
    )
    assert at is not None  # it was waited for
    mark = Mark(trail, action, *at)
    _current.set(mark)
    return mark


def attest(contents: Iterable[Content]) -> None:
    """Say durably which envelopes this transaction seals, just before it commits."""
    trail: Trail = current_app.extensions["trail"]
    mark = open_mark()
    last = {(table, row, part): mac for table, row, part, mac in contents}
    said = [(*place, mac) for place, mac in last.items()]
    check_contents(said)
    trail.write(
        of=mark.lane if mark else None,
        action="sealed",
        contents=said,
        ref=mark.number if mark else None,
    )


@contextmanager
def speaking(actor_id: uuid.UUID | None, session_ref: uuid.UUID | None) -> Iterator[None]:
    """In whose name lines are written inside the block; None is the system."""
    speaker, mark = _speaker.set((actor_id, session_ref)), _current.set(None)
    try:
        yield
    finally:
        _current.reset(mark)
        _speaker.reset(speaker)
