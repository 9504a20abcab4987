# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where the trail lies: a database of its own beside the main one, or a connection of its own.

Its schema is made here, once, and not by the main schema steps: a restored or migrated main
database must never touch the trail.
"""

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from casework.db import engine_options, tables_of
from casework.errors import Refusal
from casework.i18n import _l

from .lines import Line

FILE, SEALS_FILE = "trail.db", "trail-seals.jsonl"
Head = tuple[int, bytes]  # number and hash of a lane's last line
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
    sa.Index("ix_trail_line_day", "day"),
    sqlite_with_rowid=False,  # kept in the order it is checked in; a page less to write per commit
)  # fmt: skip
SEALS = sa.Table(
    "trail_seal", _metadata,
    sa.Column("n", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("signature", sa.LargeBinary, nullable=False),
)  # fmt: skip
# How far each lane is sealed: spares reading every seal before setting one. Nobody believes it:
# a check of the trail reads the seals.
SEALED = sa.Table(
    "trail_sealed", _metadata,
    sa.Column("lane", sa.Uuid, primary_key=True),
    sa.Column("n", sa.BigInteger, nullable=False),
)  # fmt: skip


@dataclass(frozen=True)
class Lane:
    """One writing process: its random id, the day it began, its signed beginning."""

    lane: uuid.UUID
    day: dt.date
    public_key: bytes
    signature: bytes


class Store:
    """Reads and writes rows; knows nothing of keys or meaning. Only one thread appends."""

    def __init__(self, url: str) -> None:
        lite = url.startswith("sqlite")
        options = {**engine_options(url), "pool_size": 2, "pool_pre_ping": not lite}
        self._engine = sa.create_engine(url, **options)
        self._begin, self._insert, self._spell = _SQLITE if lite else _POSTGRES
        self._held: Any = None
        self._inherited: list[Any] = []

    # ------------------------------------------------------------------ writing

    def claim(self, lane: Lane) -> None:
        with self._engine.begin() as connection:
            connection.execute(sa.insert(LANES).values(vars(lane)))

    def append(self, lines: Sequence[Line]) -> None:
        """All of these lines, durable on return; or an exception, and none of them, unless the
        connection broke in the middle of the commit.

        Straight to the driver, on a connection kept for it: half the work of an ordinary insert.
        """
        if self._held is None:
            self._held = self._engine.raw_connection()
        try:
            cursor = self._held.cursor()
            if self._begin:
                cursor.execute(self._begin)
            cursor.executemany(self._insert, [self._spell(line) for line in lines])
            self._held.commit()
        except BaseException:
            self._drop_held()
            raise

    def _drop_held(self) -> None:
        """Let a connection go that failed: what it had not committed is rolled back with it."""
        held, self._held = self._held, None
        held.invalidate()

    def add_seal(
        self, n: int, text: str, signature: bytes, heads: Mapping[uuid.UUID, Head]
    ) -> None:
        """Raises IntegrityError when another process has just written seal `n`."""
        with self._engine.begin() as connection:
            connection.execute(sa.insert(SEALS).values(n=n, text=text, signature=signature))
            connection.execute(sa.delete(SEALED).where(SEALED.c.lane.in_(heads)))
            rows = [{"lane": lane, "n": head[0]} for lane, head in heads.items()]
            connection.execute(sa.insert(SEALED), rows)

    # ------------------------------------------------------------------ reading

    def lane(self, lane: uuid.UUID) -> Lane | None:
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(LANES).where(LANES.c.lane == lane)).one_or_none()
        return Lane(*row) if row else None

    def lanes(self) -> list[Lane]:
        with self._engine.connect() as connection:
            return [Lane(*row) for row in connection.execute(sa.select(LANES))]

    def lines(self, after: Mapping[uuid.UUID, int] | None = None) -> Iterator[Line]:
        """Every line, lane by lane in its order; or those that came after the numbers named."""
        query = sa.select(LINES).order_by(LINES.c.lane, LINES.c.n)
        if not after:
            yield from self._stream(query)
            return
        for lane in self.lanes():
            last = after.get(lane.lane, 0)
            yield from self._stream(query.where(LINES.c.lane == lane.lane, LINES.c.n > last))

    def lines_of(self, day: dt.date) -> Iterator[Line]:
        """The lines of one day, of all lanes."""
        return self._stream(sa.select(LINES).where(LINES.c.day == day))

    def _stream(self, query: sa.Select[Any]) -> Iterator[Line]:
        with self._engine.connect() as connection:
            for row in connection.execute(query.execution_options(yield_per=1000)):
                yield Line(*row)

    def days(self, until: dt.date | None = None) -> Iterator[dt.date]:
        """The days that have lines, the last first."""
        query = sa.select(sa.func.max(LINES.c.day))
        day = self._one(query.where(LINES.c.day <= until) if until else query)
        while day is not None:
            yield day
            day = self._one(query.where(LINES.c.day < day))

    def _one(self, query: sa.Select[Any]) -> Any:
        with self._engine.connect() as connection:
            return connection.scalar(query)

    def head(self, lane: uuid.UUID) -> Head | None:
        """Where a lane ends now."""
        query = sa.select(LINES.c.n, LINES.c.hash).where(LINES.c.lane == lane)
        with self._engine.connect() as connection:
            row = connection.execute(query.order_by(LINES.c.n.desc()).limit(1)).one_or_none()
        return (row.n, row.hash) if row else None

    def grown(self) -> dict[uuid.UUID, Head]:
        """The heads of the lanes that have lines no seal names yet.

        One look-up a lane, and the hashes apart: joined to them, the planner reads every line.
        """
        last = sa.select(sa.func.max(LINES.c.n)).where(LINES.c.lane == LANES.c.lane)
        query = sa.select(LANES.c.lane, last.scalar_subquery(), SEALED.c.n).outerjoin(
            SEALED, SEALED.c.lane == LANES.c.lane
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        grown = {lane: self.head(lane) for lane, n, sealed in rows if (n or 0) > (sealed or 0)}
        return {lane: head for lane, head in grown.items() if head is not None}

    def seals(self) -> Iterator[tuple[int, str, bytes]]:
        query = sa.select(SEALS).order_by(SEALS.c.n).execution_options(yield_per=1000)
        with self._engine.connect() as connection:
            for row in connection.execute(query):
                yield row.n, row.text, row.signature

    def last_seal(self) -> tuple[int, str] | None:
        with self._engine.connect() as connection:
            query = sa.select(SEALS.c.n, SEALS.c.text).order_by(SEALS.c.n.desc()).limit(1)
            row = connection.execute(query).one_or_none()
        return (row.n, row.text) if row else None

    # ------------------------------------------------------------------ the end

    def leave_to_parent(self) -> None:
        """After a fork: the connections are the parent's. They are neither used nor closed here,
        which is why they are kept: to be forgotten is to be closed."""
        self._inherited += [self._engine.pool, self._held]
        self._held = None
        self._engine.dispose(close=False)

    def close(self) -> None:
        if self._held is not None:
            self._held.close()
            self._held = None
        self._engine.dispose()


# ------------------------------------------------------------------ the beginning


def make(url: str) -> None:
    """The tables of a new trail. Only the birth of an instance makes one."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    _metadata.create_all(engine)


def check_there(url: str, instance: Path) -> None:
    """Whether the trail is there: an empty one in its place would hide what was taken away.

    Raises Refusal.
    """
    if not set(_metadata.tables) <= (tables_of(url, instance) or set()):
        raise Refusal(
            _l("The trail of this instance is missing. It never vanishes by itself: restore it from"
               " the backup.")
        )  # fmt: skip


def _for_postgres(line: Line) -> tuple[Any, ...]:
    return line.lane, line.n, line.day, line.box, line.hash, line.signature


def _for_sqlite(line: Line) -> tuple[Any, ...]:
    return line.lane.hex, line.n, line.day.isoformat(), line.box, line.hash, line.signature


# How each driver begins, inserts and spells a row; psycopg begins by itself.
_COLUMNS = "INSERT INTO trail_line (lane, n, day, box, hash, signature) VALUES "
_SQLITE = "BEGIN IMMEDIATE", _COLUMNS + "(?, ?, ?, ?, ?, ?)", _for_sqlite
_POSTGRES = "", _COLUMNS + "(%s, %s, %s, %s, %s, %s)", _for_postgres
