# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sealing under the office key: for one column of one row, and for no other place."""

import json
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app

from casework.vault import errors, formats


def closed(record: Any, column: str, content: Mapping[str, Any]) -> bytes:
    """The content sealed for this column of this row, and for no other place."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return formats.seal(_key(), 1, text, _place(record, column))


def opened(record: Any, column: str) -> dict[str, Any]:
    """What was sealed there; nothing where nothing was. Raises Damaged."""
    box = getattr(record, column)
    if not box:
        return {}
    try:
        content: dict[str, Any] = json.loads(formats.unseal(_key(), box, _place(record, column)))
    except errors.Damaged:
        raise errors.Damaged(table=record.__tablename__, row_id=record.id) from None
    return content


def _key() -> AESGCM:
    return AESGCM(current_app.extensions["vault"].office_key("events"))


def _place(record: Any, column: str) -> bytes:
    return formats.binding(record.__tablename__, column, record.id, record.id)
