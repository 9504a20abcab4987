# SPDX-License-Identifier: AGPL-3.0-or-later
"""Periods tile a year and keep their names."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.errors import Refusal
from casework.indicators import Period

YEARS = st.integers(2000, 2098)


@given(YEARS, st.sampled_from([1, 3]))
def test_months_and_quarters_tile_a_year(year, length):
    parts = [Period.months(year, month, length) for month in range(1, 13, length)]
    assert parts[0].first == dt.date(year, 1, 1)
    assert parts[-1].last == dt.date(year, 12, 31)
    for one, following in zip(parts, parts[1:], strict=False):
        assert following.first - one.last == dt.timedelta(days=1)


@given(YEARS, st.sampled_from([1, 3, 12]), st.integers(1, 12))
def test_a_period_is_found_again_by_its_name(year, length, month):
    period = Period.around(dt.date(year, month, 15), length)
    assert Period.named(period.name) == period


@given(st.text(max_size=12).filter(lambda name: not name[:4].isdigit()))
def test_any_other_word_is_refused_in_a_sentence(name):
    with pytest.raises(Refusal) as refusal:
        Period.named(name)
    assert refusal.value.status == 422


def test_a_period_cannot_end_before_it_begins():
    with pytest.raises(Refusal):
        Period(dt.date(2023, 2, 1), dt.date(2023, 1, 1))
