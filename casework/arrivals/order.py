# SPDX-License-Identifier: AGPL-3.0-or-later
"""In what order facts arrive: on PostgreSQL a sequence number may show after a higher one.

A writer takes its numbers before it commits. So a reader that has seen number 7 and not number 6
remembers 6 as *awaited*, until every transaction that can have taken it has ended: it asks again
each time, and no figure waits for a long transaction of somebody else. That needs a writer to be
a numbered transaction before it takes a number; `next_seq` sees to it. On SQLite writers follow
each other, and numbers with them. The only place of this room that knows which database it is.
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import REGCLASS

from .models import Fact

CHUNK = 20_000
Line = tuple[int, Any, int, bytes]  # seq, id, generation, box
_LINES = sa.select(Fact.seq, Fact.id, Fact.generation, Fact.box).order_by(Fact.seq)
_AFTER = _LINES.where(Fact.seq > sa.bindparam("mark")).limit(CHUNK)


def next_seq(dialect: str) -> dict[str, Any]:
    """How an insert numbers its facts, as values of the statement."""
    if dialect != "postgresql":
        return {}
    # nextval needs its argument, and its argument needs the transaction's own number: without
    # this order a transaction could hold a number of the sequence and be known to nobody.
    numbered = sa.case((sa.func.pg_current_xact_id().is_not(None), sa.literal("fact_seq_seq")))
    return {"seq": sa.func.nextval(sa.cast(numbered, REGCLASS))}


def reading(engine: sa.Engine) -> sa.Connection:
    """A connection to read what is committed, each statement as of its own moment."""
    if engine.dialect.name == "postgresql":  # spares two round trips to begin and to end
        return engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    return engine.connect()


class Arrivals:
    """What one reader has seen of the ledger: everything up to `mark`, except the awaited."""

    def __init__(self, mark: int = 0, awaited: tuple[int, ...] = ()) -> None:
        self.mark = mark
        self._awaited: dict[int, int | None] = dict.fromkeys(awaited)

    @property
    def awaited(self) -> tuple[int, ...]:
        return tuple(sorted(self._awaited))

    def expects(self, last: int) -> bool:
        """Whether there may be something new, where `last` is the ledger's highest number."""
        return last > self.mark or bool(self._awaited)

    def new(self, connection: sa.Connection) -> Iterator[list[Line]]:
        """The lines not seen before, each once, in chunks. The caller applies all or starts over.

        An awaited fact comes last, so what takes it back may come before it in the same answer.
        """
        missing = list[int]()
        while lines := _lines(connection, _AFTER, mark=self.mark):
            numbers = [line[0] for line in lines]
            if numbers[-1] - self.mark > len(numbers):
                missing += sorted(set(range(self.mark + 1, numbers[-1])) - set(numbers))
            self.mark = numbers[-1]
            yield lines
            if len(lines) < CHUNK:
                break
        if connection.dialect.name == "postgresql" and (missing or self._awaited):
            yield from self._late(connection, missing)

    def _late(self, connection: sa.Connection, missing: list[int]) -> Iterator[list[Line]]:
        # First what has ended, then what can be seen: whatever ended meanwhile is asked for again.
        ended = _number(connection, "pg_snapshot_xmin(pg_current_snapshot())")
        if missing or None in self._awaited.values():
            horizon = _number(connection, "pg_current_xact_id()")
            self._awaited |= dict.fromkeys(missing, horizon)
            self._awaited = {seq: mark or horizon for seq, mark in self._awaited.items()}
        asked = sa.literal(list(self._awaited), sa.ARRAY(sa.BigInteger))
        lines = _lines(connection, _LINES.where(Fact.seq == sa.any_(asked)))
        seen = {line[0] for line in lines}
        self._awaited = {
            seq: horizon
            for seq, horizon in self._awaited.items()
            if seq not in seen and (horizon or 0) > ended
        }
        if lines:
            yield lines


def _lines(
    connection: sa.Connection, query: sa.Select[int, Any, int, bytes], **asked: int
) -> list[Line]:
    return [(row.seq, row.id, row.generation, row.box) for row in connection.execute(query, asked)]


def _number(connection: sa.Connection, transaction: str) -> int:
    return int(connection.scalar(sa.text(f"SELECT {transaction}::text")) or 0)  # noqa: S608 (ours)
