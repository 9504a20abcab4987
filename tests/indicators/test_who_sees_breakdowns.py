# SPDX-License-Identifier: AGPL-3.0-or-later
"""A breakdown is for the sites one heads, leaves a line in the trail, and never guesses."""

import datetime as dt

import pytest
from flask import current_app

from casework import clock
from casework.access import Site, acting_as
from casework.access import actions as access
from casework.audit import spoken
from casework.db import db, transaction
from casework.errors import Refusal
from casework.indicators import CATALOGUE, Period, figure, report, written
from casework.indicators.views import sites_shown
from casework.staff import acting_as_system
from tests.indicators.test_figures_of_a_small_programme import NOUGHT

from ..web.manners import check

D = dt.date
Y2023 = Period.named("2023")


def shown(found):
    return {tuple(cell["dims"].items()): cell["value"] for cell in found["cells"]}


@pytest.fixture
def counted(programme):
    """Three women and a man heard, one of them at both cells; two men guided."""
    programme.heard("salma", [D(2023, 1, 9), D(2023, 1, 30)], born=D(2000, 1, 10))
    programme.heard("salma", [D(2023, 2, 6)], birth_year=1960)
    programme.heard("houda", [D(2023, 2, 7)], sex="M")
    programme.heard("houda", [D(2023, 4, 3)], consents={"STATS": "no"}, birth_year=1990)
    him = programme.guided("yassine", [D(2023, 1, 3)], birth_year=1999)
    programme.started("yassine", him, D(2023, 5, 2))
    programme.guided("yassine", [D(2023, 6, 3), D(2023, 6, 10)], birth_year=1999)
    return programme


def test_every_breakdown_equals_a_count_by_hand(counted):
    with acting_as_system():
        tables = [("site",), ("sex",), ("age_band",), ("month",)]
        content = report(Y2023, [], tables, True)
        content["indicators"] += report(Y2023, ["HUB-03"], [("site",), ("isic_section",)], True)[
            "indicators"
        ]
    entries = {entry["code"]: entry for entry in content["indicators"]}
    assert {code: entry["value"] for code, entry in entries.items()} == {
        **NOUGHT, "PSS-01": 4, "PSS-02": 4, "PSS-03": 5, "HUB-01": 2,
        "HUB-02": 1, "HUB-03": 1, "HUB-04": 1, "HUB-07": 1, "PSS-04": 1, "PSS-07": 2,
    }  # fmt: skip
    assert shown(entries["PSS-01"]) == {
        (("site", "OUJ"),): 2, (("site", "BER"),): 2,
        (("sex", "F"),): 2, (("sex", "M"),): 1, (("sex", "not stated"),): 1,
        # The first turned 23 between her two sessions: her age is that of the first.
        (("age_band", "18_24"),): 1, (("age_band", "60_99"),): 1,
        (("age_band", "UNK"),): 1, (("age_band", "not stated"),): 1,
        (("month", "2023-01"),): 1, (("month", "2023-02"),): 2, (("month", "2023-04"),): 1,
    }  # fmt: skip
    assert shown(entries["HUB-02"])[(("age_band", "18_24"),)] == 1
    assert shown(entries["HUB-03"]) == {(("site", "TTA"),): 1, (("isic_section", "C"),): 1}
    assert shown(entries["HUB-04"])[(("month", "2023-05"),)] == 1
    assert shown(entries["HUB-01"])[(("month", "2023-06"),)] == 1
    assert entries["PSS-03"]["additive"] is True
    assert entries["PSS-01"]["additive"] is False


def test_several_tables_stand_in_one_report(counted):
    with acting_as_system():
        plain = report(Y2023, ["PSS-03"], ("site", "sex"), True)
        listed = report(Y2023, ["PSS-03"], [("site", "sex"), ("month",)], True)
    assert shown(plain["indicators"][0])[(("site", "OUJ"), ("sex", "F"))] == 3
    assert shown(plain["indicators"][0]).items() <= shown(listed["indicators"][0]).items()
    assert shown(listed["indicators"][0])[(("month", "2023-01"),)] == 2


