# SPDX-License-Identifier: AGPL-3.0-or-later
"""When things are sealed: just before the session writes, together with their search tokens.

`session.info["sealed"]` holds `(table, row, compartment, mac)` of every envelope sealed in this
transaction, so that the trail can attest them; of two for one place, the later counts.
"""

import hmac
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event, orm

from casework.db import Base, db

from .envelopes import Vaulted
from .gate import current_vault

Content = tuple[str, Any, str, bytes | None]  # no mac: the record is gone


@event.listens_for(orm.Session, "before_flush")
def _seal_changes(session: orm.Session, _context: Any, _instances: Any) -> None:
    for record in [*session.new, *session.dirty]:
        if isinstance(record, Vaulted):
            _seal(session, record, fresh=record in session.new)
    for record in session.deleted:
        if isinstance(record, Vaulted):
            _forget(session, record)


def _seal(session: orm.Session, record: Vaulted, fresh: bool) -> None:
    changed = [one for one in record.__envelopes__ if one.changed(record)]
    for one in changed:
        box = one.close(record)
        content = (one.table, record.id, one.name, content_mac(_content_key(), box))
        session.info.setdefault("sealed", []).append(content)
    found = record.__tokens__
    if found and found.concerned(record, {one.name for one in changed}):
        found.write(session, record, replace=not fresh)


def _forget(session: orm.Session, record: Vaulted) -> None:
    """A record that goes takes its tokens along; the trail hears that it went."""
    gone = [(one.table, record.id, one.name, None) for one in record.__envelopes__]
    session.info.setdefault("sealed", []).extend(gone)
    if record.__tokens__:
        record.__tokens__.erase(session, record.id)


@event.listens_for(orm.Session, "after_transaction_end")
def _forget_sealed(session: orm.Session, transaction: orm.SessionTransaction) -> None:
    if transaction.parent is None:
        for name in ("sealed", "index", "locked"):
            session.info.pop(name, None)


def content_mac(key: bytes, box: bytes) -> bytes:
    """Twelve bytes that recognise an envelope, for who holds the office key."""
    return hmac.digest(key, box, "sha256")[:12]


def _content_key() -> bytes:
    key: bytes = current_vault().office_key("content")
    return key


def sealed_models() -> list[type[Vaulted]]:
    """Every mapped record with envelopes, by the name of its table."""
    models = (mapper.class_ for mapper in Base.registry.mappers)
    found = [model for model in models if issubclass(model, Vaulted) and model.__envelopes__]
    return sorted(found, key=lambda model: model.__envelopes__[0].table)


def boxes() -> Iterator[Content]:
    """Every envelope of every table, unopened, with its mac: for the trail to compare."""
    key = _content_key()
    for model in sealed_models():
        for one in model.__envelopes__:
            column = getattr(model, one.column)
            query = sa.select(model.id, column).where(column.is_not(None))
            for row, box in db.session.execute(query.execution_options(yield_per=2000)):
                yield one.table, row, one.name, content_mac(key, box)
