# SPDX-License-Identifier: AGPL-3.0-or-later
"""Parts of one line keep their own direction, and what has to be copied stays in one piece."""

import pytest
from markupsafe import Markup

from casework.i18n import FSI, PDI, isolated, joined
from casework.web.lines import as_line, in_pieces


def test_each_part_is_isolated_and_what_is_empty_is_left_out():
    assert joined("Atelier", None, "", "3 places") == f"{FSI}Atelier{PDI} · {FSI}3 places{PDI}"
    assert joined() == joined(None, "") == ""


def test_what_was_joined_already_keeps_its_own_order():
    inner = joined("a", "b")
    assert joined(inner, "c") == joined("a", "b", "c")
    assert isolated(inner) == inner
    assert as_line(inner) == joined("a", "b")


def test_a_part_is_never_markup_and_a_component_stays_one():
    link = Markup("<a href='/'>a</a>")
    assert as_line(link, "<b>") == f"{FSI}<a href='/'>a</a>{PDI} · {FSI}&lt;b&gt;{PDI}"


def test_nought_is_said():
    assert as_line(0) == isolated("0")


@pytest.mark.parametrize(
    "code", ["K7M2Q-4", "B-23K9T-4", "12345-6", "+212612345678", "06 12 34 56 78"]
)
def test_a_code_and_a_phone_number_stay_in_one_piece(code):
    assert in_pieces(f"وثائق {code}.") == f'وثائق <span class="whole">{code}</span>.'


@pytest.mark.parametrize("words", ["Tanger-Tétouan", "2026-11", "1 855", "AEK7M2Q-45", "l’emploi"])
def test_other_words_are_left_as_they_are(words):
    assert in_pieces(words) == words
