# SPDX-License-Identifier: AGPL-3.0-or-later
"""How facts and month segments are packed, and sealed under a generation of the statistics key.

box      nonce (12) | ciphertext and tag, AES-256-GCM; what it is and where it stands is bound
fact     the bytes of FACT, little endian, always of one length
segment  magic | number of columns (2) | per column: type, length of name and count, name, bytes
"""

import hmac
import os
import struct
import uuid
from collections.abc import Callable, Mapping

import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from casework.errors import Refusal
from casework.i18n import _l

from .kinds import ROOM

FACT = np.dtype(
    [
        ("day", "<u2"),  # days since 2000-01-01
        ("kind", "<u2"),
        ("site", "<u2"),
        ("ordinal", "<u4"),  # 0 is nobody
        ("dims", "u1", (ROOM,)),
        ("consent", "u1"),  # to statistics
        ("sign", "i1"),  # -1 takes back the fact named in `compensates`
        ("amount", "<i8"),
        ("table", "u1"),  # the record behind the fact, with `source`
        ("source", "V16"),
        ("compensates", "V16"),
    ]
)
PACKED = struct.Struct(f"<HHHI{ROOM}sBbqB16s16s")
assert PACKED.size == FACT.itemsize
NONE = bytes(16)

MAGIC = b"CWS1"
_COLUMN = struct.Struct("<2sBBI")  # type, length of name, constant?, count


class DamagedFact(Refusal):
    """A sealed fact or segment does not open. Its random id is all that is said about it."""

    def __init__(self, row: uuid.UUID) -> None:
        super().__init__(_l("A sealed fact is damaged. No figure can be given."))
        self.row = row


class KeySource:
    """The keys of this room: from the vault in the application, from a test in a test."""

    def __init__(
        self,
        statistics: Callable[[int], bytes],
        generations: Callable[[], list[int]],
        naming: bytes,
    ) -> None:
        self._statistics, self._generations, self._naming = statistics, generations, naming
        self._ciphers: dict[int, AESGCM] = {}

    def current(self) -> int:
        """The generation to write with; another process may have added it a moment ago."""
        return self._generations()[-1]

    def name(self, text: bytes) -> uuid.UUID:
        """An id that looks random, always the same for the same text."""
        digest = hmac.digest(self._naming, text, "sha256")
        return uuid.UUID(bytes=digest[:16], version=4)

    def cipher(self, generation: int) -> AESGCM:
        """The cipher of a generation. VaultError once that generation is destroyed."""
        if generation not in self._ciphers:
            self._generations()
            self._ciphers[generation] = AESGCM(self._statistics(generation))
        return self._ciphers[generation]

    def forget(self) -> None:
        """Hold no cipher: a destroyed generation must open nothing here either."""
        self._ciphers.clear()


def seal(cipher: AESGCM, plain: bytes, bound: bytes) -> bytes:
    nonce = os.urandom(12)
    return nonce + cipher.encrypt(nonce, plain, bound)


def unseal(cipher: AESGCM, row: uuid.UUID, box: bytes, bound: bytes) -> bytes:
    try:
        return cipher.decrypt(box[:12], box[12:], bound)
    except (InvalidTag, ValueError):
        raise DamagedFact(row) from None


def place(row: uuid.UUID, generation: int, up_to: int | None = None) -> bytes:
    """What a box is bound to: moved or relabelled, it does not open. A segment says `up_to`."""
    what = b"fact" if up_to is None else b"segment" + up_to.to_bytes(8, "big")
    return what + row.bytes + generation.to_bytes(2, "big")


# -------------------------------------------------------------------- arrays as plain bytes


def pack_columns(columns: Mapping[str, np.ndarray]) -> bytes:
    """Named arrays, one after another; a column of one value everywhere is written once."""
    parts = [MAGIC, len(columns).to_bytes(2, "little")]
    for name, column in columns.items():
        constant = column.size > 0 and column.strides == (0,)
        held = column[:1] if constant else np.ascontiguousarray(column)
        held = held.astype(held.dtype.newbyteorder("<"), copy=False)
        code, label = held.dtype.str[1:].encode(), name.encode()
        parts += [_COLUMN.pack(code, len(label), constant, column.size), label, held.tobytes()]
    return b"".join(parts)


def unpack_columns(plain: bytes) -> dict[str, np.ndarray]:
    """The arrays again, as views of the bytes: nothing is copied. ValueError for other bytes."""
    if plain[:4] != MAGIC:
        raise ValueError("not a segment")
    columns, at = {}, 6
    for _number in range(int.from_bytes(plain[4:6], "little")):
        code, length, constant, count = _COLUMN.unpack_from(plain, at)
        at += _COLUMN.size
        name, at = plain[at : at + length].decode(), at + length
        dtype, held = np.dtype("<" + code.decode()), 1 if constant else count
        column = np.frombuffer(plain, dtype, held, at)
        columns[name] = np.broadcast_to(column, (count,)) if constant else column
        at += held * dtype.itemsize
    return columns
