# SPDX-License-Identifier: AGPL-3.0-or-later
"""Codes of a list, and the two answers anyone may give to any question."""

import pytest

from casework.codelists import UNSAID, check_code, codelist, label
from casework.errors import Refusal
from casework.i18n import LANGUAGES, use_language


@pytest.mark.parametrize("code", ["EMP", "UNK", "PNS", "", None])
def test_a_code_of_the_list_an_unsaid_answer_and_silence_are_answers(code):
    check_code("pathway", code)


@pytest.mark.parametrize(("code", "required"), [("MOON", False), ("", True), (None, True)])
def test_any_other_code_is_refused_and_silence_where_an_answer_is_needed(code, required):
    with pytest.raises(Refusal) as refused:
        check_code("pathway", code, required=required)
    assert refused.value.status == 422


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_code_is_said_in_the_words_of_its_list_first(language):
    with use_language(language):
        assert label("pathway", "UNK") == str(UNSAID["UNK"])
        assert label("age_band", "UNK") == codelist("age_band").label("UNK")
        assert label("pathway", None) == label("pathway", "") == ""
        assert label("pathway", "GONE") == "GONE"
