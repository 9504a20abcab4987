# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files of a person, sealed whole under a key of their own.

The key lies in the envelope of the record that tells what the file is: who may open that record
may open its file, and nobody can when the person's key is destroyed. The file is tied to both.
"""

import secrets
import uuid

from casework.keys import Damaged, formats

KEY_BYTES = 32


def seal_file(content: bytes, row: uuid.UUID, person: uuid.UUID) -> tuple[str, bytes]:
    """(key, box): the key as text for the envelope, the box for a column. Every file has a new
    key, also one that replaces another."""
    key = secrets.token_bytes(KEY_BYTES)
    return key.hex(), formats.seal_file(key, content, _bound(row, person))


def open_file(key: str | None, box: bytes, row: uuid.UUID, person: uuid.UUID) -> bytes:
    """What was sealed. Raises Damaged where it is not that file, whole."""
    try:
        return formats.unseal_file(bytes.fromhex(key or ""), box, _bound(row, person))
    except (Damaged, ValueError):
        raise Damaged(table="file", row_id=row) from None


def _bound(row: uuid.UUID, person: uuid.UUID) -> bytes:
    return b"file\0" + row.bytes + person.bytes
