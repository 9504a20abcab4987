# SPDX-License-Identifier: AGPL-3.0-or-later
import datetime as dt
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from casework.codelists import codelist
from casework.people.ages import age_on, band_of, years_on

DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2060, 12, 31))
KNOWN = st.one_of(
    st.builds(dict, born=DAYS),
    st.builds(dict, birth_year=st.integers(1900, 2060)),
    st.builds(
        dict,
        age_estimate=st.integers(0, 120),
        age_estimated_on=st.dates(dt.date(2020, 1, 1), dt.date(2060, 12, 31)),
    ),
)


def who(**known):
    blank = dict.fromkeys(("born", "birth_year", "age_estimate", "age_estimated_on"))
    return SimpleNamespace(**{**blank, **known})


@given(KNOWN, DAYS, st.integers(0, 3000))
def test_nobody_grows_younger_and_no_estimate_stands_still(known, day, more):
    first = years_on(who(**known), day)
    later = day + dt.timedelta(days=more)
    second = years_on(who(**known), later)
    if first is not None:
        assert first <= second
        assert more // 366 <= second - first <= more // 365 + 1


@given(KNOWN, DAYS)
def test_every_age_has_one_band(known, day):
    age = years_on(who(**known), day)
    band = band_of(age)
    assert band in codelist("age_band")
    if age is not None:
        first, last = map(int, band.split("_"))
        assert first <= age
        assert age <= last or band == "60_99"


@given(DAYS)
def test_an_age_is_what_a_birthday_says(born):
    person = who(born=born)
    assert years_on(person, born) == 0
    assert years_on(person, born - dt.timedelta(days=1)) is None
    if (born.month, born.day) != (2, 29):
        eighteenth = born.replace(year=born.year + 18)
        assert years_on(person, eighteenth) == 18
        assert years_on(person, eighteenth - dt.timedelta(days=1)) == 17


def test_a_year_alone_means_the_first_of_july():
    person = who(birth_year=2005)
    assert years_on(person, dt.date(2023, 6, 30)) == 17
    assert years_on(person, dt.date(2023, 7, 1)) == 18


def test_an_estimate_holds_on_its_day_and_ages_from_there():
    person = who(age_estimate=17, age_estimated_on=dt.date(2020, 2, 29))
    assert years_on(person, dt.date(2020, 2, 29)) == 17
    assert years_on(person, dt.date(2019, 2, 28)) == 16
    assert years_on(person, dt.date(2021, 3, 1)) == 18


def test_nothing_known_is_an_unknown_band():
    assert years_on(who(), dt.date(2023, 1, 1)) is None
    assert band_of(None) == "UNK"


def test_an_age_says_whether_it_is_exact():
    day = dt.date(2023, 8, 1)
    assert age_on(who(born=dt.date(2000, 8, 1)), day) == (23, True)
    assert age_on(who(birth_year=2000), day) == (23, False)
    assert age_on(who(), day) is None
