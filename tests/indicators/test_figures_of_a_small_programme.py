# SPDX-License-Identifier: AGPL-3.0-or-later
"""Figures equal a count by hand, and each role sees what it may."""

import datetime as dt
import json

import pytest

from casework.access import acting_as
from casework.errors import Refusal
from casework.indicators import CATALOGUE, Period, figure, report, written
from casework.indicators.catalogue import FAMILIES, registry
from casework.staff import acting_as_system

from ..web.manners import check

Y2023 = Period.named("2023")
LATER = [
    "PSS-05", "PSS-06", "GBV-01", "GBV-02", "GBV-03", "GBV-04", "REF-01", "REF-02", "REF-03",
    "DQ-01", "DQ-02",
]  # fmt: skip
# What an empty programme counts.
NOUGHT = {
    **dict.fromkeys(CATALOGUE, 0), **dict.fromkeys(LATER), "CTX-01": 5_000_000, "CTX-02": 11,
    "HUB-05": None,
}  # fmt: skip
D = dt.date


@pytest.fixture
def counted(programme):
    programme.heard("salma", [D(2022, 12, 5), D(2023, 1, 9)], born=D(1990, 5, 1))
    programme.heard("salma", [D(2023, 1, 10), D(2023, 3, 1)], sex="M", birth_year=2000)
    programme.heard("houda", [D(2023, 2, 1)], consents={"STATS": "no"})
    programme.guided("yassine", [D(2023, 4, 4), D(2023, 5, 5)])
    return programme


def value(code, period=Y2023, **more):
    with acting_as_system():
        return figure(CATALOGUE[code], period, **more)


def test_headlines_equal_a_count_by_hand(counted):
    assert {code: value(code).value for code in CATALOGUE} == {
        **NOUGHT, "PSS-01": 3, "PSS-02": 2, "PSS-03": 4, "PSS-04": 1, "PSS-07": 2,
        "HUB-01": 1, "HUB-07": 1,
    }  # fmt: skip


def test_every_indicator_of_the_registry_has_its_entry_and_its_place(app):
    assert list(CATALOGUE) == list(registry())
    assert len(CATALOGUE) == 47
    assert {one.code.partition("-")[0] for one in CATALOGUE.values()} == {*FAMILIES}


def test_what_no_form_writes_is_never_nought(counted):
    later = [one for one in CATALOGUE.values() if not one.is_recorded]
    assert [one.code for one in later] == LATER
    for one in later:
        found = value(one.code, by=one.by[:1])
        assert (found.value, found.status, found.words) == (None, "not recorded yet", "–")
        assert not found.cells


def test_what_is_quoted_is_said_as_its_source_says_it(counted):
    with acting_as_system():
        first, second = report(Y2023, ["CTX-01", "CTX-02"])["indicators"]
    assert (first["value"], first["qualifier"]) == (5_000_000, "≈")
    assert (second["value"], second["qualifier"]) == (11, "=")
    assert value("CTX-01").words.startswith("≈")


def test_two_individual_sessions_in_the_period_make_one_supported_person(programme):
    programme.heard("salma", [D(2023, 1, 9), D(2023, 3, 9), D(2023, 4, 9)])
    programme.heard("salma", [D(2023, 1, 10)])
    programme.heard("houda", [D(2022, 12, 30), D(2023, 1, 2)])
    assert value("PSS-04").value == 1
    assert value("PSS-04", Period.named("2023-Q1")).value == 1
    assert value("PSS-04", by=("month",)).cells == {}
    assert value("PSS-04", Period.between("2022-12-01", "2023-01-31")).value == 1
    assert value("PSS-04", by=("site",)).cells == {("OUJ",): 1}


def test_a_breakdown_says_what_was_not_agreed_to_be_counted(counted):
    by_sex = value("PSS-01", by=("sex",)).cells
    assert by_sex == {("F",): 1, ("M",): 1, ("not stated",): 1}


def test_months_count_people_anew(counted):
    months = value("PSS-01", by=("month",)).cells
    assert months == {("2023-01",): 2, ("2023-02",): 1, ("2023-03",): 1}


def test_a_site_limits_the_count(counted):
    assert value("PSS-01", sites={"BER"}).value == 1
    assert value("PSS-01", by=("site", "sex")).cells[("OUJ", "F")] == 1


def test_the_report_has_the_documented_shape(counted):
    with acting_as_system():
        content = report(Y2023, ["PSS-01"], ("site",), internal=True)
    assert content["period"] == {"from": "2023-01-01", "to": "2023-12-31"}
    (entry,) = content["indicators"]
    assert entry["value"] == 3
    assert {"dims": {"site": "OUJ"}, "value": 2, "status": "shown"} in entry["cells"]
    assert json.loads(written(content, "json")) == content
    assert "PSS-01" in written(content, "table")


def test_breakdowns_do_not_leave_before_tables_are_protected(counted):
    with acting_as_system(), pytest.raises(Refusal):
        report(Y2023, ["PSS-01"], ("site",))


@pytest.mark.parametrize("by", [("nationality",), ("sex", "sex"), ("story",)])
def test_a_breakdown_there_is_not_is_refused(counted, by):
    with pytest.raises(Refusal):
        value("PSS-01", by=by)


def test_an_unknown_indicator_is_refused(app):
    with acting_as_system(), pytest.raises(Refusal):
        report(Y2023, ["PSS-99"])


# ------------------------------------------------------------------ pages


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_a_coordinator_sees_headlines_and_no_breakdown(counted, sign_in, language):
    browser = sign_in("amina", language)
    page = browser.get(f"/indicators?period=2023&lang={language}", follow_redirects=True)
    assert page.status_code == 200
    check(page.text, language)
    one = browser.get("/indicators/PSS-01?period=2023")
    assert 'class="bars"' not in one.text
    check(one.text, language)


def test_an_officer_sees_breakdowns_of_all_sites(counted, sign_in):
    page = sign_in("karim").get("/indicators/PSS-01?period=2023").text
    assert "Site BER" in page
    check(page, "fr")


def test_a_supervisor_sees_breakdowns_of_her_site_only(counted, sign_in):
    page = sign_in("nawal").get("/indicators/PSS-01?period=2023").text
    assert "Site OUJ" in page
    assert "Site BER" not in page


@pytest.mark.parametrize(
    "query", ["period=2023-13", "from=2023-05-01&to=2023-01-01", "from=2023-02-31&to=2023-03-01",
              "from=&to=2023-01-01", "period=2023-01-01..", "period=0000"],
)  # fmt: skip
def test_a_period_there_is_not_gets_a_sentence(sign_in, query):
    answer = sign_in("amina").get(f"/indicators?{query}")
    assert answer.status_code == 422
    assert "note-bad" in answer.text


def test_figures_need_no_compartment(counted):
    """Whatever a coordinator asks, no person's key is used: her compartments are none."""
    with acting_as(counted.user("amina")) as actor:
        assert actor.compartments == frozenset()
        assert figure(CATALOGUE["PSS-01"], Y2023).value == 3
