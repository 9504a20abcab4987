# SPDX-License-Identifier: AGPL-3.0-or-later
"""Today says to each role what waits, by codes and figures, and leads there."""

import datetime as dt

import pytest

from casework import clock
from casework.access import acting_as, drafts
from casework.access import actions as access
from casework.db import db, transaction
from casework.desk import today
from casework.listening import Case
from casework.listening.actions import record_contact
from casework.people import Person

from ..web.manners import check
from .conftest import PASSWORD

D = dt.date
AGO = dt.timedelta


@pytest.fixture
def heard(programme):
    """Two people of Oujda: one seen 40 days ago, one last week; one of Berkane; one of the hub."""
    this_day = clock.today()
    return {
        "silent": programme.heard("salma", [this_day - AGO(40)]),
        "recent": programme.heard("salma", [this_day - AGO(7), this_day]),
        "berkane": programme.heard("houda", [this_day - AGO(90)]),
        "hub": programme.guided("yassine", [this_day - AGO(3)]),
    }


def codes(programme, heard):
    found = {}
    for login, names in (("salma", ("silent", "recent")), ("houda", ("berkane",)),
                         ("yassine", ("hub",))):  # fmt: skip
        with acting_as(programme.user(login)), transaction(write=False):
            found |= {name: db.session.get_one(Person, heard[name]).code for name in names}
    return found


def case_of(programme, person_id, login="salma"):
    with acting_as(programme.user(login)), transaction(write=False):
        return db.session.query(Case.id).where(Case.person_id == person_id).scalar()


def section(page, heading):
    return page.split(f"<h2>{heading}</h2>")[1].split("</section>")[0]


def test_a_counsellor_sees_who_has_been_silent_and_for_how_long(programme, heard, sign_in):
    page, known = sign_in("salma").get("/").text, codes(programme, heard)
    to_follow_up = section(page, "À relancer")
    assert known["silent"] in to_follow_up
    assert "40 jours" in to_follow_up
    assert known["recent"] not in to_follow_up
    assert known["recent"] in section(page, "Dossiers récents")
    assert known["berkane"] not in page


def test_a_supervisor_sees_the_open_files_and_the_month_of_her_site(programme, heard, sign_in):
    with acting_as(programme.user("nawal")), transaction(write=False):
        where, shown = today.stats()
        assert today.open_now() == 2
    assert where == "Site OUJ"
    assert len(shown) == 2
    page = sign_in("nawal").get("/").text
    assert "Site OUJ" in page
    assert "2 ouverts" in section(page, "Dossiers récents")


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_contacts_that_belong_to_nobody_are_led_to(programme, sign_in, language):
    browser = sign_in("salma")
    assert 'href="/contacts"' not in browser.get(f"/?lang={language}", follow_redirects=True).text
    with acting_as(programme.user("salma")), transaction():
        record_contact(programme.sites["OUJ"], held_on=clock.today(), first_contact="PHONE")
    page = browser.get("/").text
    check(page, language)
    assert 'href="/contacts"' in page
    assert 'href="/contacts"' not in sign_in("yassine").get("/").text


def test_a_coordinator_sees_headlines_and_no_code(programme, heard, sign_in):
    page = sign_in("amina").get("/").text
    assert page.count('class="stat-figure"') == len(today.HEADLINES)
    assert not [code for code in codes(programme, heard).values() if code in page]


def test_an_administrator_sees_users_and_keys(programme, heard, sign_in):
    page = sign_in("admin").get("/").text
    assert "/users" in page
    assert "Clés" in page
    assert not [code for code in codes(programme, heard).values() if code in page]


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_who_watches_over_the_trail_sees_how_long_it_is(programme, app, sign_in, language):
    with transaction():
        user, _password = access.create_user("zahra", "Zahra", password=PASSWORD)
        access.grant(user, "dpo")
    page = sign_in("zahra").get(f"/?lang={language}", follow_redirects=True).text
    check(page, language)
    assert "casework trail verify" in page


# ------------------------------------------------------------------ to a meeting


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_two_taps_lead_to_the_form_of_a_session(programme, heard, sign_in, language):
    browser = sign_in("salma")
    assert 'href="/dossiers/open"' in browser.get(f"/?lang={language}", follow_redirects=True).text
    page = browser.get("/dossiers/open").text
    check(page, language)
    case = case_of(programme, heard["recent"])
    assert f'href="/cases/{case}/sessions/new"' in page
    assert codes(programme, heard)["berkane"] not in page
    assert "Halabi" not in page
    assert browser.get(f"/cases/{case}/sessions/new").status_code == 200


def test_the_hub_comes_to_the_form_of_guidance(programme, heard, sign_in):
    page = sign_in("yassine").get("/dossiers/open").text
    assert "/orientations/new" in page
    assert codes(programme, heard)["hub"] in page


def test_with_no_file_open_the_next_step_is_said(programme, sign_in):
    page = sign_in("salma").get("/dossiers/open").text
    check(page, "fr")
    assert "empty-state" in page


# ------------------------------------------------------------------ drafts


def test_a_draft_waits_on_today_under_its_code(programme, heard, sign_in):
    case = case_of(programme, heard["recent"])
    address = f"/cases/{case}/sessions/new"
    with acting_as(programme.user("salma")), transaction():
        drafts.save_draft(address, {"note": "Un secret commencé."})
    page = sign_in("salma").get("/").text
    check(page, "fr")
    assert f'href="{address}?held=1"' in page
    assert "Un secret" not in page
    assert "sessions/new?held" not in sign_in("nawal").get("/").text
    assert "Un secret commencé." in sign_in("salma").get(f"{address}?held=1").text


def test_a_draft_whose_file_is_out_of_reach_is_not_named(programme, heard):
    case = case_of(programme, heard["berkane"], "houda")
    with acting_as(programme.user("salma")), transaction():
        drafts.save_draft(f"/cases/{case}/sessions/new", {"note": "?"})
        drafts.save_draft("/contacts/new", {"note": "?"})
        assert [one.url for one in today.unfinished()] == ["/contacts/new?held=1"]
        drafts.save_draft("/events/new", {"title": "?"})
        assert {one.title for one in today.unfinished()} >= {"Rencontre"}


def test_an_old_draft_is_forgotten(programme, heard):
    with acting_as(programme.user("salma")), transaction():
        drafts.save_draft("/contacts/new", {"note": "?"})
        assert len(today.unfinished()) == 1
        with clock.frozen(clock.today() + AGO(32)):
            assert today.unfinished() == []


def test_a_phone_holds_four_ways_and_leads_to_the_others(programme, sign_in):
    browser = sign_in("yassine")
    page = browser.get("/").text
    hidden = page.count('class="navigation-rest"')
    assert page.count('class="navigation-link"') == hidden + 5  # four ways, and the one to all
    assert hidden


def test_who_has_few_ways_sees_them_all(programme, sign_in):
    page = sign_in("admin").get("/").text
    assert "navigation-rest" not in page
    assert page.count('class="navigation-link"') == 5
