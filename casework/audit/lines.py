# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a line of the trail is: codes and ids under seal, chained to the line before.

In clear stand lane, number and day. `hash = SHA-256(previous hash | lane | number | day | box)`.
"""

import datetime as dt
import hashlib
import json
import os
import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

# One envelope as sealed: table, row, compartment, mac; no mac where it was erased.
Content = tuple[str, uuid.UUID, str, bytes | None]

STEP = 64  # a box grows in steps, so that its length does not tell the action
# A permission (case:read), a page (desk.home), or one of the words that have no second part: a
# free word could be a name.
ACTION = re.compile(r"[a-z_]{1,30}[:.][a-z_]{1,40}|act|search|sealed")
WORD = re.compile(r"[a-z_]{1,40}")
CODE = re.compile(r"[A-Z0-9-]{1,12}")
MANY_DIGITS = 7  # a public code has six at most; a telephone or a document has more
OUTCOMES = {"ok", "refused", "failed", "stale"}


def _is_action(value: Any) -> bool:
    return isinstance(value, str) and ACTION.fullmatch(value) is not None


def _is_word(value: Any) -> bool:
    return isinstance(value, str) and WORD.fullmatch(value) is not None


def _is_id(value: Any) -> bool:
    return isinstance(value, uuid.UUID)


def _is_thing(value: Any) -> bool:
    if not isinstance(value, str):
        return _is_id(value)
    return CODE.fullmatch(value) is not None and sum(map(str.isdigit, value)) < MANY_DIGITS


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


RULES = (
    (("action",), _is_action, "a code like case:read"),
    (("outcome",), OUTCOMES.__contains__, "ok, refused, failed or stale"),
    (("kind", "reason"), _is_word, "a code of small letters"),
    (("object",), _is_thing, "an id or a public code"),
    (("actor", "session"), _is_id, "an id"),
    (("hits", "batch", "ref"), _is_count, "a number"),
)


def check(body: Mapping[str, Any]) -> None:
    """Codes and ids only. Raises ValueError, which never repeats what it refuses."""
    for names, is_right, what in RULES:
        for name in names:
            if body.get(name) is not None and not is_right(body[name]):
                raise ValueError(f"the {name} of a trail line is {what}")


def check_contents(contents: Iterable[Content]) -> None:
    """Table, row id, compartment and mac, and nothing else. Raises ValueError."""
    for table, row, part, mac in contents:
        named = _is_word(table) and _is_word(part) and _is_id(row)
        if not (named and isinstance(mac, bytes | None)):
            raise ValueError("an attested envelope is a table, a row id, a compartment and a mac")


def spelled(body: Mapping[str, Any]) -> bytes:
    """A body as the text that a box holds; what was not said is left out."""
    said = {name: value for name, value in body.items() if value is not None}
    return _SPELLER.encode(said).encode()


@dataclass(frozen=True, slots=True)
class Line:
    """One row as stored. `signature` is there on the last line of each batch."""

    lane: uuid.UUID
    n: int
    day: dt.date
    box: bytes
    hash: bytes
    signature: bytes | None = None

    @property
    def place(self) -> bytes:
        """What is in clear, as bytes: box and chain are bound to it."""
        return _place(self.lane, self.n, self.day)


class Scribe:
    """The keys of the trail: seals lines, links them, signs batches and seals of heads."""

    def __init__(self, seal_key: bytes, signing_seed: bytes) -> None:
        self._aead = AESGCM(seal_key)
        self._signer = Ed25519PrivateKey.from_private_bytes(signing_seed)
        self._verifier = self._signer.public_key()

    def line(self, lane: uuid.UUID, n: int, day: dt.date, text: bytes, prev: bytes) -> Line:
        """Seal a text into the next line of a lane."""
        nonce, place = os.urandom(12), _place(lane, n, day)
        text = text.ljust(-(-len(text) // STEP) * STEP)
        box = nonce + self._aead.encrypt(nonce, text, place)
        return Line(lane, n, day, box, link(prev, place, box))

    def text(self, line: Line) -> bytes | None:
        """The text in a box; None when it was touched or moved."""
        try:
            return self._aead.decrypt(line.box[:12], line.box[12:], line.place)
        except (InvalidTag, ValueError):
            return None

    def body(self, line: Line) -> dict[str, Any] | None:
        """What a line says; None when its box was touched or moved."""
        text = self.text(line)
        return None if text is None else dict(json.loads(text))

    def sign(self, message: bytes) -> bytes:
        return self._signer.sign(message)

    def signed(self, message: bytes, signature: bytes) -> bool:
        """Whether we signed this. Ed25519 signs a message one way only, and signing again is three
        times as quick as checking; only what differs is checked the slow way."""
        if self._signer.sign(message) == signature:
            return True
        try:
            self._verifier.verify(signature, message)
        except InvalidSignature:
            return False
        return True

    @property
    def public_key(self) -> bytes:
        return self._verifier.public_bytes_raw()


def link(prev: bytes, place: bytes, box: bytes) -> bytes:
    return hashlib.sha256(prev + place + box).digest()


def genesis(lane: uuid.UUID, day: dt.date) -> bytes:
    """What the first line of a lane is chained to."""
    return hashlib.sha256(b"lane" + lane.bytes + day.isoformat().encode()).digest()


def _place(lane: uuid.UUID, n: int, day: dt.date) -> bytes:
    return lane.bytes + n.to_bytes(8, "big") + day.isoformat().encode()


def _plain(value: Any) -> str:
    """Ids and macs. Anything else is a TypeError in the caller, never in the writer's thread."""
    if isinstance(value, uuid.UUID):
        return value.hex
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError("a trail line holds codes, numbers, ids and macs")


# Made once: `json.dumps` makes an encoder for each line that asks for other than its defaults.
_SPELLER = json.JSONEncoder(separators=(",", ":"), default=_plain)
