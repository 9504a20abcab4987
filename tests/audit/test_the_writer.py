# SPDX-License-Identifier: AGPL-3.0-or-later
"""One thread writes for all; what it cannot write, nobody may do, and afterwards it goes on."""

import os
import subprocess
import sys
import threading
import time

import pytest

from casework.audit import trace, verify, writer
from casework.audit.store import Store, make
from casework.audit.writer import TrailUnwritableError

GONE, BACK = "ALTER TABLE trail_line RENAME TO gone", "ALTER TABLE gone RENAME TO trail_line"


@pytest.fixture
def broken(bench):
    """A trail that can take no line, and how it is mended."""
    mended = []

    def mend():
        bench.change(BACK)
        mended.append(True)

    trace("case:read")
    bench.pause()
    bench.change(GONE)
    yield mend
    if not mended:
        bench.change(BACK)


def said(trail):
    return [trail.scribe.body(line) for line in trail.store.lines()]


def test_a_trail_that_cannot_be_written_stops_the_work(bench, trail, broken):
    with pytest.raises(TrailUnwritableError):
        trace("case:read")
    broken()
    trace("case:read").done()
    bench.pause()
    assert verify(trail).ok
    assert len(trail.store.lanes()) == 1


def test_an_outcome_is_kept_until_it_can_be_written(bench, trail, monkeypatch):
    monkeypatch.setattr(writer, "RETRY", 0.05)
    mark = trace("case:write")
    bench.change(GONE)
    mark.done("failed")
    time.sleep(0.4)
    with pytest.raises(TrailUnwritableError):
        trace("case:read")
    bench.change(BACK)
    trace("case:read")
    bench.pause()
    assert [line["ref"] for line in said(trail) if "outcome" in line] == [mark.number]
    assert verify(trail).ok


def test_waiting_for_the_disk_takes_no_work(bench, trail, broken):
    trail.write(wait=False, action="case:read", outcome="ok", ref=1)
    time.sleep(0.3)
    before = time.process_time()
    time.sleep(0.7)
    assert time.process_time() - before < 0.2


def test_what_cannot_be_spelled_fails_its_caller_alone(bench, trail):
    with pytest.raises(TypeError):
        trail.write(wait=False, action="case:read", odd=object())
    assert trace("case:read").number == 1


def test_a_commit_that_landed_and_was_not_heard_of_is_taken_up(bench, trail, monkeypatch):
    trace("case:read")
    append = trail.store.append

    def land_and_fail(lines):
        append(lines)
        raise OSError("the connection broke")

    monkeypatch.setattr(trail.store, "append", land_and_fail)
    with pytest.raises(TrailUnwritableError):
        trace("case:read")
    monkeypatch.undo()
    assert trace("case:read").number == 3
    bench.pause()
    assert verify(trail).ok


def test_a_lane_that_someone_wrote_in_is_left_for_a_new_one(bench, trail, monkeypatch):
    mark = trace("case:write")
    bench.change("DELETE FROM trail_line")
    monkeypatch.setattr(trail.store, "append", lambda lines: [][0])
    with pytest.raises(TrailUnwritableError):
        trace("case:read")
    monkeypatch.undo()
    mark.done()
    trace("case:read")
    bench.pause()
    assert len(trail.store.lanes()) == 2
    (outcome,) = (line for line in said(trail) if "outcome" in line)
    assert outcome["of"] == mark.lane.hex


def test_who_waits_too_long_is_told_no(bench, trail, monkeypatch):
    monkeypatch.setattr(writer, "PATIENCE", 0.1)
    monkeypatch.setattr(trail.store, "append", lambda lines: time.sleep(0.5))
    with pytest.raises(TrailUnwritableError):
        trace("case:read")
    time.sleep(0.6)


def test_outcomes_share_a_signature_with_the_next_trace(bench, trail):
    for _ in range(20):
        trace("case:read").done()
    bench.pause()
    signed = [line for line in trail.store.lines() if line.signature]
    assert len(list(trail.store.lines())) == 40
    assert len(signed) <= 25


def test_outcomes_are_flushed_at_the_end(bench, trail):
    marks = [trace("case:read") for _ in range(3)]
    for mark in marks:
        mark.done()
    trail.close()
    assert len([line for line in said(bench.another()) if "outcome" in line]) == 3


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_worker_has_a_lane_of_its_own(bench, trail):
    trace("case:read")
    child = os.fork()
    if child == 0:
        code = 1
        try:
            for _ in range(20):
                trace("case:read")
            trail.close()
            code = 0
        finally:
            os._exit(code)
    for _ in range(20):
        trace("case:read")
    assert os.waitpid(child, 0)[1] == 0
    bench.pause()
    assert verify(trail).ok
    assert len(trail.store.lanes()) == 2
    assert len(list(trail.store.lines())) == 41


def test_workers_may_start_at_once_on_a_new_trail(tmp_path):
    start = "import sys; from casework.audit.store import Store; Store(sys.argv[1]).last_seal()"
    url = f"sqlite:///{tmp_path / 'trail.db'}"
    make(url)
    starts = [subprocess.Popen([sys.executable, "-c", start, url]) for _ in range(6)]
    assert [one.wait() for one in starts] == [0] * 6
    store = Store(url)
    assert store.lanes() == []
    store.close()


def test_a_thread_that_died_is_replaced(bench, trail):
    trace("case:read")
    bench.pause()
    gone = threading.Thread(target=int)
    gone.start()
    gone.join()
    trail._writer._thread = gone
    assert trace("case:read").number == 2
