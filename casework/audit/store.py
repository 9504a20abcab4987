# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where the trail lies: a database of its own beside the main one, or a connection of its own.

Its schema is made here and not by the main schema steps: a restored or migrated main database
must never touch the trail.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from .lines import Line

FILE, SEALS_FILE = "trail.db", "trail-seals.jsonl"
_metadata = sa.MetaData()

LANES = sa.Table(
    "trail_lane", _metadata,
    sa.Column("lane", sa.Uuid, primary_key=True),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("public_key", sa.LargeBinary, nullable=False),
    sa.Column("signature", sa.LargeBinary, nullable=False),
)  # fmt: skip
LINES = sa.Table(
    "trail_line", _metadata,
    sa.Column("lane", sa.Uuid, primary_key=True),
    sa.Column("n", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("box", sa.LargeBinary, nullable=False),
    sa.Column("hash", sa.LargeBinary, nullable=False),
    sa.Column("signature", sa.LargeBinary),
)  # fmt: skip
SEALS = sa.Table(
    "trail_seal", _metadata,
    sa.Column("n", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("signature", sa.LargeBinary, nullable=False),
)  # fmt: skip

_INSERT = sa.insert(LINES)


@dataclass(frozen=True)
class Lane:
    """One writing process: its random id, the day it began, its signed beginning."""

    lane: uuid.UUID
    day: dt.date
    public_key: bytes
    signature: bytes


class Store:
    """Reads and writes rows; knows nothing of keys or meaning."""

    def __init__(self, url: str) -> None:
        self._engine = sa.create_engine(url, pool_size=2, pool_pre_ping=True)
        _metadata.create_all(self._engine)

    def claim(self, lane: Lane) -> None:
        with self._engine.begin() as connection:
            connection.execute(sa.insert(LANES).values(vars(lane)))

    def append(self, lines: Iterable[Line]) -> None:
        """All of these lines, durable on return; or an exception, and none of them."""
        with self._engine.begin() as connection:
            connection.execute(_INSERT, [vars(line) for line in lines])

    def lanes(self) -> list[Lane]:
        with self._engine.connect() as connection:
            return [Lane(*row) for row in connection.execute(sa.select(LANES))]

    def lines(self, newest_first: bool = False) -> Iterator[Line]:
        """Every line, lane by lane in its order; or the newest days first, for reading."""
        order = (
            (LINES.c.day.desc(), LINES.c.n.desc()) if newest_first else (LINES.c.lane, LINES.c.n)
        )
        query = sa.select(LINES).order_by(*order).execution_options(yield_per=1000)
        with self._engine.connect() as connection:
            for row in connection.execute(query):
                yield Line(*row)

    def heads(self) -> dict[str, tuple[int, str]]:
        """The last line of each lane: number and hash, by lane."""
        last = sa.select(LINES.c.lane, sa.func.max(LINES.c.n).label("n")).group_by(LINES.c.lane)
        found = last.subquery()
        query = sa.select(LINES.c.lane, LINES.c.n, LINES.c.hash).join(
            found, sa.and_(found.c.lane == LINES.c.lane, found.c.n == LINES.c.n)
        )
        with self._engine.connect() as connection:
            return {row.lane.hex: (row.n, row.hash.hex()) for row in connection.execute(query)}

    def seals(self) -> list[tuple[int, str, bytes]]:
        with self._engine.connect() as connection:
            query = sa.select(SEALS).order_by(SEALS.c.n)
            return [(row.n, row.text, row.signature) for row in connection.execute(query)]

    def last_seal(self) -> tuple[int, str] | None:
        with self._engine.connect() as connection:
            query = sa.select(SEALS.c.n, SEALS.c.text).order_by(SEALS.c.n.desc()).limit(1)
            row = connection.execute(query).one_or_none()
        return (row.n, row.text) if row else None

    def add_seal(self, n: int, text: str, signature: bytes) -> None:
        """Raises IntegrityError when another process has just written seal `n`."""
        with self._engine.begin() as connection:
            connection.execute(sa.insert(SEALS).values(n=n, text=text, signature=signature))

    def close(self) -> None:
        self._engine.dispose()
