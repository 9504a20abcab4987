# SPDX-License-Identifier: AGPL-3.0-or-later
"""A sealed file opens whole, in its place, or not at all."""

import hashlib
import uuid

import pytest

from casework.vault import attachments, errors, formats

ROW, PERSON = uuid.UUID("ffeeddccbbaa99887766554433221100"), uuid.UUID(int=7)
BIG = bytes(range(256)) * 700  # three chunks
STEP = formats.CHUNK + formats.TAG
HEAD = 1 + formats.START
VECTOR = "0bff151fc0fe491f373d45ff521115c9e08d0323d85e339ac4569b8bd7df55b7"


@pytest.mark.parametrize("content", [b"", b"CV", b"\x80" * 300, b"x" * formats.CHUNK, BIG])
def test_a_file_comes_back_as_it_was(content):
    key, box = attachments.seal_file(content, ROW, PERSON)
    assert attachments.open_file(key, box, ROW, PERSON) == content


def test_a_file_says_nothing_but_about_its_size():
    key, box = attachments.seal_file(BIG, ROW, PERSON)
    again, other = attachments.seal_file(BIG, ROW, PERSON)
    assert key != again
    assert box != other
    assert len(box) == len(other)
    assert BIG[:32] not in box


def chunks(box):
    head, rest = box[:HEAD], box[HEAD:]
    return head, [rest[at : at + STEP] for at in range(0, len(rest), STEP)]


def damages():
    """Every way to touch a file of three chunks, by name."""
    yield "cut off", lambda head, some: head + b"".join(some[:-1])
    yield "swapped", lambda head, some: head + b"".join([some[1], some[0], *some[2:]])
    yield "doubled", lambda head, some: head + b"".join([some[0], *some])
    yield "longer", lambda head, some: head + b"".join(some) + b"\0" * 40
    yield "empty", lambda head, some: head
    yield "nothing", lambda head, some: b""
    yield "version", lambda head, some: b"\2" + head[1:] + b"".join(some)


@pytest.mark.parametrize("damage", [touch for _name, touch in damages()])
def test_a_file_that_was_touched_does_not_open(damage):
    key, box = attachments.seal_file(BIG, ROW, PERSON)
    with pytest.raises(errors.Damaged):
        attachments.open_file(key, damage(*chunks(box)), ROW, PERSON)


def test_not_one_bit_of_a_file_may_change():
    key, box = attachments.seal_file(b"CV", ROW, PERSON)
    for place in range(len(box)):
        touched = box[:place] + bytes((box[place] ^ 1,)) + box[place + 1 :]
        with pytest.raises(errors.Damaged):
            attachments.open_file(key, touched, ROW, PERSON)


@pytest.mark.parametrize(
    ("key", "row", "person"),
    [("00" * 32, ROW, PERSON), (None, ROW, PERSON), ("zz", ROW, PERSON),
     ("", uuid.uuid4(), PERSON), ("", ROW, uuid.uuid4())],
)  # fmt: skip
def test_a_file_opens_with_its_key_for_its_record_and_its_person_alone(key, row, person):
    own, box = attachments.seal_file(b"CV", ROW, PERSON)
    with pytest.raises(errors.Damaged):
        attachments.open_file(own if key == "" else key, box, row, person)


def test_the_bytes_stay_what_they_are():
    """Files sealed by this release open in the next ones."""
    box = formats.seal_file(bytes(range(32)), b"CV", b"bound", start=bytes(7))
    assert hashlib.sha256(box).hexdigest() == VECTOR
