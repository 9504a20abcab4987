# SPDX-License-Identifier: AGPL-3.0-or-later
"""Each process has a cube of its own; none is ever behind what is committed."""

import time
import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy import orm

from casework.arrivals import FactSegment
from casework.db import db, transaction
from casework.facts import count, cube, ledger, rebuild, retract, verify


@pytest.fixture
def processes(app):
    """Two cubes over one ledger. Call with 0 or 1 to be that process."""
    cubes = [cube.Cube(ledger.keys()), cube.Cube(ledger.keys())]

    def become(number):
        app.extensions["facts_cube"] = cubes[number]
        return cubes[number]

    return become


def test_what_one_process_writes_the_other_counts(may, processes):
    for number in (0, 1, 0, 1):
        processes(number)
        before = count(may.asks()).value
        fact = may.comes(10 + number)
        processes(1 - number)
        assert count(may.asks(measure="facts")).value >= before + 1
    with transaction():
        retract([fact])
    for number in (0, 1):
        processes(number)
        assert count(may.asks(measure="facts")).value == 3


def test_one_of_two_processes_writes_the_segments(may, processes):
    may.comes(1)
    for number in (0, 1):
        processes(number)
        count(may.asks())
    processes(0).save()
    first = stamp()
    processes(1).save()
    assert stamp() == first
    may.comes(2, sex="F")
    assert count(may.asks(by=("sex",))).value == 2
    processes(1).save()
    assert stamp() != first
    processes(0)
    assert count(may.asks(by=("sex",))).value == 2
    assert verify().ok


def stamp():
    with transaction(write=False):
        return db.session.execute(sa.select(FactSegment.up_to, FactSegment.box)).all()


def test_a_process_notices_that_another_rebuilt(may, processes):
    may.comes(1, sex="F")
    processes(0)
    assert count(may.asks()).value == 1
    processes(1)
    rebuild()
    may.comes(2, sex="M")
    processes(0)
    assert count(may.asks(by=("sex",))).cells == {("F",): 1, ("M",): 1}


def test_segments_are_written_after_the_answer_when_a_new_process_would_be_slow(
    may, processes, monkeypatch
):
    monkeypatch.setattr(cube, "TAIL", 3)
    processes(0)
    for person in (1, 2):
        may.comes(person)
    count(may.asks())
    assert not stamp()
    may.comes(3)
    with transaction():
        count(may.asks())
        assert not db.session.scalar(sa.select(sa.func.count()).select_from(FactSegment))
    assert stamp()
    processes(1)
    assert count(may.asks()).value == 3


# ------------------------------------------------------- numbers that show after higher ones


class Writer:
    """A transaction of its own, in another connection."""

    def __init__(self, app, may):
        self.session = orm.Session(db.engine)
        self.app, self.may = app, may

    def begins(self):
        """Takes its transaction number, and no number of the ledger yet."""
        self.session.execute(sa.text("SELECT pg_current_xact_id()"))

    def writes(self, ordinal):
        rows = [ledger.packed(
            self.may.kind, self.may.day, 1, ordinal, {}, consent=True, source=uuid.uuid4()
        )]  # fmt: skip
        lines = ledger.sealed([(uuid.uuid4(), row) for row in rows])
        ledger.add(self.session.connection(), lines)

    def commits(self):
        self.session.commit()
        self.session.close()

    def gives_up(self):
        self.session.rollback()
        self.session.close()


@pytest.fixture
def writer(app, may, database_kind):
    if database_kind != "postgres":
        pytest.skip("on SQLite writers follow each other")
    made = []

    def begin():
        made.append(Writer(app, may))
        return made[-1]

    yield begin
    for one in made:
        one.gives_up()


@pytest.mark.parametrize("older_first", [True, False])
def test_a_fact_that_shows_after_a_higher_number_is_counted(may, writer, older_first, reopened):
    one, two = writer(), writer()
    first, second = (one, two) if older_first else (two, one)
    first.begins()
    second.begins()
    one.writes(1)
    two.writes(2)
    two.commits()
    assert count(may.asks()).value == 1  # no figure waits for the other
    cube.cube().save()
    reopened()
    assert count(may.asks()).value == 1
    one.commits()
    assert count(may.asks()).value == 2
    assert verify().ok
    reopened()
    assert count(may.asks()).value == 2


def test_a_number_that_nobody_will_use_is_not_awaited_for_ever(may, writer):
    one, two, three = writer(), writer(), writer()
    one.writes(1)
    two.writes(2)
    two.commits()
    count(may.asks())
    mine = cube.cube()
    assert mine._arrivals.awaited
    one.gives_up()
    three.writes(3)
    three.commits()
    assert count(may.asks()).value == 2
    # The server tells when all older transactions have ended, those of other databases included.
    deadline = time.monotonic() + 20
    while mine._arrivals.awaited and time.monotonic() < deadline:
        time.sleep(0.05)
        count(may.asks())
    assert not mine._arrivals.awaited


def test_a_fact_taken_back_before_it_showed_here(may, writer):
    one, two = writer(), writer()
    one.writes(1)
    two.writes(2)
    two.commits()
    assert count(may.asks()).value == 1
    one.commits()
    with transaction(write=False):
        last = db.session.scalar(sa.select(ledger.Fact.id).order_by(ledger.Fact.seq).limit(1))
    with transaction():
        retract([last])
    assert count(may.asks()).value == 1
    assert count(may.asks(measure="facts")).value == 1
    assert verify().ok


def test_a_transaction_is_known_before_it_takes_a_number_of_the_ledger(may, writer):
    """Otherwise its number could be given up as nobody's while it still writes."""
    one = writer()
    one.writes(1)
    plan = one.session.execute(
        sa.text("SELECT pg_current_xact_id_if_assigned() IS NOT NULL")
    ).scalar_one()
    one.gives_up()
    assert plan
