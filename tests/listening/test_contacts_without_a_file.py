# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whoever came or called once can be found again, without a word of what was asked."""

import datetime as dt
import re

import pytest
import sqlalchemy as sa

from casework.db import db, transaction
from casework.listening import FirstContact, number_unattached
from casework.listening.actions import attach_contact, record_contact
from casework.people import Person

from ..web.manners import check
from .conftest import TODAY, one, torn_at_its_end

SECRET = "Demande un hébergement."


def contact(programme, by="salma", days=0, **more):
    content = {"held_on": TODAY - dt.timedelta(days), "first_contact": "PHONE", "note": SECRET}
    with programme.acting(by), transaction():
        return record_contact(programme.site_of(by).id, **{**content, **more}).id


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_the_newest_comes_first_and_nothing_of_it_is_told(programme, sign_in, language):
    older, newer = contact(programme, days=9), contact(programme, days=2)
    page = sign_in("salma", language).get("/contacts").text
    check(page, language)
    assert page.index(f"/contacts/{newer}") < page.index(f"/contacts/{older}")
    assert SECRET not in page


def test_days_are_told_of_what_is_near(programme, sign_in):
    for days in (0, 12, 60, 61):
        contact(programme, days=days)
    page = sign_in("salma").get("/contacts").text
    badges = re.findall(r"</svg>([^<]+)</span>", page)
    assert [one for one in badges if one[0].isdigit()] == ["12 jours", "60 jours"]
    assert badges.count("Aujourd’hui") == 1


def test_one_leads_to_its_page_and_from_there_to_a_file(programme, sign_in):
    key, browser = contact(programme), sign_in("salma")
    page = browser.get(f"/contacts/{key}").text
    assert SECRET in page
    assert f'href="/contacts/{key}/person"' in page
    assert 'href="/contacts"' in page


def test_an_attached_one_waits_no_more(programme, sign_in):
    key, other, her = contact(programme), contact(programme), programme.person()
    with programme.acting("salma"), transaction():
        attach_contact(one(FirstContact, key), one(Person, her))
    page = sign_in("salma").get("/contacts").text
    assert f"/contacts/{key}" not in page
    assert f"/contacts/{other}" in page


def test_each_sees_those_in_her_reach(programme, sign_in):
    hers, of_a_colleague = contact(programme), contact(programme, by="nora")
    elsewhere = contact(programme, by="hind")
    page = sign_in("salma").get("/contacts").text
    assert f"/contacts/{hers}" in page
    assert f"/contacts/{of_a_colleague}" not in page
    whole = sign_in("said").get("/contacts").text
    assert f"/contacts/{of_a_colleague}" in whole
    assert f"/contacts/{elsewhere}" not in whole
    assert sign_in("omar").get("/contacts").status_code == 403
    assert sign_in("adil").get("/contacts").status_code == 403


def test_the_count_is_of_those_in_reach(programme):
    for by in ("salma", "salma", "hind"):
        contact(programme, by=by)
    for by, number in (("salma", 2), ("said", 2), ("hind", 1), ("nora", 0), ("omar", 0)):
        with programme.acting(by), transaction(write=False):
            assert number_unattached() == number


@pytest.mark.parametrize("page", ["0", "-3", "many", "99999999999999999999"])
def test_a_page_that_is_not_there_is_no_error(programme, sign_in, page):
    contact(programme)
    answer = sign_in("salma").get(f"/contacts?page={page}")
    assert answer.status_code == 200
    check(answer.text, "fr")


def test_with_none_it_says_so(programme, sign_in):
    assert "empty-state" in sign_in("salma").get("/contacts").text


def test_a_damaged_one_stands_in_its_place_and_the_others_are_read(programme, sign_in):
    whole, damaged = contact(programme, days=1), contact(programme)
    with programme.acting("salma"), transaction():
        row = one(FirstContact, damaged)
        torn = sa.update(FirstContact).where(FirstContact.id == damaged)
        db.session.execute(torn.values(story_box=torn_at_its_end(row.story_box)))
    page = sign_in("salma").get("/contacts").text
    check(page, "fr")
    assert f"/contacts/{whole}" in page
    assert "endommagé" in page
    assert f"/contacts/{damaged}" not in page
