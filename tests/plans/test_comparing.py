# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two versions held against each other: laws that hold for any text and any amounts."""

from hypothesis import given
from hypothesis import strategies as st

from casework.plans.changes import CAME, GONE, KEPT, between

WORDS = st.sampled_from(["loyer", "tissu", "ثمن", "محل", "400 MAD", "", "a", "  "])
TEXTS = st.none() | st.lists(st.lists(WORDS, max_size=5).map(" ".join), max_size=6).map("\n".join)
AMOUNTS = st.none() | st.dictionaries(st.sampled_from(["RENT", "EQUIP", "CASH"]), st.integers(0, 9))
VERSIONS = st.fixed_dictionaries({"value": TEXTS, "costs": TEXTS, "needs": AMOUNTS})


@given(VERSIONS)
def test_a_version_and_itself_differ_in_nothing(said):
    assert between(said, said) == []


@given(VERSIONS, VERSIONS)
def test_only_what_differs_is_told(before, after):
    changed = {one.name for one in between(before, after)}
    assert changed == {name for name in before if (before[name] or None) != (after[name] or None)}


@given(TEXTS, TEXTS)
def test_what_stayed_and_went_is_the_former_text_and_with_what_came_the_new_one(before, after):
    for change in between({"value": before}, {"value": after}):
        assert text_of(change, KEPT, GONE) == (before or "")
        assert text_of(change, KEPT, CAME) == (after or "")


@given(VERSIONS, VERSIONS)
def test_turned_round_what_went_has_come(before, after):
    there = between(before, after)
    back = between({name: after[name] for name in before}, before)
    assert [one.name for one in there] == [one.name for one in back]
    for one, other in zip(there, back, strict=True):
        turned = {code: (old, new) for code, new, old in other.amounts}
        assert {code: (old, new) for code, old, new in one.amounts} == turned


def test_of_two_lines_that_answer_each_other_the_words_are_set_apart():
    (change,) = between({"value": "Robe sur mesure 400 MAD"}, {"value": "Robe sur mesure 450 MAD"})
    gone, came = change.lines
    assert [words for words, is_changed in gone.pieces if is_changed] == ["400"]
    assert [words for words, is_changed in came.pieces if is_changed] == ["450"]


def test_two_thoughts_are_not_cut_into_words():
    (change,) = between({"value": "Loyer de l’atelier"}, {"value": "Deux machines neuves"})
    assert [line.pieces for line in change.lines] == [
        (("Loyer de l’atelier", False),), (("Deux machines neuves", False),)
    ]  # fmt: skip


def test_of_several_thoughts_first_what_went_is_read_and_then_what_came():
    (change,) = between({"costs": "Loyer\nFil"}, {"costs": "Achats\nثمن النقل\nGaz"})
    assert [line.what for line in change.lines] == [GONE, GONE, CAME, CAME, CAME]


def text_of(change, *kinds):
    return "\n".join(line.text for line in change.lines if line.what in kinds)