def test_what_is_not_counted_yet_is_not_nought(counted, sign_in):
    with acting_as_system(), clock.frozen(D(2024, 1, 10)):
        to_come = report(Period.named("2025"), ["PSS-01"])
        not_built = report(Y2023, ["REF-01", "PSS-01"])
    (entry,) = to_come["indicators"]
    assert (entry["value"], entry["status"], entry["cells"]) == (None, "not recorded yet", [])
    assert [one["status"] for one in not_built["indicators"]] == ["not recorded yet", "shown"]
    page = sign_in("amina").get("/indicators/REF-01")
    assert "Ce n’est pas zéro." in page.text
    text = written(not_built, "table")
    assert "REF-01" in text
    assert "–" in text


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_a_period_still_to_come_says_so(counted, sign_in, language):
    browser = sign_in("karim", language)
    for address in ("/indicators?period=2098", "/indicators/PSS-01?period=2098"):
        page = browser.get(f"{address}&lang={language}", follow_redirects=True)
        assert page.status_code == 200
        check(page.text, language)
        assert "–" in page.text


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
@pytest.mark.parametrize("code", ["PSS-01", "PSS-02", "PSS-03", "HUB-01"])
def test_each_indicator_shows_its_tables(counted, sign_in, code, language):
    page = sign_in("karim").get(f"/indicators/{code}?period=2023&lang={language}",
                                follow_redirects=True).text  # fmt: skip
    check(page, language)
    of_people, of_firms = "sex" in CATALOGUE[code].by, "legal_form" in CATALOGUE[code].by
    crossed = 3 * of_people + of_firms
    assert page.count('class="bars"') == len(CATALOGUE[code].by)
    assert "<polyline" in page
    assert page.count('class="table-cards"') == crossed
    assert page.count('<details class="details card details-printed">') == crossed


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_the_page_of_each_indicator_has_its_manners(counted, sign_in, language):
    browser = sign_in("karim")
    for code, indicator in CATALOGUE.items():
        page = browser.get(f"/indicators/{code}?period=2023&lang={language}", follow_redirects=True)
        check(page.text, language)
        shown = len(indicator.by) if indicator.kinds else 0
        assert page.text.count("<h2>") >= shown, code


def test_a_breakdown_asked_of_all_is_given_where_there_is_one(counted):
    with acting_as_system():
        found = report(Y2023, by=("sex",), internal=True)["indicators"]
    by_code = {entry["code"]: entry for entry in found}
    assert shown(by_code["PSS-01"])
    assert by_code["EVT-01"]["value"] == 0
    assert by_code["EVT-01"]["cells"] == []
    with acting_as_system(), pytest.raises(Refusal):
        report(Y2023, codes=["EVT-01"], by=("sex",), internal=True)


def test_months_to_come_leave_the_line_open(counted, sign_in):
    with clock.frozen(D(2030, 3, 15)):
        page = sign_in("karim").get("/indicators/PSS-03?period=2030").text
    assert page.count('<td class="number">:</td>') == 9
    assert page.count('<td class="number">0</td>') == 3


def test_only_the_sites_one_heads_are_broken_down(counted):
    with transaction():
        salma = counted.user("salma")
        berkane = db.session.get_one(Site, counted.sites["BER"])
        access.grant(salma, "cell_supervisor", berkane)
    for login, seen in {
        "salma": {"BER"}, "nawal": {"OUJ"}, "karim": None,
    }.items():  # fmt: skip
        with acting_as(counted.user(login)), transaction(write=False):
            assert sites_shown() == seen, login


def test_a_breakdown_looked_at_leaves_a_line(counted, sign_in):
    sign_in("amina").get("/indicators/PSS-01?period=2023")
    sign_in("karim").get("/indicators/PSS-01?period=2023")
    lines = [line for line in spoken(current_app.extensions["trail"])
             if line["action"] == "figures:breakdown" and "outcome" not in line]  # fmt: skip
    assert [line["actor"] for line in lines] == [counted.users["karim"].hex]
    assert lines[0]["object"] == "PSS-01"


@pytest.mark.parametrize("login", ["salma", "amina", "yassine"])
def test_who_may_not_break_down_gets_headlines_only(counted, sign_in, login):
    page = sign_in(login).get("/indicators/PSS-01?period=2023").text
    assert 'class="bars"' not in page
    assert "<polyline" not in page
    assert "Site OUJ" not in page


def test_who_has_no_figures_gets_none(counted, sign_in):
    browser = sign_in("admin")
    assert browser.get("/indicators").status_code == 403
    assert browser.get("/indicators/PSS-01").status_code == 403


def test_the_programme_says_what_it_reported_beside_what_is_counted(counted, sign_in):
    page = sign_in("amina").get("/indicators").text
    assert "663" in page
    assert figure_of("PSS-01").value == 4
    assert "≥ 50" in page
    assert "named" not in page  # the five plans it names are five
    assert "663" not in sign_in("amina").get("/indicators?period=2023").text


def figure_of(code):
    with acting_as_system():
        return figure(CATALOGUE[code], Period.programme())


def test_an_indicator_there_is_not_is_no_page(counted, sign_in):
    assert sign_in("karim").get("/indicators/REF-99").status_code == 404


@pytest.mark.parametrize(("login", "status"), [("amina", 422), ("nawal", 422), ("karim", 200)])
def test_single_days_are_read_by_who_answers_for_figures_alone(counted, sign_in, login, status):
    """Held against each other, the figures of days tell who of few people came back."""
    browser = sign_in(login)
    for page in ("/indicators", "/indicators/PSS-01"):
        assert browser.get(f"{page}?period=2023-05-02..2023-05-02").status_code == status
        assert browser.get(f"{page}?period=2023-05").status_code == 200
