# SPDX-License-Identifier: AGPL-3.0-or-later
"""Any period has a name that leads back to it, words in three languages, and one before it."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.errors import Refusal
from casework.i18n import use_language
from casework.indicators import Period

DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31))


@st.composite
def periods(draw):
    return Period(*sorted((draw(DAYS), draw(DAYS))))


@given(periods())
def test_any_period_is_found_again_by_its_name(period):
    assert Period.named(period.name) == period


@given(periods())
def test_the_one_before_ends_where_a_period_begins(period):
    before = period.previous
    if before is not None:
        assert period.first - before.last == dt.timedelta(days=1)


@given(st.integers(2001, 2098), st.integers(1, 12), st.sampled_from([1, 3, 12]))
def test_before_a_month_a_quarter_a_year_comes_another_of_them(year, month, length):
    period = Period.around(dt.date(year, month, 15), length)
    assert period.previous == Period.around(period.first - dt.timedelta(days=1), length)


def test_before_days_come_as_many_days():
    assert Period.named("2023-05-10..2023-05-19").previous.name == "2023-04-30..2023-05-09"


def test_nothing_comes_before_everything():
    assert Period.named("2000").previous is None


@pytest.mark.parametrize(
    ("language", "name", "words"),
    [
        ("fr", "2023-03", "mars 2023"),
        ("ar", "2023-08", "غشت 2023"),
        ("en", "2023", "2023"),
        ("fr", "2023-Q1", "1er trimestre 2023"),
        ("en", "2023-Q4", "4th quarter 2023"),
        ("fr", "2019-01-01..2023-12-31", "2019–2023"),
        ("en", "2023-02-01..2023-04-30", "February 2023 – April 2023"),
        ("en", "2023-02-02..2023-02-03", "2 February 2023 to 3 February 2023"),
    ],
)
def test_a_period_is_said_in_words(language, name, words):
    with use_language(language):
        assert Period.named(name).label == words


@pytest.mark.parametrize(
    "name", ["2023-13", "2023-Q5", "1999", "2023-02-30..2023-03-01", "..", "2023-3", "2023-01-01"]
)
def test_what_is_no_period_is_refused_in_a_sentence(name):
    with pytest.raises(Refusal) as refusal:
        Period.named(name)
    assert refusal.value.status == 422
