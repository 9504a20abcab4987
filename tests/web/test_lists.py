# SPDX-License-Identifier: AGPL-3.0-or-later
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework import i18n
from casework.web import Page
from casework.web.charts import ceiling, line_shape
from casework.web.pages import here_with, sort_of


def test_a_list_is_cut_and_its_neighbours_are_known(gallery_app):
    with gallery_app.test_request_context("/files?status=open&page=2"):
        page = Page.of(list(range(120)))
        assert list(page) == list(range(50, 100))
        assert page.previous_url == "/files?status=open&page=1"
        assert page.next_url == "/files?status=open&page=3"
    with gallery_app.test_request_context("/files?page=3"):
        assert Page.of(list(range(120))).next_url is None


@pytest.mark.parametrize("asked", ["0", "-3", "x", "", "99999999999999999999"])
def test_a_page_that_cannot_be_is_no_error(gallery_app, asked):
    with gallery_app.test_request_context("/files", query_string={"page": asked}):
        page = Page.of([1, 2, 3])
        assert page.number >= 1


def test_a_change_of_filter_goes_back_to_the_first_page(gallery_app):
    with gallery_app.test_request_context("/files?page=4&lang=ar&q=a%26b&status=open"):
        assert here_with(status=None) == "/files?q=a%26b"
        assert here_with(sort="-code") == "/files?q=a%26b&status=open&sort=-code"


def test_only_a_known_column_sorts(gallery_app):
    with gallery_app.test_request_context("/files?sort=-code"):
        assert sort_of(("last", "code")) == ("code", True)
    with gallery_app.test_request_context("/files?sort=password"):
        assert sort_of(("last", "code")) == ("last", False)


@given(st.lists(st.one_of(st.none(), st.integers(0, 10**7)), max_size=60))
def test_a_line_stays_inside_its_picture(values):
    shape = line_shape(values, [str(number) for number in range(len(values))])
    for run in shape["runs"]:
        for across, up in run:
            assert 0 <= across <= shape["size"][0]
            assert 0 <= up <= shape["floor"]


@given(st.integers(0, 10**7))
def test_the_top_of_an_axis_is_round_and_just_above(highest):
    top = ceiling(highest)
    assert top >= highest
    assert top % 4 == 0
    assert top <= max(4, 2 * highest)


def test_time_runs_the_way_people_read():
    with i18n.use_language("fr"):
        french = line_shape([1, 2, 3], ["a", "b", "c"])
    with i18n.use_language("ar"):
        arabic = line_shape([1, 2, 3], ["a", "b", "c"])
    assert french["runs"][0][0][0] < french["runs"][0][-1][0]
    assert arabic["runs"][0][0][0] > arabic["runs"][0][-1][0]
