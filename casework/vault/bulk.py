# SPDX-License-Identifier: AGPL-3.0-or-later
"""Opening many envelopes at once: no entities, keys joined in, the damaged ones set aside."""

import uuid
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from casework.db import db
from casework.keys import Damaged, Erased, Keyring

from .envelopes import envelope
from .gate import ring_for
from .models import SubjectKey


def open_rows(
    query: sa.Select[Any], of: envelope
) -> Iterator[tuple[uuid.UUID, dict[str, Any] | Damaged]]:
    """(row id, fields) of each record the query selects; only fields that are set are there.

    A record that does not open gives its `Damaged` instead, and the next ones go on.
    """
    ring = ring_for(of.compartment)
    model = of.owner
    columns = (model.id, model.subject_id, getattr(model, of.column), SubjectKey.wrapped)
    bulk = query.with_only_columns(*columns, maintain_column_froms=True)
    bulk = bulk.outerjoin(SubjectKey, SubjectKey.subject_id == model.subject_id)
    rows = db.session.execute(bulk.execution_options(yield_per=1000))
    get, unsealed = ring.get, of.unsealed
    for row, subject, box, wrapped in rows:
        if box is None:
            yield row, {}
            continue
        person = subject.bytes
        kept = get(person)
        try:
            if kept is None or kept[0] != (box[1] if len(box) > 1 else 0):
                kept = _admit(ring, of, row, person, wrapped)
            yield row, unsealed(kept[1], box, row, person)
        except Damaged as problem:
            yield row, problem


def _admit(
    ring: Keyring, of: envelope, row: uuid.UUID, person: bytes, wrapped: bytes | None
) -> Any:
    if wrapped is None:
        raise Erased(table=of.table, row_id=row)
    try:
        return ring.admit(person, wrapped)
    except Damaged as problem:
        raise type(problem)(table=of.table, row_id=row) from None
