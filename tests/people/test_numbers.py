# SPDX-License-Identifier: AGPL-3.0-or-later
import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.codelists import DATA, codelist
from casework.errors import Refusal
from casework.i18n import LANGUAGES, use_language
from casework.people import countries
from casework.people.numbers import ALPHABET, code_of, document, e164, ice_of, new_code


def test_codes_read_back_and_hold_no_letter_that_misleads():
    for _ in range(500):
        code = new_code()
        assert code_of(code) == code
        assert not set(code) & set("ILOU")


@given(st.integers(0, 5), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(place, other):
    code = new_code()
    bare = code.replace("-", "")
    changed = bare[:place] + other + bare[place + 1 :]
    assert code_of(changed) == (code if changed == bare else None)


@given(st.text(max_size=30))
def test_anything_may_be_typed(text):
    for read in (code_of, document, e164):
        assert read(text) is None or isinstance(read(text), str)


def test_numbers_of_other_countries_keep_theirs():
    assert e164("+224 621 00 00 00") == "+224621000000"
    assert e164("0612345678") == "+212612345678"
    assert e164("12") is None


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("abc", "15 figures and nothing else"), ("00156119100006", "15 figures and nothing else"),
     ("001561191000067", "do not check")],
)  # fmt: skip
def test_a_wrong_ice_is_told_what_is_wrong_with_it(app, typed, sentence):
    with use_language("en"), pytest.raises(Refusal, match=sentence):
        ice_of(typed)


def test_every_country_has_a_group_and_a_name_in_every_language():
    with (DATA / "countries.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == 249
    assert {row["nationality_group"] for row in rows} <= set(codelist("nationality_group").codes)
    for language in LANGUAGES:
        with use_language(language):
            listed = countries.choices()
            assert len(listed) == 249
            assert all(name for _code, name in listed)
    spelt = [word[0] + second for word in countries.in_short().split() for second in word[1:]]
    assert sorted(row["code"] for row in rows) == spelt
    assert set(countries.USUAL) <= {row["code"] for row in rows}
