# SPDX-License-Identifier: AGPL-3.0-or-later
"""An ICE is held to its own check; a number of the register is taken as it is written."""

import pytest

from casework.business.numbers import ice_of, rnae_of
from casework.errors import Refusal


@pytest.mark.parametrize(
    "typed",
    ["001561191000066", "001 561 191 0000 66", "٠٠١٥٦١١٩١٠٠٠٠٦٦", "001561191-0000-66"],
)
def test_an_ice_is_read_in_any_spelling(typed):
    assert ice_of(typed) == "001561191000066"


def test_no_ice_is_none():
    assert ice_of("") is ice_of(None) is ice_of("  ") is None


@pytest.mark.parametrize(
    "typed",
    ["002136093000042", "001561191000065", "00156119100006", "0015611910000660", "ICE", "1" * 15],
)
def test_an_ice_that_does_not_check_is_refused_with_a_sentence(typed):
    with pytest.raises(Refusal) as refused:
        ice_of(typed)
    assert refused.value.status == 422


def test_a_number_of_the_register_forgets_blanks_and_case():
    assert rnae_of(" ae 12-34 ") == rnae_of("AE1234") == "AE1234"
    assert rnae_of(" ") is None
