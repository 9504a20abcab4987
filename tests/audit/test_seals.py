# SPDX-License-Identifier: AGPL-3.0-or-later
"""Seals come while there is work, stay small, and show from outside what was cut off."""

import json
import resource
import shutil
import threading
import time
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from casework.audit import trace, verify, writer
from casework.audit.seals import _append
from casework.audit.store import LANES, LINES, SEALS


@pytest.fixture
def sealed(bench, trail):
    """Three seals over six lines; the bench can put more."""

    def seal_again():
        for _ in range(2):
            trace("case:read")
        bench.pause()

    for _ in range(3):
        seal_again()
    return seal_again


def seals(trail):
    return list(trail.store.seals())


def test_seals_do_not_grow(bench, trail, sealed):
    for _ in range(9):
        sealed()
    assert max(len(text) for _n, text, _signature in seals(trail)) < 250
    assert verify(trail).ok


def test_a_seal_names_only_the_lanes_that_grew(bench, trail, sealed):
    other = bench.another()
    other.write(action="case:read")
    other.close()
    sealed()
    heads = [json.loads(text)["heads"] for _n, text, _signature in seals(trail)]
    assert [len(one) for one in heads] == [1] * 5
    assert verify(trail).ok


def test_nothing_new_needs_no_seal(bench, trail, sealed):
    bench.pause()
    assert trail._writer._sealer.seal()
    assert len(seals(trail)) == 3


def test_a_server_that_is_never_idle_is_sealed_all_the_same(bench, trail, monkeypatch):
    monkeypatch.setattr(writer, "SEAL_EVERY", 0.2)
    until = time.monotonic() + 1
    while time.monotonic() < until:
        trace("case:read")
    assert len(seals(trail)) >= 2


def test_lines_of_a_killed_process_are_sealed_by_another(bench, trail):
    killed = bench.another()
    lane, _n = killed.write(action="case:read")
    trace("case:read")
    bench.pause()
    assert lane.hex in json.loads(seals(trail)[0][1])["heads"]
    killed.close()
    assert len(seals(trail)) == 1


def test_workers_that_stop_at_the_same_moment_are_all_sealed(bench, trail):
    trails = [bench.another() for _ in range(6)]
    for one in trails:
        one.write(action="case:read")
    threads = [threading.Thread(target=one.close) for one in trails]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report = verify(trail)
    assert report.ok
    assert report.lines == ()
    assert len(trail.store.lanes()) == 6


def test_what_no_seal_covers_is_said(bench, trail, sealed):
    trace("case:read")
    report = verify(trail)
    assert report.ok
    assert report.problems == ()
    assert len(report.lines) == 1


@pytest.mark.parametrize(
    "cut",
    [
        sa.delete(SEALS).where(SEALS.c.n == 2),
        sa.delete(SEALS).where(SEALS.c.n == 3),
        sa.update(SEALS).where(SEALS.c.n == 3).values(text="{}"),
        sa.update(SEALS).where(SEALS.c.n == 1).values(signature=b"s" * 64),
        sa.delete(LINES).where(LINES.c.n == 6),
        sa.delete(LINES),
    ],
    ids=["middle seal", "last seal", "text", "signature", "last line", "all lines"],
)
def test_whatever_touches_a_seal_or_what_it_names_is_found(bench, trail, sealed, cut):
    bench.change(cut)
    assert not verify(trail).ok


def test_an_end_cut_off_with_its_seals_is_found_by_the_copy_that_left(bench, trail, sealed):
    away = bench.folder / "mailed-off.jsonl"
    shutil.copy(trail.seals_file, away)
    for table in (LINES, LANES, SEALS):
        bench.change(sa.delete(table))
    trail.seals_file.unlink()
    assert verify(trail).ok  # here, nobody can tell
    assert len(verify(trail, anchor=away).problems) == 3


def test_the_anchor_file_may_have_been_taken_off(bench, trail, sealed):
    trail.seals_file.unlink()
    sealed()
    assert verify(trail).ok


def test_a_line_torn_by_a_full_disk_spoils_nothing(bench, trail, sealed):
    with trail.seals_file.open("a") as anchor:
        anchor.write('{"seal": "{\\"n\\": 4,')
    sealed()
    sealed()
    assert verify(trail).ok


def test_our_own_file_is_compared_beside_a_copy_from_elsewhere(bench, trail, sealed):
    away = bench.folder / "early.jsonl"
    trail.anchor(away)
    sealed()
    bench.change(sa.delete(SEALS).where(SEALS.c.n == 4))
    assert verify(trail, anchor=away).problems
    trail.seals_file.unlink()
    assert not verify(trail, anchor=away).problems  # the copy alone knows no fourth seal


def test_a_seal_that_both_files_hold_is_missed_once(bench, trail, sealed):
    away = bench.folder / "away.jsonl"
    trail.anchor(away)
    bench.change(sa.delete(SEALS).where(SEALS.c.n == 3))
    assert len([one for one in verify(trail, anchor=away).problems if "3," in one]) == 1


@contextmanager
def room_for(size):
    """A medium on which no file grows past so many bytes."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


def test_a_copy_that_does_not_fit_is_not_said_to_be_one(bench, trail, sealed):
    away = bench.folder / "away.jsonl"
    with room_for(700), pytest.raises(OSError):
        trail.anchor(away)
    assert not away.exists()
    assert trail.anchor(away) == 3  # with room again, under the same name


def test_a_seal_torn_by_a_full_disk_is_no_success(tmp_path):
    with room_for(10), pytest.raises(OSError):
        _append(tmp_path / "seals.jsonl", b"a line of some length")
