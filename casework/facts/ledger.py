# SPDX-License-Identifier: AGPL-3.0-or-later
"""The ledger: sealed facts are added, never changed; what was wrong is taken back by another."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import sqlalchemy as sa
from flask import current_app

from casework.arrivals import Fact, FactSegment, Line, next_number, next_seq
from casework.db import db, transaction

from . import boxes
from .boxes import FACT, NONE, PACKED, KeySource
from .columns import day_number
from .kinds import FactKind, pack_dims

BATCH = 2000
Source = uuid.UUID | tuple[int, uuid.UUID]  # a record; with its table's number where kinds share


def keys() -> KeySource:
    """The keys of this application's vault; the office slot is enough."""
    source = current_app.extensions.get("facts_keys")
    if source is None:
        vault = current_app.extensions["vault"]
        source = KeySource(
            lambda generation: vault.office_key(f"statistics/{generation}"),
            vault.statistics_generations,
            vault.office_key("facts"),
        )
        current_app.extensions["facts_keys"] = source
    return source


def packed(
    kind: FactKind,
    day: dt.date,
    site_number: int,
    ordinal: int,
    dims: Mapping[str, str | None],
    *,
    consent: bool,
    source: Source,
    amount: int = 1,
) -> bytes:
    """The bytes of a fact, before they are sealed: for `record_many`."""
    table, row = source if isinstance(source, tuple) else (0, source)
    return PACKED.pack(
        day_number(day), kind.number, site_number, ordinal, pack_dims(dims, kind),
        consent, 1, amount, table, row.bytes, NONE,
    )  # fmt: skip


def record(
    kind: FactKind,
    day: dt.date,
    site_number: int,
    ordinal: int,
    dims: Mapping[str, str | None],
    *,
    consent: bool,
    source: Source,
    amount: int = 1,
) -> uuid.UUID:
    """Count that something happened, in the current transaction. Gives the id of the fact.

    `day` is the local day of the service, `ordinal` the person's (0: nobody in particular),
    `dims` the codes known on that day, `consent` hers to statistics. The record keeps the id in
    its own envelope, to take the fact back.
    """
    fact = packed(
        kind, day, site_number, ordinal, dims, consent=consent, source=source, amount=amount
    )
    return record_many([fact])[0]


def record_many(facts: Sequence[bytes] | np.ndarray) -> list[uuid.UUID]:
    """Add packed facts (or an array of FACT) in the current transaction. Gives their ids."""
    if isinstance(facts, np.ndarray):
        plain = facts.astype(FACT, copy=False).tobytes()
        facts = [plain[at : at + PACKED.size] for at in range(0, len(plain), PACKED.size)]
    ids = [uuid.uuid4() for _fact in facts]
    _write(zip(ids, facts, strict=True))
    return ids


def _write(facts: Iterable[tuple[uuid.UUID, bytes]]) -> None:
    add(db.session.connection(), sealed(facts))


def sealed(facts: Iterable[tuple[uuid.UUID, bytes]]) -> list[dict[str, Any]]:
    """Ids and packed facts as lines of the ledger, under today's statistics key."""
    source = keys()
    generation = source.current()
    cipher = source.cipher(generation)
    lines = []
    for row, plain in facts:
        box = boxes.seal(cipher, plain, boxes.place(row, generation))
        lines.append({"id": row, "generation": generation, "box": box})
    return lines


def add(connection: sa.Connection, lines: list[dict[str, Any]]) -> None:
    """Write sealed lines in the transaction of a connection."""
    if lines:
        connection.execute(_numbered(connection.dialect.name), lines)


@cache
def _numbered(dialect: str) -> sa.Insert:
    return sa.insert(Fact).values(next_seq(dialect))


def retract(fact_ids: Collection[uuid.UUID]) -> None:
    """Take facts back, in the current transaction: each by a fact that compensates it.

    A fact already taken back stays so: doing it twice changes nothing. KeyError for an id that is
    not in the ledger.
    """
    done = _lines([taken_back_id(fact) for fact in fact_ids])
    left = [fact for fact in dict.fromkeys(fact_ids) if taken_back_id(fact) not in done]
    lines = _lines(left)
    missing = set(left) - set(lines)
    if missing:
        raise KeyError(f"no such fact: {min(missing)}")
    _write((taken_back_id(fact), _opposite(fact, lines[fact])) for fact in left)


def taken_back_id(fact: uuid.UUID) -> uuid.UUID:
    """The id of the fact that takes this one back: there can be one only, and it tells nothing."""
    return keys().name(b"takes back" + fact.bytes)


def _opposite(fact: uuid.UUID, plain: bytes) -> bytes:
    values = list(PACKED.unpack(plain))
    sign, compensates = 6, 10
    if values[sign] != 1:
        raise KeyError("what takes a fact back is not taken back itself")
    values[sign], values[compensates] = -1, fact.bytes
    return PACKED.pack(*values)


def _lines(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, bytes]:
    source, found = keys(), {}
    for at in range(0, len(ids), BATCH):
        part = ids[at : at + BATCH]
        query = sa.select(Fact.id, Fact.generation, Fact.box).where(Fact.id.in_(part))
        for row, generation, box in db.session.execute(query):
            found[row] = _opened(source, row, generation, box)
    return found


def _opened(source: KeySource, row: uuid.UUID, generation: int, box: bytes) -> bytes:
    place = boxes.place(row, generation)
    return boxes.unseal(source.cipher(generation), row, box, place)


def opened(lines: Iterable[Line], source: KeySource) -> np.ndarray:
    """Ledger lines as an array of FACT. Raises DamagedFact, which names the line by its id."""
    plain = [_opened(source, row, generation, box) for _seq, row, generation, box in lines]
    return np.frombuffer(b"".join(plain), FACT)


def new_ordinal() -> int:
    """The next person's number in facts: dense from 1, in the current transaction."""
    return next_number("ordinal")


def reseal(generation: int) -> int:
    """Seal ledger and segments again under a newer generation, in batches; gives the lines done.

    Outside any transaction. Interrupted, it goes on where it stopped. When it ends, no line is
    left under an older key, which may then be destroyed (`KeySource.forget` in each process).
    """
    return sum(_resealed(model, generation) for model in (Fact, FactSegment))


def _resealed(model: type[Fact] | type[FactSegment], generation: int) -> int:
    source, done = keys(), 0
    query: sa.Select[Any] = sa.select(model).where(model.generation < generation).limit(BATCH)
    while True:
        with transaction():
            lines: Sequence[Any] = db.session.scalars(query).all()
            for line in lines:
                old, up_to = line.generation, getattr(line, "up_to", None)
                place = boxes.place(line.id, old, up_to)
                plain = boxes.unseal(source.cipher(old), line.id, line.box, place)
                place = boxes.place(line.id, generation, up_to)
                line.box = boxes.seal(source.cipher(generation), plain, place)
                line.generation = generation
        db.session.expunge_all()
        if not lines:
            return done
        done += len(lines)
