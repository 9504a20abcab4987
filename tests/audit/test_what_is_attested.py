# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whoever puts back an older envelope, or takes one out, is found by the trail."""

import datetime as dt
import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework import clock
from casework.audit import attest, trace, verify

ROW = uuid.UUID(int=9)


def seal(mac, outcome="ok", row=ROW):
    mark = trace("case:write")
    attest([("case", row, "story", mac)])
    if outcome:
        mark.done(outcome)


@pytest.fixture
def holds(bench, trail):
    """Whether the trail accepts this envelope, or its absence, in the live database."""

    def ask(mac):
        bench.pause()
        boxes = [] if mac is None else [("case", ROW, "story", mac)]
        return verify(trail, boxes).ok

    return ask


def test_an_older_envelope_put_back_is_found(holds):
    seal(b"old")
    seal(b"new")
    assert holds(b"new")
    assert not holds(b"old")


def test_a_vanished_record_is_found(holds):
    seal(b"mac")
    assert not holds(None)


def test_a_record_the_trail_never_saw_is_found(holds):
    assert not holds(b"mac")


def test_a_record_that_was_erased_may_be_gone_and_nothing_else(holds):
    seal(b"mac")
    seal(None)
    assert holds(None)
    assert not holds(b"mac")


def test_what_was_refused_does_not_count(holds):
    seal(b"kept")
    seal(b"refused", "refused")
    assert holds(b"kept")
    assert not holds(b"refused")


@pytest.mark.parametrize("outcome", [None, "failed"])
def test_where_nobody_knows_whether_it_was_saved_both_states_are_accepted(holds, outcome):
    seal(b"before")
    seal(b"after", outcome)
    assert holds(b"before")
    assert holds(b"after")
    assert not holds(b"other")
    assert not holds(None)


def test_a_clock_set_back_does_not_make_the_older_envelope_the_newer(holds):
    seal(b"old")
    with clock.frozen(dt.datetime(2020, 1, 1, tzinfo=dt.UTC)):
        seal(b"new")
    assert holds(b"new")
    assert not holds(b"old")


def test_an_act_inside_an_act_leaves_the_seals_to_the_outer_one(holds):
    seal(b"old")
    mark = trace("case:write")
    trace("search").done()
    attest([("case", ROW, "story", b"new")])
    mark.done()
    assert holds(b"new")
    assert not holds(b"old")


def test_a_record_that_moves_from_lane_to_lane_is_followed(bench, trail, holds):
    seal(b"old")
    other = bench.another()
    lane, n = other.write(action="case:write")
    other.write(action="sealed", contents=[("case", ROW, "story", b"new")], ref=n, of=lane)
    other.write(action="case:write", outcome="ok", ref=n, of=lane)
    other.close()
    assert holds(b"new")
    assert not holds(b"old")


def test_records_saved_during_the_check_raise_no_false_alarm(bench, trail):
    seal(b"before")
    fresh = uuid.uuid4()

    def live():
        seal(b"after")
        seal(b"new", row=fresh)
        yield "case", ROW, "story", b"after"
        yield "case", fresh, "story", b"new"

    report = verify(trail, live())
    assert report.ok, report.lines


ACTS = st.lists(st.tuples(st.sampled_from(["ok", "refused", "failed", None]), st.booleans()))


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=ACTS)
def test_what_holds_is_what_the_acts_left(bench, trail, acts):
    row, holding, ever = uuid.uuid4(), {None}, {None}
    for number, (outcome, erased) in enumerate(acts):
        mac = None if erased else number.to_bytes(12, "big")
        seal(mac, outcome, row)
        ever.add(mac)
        if outcome == "ok":
            holding = {mac}
        elif outcome in (None, "failed"):
            holding = holding | {mac}
    bench.pause()
    for mac in ever:
        boxes = [] if mac is None else [("case", row, "story", mac)]
        found = verify(trail, boxes).problems
        assert (not any(str(row) in problem for problem in found)) == (mac in holding)
