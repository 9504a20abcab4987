# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a thief of the database sees, and what is noticed when someone meddles with it."""

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa

from casework import create_app
from casework.arrivals import Fact, FactSegment
from casework.db import db, transaction
from casework.errors import Refusal
from casework.facts import count, cube, ledger, rebuild, retract, verify
from casework.facts.boxes import FACT, DamagedFact


def change(statement):
    with transaction():
        db.session.execute(statement)


def flip(box, at=30):
    return box[:at] + bytes([box[at] ^ 1]) + box[at + 1 :]


def line(fact):
    return db.session.execute(sa.select(Fact).where(Fact.id == fact)).scalar_one()


def test_the_ledger_shows_random_ids_and_boxes_of_one_length(may):
    source = uuid.uuid4()
    first = may.comes(1, sex="F", source=source, amount=123_456_789)
    second = may.comes(77_777, site=300, source=source)
    rebuild()
    with transaction(write=False):
        rows = db.session.execute(sa.select(Fact.__table__)).all()
        segments = db.session.execute(sa.select(FactSegment.__table__)).all()
    assert {row.id for row in rows} == {first, second}
    assert {len(row.box) for row in rows} == {FACT.itemsize + 28}
    assert set(rows[0]._fields) == {"seq", "id", "generation", "box"}
    for row in (*rows, *segments):
        for clear in (source.bytes, (123_456_789).to_bytes(4, "little"), b"site", b"F"):
            assert clear not in row.box or len(clear) == 1
    assert len({row.box for row in rows}) == 2


def test_two_facts_that_say_the_same_look_unlike(may):
    source = uuid.uuid4()
    boxes = {line(may.comes(1, source=source)).box for _each in range(2)}
    assert len(boxes) == 2


def test_a_changed_fact_is_refused_and_named_by_its_id_only(may, reopened):
    fact = may.comes(1, sex="F")
    may.comes(2, sex="M")
    change(sa.update(Fact).where(Fact.id == fact).values(box=flip(line(fact).box)))
    reopened()
    with pytest.raises(DamagedFact) as refused:
        count(may.asks())
    assert refused.value.row == fact
    assert isinstance(refused.value, Refusal)
    report = verify()
    assert not report.ok
    assert [text for text in report.lines if str(fact) in text]
    assert "60001" not in " ".join(report.lines)


def test_a_fact_under_another_id_does_not_open(may, reopened):
    one, other = may.comes(1), may.comes(2)
    change(sa.update(Fact).where(Fact.id == one).values(box=line(other).box))
    reopened()
    with pytest.raises(DamagedFact):
        count(may.asks())


def test_a_fact_that_vanished_is_noticed_by_the_cube(may):
    fact = may.comes(1)
    rebuild()
    change(sa.delete(Fact).where(Fact.id == fact))
    report = verify()
    assert not report.ok
    assert "2023-05" in " ".join(report.lines)


def test_a_fact_taken_back_that_never_was_is_noticed(may):
    fact = may.comes(1)
    with transaction():
        retract([fact])
    change(sa.delete(Fact).where(Fact.id == fact))
    report = verify()
    assert not report.ok
    assert str(ledger.taken_back_id(fact)) in " ".join(report.lines)


def test_a_damaged_segment_is_not_believed_and_made_again(may, reopened):
    may.comes(1, sex="F")
    rebuild()
    for row in db.session.scalars(sa.select(FactSegment)).all():
        change(sa.update(FactSegment).where(FactSegment.id == row.id).values(box=flip(row.box)))
        reopened()
        assert count(may.asks(by=("sex",))).cells == {("F",): 1}
        rebuild()
    assert verify().ok


def test_segments_of_another_time_are_not_mixed(may, reopened):
    may.comes(1)
    rebuild()
    old = {row.id: (row.up_to, row.box) for row in db.session.scalars(sa.select(FactSegment))}
    db.session.remove()
    may.comes(2)
    rebuild()
    for row, (up_to, box) in list(old.items())[:2]:
        change(sa.update(FactSegment).where(FactSegment.id == row).values(up_to=up_to, box=box))
    reopened()
    assert count(may.asks()).value == 2
    assert count(may.asks(at_least=1, by=("sex",))).value == 2


def test_the_ledger_is_held_against_the_records(may):
    source, other = uuid.uuid4(), uuid.uuid4()
    may.comes(1, sex="F", source=source)
    gone = may.comes(2, source=other)
    with transaction():
        retract([gone])
    same = [(source, may.kind, may.day, 1, 1, {"sex": "F"}, 1)]
    assert verify(same).ok
    wrong = [(source, "test_session", may.day, 1, 1, {"sex": "M"}, 1)]
    for recomputed in (wrong, [], same * 2):
        report = verify(recomputed)
        assert not report.ok
        assert "2023-05-03" in " ".join(report.lines)


def test_the_ledger_moves_to_a_new_key_and_the_old_one_dies(app, may, reopened):
    fact = may.comes(1, sex="F")
    rebuild()
    vault = app.extensions["vault"]
    new = vault.add_generation()
    late = may.comes(2, sex="F")
    assert {line(fact).generation, line(late).generation} == {1, 2}
    db.session.remove()
    assert ledger.reseal(new) > 1
    vault.destroy_generation(1)
    ledger.keys().forget()
    reopened()
    assert count(may.asks(by=("sex",))).cells == {("F",): 2}
    with transaction():
        retract([fact])
    assert count(may.asks()).value == 1
    assert verify().ok
    assert ledger.reseal(new) == 0


def test_a_process_with_the_office_slot_alone_counts(may, instance, settings):
    may.comes(1, sex="F")
    office = create_app(instance, **settings, vault="office")
    with office.app_context():
        assert office.extensions["vault"].ring is None
        assert count(may.asks(by=("sex",))).cells == {("F",): 1}
        db.session.remove()
        db.engine.dispose()


def test_columns_make_room_for_others_and_come_back(app, may, reopened):
    for month in range(1, 13):
        may.comes(month, dt.date(2023, month, 5), sex="F" if month % 2 else "M")
    rebuild()
    reopened()
    small = app.extensions["facts_cube"] = cube.Cube(ledger.keys(), budget=1)
    year = may.asks(first=dt.date(2023, 1, 1), last=dt.date(2023, 12, 31), by=("sex",))
    for _again in range(2):
        assert count(year).cells == {("F",): 6, ("M",): 6}
        assert sum(month.columns is not None for month in small.months.values()) == 1
