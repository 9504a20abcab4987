# SPDX-License-Identifier: AGPL-3.0-or-later
"""The bytes of sealed things: envelopes, wrapped keys, padding. Pure functions, no state.

envelope  01 | generation (1) | nonce (12) | ciphertext and tag
          bound to the first 2 bytes | table 00 compartment 00 | row (16) | person (16)
wrapped   01 | epoch (4, big endian) | generation (1) | nonce (12) | key (32) and tag (16)
          bound to the first 6 bytes | its label
file      01 | start of its nonces (7) | chunks of 64 KiB, each with its tag
          nonce = start | place (4, big endian) | whether it is the last (1)
          bound to the first byte | file 00 | row (16) | person (16)
padding   text | 80 | 00… to a Padmé length, at least 256 bytes

Version 01 is AES-256-GCM with HKDF-SHA-256. Nonces are random: a key sees far fewer than the
2^32 calls that SP 800-38D allows.
"""

import os
import struct
import uuid

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .errors import Damaged

VERSION = 1
FLOOR = 256
CHUNK, TAG, START = 65_536, 16, 7  # of a sealed file
_HEAD = struct.Struct(">BIB")


def derive(root: bytes, purpose: str) -> bytes:
    """A 32-byte key for one purpose only."""
    info = b"vault/1/" + purpose.encode()
    return HKDF(hashes.SHA256(), 32, None, info).derive(root)


def check_value(root: bytes) -> bytes:
    """Eight bytes that tell one root from another and nothing else about it."""
    return derive(root, "check")[:8]


def padded_length(size: int) -> int:
    """The Padmé length for a text of `size` bytes and its end mark: at most 12 % longer."""
    needed = max(size + 1, FLOOR)
    exponent = needed.bit_length() - 1
    mask = (1 << (exponent - exponent.bit_length())) - 1
    return (needed + mask) & ~mask


def pad(text: bytes) -> bytes:
    return (text + b"\x80").ljust(padded_length(len(text)), b"\0")


def unpad(text: bytes) -> bytes:
    stripped = text.rstrip(b"\0")
    if stripped[-1:] != b"\x80":
        raise Damaged
    return stripped[:-1]


def binding(table: str, compartment: str, row: uuid.UUID, person: uuid.UUID) -> bytes:
    """What an envelope is tied to: moved anywhere else, it no longer opens."""
    return prefix(table, compartment) + row.bytes + person.bytes


def prefix(table: str, compartment: str) -> bytes:
    """The part of the binding that all rows of a compartment share."""
    return f"{table}\0{compartment}\0".encode()


def seal(key: AESGCM, generation: int, text: bytes, bound: bytes, nonce: bytes = b"") -> bytes:
    """An envelope. `nonce` is only given by the test vectors."""
    head = bytes((VERSION, generation))
    nonce = nonce or os.urandom(12)
    return head + nonce + key.encrypt(nonce, pad(text), head + bound)


def unseal(key: AESGCM, box: bytes, bound: bytes) -> bytes:
    """The text of an envelope; Damaged if one bit of it, or its place, is not what was sealed."""
    if len(box) < 2 or box[0] != VERSION:
        raise Damaged
    try:
        return unpad(key.decrypt(box[2:14], box[14:], box[:2] + bound))
    except (InvalidTag, ValueError):
        raise Damaged from None


def wrap(
    kek: AESGCM, key: bytes, epoch: int, generation: int, label: bytes, nonce: bytes = b""
) -> bytes:
    """A key sealed under the wrapping key of a root epoch, tied to its label."""
    head = _HEAD.pack(VERSION, epoch, generation)
    nonce = nonce or os.urandom(12)
    return head + nonce + kek.encrypt(nonce, key, head + label)


def wrapped_head(wrapped: bytes) -> tuple[int, int]:
    """The epoch and the generation a wrapped key says it is of."""
    if len(wrapped) != 66 or wrapped[0] != VERSION:
        raise Damaged
    _version, epoch, generation = _HEAD.unpack(wrapped[:6])
    return epoch, generation


def unwrap(kek: AESGCM, wrapped: bytes, label: bytes) -> bytes:
    """The key of a wrapped key; Damaged if a bit of it, or its label, is not what was sealed."""
    wrapped_head(wrapped)
    try:
        return kek.decrypt(wrapped[6:18], wrapped[18:], wrapped[:6] + label)
    except InvalidTag:
        raise Damaged from None


def seal_file(key: bytes, content: bytes, bound: bytes, start: bytes = b"") -> bytes:
    """A whole file under a key of its own. `start` is only given by the test vectors."""
    cipher, start, text = AESGCM(key), start or os.urandom(START), pad(content)
    head = bytes((VERSION,))
    chunks = [text[at : at + CHUNK] for at in range(0, len(text), CHUNK)]
    sealed = [
        cipher.encrypt(_nonce(start, place, len(chunks)), chunk, head + bound)
        for place, chunk in enumerate(chunks)
    ]
    return b"".join([head, start, *sealed])


def unseal_file(key: bytes, box: bytes, bound: bytes) -> bytes:
    """The file; Damaged if a chunk of it was changed, moved, cut off, added or is another's."""
    head, start, rest = box[:1], box[1 : 1 + START], box[1 + START :]
    if head != bytes((VERSION,)) or not rest:
        raise Damaged
    cipher = AESGCM(key)
    chunks = [rest[at : at + CHUNK + TAG] for at in range(0, len(rest), CHUNK + TAG)]
    try:
        return unpad(
            b"".join(
                cipher.decrypt(_nonce(start, place, len(chunks)), chunk, head + bound)
                for place, chunk in enumerate(chunks)
            )
        )
    except (InvalidTag, ValueError):
        raise Damaged from None


def _nonce(start: bytes, place: int, many: int) -> bytes:
    return start + place.to_bytes(4, "big") + bytes((place + 1 == many,))
