# SPDX-License-Identifier: AGPL-3.0-or-later
"""Any slice of an indicator at a million facts, against COUNT(DISTINCT) over a flat fact table.

The six questions are those of docs/performance.md; both sides answer the same, or the measure
stops. Wall time, warm, best of a few: it is what a coordinator waits.
"""

import datetime as dt
import statistics
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import sqlalchemy as sa

from casework.codelists import codelist
from casework.db import Base, db, transaction
from casework.facts import FactKind, Question, count, ledger
from casework.facts.boxes import FACT
from casework.facts.kinds import PLACE
from casework.staff import acting_as_system

from .stopwatch import BENCH, Ratio, Sizes, has_server, wall_milliseconds

FACTS_EACH, SITES, BATCH = 5, 24, 2_000  # facts of a person, on average
FIRST = dt.date(2019, 1, 1)
DAYS = 1826
KIND = FactKind("bench_service", number=65_000)
DIMS = ("sex", "age_band", "nationality_group")
FLAT = sa.Table(
    "bench_flat", Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("day", sa.Date), sa.Column("month", sa.String(7)), sa.Column("quarter", sa.String(7)),
    sa.Column("site", sa.SmallInteger), sa.Column("ordinal", sa.Integer),
    *(sa.Column(name, sa.SmallInteger) for name in DIMS),
    **BENCH,
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """One question, said to the cube and to SQL."""

    name: str
    question: Question
    statement: sa.Select[Any]


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def _people(*by: Any, first: str, last: str, where: Any = True) -> sa.Select[Any]:
    between = FLAT.c.day.between(_day(first), _day(last))
    people = sa.func.count(sa.distinct(FLAT.c.ordinal))
    return (
        sa.select(*by, people)
        .where(between, where if where is not True else sa.true())
        .group_by(*by)
    )


def _asked() -> list[Asked]:
    c, year = FLAT.c, {"first": "2022-01-01", "last": "2022-12-31"}
    odd = {"first": "2022-02-10", "last": "2022-05-20"}
    often = _people(c.ordinal, **year).having(sa.func.count() >= 3).subquery()

    def question(first: str, last: str, **more: Any) -> Question:
        return Question((KIND,), _day(first), _day(last), **more)

    return [
        Asked("A one number, a year", question(**year), _people(**year)),
        Asked("B a year by month, site, sex",
              question(**year, split="month", by=("site", "sex")),
              _people(c.month, c.site, c.sex, **year)),
        Asked("C quarter by site, sex, age",
              question("2022-04-01", "2022-06-30", by=("site", "sex", "age_band")),
              _people(c.site, c.sex, c.age_band, first="2022-04-01", last="2022-06-30")),
        Asked("D four years by sex, nationality",
              question("2019-01-01", "2022-12-31", by=("sex", "nationality_group")),
              _people(c.sex, c.nationality_group, first="2019-01-01", last="2022-12-31")),
        Asked("E any 100 days, 3 sites, sex, age, nationality",
              question(**odd, where={"site": {1, 2, 3}}, by=DIMS),
              _people(c.sex, c.age_band, c.nationality_group, **odd, where=c.site.in_((1, 2, 3)))),
        Asked("F people with three or more in a year",
              question(**year, at_least=3), sa.select(sa.func.count()).select_from(often)),
    ]  # fmt: skip


def measure(sizes: Sizes) -> Iterator[Ratio]:
    """Wall time of each question, and the ratio to SQL: its median and its worst."""
    _fill(sizes.facts)
    goal = 15 if has_server() else 50
    slow, ratios = [], []
    with acting_as_system():
        for asked in _asked():
            ask = _asker(asked)
            same = _agree(ask(), asked)
            ours = wall_milliseconds(ask, repeats=7)
            theirs = wall_milliseconds(lambda asked=asked: _rows(asked.statement), repeats=3)
            slow.append(ours)
            ratios.append(theirs / ours)
            yield Ratio(asked.name, ours, 50, unit="ms",
                        detail=f"{theirs / ours:.0f} × faster than SQL, {same}")  # fmt: skip
    yield Ratio("faster than COUNT(DISTINCT), median", statistics.median(ratios), goal, False)
    yield Ratio("faster than COUNT(DISTINCT), worst", min(ratios), goal, False)
    yield Ratio("slowest question", max(slow), 50, unit="ms")


def _asker(asked: Asked) -> Callable[[], Any]:
    return lambda: count(asked.question)


def _rows(statement: sa.Select[Any]) -> list[Any]:
    with db.engine.connect() as connection:
        return list(connection.execute(statement).all())


def _agree(answer: Any, asked: Asked) -> str:
    """Both sides must count the same, where a person's attributes never change."""
    rows = _rows(asked.statement)
    ours = sorted(answer.cells.values()) if asked.question.by else [answer.value]
    theirs = sorted(row[-1] for row in rows)
    if ours != theirs:
        raise AssertionError(f"the two sides count differently: {asked.name}")
    return "same figures"


# ------------------------------------------------------------------ a million made-up facts


def _fill(number: int) -> None:
    facts = _facts(np.random.default_rng(5), number)
    FLAT.create(db.engine, checkfirst=True)
    for start in range(0, number, BATCH):
        with transaction():
            ledger.record_many(facts[start : start + BATCH])
    flat = _flat(facts)
    with db.engine.begin() as connection:
        for start in range(0, number, 20_000):
            connection.execute(sa.insert(FLAT), flat[start : start + 20_000])
    if has_server():  # its planner must know the table as it would after a night
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(f"VACUUM (ANALYZE) {FLAT.name}")


def _facts(draw: np.random.Generator, number: int) -> np.ndarray:
    """Skewed like life: some people come often, some sites are busy; attributes stay."""
    people = number // FACTS_EACH
    facts = np.zeros(number, FACT)
    person = (people * draw.random(number) ** 2).astype("u4")
    base = (FIRST - dt.date(2000, 1, 1)).days
    facts["day"] = base + draw.integers(0, DAYS, number)
    facts["kind"], facts["site"] = (
        KIND.number,
        1 + (SITES * draw.random(number) ** 1.5).astype("u2"),
    )
    facts["ordinal"], facts["consent"], facts["sign"], facts["amount"] = person + 1, 1, 1, 1
    dims = facts["dims"]
    for name in DIMS:
        dims[:, PLACE[name]] = draw.integers(1, len(codelist(name).codes), people)[person]
    facts["source"] = [uuid.UUID(int=n).bytes for n in range(number)]
    return facts


def _flat(facts: np.ndarray) -> list[dict[str, Any]]:
    base, dims = dt.date(2000, 1, 1), facts["dims"]
    rows = zip(
        facts["day"].tolist(), facts["site"].tolist(), facts["ordinal"].tolist(),
        *(dims[:, PLACE[name]].tolist() for name in DIMS), strict=True,
    )  # fmt: skip
    found = []
    for day, site, ordinal, *attributes in rows:
        date = base + dt.timedelta(days=day)
        when = {
            "day": date,
            "month": f"{date:%Y-%m}",
            "quarter": f"{date.year}-Q{(date.month + 2) // 3}",
        }
        found.append(
            {**when, "site": site, "ordinal": ordinal, **dict(zip(DIMS, attributes, strict=True))}
        )
    return found
