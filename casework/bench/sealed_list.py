# SPDX-License-Identifier: AGPL-3.0-or-later
"""Opening a list of 10,000 sealed records, against the same list in clear and against the
encrypted column type that most Flask projects pick (SQLAlchemy-Utils)."""

import uuid
from collections.abc import Iterator
from random import Random
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy import orm

from casework.db import Base, Sensitivity, db, field, transaction
from casework.vault import Vaulted, envelope, new_subject, open_rows, opening, sealed

from .stopwatch import BENCH, Ratio, Sizes, medians

try:
    from sqlalchemy_utils import StringEncryptedType
    from sqlalchemy_utils.types.encrypted.encrypted_type import AesGcmEngine
except ImportError:  # the comparison is a test dependency, the product does not need it
    StringEncryptedType = None

FIELDS = tuple(f"answer_{number}" for number in range(8))
BATCH = 100


class SealedRow(Vaulted, Base):
    """Eight answers in one envelope, as a session or a case holds them."""

    __tablename__ = "bench_sealed"
    __table_args__ = BENCH
    story = envelope(**{name: sealed(name, str, Sensitivity.SPECIAL) for name in FIELDS})


class ClearRow(Base):
    """The same answers in clear columns."""

    __tablename__ = "bench_clear"
    __table_args__ = BENCH
    id: orm.Mapped[uuid.UUID] = field("id", Sensitivity.ROUTING, primary_key=True)


for _name in FIELDS:
    setattr(ClearRow, _name, field(_name, Sensitivity.REFERENCE, sa.Text))

if StringEncryptedType is not None:

    class PeerRow(Base):
        """The same answers in the peer's encrypted columns, one key for all, bound to nothing."""

        __tablename__ = "bench_peer"
        __table_args__ = BENCH
        id: orm.Mapped[uuid.UUID] = field("id", Sensitivity.ROUTING, primary_key=True)

    for _name in FIELDS:
        _kind = StringEncryptedType(sa.Text, "bench", AesGcmEngine)
        setattr(PeerRow, _name, field(_name, Sensitivity.SECRET, _kind))


def measure(sizes: Sizes) -> Iterator[Ratio]:
    """Ratios of the list, keys cached and cold."""
    _fill(sizes.rows)
    ways: dict[str, Any] = {"clear": _clear, "sealed": _sealed, "cold": _cold_sealed}
    ways |= {"bulk": _bulk, "cold_bulk": _cold_bulk}
    if StringEncryptedType is not None:
        ways["peer"] = _peer
    took = medians(7, **ways)
    each = took["clear"] / sizes.rows * 1e6
    clear = took["clear"]
    yield Ratio("sealed list / clear list, keys cached", took["sealed"] / clear, 1.6,
                detail=f"clear: {each:.1f} µs a record")  # fmt: skip
    yield Ratio("bulk path / clear list, keys cached", took["bulk"] / clear, 0.8)
    yield Ratio("sealed list / clear list, keys cold", took["cold"] / clear, 2.1)
    yield Ratio("bulk path / clear list, keys cold", took["cold_bulk"] / clear, 1.0)
    if "peer" in took:
        yield Ratio(
            "SQLAlchemy-Utils / sealed list, cached", took["peer"] / took["sealed"], 3.5, False
        )
        yield Ratio("SQLAlchemy-Utils / sealed list, cold", took["peer"] / took["cold"], 2.7, False)


def _fill(rows: int) -> None:
    models = [SealedRow, ClearRow] + ([PeerRow] if StringEncryptedType is not None else [])
    Base.metadata.create_all(db.engine, [model.__table__ for model in models])
    draw = Random(1)
    for _ in range(rows // BATCH):
        with opening({"story"}), transaction():
            for _ in range(BATCH):
                words = {name: f"{draw.randbytes(33).hex()}" for name in FIELDS}
                db.session.add(SealedRow(subject_id=new_subject(), story=words))
                for model in models[1:]:
                    db.session.add(model(id=uuid.uuid4(), **words))
        db.session.remove()


def _clear() -> None:
    for row in db.session.scalars(sa.select(ClearRow)):
        _ = [getattr(row, name) for name in FIELDS]
    db.session.remove()


def _peer() -> None:
    for row in db.session.scalars(sa.select(PeerRow)):
        _ = [getattr(row, name) for name in FIELDS]
    db.session.remove()


def _sealed() -> None:
    with opening({"story"}):
        for row in db.session.scalars(sa.select(SealedRow)).all():
            story = row.story
            _ = [getattr(story, name) for name in FIELDS]
    db.session.remove()


def _bulk() -> None:
    with opening({"story"}):
        for _id, words in open_rows(sa.select(SealedRow), SealedRow.story):
            _ = [words[name] for name in FIELDS]
    db.session.remove()


def _cold_sealed() -> None:
    current_app.extensions["vault"].ring.forget()
    _sealed()


def _cold_bulk() -> None:
    current_app.extensions["vault"].ring.forget()
    _bulk()
