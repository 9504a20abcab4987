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
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

STEP = 64  # a box grows in steps, so that its length does not tell the action
ACTION = re.compile(r"[a-z_]{1,30}[:.]?[a-z_]{0,40}")
WORD = re.compile(r"[a-z_]{1,40}")
CODE = re.compile(r"[A-Z0-9-]{1,12}")


def check(body: Mapping[str, Any]) -> None:
    """Codes and ids only. Raises ValueError, which never repeats what it refuses."""
    if not ACTION.fullmatch(body["action"]):
        raise ValueError("a trail line takes an action like case:read")
    for name in ("kind", "reason", "outcome"):
        if body.get(name) is not None and not WORD.fullmatch(str(body[name])):
            raise ValueError(f"the {name} of a trail line is a code of small letters")
    thing = body.get("object")
    if thing is not None and not isinstance(thing, uuid.UUID) and not CODE.fullmatch(str(thing)):
        raise ValueError("the object of a trail line is an id or a public code")
    for name in ("hits", "batch", "ref"):
        if body.get(name) is not None and not isinstance(body[name], int):
            raise ValueError(f"the {name} of a trail line is a number")


@dataclass(frozen=True)
class Line:
    """One row as stored. `signature` is there on the last line of each batch."""

    lane: uuid.UUID
    n: int
    day: dt.date
    box: bytes
    hash: bytes
    signature: bytes | None = None


class Scribe:
    """The keys of the trail: seals lines, links them, signs batches and seals of heads."""

    def __init__(self, seal_key: bytes, signing_seed: bytes) -> None:
        self._aead = AESGCM(seal_key)
        self._signer = Ed25519PrivateKey.from_private_bytes(signing_seed)
        self._verifier = self._signer.public_key()

    def line(
        self, lane: uuid.UUID, n: int, day: dt.date, body: dict[str, Any], prev: bytes
    ) -> Line:
        """Seal a body into the next line of a lane."""
        text = json.dumps(body, separators=(",", ":"), default=_plain).encode()
        text = text.ljust(-(-len(text) // STEP) * STEP)
        nonce = os.urandom(12)
        box = nonce + self._aead.encrypt(nonce, text, _place(lane, n, day))
        return Line(lane, n, day, box, link(prev, lane, n, day, box))

    def body(self, line: Line) -> dict[str, Any] | None:
        """What a line says; None when its box was touched or moved."""
        try:
            place = _place(line.lane, line.n, line.day)
            return dict(json.loads(self._aead.decrypt(line.box[:12], line.box[12:], place)))
        except (InvalidTag, ValueError):
            return None

    def sign(self, message: bytes) -> bytes:
        return self._signer.sign(message)

    def signed(self, message: bytes, signature: bytes) -> bool:
        try:
            self._verifier.verify(signature, message)
        except InvalidSignature:
            return False
        return True

    @property
    def public_key(self) -> bytes:
        return self._verifier.public_bytes_raw()


def link(prev: bytes, lane: uuid.UUID, n: int, day: dt.date, box: bytes) -> bytes:
    return hashlib.sha256(prev + _place(lane, n, day) + box).digest()


def genesis(lane: uuid.UUID, day: dt.date) -> bytes:
    """What the first line of a lane is chained to."""
    return hashlib.sha256(b"lane" + lane.bytes + day.isoformat().encode()).digest()


def _place(lane: uuid.UUID, n: int, day: dt.date) -> bytes:
    return lane.bytes + n.to_bytes(8, "big") + day.isoformat().encode()


def _plain(value: Any) -> str:
    return value.hex if isinstance(value, uuid.UUID) else value.hex()
