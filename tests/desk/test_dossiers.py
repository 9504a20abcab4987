# SPDX-License-Identifier: AGPL-3.0-or-later
"""Today, the list and a dossier: codes everywhere, a name on demand, nothing outside reach."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from casework import clock
from casework.access import acting_as
from casework.db import db
from casework.desk import listed
from casework.indicators import CATALOGUE, Period, figure
from casework.listening import ListeningSession
from casework.people import Person
from casework.staff import acting_as_system

from ..web.manners import check, token

D = dt.date
NAME = "Halabi"


@pytest.fixture
def her(programme):
    return programme.heard("salma", [D(2023, 1, 9), D(2023, 2, 1)], born=D(1990, 5, 1))


def code_of(programme, person_id):
    with acting_as(programme.user("salma")):
        return db.session.get_one(Person, person_id).code


@pytest.mark.parametrize("login", ["salma", "nawal", "yassine", "amina", "karim", "admin"])
@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_today_speaks_to_each_role_and_names_nobody(her, sign_in, login, language):
    page = sign_in(login).get(f"/?lang={language}", follow_redirects=True)
    assert page.status_code == 200
    check(page.text, language)
    assert NAME not in page.text


def test_who_has_been_silent_rises_on_today(her, programme, sign_in):
    assert code_of(programme, her) in sign_in("salma").get("/").text


def test_the_list_shows_codes_and_no_name(her, programme, sign_in):
    page = sign_in("salma").get("/dossiers").text
    check(page, "fr")
    assert code_of(programme, her) in page
    assert NAME not in page


@pytest.mark.parametrize("show", ["mine", "all", "quiet", "closed", "nonsense"])
@pytest.mark.parametrize("sort", ["", "code", "-last", "since", "name"])
def test_filters_and_sorts_live_in_the_address(her, sign_in, show, sort):
    assert sign_in("salma").get(f"/dossiers?show={show}&sort={sort}&page=1").status_code == 200


def test_a_part_of_a_name_filters_ones_own_people_only(her, programme, sign_in):
    for login, found in (("salma", True), ("nawal", False), ("houda", False)):
        browser = sign_in(login)
        page = browser.get("/dossiers").text
        answer = browser.post("/dossiers/named", data={"part": "hala", "csrf_token": token(page)})
        assert answer.status_code == 200
        assert (code_of(programme, her) in answer.text) is found, login


def test_the_list_asks_few_questions(her, programme, app):
    asked = []
    with acting_as(programme.user("nawal")):
        event.listen(db.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
        listed("all")
    assert len([one for one in asked if one.startswith("SELECT")]) == 1


# ------------------------------------------------------------------ one dossier


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_a_dossier_hides_the_name_until_it_is_asked_for(her, sign_in, language):
    browser = sign_in("salma")
    page = browser.get(f"/dossiers/{her}?lang={language}", follow_redirects=True)
    check(page.text, language)
    assert NAME not in page.text
    shown = browser.post(f"/dossiers/{her}/name", data={"csrf_token": token(page.text)})
    assert NAME in shown.text


@pytest.mark.parametrize("login", ["houda", "yassine"])
def test_a_dossier_outside_reach_does_not_exist(her, sign_in, login):
    browser = sign_in(login)
    for address in (f"/dossiers/{her}", f"/dossiers/{her}/edit", f"/people/{her}/consents"):
        assert browser.get(address).status_code == 404


@pytest.mark.parametrize("login", ["amina", "karim", "admin"])
def test_who_opens_no_file_opens_no_dossier(her, sign_in, login):
    browser = sign_in(login)
    for address in ("/dossiers", f"/dossiers/{her}", "/people/search", "/people/new"):
        answer = browser.get(address)
        assert answer.status_code == 403
        assert NAME not in answer.text


def damage(session_id, box):
    """Change a stored record from outside the product, past all its walls."""
    raw = db.engine.raw_connection()
    mark = "?" if db.engine.dialect.name == "sqlite" else "%s"
    key = session_id.hex if mark == "?" else session_id
    raw.cursor().execute(
        f"UPDATE listening_session SET story_box = {mark} WHERE id = {mark}", (box, key)
    )
    raw.commit()
    raw.close()


def test_a_damaged_session_says_so_and_the_rest_works(her, sign_in):
    with acting_as_system():
        row = db.session.scalars(sa.select(ListeningSession)).first()
        key, broken = row.id, bytearray(row.story_box)
    broken[-1] ^= 1
    db.session.rollback()
    damage(key, bytes(broken))
    page = sign_in("salma").get(f"/dossiers/{her}")
    assert page.status_code == 200
    assert "abîmée" in page.text
    assert "En confiance." in page.text


def test_a_correction_changes_the_figures_with_it(her, programme, sign_in):
    browser = sign_in("salma")
    page = browser.get(f"/dossiers/{her}/edit").text
    version = page.split('name="version"')[1].split('value="')[1].split('"')[0]
    data = {"csrf_token": token(page), "version": version, "sex": "M", "given": "Nour",
            "family": "Halabi"}  # fmt: skip
    assert browser.post(f"/dossiers/{her}/edit", data=data).status_code == 303
    with acting_as_system():
        found = figure(CATALOGUE["PSS-01"], Period.named("2023"), ("sex",))
    assert found.cells == {("M",): 1}


def test_a_stale_correction_is_refused_and_keeps_what_was_typed(her, sign_in):
    browser = sign_in("salma")
    page = browser.get(f"/dossiers/{her}/edit").text
    data = {"csrf_token": token(page), "version": "0", "given": "Nourhane", "family": "Halabi"}
    answer = browser.post(f"/dossiers/{her}/edit", data=data)
    assert answer.status_code == 409
    assert "Nourhane" in answer.text


def test_thirty_days_are_counted_from_today(her, programme):
    with clock.frozen(D(2023, 2, 20)), acting_as(programme.user("salma")):
        assert listed("quiet") == []
