# SPDX-License-Identifier: AGPL-3.0-or-later
"""A line takes codes and ids; a name, a number to call or a sentence never gets in."""

import uuid

import pytest

from casework.audit import attest, speaking, trace

ROW = uuid.uuid4()


@pytest.mark.parametrize(
    "words",
    [
        {"action": "Read Fatima"},
        {"action": "fatima"},
        {"action": "case:read", "reason": "she asked"},
        {"action": "case:read", "kind": "Fatima"},
        {"action": "case:read", "object_id": "Fatima Benali"},
        {"action": "case:read", "object_id": "0612345678"},
        {"action": "case:read", "object_id": "AB-1234567"},
        {"action": "case:read", "object_id": "https://fatima"},
        {"action": "case:read", "hits": "Fatima"},
        {"action": "case:read", "batch": -1},
    ],
)
def test_words_are_refused_and_not_repeated(trail, words):
    with pytest.raises(ValueError) as refusal:
        trace(**words)
    for word in ("atima", "asked", "0612", "1234567"):
        assert word not in str(refusal.value)


def test_an_outcome_is_one_of_four(trail):
    mark = trace("case:read")
    with pytest.raises(ValueError):
        mark.done("she left")
    mark.done("stale")


def test_who_speaks_is_an_id(trail):
    with speaking("fatima", None), pytest.raises(ValueError) as refusal:
        trace("case:read")
    assert "fatima" not in str(refusal.value)


@pytest.mark.parametrize(
    "content",
    [
        ("case", ROW, "story", "Fatima"),
        ("case", "Fatima", "story", b"m"),
        ("F T", ROW, "s", b"m"),
    ],
)
def test_what_is_attested_is_a_place_and_a_mac(trail, content):
    with pytest.raises(ValueError):
        attest([content])


@pytest.mark.parametrize("thing", [uuid.uuid4(), "K7M2Q-4", "12345-6", "PSS-01", "OUJ"])
def test_ids_and_public_codes_are_taken(trail, thing):
    assert trace("case:read", object_id=thing).number


def test_nothing_said_lies_in_clear(bench, trail, tmp_path):
    actor, thing = uuid.uuid4(), uuid.uuid4()
    with speaking(actor, None):
        trace("case:read", kind="case", object_id=thing, reason="asked_by_court").done()
        attest([("case", ROW, "story", b"\xfe\xed" * 6)])
    bench.pause()
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    kept += b"".join(line.box + line.hash for line in trail.store.lines())
    for secret in (
        *(form for one in (actor, thing, ROW) for form in (one.bytes, one.hex.encode())),
        str(thing).encode(), b"case:read", b"asked_by_court", b"outcome", b"story",
    ):  # fmt: skip
        assert secret not in kept
    assert b":" not in trail.seals_file.read_bytes().split(b'day\\":')[1][:14]  # a day, no time


def test_boxes_do_not_tell_actions_by_their_length(bench, trail):
    for action in ("case:read", "session:write", "desk.home"):
        trace(action, kind="case", object_id=uuid.uuid4())
    bench.pause()
    assert len({len(line.box) for line in trail.store.lines()}) == 1
