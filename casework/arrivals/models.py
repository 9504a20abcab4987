# SPDX-License-Identifier: AGPL-3.0-or-later
"""The tables of the ledger and the cube. In clear: random ids and the order of writing."""

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from casework.db import Base, Sensitivity, db, field
from casework.i18n import _l


class Fact(Base):
    """One sealed line of the ledger. `seq` is never used twice, not even after a deletion."""

    __tablename__ = "fact"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 (read by SQLAlchemy only)

    seq: Mapped[int] = field(_l("Sequence number"), Sensitivity.ROUTING, primary_key=True)
    id: Mapped[uuid.UUID] = field(_l("Random id"), Sensitivity.ROUTING, unique=True)
    generation: Mapped[int] = field(_l("Key generation"), Sensitivity.ROUTING, sa.SmallInteger)
    box: Mapped[bytes] = field(_l("Sealed record"), Sensitivity.SECRET)


class FactSegment(Base):
    """A sealed part of the cube under a keyed id. Derived from the ledger; may be thrown away."""

    __tablename__ = "fact_segment"

    id: Mapped[uuid.UUID] = field(_l("Random id"), Sensitivity.ROUTING, primary_key=True)
    up_to: Mapped[int] = field(_l("Sequence number"), Sensitivity.ROUTING)
    generation: Mapped[int] = field(_l("Key generation"), Sensitivity.ROUTING, sa.SmallInteger)
    box: Mapped[bytes] = field(_l("Sealed record"), Sensitivity.SECRET)


class FactCounter(Base):
    """`ordinal`: the last person's number in facts. `era`: how often the cube was made anew."""

    __tablename__ = "fact_counter"

    name: Mapped[str] = field(_l("Name"), Sensitivity.REFERENCE, sa.String(20), primary_key=True)
    number: Mapped[int] = field(_l("Number"), Sensitivity.ROUTING)


def next_number(name: str) -> int:
    """One more than last time, in the current transaction: a lock on one row, held to its end."""
    with db.session.no_autoflush:
        return int(db.session.execute(_COUNTED, {"name": name}).scalar_one())


_COUNTED = sa.text(
    "INSERT INTO fact_counter (name, number) VALUES (:name, 1) ON CONFLICT (name)"
    " DO UPDATE SET number = fact_counter.number + 1 RETURNING number"
)
