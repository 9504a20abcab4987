# SPDX-License-Identifier: AGPL-3.0-or-later
"""Seals: where every lane ends, signed again and again, and kept where the trail is not.

Each seal names the heads of the lanes that grew since the seal before, and the digest of that
seal. A copy of the anchor file that left the machine shows whatever is cut off later.
"""

import errno
import hashlib
import json
import logging
import os
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from casework import clock
from casework.files import write_new
from casework.i18n import _

from .lines import Scribe
from .store import Head, Store

TRIES = 20  # so many processes may stop at the same moment
log = logging.getLogger(__name__)


class Sealer:
    """Sets seals. In clear they say day, lanes, numbers and hashes."""

    def __init__(self, store: Store, scribe: Scribe, anchor: Path) -> None:
        self._store, self._scribe, self._anchor = store, scribe, anchor

    def seal(self) -> bool:
        """Sign what no seal names yet. False when it has to be tried again later."""
        for attempt in range(TRIES):
            try:
                self._seal_once()
                return True
            except sa.exc.IntegrityError:  # another process took this number
                time.sleep(0.005 * attempt)
            except (sa.exc.SQLAlchemyError, OSError) as error:
                log.error("no seal could be set: %s", type(error).__name__)
                return False
        return False

    def _seal_once(self) -> None:
        last = self._store.last_seal()
        heads = self._store.grown()
        if not heads:
            return
        n = last[0] + 1 if last else 1
        text = _text(n, heads, last[1] if last else None)
        signature = self._scribe.sign(text.encode())
        self._store.add_seal(n, text, signature, heads)
        _append(self._anchor, _as_kept(text, signature))

    def copy_to(self, path: Path) -> int:
        """Write every seal to a new file, for a place where the trail is not; gives their number.

        Raises Refusal where there is such a file already, OSError where they do not all fit.
        """
        seals = [_as_kept(text, signature) for _n, text, signature in self._store.seals()]
        write_new(path, b"".join(seals))
        return len(seals)


def _text(n: int, heads: dict[uuid.UUID, Head], before: str | None) -> str:
    said = {
        "n": n,
        "day": clock.today().isoformat(),
        "heads": {lane.hex: [at, digest.hex()] for lane, (at, digest) in heads.items()},
        "before": digest_of(before) if before else None,
    }
    return json.dumps(said, sort_keys=True, separators=(",", ":"))


def _as_kept(text: str, signature: bytes) -> bytes:
    """A seal as a line of an anchor file."""
    return (json.dumps({"seal": text, "signature": signature.hex()}) + "\n").encode()


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _append(path: Path, line: bytes) -> None:
    """In one write, so that lines of several processes never mix; durable on return.

    Raises OSError where the line does not fit: what is torn is passed over when read.
    """
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        if os.write(handle, line) != len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(handle)
    finally:
        os.close(handle)


# ------------------------------------------------------------------ checking


class Seals:
    """The seals read back. `heads` is what they name: lane, then line number and hash."""

    def __init__(self) -> None:
        self.heads: dict[uuid.UUID, dict[int, bytes]] = {}
        self.compared = 0  # how many seals the copy from elsewhere holds

    def check(
        self, store: Store, scribe: Scribe, ours: Path, away: Path | None = None
    ) -> Iterator[str]:
        """What is wrong with the chain of seals, or against the seals kept in our anchor file and
        in a copy from elsewhere.

        Either may hold fewer: our file starts over when it was taken off the machine.
        """
        kept = _kept(ours)  # first: a seal is in the table before it is in the file
        if away is not None:
            copied = _kept(away)
            self.compared = len(copied)
            for n, digests in copied.items():
                kept.setdefault(n, set()).update(digests)
        before: str | None = None
        for expected, (n, text, signature) in enumerate(store.seals(), start=1):
            said = self._said(text, signature, scribe)
            if said is None:
                yield _("Seal %(n)s carries a wrong signature.", n=n)
            elif (n, said["n"], said["before"]) != (expected, expected, before):
                yield _("A seal before seal %(n)s is missing.", n=n)
            before = digest_of(text)
            if kept.pop(n, {before}) != {before}:
                yield _changed(n)
        for n in kept:
            yield _changed(n)

    def _said(self, text: str, signature: bytes, scribe: Scribe) -> dict[str, Any] | None:
        if not scribe.signed(text.encode(), signature):
            return None
        said: dict[str, Any] = json.loads(text)
        for lane, (n, digest) in said["heads"].items():
            self.heads.setdefault(uuid.UUID(lane), {})[n] = bytes.fromhex(digest)
        return said


def _changed(n: int) -> str:
    return _("Seal %(n)s, kept in the anchor file, is missing from the trail or was changed.", n=n)


def _kept(anchor: Path) -> dict[int, set[str]]:
    """Digests of the seals in the anchor file, by number. A line torn by a full disk is passed
    over: it takes nothing away from what the others prove."""
    if not anchor.exists():
        return {}
    found: dict[int, set[str]] = {}
    with anchor.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            try:
                text = json.loads(line)["seal"]
                found.setdefault(int(json.loads(text)["n"]), set()).add(digest_of(text))
            except (ValueError, KeyError, TypeError):
                continue
    return found
