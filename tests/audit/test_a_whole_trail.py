# SPDX-License-Identifier: AGPL-3.0-or-later
"""The trail finds whatever was changed, taken out or moved in it."""

import datetime as dt
import threading
import uuid

import pytest
import sqlalchemy as sa
from flask import current_app
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework import clock
from casework.audit import Trail, speaking, spoken, trace, verify
from casework.audit.lines import Scribe
from casework.audit.store import LANES, LINES

THING = uuid.UUID(int=7)


def speak(bench, acts=5):
    for number in range(acts):
        with speaking(uuid.UUID(int=number), None):
            trace("case:read", kind="case", object_id=THING).done(hits=number)
    bench.pause()


@pytest.fixture
def lines(bench, trail):
    """Ten lines of one lane, sealed."""
    speak(bench)
    return list(trail.store.lines())


def test_an_untouched_trail_is_whole(trail, lines):
    report = verify(trail)
    assert report.ok, report.lines
    assert report.lines == ()
    assert len(lines) == 10


def test_what_is_said_can_be_read_again_by_who_holds_the_key(trail, lines):
    said = {line.n: trail.scribe.body(line) for line in lines}
    first = said[1]
    assert first["action"] == "case:read"
    assert first["object"] == THING.hex
    outcomes = {body["ref"]: body for body in said.values() if "outcome" in body}
    assert outcomes[1]["outcome"] == "ok"


BITS = [("box", 120 * 8), ("hash", 256), ("signature", 512)]
AGAIN = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@AGAIN
@given(at=st.integers(0, 9), part=st.sampled_from(BITS), bit=st.integers(0, 10**6))
def test_any_flipped_bit_is_found(bench, trail, lines, at, part, bit):
    (name, size), line = part, lines[at]
    old = getattr(line, name)
    if old is None:  # not the last of its batch
        return
    new = bytearray(old)
    new[bit % size // 8] ^= 1 << bit % 8
    here = sa.and_(LINES.c.lane == line.lane, LINES.c.n == line.n)
    bench.change(sa.update(LINES).where(here).values({name: bytes(new)}))
    assert not verify(trail).ok
    bench.change(sa.update(LINES).where(here).values({name: old}))
    assert verify(trail).ok


@AGAIN
@given(gone=st.sets(st.integers(1, 10), min_size=1))
def test_any_lines_taken_out_are_found(bench, trail, lines, gone):
    bench.change(sa.delete(LINES).where(LINES.c.n.in_(gone)))
    assert not verify(trail).ok
    bench.change(sa.delete(LINES))
    bench.change(_put_back(lines))
    assert verify(trail).ok


@AGAIN
@given(order=st.permutations(range(10)).filter(lambda order: order != list(range(10))))
def test_any_other_order_of_lines_is_found(bench, trail, lines, order):
    bench.change(sa.delete(LINES))
    for place, other in zip(lines, (lines[at] for at in order), strict=True):
        values = {"box": other.box, "hash": other.hash, "signature": other.signature}
        bench.change(sa.insert(LINES).values(lane=place.lane, n=place.n, day=place.day, **values))
    assert not verify(trail).ok
    bench.change(sa.delete(LINES))
    bench.change(_put_back(lines))


def _put_back(lines):
    names = ("lane", "n", "day", "box", "hash", "signature")
    return sa.insert(LINES).values(
        [{name: getattr(line, name) for name in names} for line in lines]
    )


def test_another_day_in_clear_is_found(bench, trail, lines):
    bench.change(sa.update(LINES).where(LINES.c.n == 4).values(day=dt.date(2020, 1, 1)))
    assert not verify(trail).ok


def test_lines_under_the_name_of_another_lane_are_found(bench, trail, lines):
    other = bench.another()
    other.write(action="case:read")
    other.close()
    (there,) = {line.lane for line in trail.store.lines()} - {lines[0].lane}
    bench.change(sa.delete(LINES).where(LINES.c.lane == there))
    bench.change(sa.update(LINES).where(LINES.c.n == 1).values(lane=there))
    assert not verify(trail).ok


def test_a_lane_begun_by_someone_else_is_found(bench, trail, lines):
    values = {"lane": uuid.uuid4(), "day": dt.date(2026, 1, 1)}
    bench.change(sa.insert(LANES).values(**values, public_key=b"k" * 32, signature=b"s" * 64))
    assert not verify(trail).ok


def test_a_lane_whose_beginning_was_taken_out_is_found(bench, trail, lines):
    bench.change(sa.delete(LANES))
    assert not verify(trail).ok


def test_a_whole_trail_written_again_with_other_keys_is_found(bench, trail, lines):
    stranger = Scribe(b"a" * 32, b"b" * 32)
    report = verify(Trail(trail.store, stranger, trail.seals_file))
    assert not report.ok
    assert len(report.lines) <= 100


def test_many_threads_share_one_lane_and_every_line_is_there(bench, trail):
    app = current_app._get_current_object()

    def work():
        with app.app_context():
            for _ in range(20):
                trace("case:read").done()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    bench.pause()
    assert verify(trail).ok
    assert len(list(trail.store.lines())) == 240
    assert len(trail.store.lanes()) == 1


def test_it_is_read_newest_first_across_lanes_and_days(bench, trail):
    other = bench.another()
    moments = [dt.datetime(2026, 3, day, hour, tzinfo=dt.UTC) for day in (1, 2) for hour in (9, 10)]
    for number, moment in enumerate(moments):
        with clock.frozen(moment):
            (other if number % 2 else trail).write(action="case:read", hits=number)
    other.close()
    assert [one["hits"] for one in spoken(trail)] == [3, 2, 1, 0]
    assert [one["hits"] for one in spoken(trail, until=dt.date(2026, 3, 1))] == [1, 0]
    assert len({one["lane"] for one in spoken(trail)}) == 2


def test_a_check_in_the_middle_of_work_raises_no_false_alarm(bench, trail):
    stop = threading.Event()
    other = bench.another()

    def work():
        while not stop.is_set():
            other.write(action="case:read")

    thread = threading.Thread(target=work)
    thread.start()
    reports = [verify(trail) for _ in range(5)]
    stop.set()
    thread.join()
    other.close()
    assert [report.problems for report in reports] == [()] * 5
