# SPDX-License-Identifier: AGPL-3.0-or-later
"""The trail finds whatever was changed, taken out or moved in it."""

import threading
import uuid

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.audit import attest, speaking, trace, verify
from casework.audit.store import LINES
from casework.audit.writer import TrailUnwritableError

THING = uuid.UUID(int=7)


def speak(trail, acts=5):
    for number in range(acts):
        with speaking(uuid.UUID(int=number), None):
            trace("case:read", kind="case", object_id=THING).done(hits=number)
    trail._writer.close()


@pytest.fixture
def trail(app):
    return app.extensions["trail"]


@pytest.fixture
def rows(trail):
    """Change the stored rows behind the trail's back."""

    def change(statement):
        with trail.store._engine.begin() as connection:
            return connection.execute(statement)

    return change


def test_an_untouched_trail_is_whole(trail):
    speak(trail)
    report = verify(trail)
    assert report.ok, report.lines
    assert len(list(trail.store.lines())) == 10


def test_what_is_said_can_be_read_again_by_who_holds_the_key(trail):
    speak(trail, acts=1)
    said = [trail.scribe.body(line) for line in trail.store.lines()]
    assert said[0]["action"] == "case:read"
    assert said[0]["object"] == THING.hex
    assert said[1]["outcome"] == "ok"


@pytest.fixture
def spoken(trail):
    speak(trail, acts=2)
    return list(trail.store.lines())


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(n=st.integers(0, 3), part=st.sampled_from(["box", "hash"]), at=st.integers(0, 255))
def test_any_flipped_bit_is_found(trail, rows, spoken, n, part, at):
    line = spoken[n]
    old = getattr(line, part)
    new = bytearray(old)
    new[at // 8] ^= 1 << at % 8
    here = sa.and_(LINES.c.lane == line.lane, LINES.c.n == line.n)
    rows(sa.update(LINES).where(here).values({part: bytes(new)}))
    assert not verify(trail).ok
    rows(sa.update(LINES).where(here).values({part: old}))
    assert verify(trail).ok


def test_a_missing_line_is_found(trail, rows):
    speak(trail)
    rows(sa.delete(LINES).where(LINES.c.n == 4))
    report = verify(trail)
    assert not report.ok


def test_a_cut_end_is_found_once_a_seal_was_set(trail, rows):
    speak(trail)
    rows(sa.delete(LINES).where(LINES.c.n >= 6))
    assert not verify(trail).ok


def test_a_lane_taken_out_whole_is_found(trail, rows):
    speak(trail)
    rows(sa.delete(LINES))
    assert not verify(trail).ok


def test_two_lines_that_changed_places_are_found(trail, rows):
    speak(trail)
    lines = {line.n: line for line in trail.store.lines()}
    for n, other in ((2, lines[3]), (3, lines[2])):
        rows(sa.update(LINES).where(LINES.c.n == n).values(box=other.box, hash=other.hash))
    assert not verify(trail).ok


def test_many_threads_share_one_lane_and_every_line_is_there(app, trail):
    def work():
        with app.app_context():
            for _ in range(20):
                trace("case:read").done()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    trail._writer.close()
    assert verify(trail).ok
    assert len(list(trail.store.lines())) == 240


def test_a_trail_that_cannot_be_written_stops_the_work(trail, rows):
    trace("case:read").done()
    rows(sa.text("ALTER TABLE trail_line RENAME TO elsewhere"))
    with pytest.raises(TrailUnwritableError):
        trace("case:read")
    rows(sa.text("ALTER TABLE elsewhere RENAME TO trail_line"))
    trace("case:read").done()
    trail._writer.close()
    assert verify(trail).ok


@pytest.mark.parametrize(
    "words",
    [{"action": "Read Fatima"}, {"action": "case:read", "reason": "she asked"},
     {"action": "case:read", "object_id": "Fatima Benali"}],
)  # fmt: skip
def test_words_are_refused_and_not_repeated(app, words):
    with pytest.raises(ValueError) as refusal:
        trace(**words)
    assert "Fatima" not in str(refusal.value)
    assert "asked" not in str(refusal.value)


def test_nothing_said_lies_in_clear(app, trail, instance):
    actor = uuid.uuid4()
    with speaking(actor, None):
        trace("case:read", object_id=THING).done()
    trail._writer.close()
    stored = b"".join(bytes(line.box) for line in trail.store.lines())
    for secret in (actor.hex.encode(), actor.bytes, b"case:read", b"outcome"):
        assert secret not in stored


# ------------------------------------------------------------------ envelopes

ROW = uuid.UUID(int=9)


def seal(mac, outcome="ok"):
    mark = trace("case:write")
    attest([("case", ROW, "story", mac)])
    if outcome:
        mark.done(outcome)


def held_against(trail, mac):
    trail._writer.close()
    boxes = [] if mac is None else [("case", ROW, "story", mac)]
    return verify(trail, boxes).ok


def test_an_older_envelope_put_back_is_found(trail):
    seal(b"old")
    seal(b"new")
    assert held_against(trail, b"new")
    assert not held_against(trail, b"old")


def test_a_vanished_record_is_found(trail):
    seal(b"mac")
    assert not held_against(trail, None)


def test_a_record_the_trail_never_saw_is_found(trail):
    assert not held_against(trail, b"mac")


def test_what_was_refused_does_not_count(trail):
    seal(b"kept")
    seal(b"refused", "refused")
    assert held_against(trail, b"kept")
    assert not held_against(trail, b"refused")


def test_after_a_crash_before_the_outcome_both_states_are_accepted(trail):
    seal(b"before")
    seal(b"after", outcome=None)
    assert held_against(trail, b"before")
    assert held_against(trail, b"after")
    assert not held_against(trail, b"other")
