# SPDX-License-Identifier: AGPL-3.0-or-later
"""How two ways are timed against each other: interleaved, processor time, medians.

The processor time of a database server is not ours to read: there the clock on the wall counts.
"""

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from casework.db import db

# Marks the throw-away tables of a measure: no schema step ever makes one.
BENCH = {"info": {"bench": True}}


@dataclass(frozen=True)
class Sizes:
    """How much of everything. The goals hold for the usual sizes."""

    people: int = 100_000
    rows: int = 10_000
    facts: int = 1_000_000
    crowd: int = 5_000  # people followed at one site
    requests: int = 30  # in a round, of each page
    rounds: int = 9


USUAL = Sizes()
# Only to see that every measure runs.
TINY = Sizes(people=1_500, rows=100, facts=4_000, crowd=200, requests=3, rounds=1)


@dataclass(frozen=True)
class Ratio:
    """A measured figure beside its goal. `at_most` says on which side of the goal is good."""

    name: str
    value: float
    goal: float | None
    at_most: bool = True
    unit: str = "×"
    detail: str = ""

    @property
    def met(self) -> bool:
        if self.goal is None:
            return True
        return self.value <= self.goal if self.at_most else self.value >= self.goal


def has_server() -> bool:
    """Whether another process does a part of the work."""
    return db.engine.dialect.name != "sqlite"


def seconds(call: Callable[[], Any]) -> float:
    """Processor time of one call, with the rubbish of the last one taken out before."""
    read = time.perf_counter if has_server() else time.process_time
    gc.collect()
    start = read()
    call()
    return read() - start


def medians(repeats: int, **ways: Callable[[], Any]) -> dict[str, float]:
    """Median seconds of each way, run in turn so that a busy neighbour hits all."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for call in ways.values():
        call()  # warm
    for _ in range(repeats):
        for name, call in ways.items():
            taken[name].append(seconds(call))
    return {name: statistics.median(values) for name, values in taken.items()}


def wall_milliseconds(call: Callable[[], Any], repeats: int = 5) -> float:
    """The best wall time of a few calls, in milliseconds: what a person waits."""
    best = min(wall(call) for _ in range(repeats))
    return best * 1000


def wall(call: Callable[[], Any]) -> float:
    """Seconds on the clock of one call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start
