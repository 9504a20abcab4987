# SPDX-License-Identifier: AGPL-3.0-or-later
import hashlib
import uuid

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from casework.vault import errors, formats
from casework.vault.tokens import truncated

ROOT, KEY = bytes(range(32)), bytes(range(32, 64))
PERSON = uuid.UUID("00112233445566778899aabbccddeeff")
ROW = uuid.UUID("ffeeddccbbaa99887766554433221100")
TEXT = '{"given":"Aïcha"}'.encode()
PLACE = formats.binding("person", "identity", ROW, PERSON)


def nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


def test_the_published_wrapping_key():
    wrapping = "aaef5c229a72273029803f859d72a04ee84441d29990a10489dfdfe0c02b5f47"
    assert formats.derive(ROOT, "wrap").hex() == wrapping
    assert formats.check_value(ROOT).hex() == "830265f22b9bd732"


def test_the_published_wrapped_key():
    kek = AESGCM(formats.derive(ROOT, "wrap"))
    wrapped = formats.wrap(kek, KEY, 1, 1, b"dk" + PERSON.bytes, nonce(1))
    assert wrapped.hex() == (
        "0100000001010000000000000000000000010a6a922b73ed164e0b9b888e6803262fd908eae5435b1ecde4fa1"
        "e1421390e77d04fbf37627ad5ee43853c2faa8d7dcb"
    )
    assert formats.wrapped_head(wrapped) == (1, 1)
    assert formats.unwrap(kek, wrapped, b"dk" + PERSON.bytes) == KEY


def test_the_published_envelope():
    box = formats.seal(AESGCM(KEY), 1, TEXT, PLACE, nonce(2))
    assert len(box) == 286
    assert box[:30].hex() == "01010000000000000000000000024372219893a66a94610bd529ecd31d19"
    assert hashlib.sha256(box).hexdigest() == (
        "36fe090549b1e1761cc7ff8ff6848115a759fbcfe7bcb1e7758bb626ff020946"
    )
    assert formats.unseal(AESGCM(KEY), box, PLACE) == TEXT


def test_the_published_token():
    key = formats.derive(bytes(range(64, 96)), "index/person.phone/exact")
    assert truncated(key, "+212612345678", 64) == 0x7C5CDD2DCDA17DE0
    assert truncated(key, "+212612345678", 16) == 31836
    assert truncated(key, "+212612345678", 10) == 497


@pytest.mark.parametrize(
    ("size", "padded"), [(0, 256), (255, 256), (256, 272), (531, 544), (5000, 5120)]
)
def test_texts_are_padded_to_few_lengths(size, padded):
    assert formats.padded_length(size) == padded
    assert len(formats.pad(b"x" * size)) == padded


@given(st.binary(max_size=2000))
def test_padding_comes_off_and_wastes_little(text):
    padded = formats.pad(text)
    assert formats.unpad(padded) == text
    assert len(padded) <= max(256, (len(text) + 1) * 1.12)


@given(st.binary(max_size=600), st.data())
def test_any_changed_bit_or_cut_of_an_envelope_is_refused(text, data):
    box = formats.seal(AESGCM(KEY), 1, text, PLACE)
    bit = data.draw(st.integers(0, len(box) * 8 - 1))
    altered = bytearray(box)
    altered[bit // 8] ^= 1 << bit % 8
    cut = data.draw(st.integers(0, len(box) - 1))
    for wrong in (bytes(altered), box[:cut]):
        with pytest.raises(errors.Damaged):
            formats.unseal(AESGCM(KEY), wrong, PLACE)


@given(st.data())
def test_any_changed_bit_or_cut_of_a_wrapped_key_is_refused(data):
    kek = AESGCM(formats.derive(ROOT, "wrap"))
    box = formats.wrap(kek, KEY, 1, 1, b"dk" + PERSON.bytes)
    bit = data.draw(st.integers(0, len(box) * 8 - 1))
    altered = bytearray(box)
    altered[bit // 8] ^= 1 << bit % 8
    cut = data.draw(st.integers(0, len(box) - 1))
    for wrong in (bytes(altered), box[:cut]):
        with pytest.raises(errors.Damaged):
            formats.unwrap(kek, wrong, b"dk" + PERSON.bytes)


@pytest.mark.parametrize(
    "elsewhere",
    [
        formats.binding("person", "story", ROW, PERSON),
        formats.binding("case", "identity", ROW, PERSON),
        formats.binding("person", "identity", PERSON, PERSON),
        formats.binding("person", "identity", ROW, ROW),
    ],
    ids=["compartment", "table", "row", "person"],
)
def test_an_envelope_opens_only_in_its_place(elsewhere):
    box = formats.seal(AESGCM(KEY), 1, TEXT, PLACE)
    with pytest.raises(errors.Damaged):
        formats.unseal(AESGCM(KEY), box, elsewhere)
