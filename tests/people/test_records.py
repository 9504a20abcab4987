# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rules that every record about a person shares, whichever room keeps it."""

import datetime as dt

import pytest

from casework.db import transaction
from casework.errors import Refusal
from casework.hub import Enrolment
from casework.i18n import joined, use_language
from casework.listening import Case
from casework.people import ages, records, tally
from casework.people.records import FIRST_DAY, NOTE_LENGTH, check_day, check_text

from .test_registering import person

TODAY = dt.date(2026, 3, 12)
DAY = dt.timedelta(days=1)


@pytest.mark.parametrize("day", [FIRST_DAY, TODAY - DAY, TODAY])
def test_things_happen_on_the_days_of_the_programme(day):
    check_day(day, TODAY)


@pytest.mark.parametrize("day", [FIRST_DAY - DAY, TODAY + DAY, dt.date.max])
def test_nothing_happens_before_the_programme_or_tomorrow(day):
    with pytest.raises(Refusal) as refused:
        check_day(day, TODAY)
    assert refused.value.status == 422


def test_a_birth_may_lie_before_the_programme_and_not_after_today():
    check_day(dt.date(1950, 1, 1), TODAY, first=None)
    with pytest.raises(Refusal):
        check_day(TODAY + DAY, TODAY, first=None)


def test_a_text_fits_or_is_refused_with_its_length():
    check_text(None)
    check_text("x" * NOTE_LENGTH)
    with use_language("en"), pytest.raises(Refusal) as refused:
        check_text("x" * 6, longest=5)
    assert "5" in str(refused.value)


def test_a_line_says_the_day_and_what_is_known_besides():
    with use_language("en"):
        assert records.dated(TODAY, None, "Paper", "") == joined("12 March 2026", "Paper")


def test_a_path_begins_where_she_is_followed_in_its_strand_and_nowhere_else(programme):
    key = programme.register(by="salma")
    with programme.acting("salma"), transaction(write=False):
        her = person(key)
        assert Case.begun(her, TODAY, TODAY).site_id == programme.sites["OUJ"]
        with pytest.raises(Refusal, match=str(Enrolment.NOT_REGISTERED)):
            Enrolment.begun(her, TODAY, TODAY)


def test_figures_say_of_her_what_every_kind_of_fact_carries(programme):
    key = programme.register()
    with programme.acting("salma"):
        assert tuple(ages.attributes_on(person(key), TODAY)) == tally.ABOUT_HER
