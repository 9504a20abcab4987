# SPDX-License-Identifier: AGPL-3.0-or-later
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from wtforms.validators import Optional

from casework import clock, i18n
from casework.web import BaseForm, PartialDate, PartialDateField, QuickDateField
from casework.web.dates import DayField, read_partial_date

THE_DAY = dt.date(2026, 3, 12)


class DaysForm(BaseForm):
    class Meta(BaseForm.Meta):
        csrf = False

    when = QuickDateField("When")
    next = QuickDateField("Next", future=True, required=False)
    ends = DayField("Ends", [Optional()])
    born = PartialDateField("Born")


@pytest.fixture(autouse=True)
def request_on_the_day(gallery_app):
    request = gallery_app.test_request_context(method="POST")
    with clock.frozen(THE_DAY), request, i18n.use_language("en"):
        yield


def form(**typed):
    return DaysForm(MultiDict({"when": ["2026-03-12"], **typed}))


@given(day=st.dates(dt.date(1910, 1, 1), THE_DAY))
def test_a_day_typed_is_the_day_read(day):
    with clock.frozen(THE_DAY):
        read = read_partial_date(str(day.day), f"{day.month:02}", str(day.year))
    assert read == PartialDate(day=day)
    assert read.precision == "day"


def outcome(parts):
    """What was read, or the sentence that refused it. Any other exception is a fault."""
    try:
        return read_partial_date(*parts), ""
    except ValueError as refusal:
        return None, str(refusal)


@given(parts=st.lists(st.text(max_size=5), min_size=4, max_size=4))
def test_whatever_is_typed_is_read_or_refused_with_a_sentence(parts):
    with clock.frozen(THE_DAY):
        read, sentence = outcome(parts)
    if read is None:
        assert sentence.endswith(".")
    else:
        known = [read.day, read.year, read.age]
        assert sum(value is not None for value in known) <= 1
        assert read.day is None or read.day <= THE_DAY


@given(value=st.one_of(
    st.builds(PartialDate),
    st.builds(PartialDate, day=st.dates(dt.date(1910, 1, 1), THE_DAY)),
    st.builds(PartialDate, year=st.integers(1910, 2026)),
    st.builds(PartialDate, age=st.integers(0, 120)),
))  # fmt: skip
def test_what_is_shown_again_is_read_back_the_same(value):
    with clock.frozen(THE_DAY):
        field = DaysForm(MultiDict(), data={"born": value}).born
        assert read_partial_date(*field.parts) == value


def test_figures_of_an_arabic_keyboard_are_read():
    assert read_partial_date("١٢", "٣", "٢٠٠١") == PartialDate(day=dt.date(2001, 3, 12))


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        (("31", "2", "2001"), "This day is not in the calendar."),
        (("13", "3", "2026"), "This day is still to come."),
        (("", "", "2027"), "This year is still to come."),
        (("", "", "85"), "Enter the year with four figures."),
        (("3", "5", ""), "Enter the year with four figures."),
        (("", "5", "1990"), "Enter the day and the month, or the year alone."),
        (("", "", "1990", "36"), "Enter a date or an age, not both."),
        (("", "", "", "121"), "Enter an age in years, at most 120."),
        (("", "", "1900"), "This year is too long ago. Check it."),
        (("x", "", "1990"), "Enter figures only."),
        (("²", "1", "1990"), "Enter figures only."),
    ],
)
def test_a_date_that_cannot_be_is_refused(parts, sentence):
    with pytest.raises(ValueError, match="^" + sentence.replace(".", r"\.")):
        read_partial_date(*parts)


def test_the_wrong_date_comes_back_as_typed():
    asked = form(born=["31", "2", "2001", ""])
    assert not asked.validate()
    assert asked.born.parts == ["31", "2", "2001", ""]
    assert not asked.born.data


def test_nothing_about_a_birth_is_required():
    asked = form(born=["", "", "", ""])
    assert asked.validate()
    assert asked.born.data == PartialDate()
    assert asked.born.data.precision is None


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        (["2026-03-12", ""], THE_DAY),
        (["2026-03-11", ""], dt.date(2026, 3, 11)),
        (["other", "2025-12-31"], dt.date(2025, 12, 31)),
        (["2025-12-31"], dt.date(2025, 12, 31)),
        (["2026-03-12", "2025-12-31"], THE_DAY),
    ],
)
def test_a_chip_or_another_day_is_read(typed, day):
    asked = form(when=typed)
    assert asked.validate(), asked.errors
    assert asked.when.data == day


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (["other", ""], "Say which day, with month and year."),
        (["other", "12/03/2026"], "Enter a day, with month and year."),
        (["other", "2026-02-30"], "Enter a day, with month and year."),
        (["other", "2026-03-13"], "This day is still to come. Choose today or an earlier day."),
        (["other", "1926-03-12"], "This day is too long ago. Check the year."),
    ],
)
def test_a_day_that_cannot_be_is_refused(typed, sentence):
    asked = form(when=typed)
    assert not asked.validate()
    assert asked.when.errors == [sentence]
    assert asked.when.typed == typed[1]
    assert [chosen for value, _words, chosen in asked.when.iter_chips()] == [False, False, True]


@pytest.mark.parametrize(
    ("year", "sentence"),
    [("0026", "This day is too long ago. Check the year."),
     ("2062", "This day is too far away. Check the year."),
     ("9999", "This day is too far away. Check the year.")],
)  # fmt: skip
def test_a_year_nobody_means_is_asked_about(year, sentence):
    asked = form(next=["other", f"{year}-11-30"], ends=[f"{year}-11-30"])
    assert not asked.validate()
    assert asked.next.errors == asked.ends.errors == [sentence]
    assert asked.ends._value() == f"{year}-11-30"


def test_what_is_planned_for_the_years_ahead_is_taken():
    asked = form(next=["other", "2031-12-31"], ends=["2031-12-31"])
    assert asked.validate(), asked.errors


def test_a_form_left_open_over_midnight_means_the_day_it_meant():
    with clock.frozen(THE_DAY + dt.timedelta(days=2)):
        asked = form()
        assert asked.validate()
        assert asked.when.data == THE_DAY
        assert asked.when.chip == "other"
        assert asked.when.in_words == "Thursday, 12 March 2026"


def test_a_day_to_come_is_taken_where_it_makes_sense():
    asked = form(next=["other", "2026-04-01"])
    assert asked.validate()
    assert asked.next.data == dt.date(2026, 4, 1)
    assert form().next.data is None


def test_months_are_named_in_the_words_of_the_country():
    with i18n.use_language("ar"):
        names = [name for _number, name, _chosen in form().born.iter_months()]
    assert names[7] == "غشت"


@pytest.mark.parametrize("style", ["full", "long", "medium"])
def test_a_month_begins_on_the_1er_in_french(style):
    with i18n.use_language("fr"):
        assert "1er mars 2026" in i18n.format_day(dt.date(2026, 3, 1), style)
        assert "1er" not in i18n.format_day(dt.date(2026, 3, 11), style)
    with i18n.use_language("en"):
        assert "1er" not in i18n.format_day(dt.date(2026, 3, 1), style)
