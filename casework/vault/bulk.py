# SPDX-License-Identifier: AGPL-3.0-or-later
"""Opening many envelopes at once: no entities, missing keys in one question, the damaged ones set
aside."""

import uuid
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from casework.db import db
from casework.keys import Damaged, Erased, Keyring

from .envelopes import envelope, fetch_keys, number_bytes, number_of
from .gate import ring_for

AT_ONCE = 1_000
Keys = dict[bytes, AESGCM | type[Damaged]]  # of each person, or why there is none


def open_rows(
    query: sa.Select[Any], of: envelope
) -> Iterator[tuple[uuid.UUID, dict[str, Any] | Damaged]]:
    """(row id, fields) of each record the query selects; only fields that are set are there.

    A record that does not open gives its `Damaged` instead, and the next ones go on. Keys that are
    not at hand are asked for after the rows: where they all are, as in most searches, to join them
    in was a fifth of the work.
    """
    ring = ring_for(of.compartment)
    model = of.owner
    columns = (model.id, number_of(model.subject_id), getattr(model, of.column))
    chosen = query.with_only_columns(*columns, maintain_column_froms=True)
    rows = db.session.execute(chosen.execution_options(yield_per=AT_ONCE))
    for some in rows.partitions():
        sealed = [(row, number_bytes(subject), box) for row, subject, box in some]
        keys = _keys(ring, sealed)
        for row, person, box in sealed:
            yield row, _fields(of, keys[person], row, person, box) if box is not None else {}


def _keys(ring: Keyring, sealed: Sequence[tuple[uuid.UUID, bytes, bytes | None]]) -> Keys:
    """The keys of these envelopes, of the generation that sealed them or newer."""
    keys: Keys = {}
    missing = set[bytes]()
    for _row, person, box in sealed:
        if box is not None:
            kept = ring.get(person)
            if kept is None or kept[0] != (box[1] if len(box) > 1 else 0):
                missing.add(person)
            else:
                keys[person] = kept[1]
    if missing:
        keys |= fetch_keys(db.session(), ring, list(missing))
        for person in missing - keys.keys():
            kept = ring.get(person)
            keys[person] = kept[1] if kept else Erased
    return keys


def _fields(
    of: envelope, key: AESGCM | type[Damaged], row: uuid.UUID, person: bytes, box: bytes
) -> dict[str, Any] | Damaged:
    if isinstance(key, type):
        return key(table=of.table, row_id=row)
    try:
        return of.unsealed(key, box, row, person)
    except Damaged as problem:
        return problem
