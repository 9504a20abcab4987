# SPDX-License-Identifier: AGPL-3.0-or-later
"""From the invitation to the list, by one save or by a slip at the door."""

import datetime as dt
import re

import pytest

from casework import clock
from casework.access import Site
from casework.db import db, transaction
from casework.events import Event, listed
from casework.people import register_person
from casework.welcome import put_on_list
from casework.welcome.models import Invitation
from tests.listening.test_pages_of_a_cell import LANGUAGES, prefilled
from tests.web import manners

from .conftest import GUESTS, HELD_ON, TODAY, counted, one, send


def on_list(guests, event):
    db.session.expunge_all()
    with guests.programme.acting("hind"), transaction(write=False):
        return {who.who.name: line.presence.days for line, who, _w in listed(one(Event, event))}


def test_who_is_invited_twice_stands_there_once_and_the_event_tells_its_numbers(guests):
    event = guests.event()
    assert guests.invite(event, "FICTIVE leila; societe une; EMP; F\nNour") == 1
    guests.answer(event, "coming", "declined")
    assert [answer for _id, _name, answer in guests.rows(event)] == [
        "coming", "declined", "none", "none",
    ]  # fmt: skip
    with guests.programme.acting("amina"), transaction(write=False):
        assert (one(Event, event).details["invited"], one(Event, event).details["coming"]) == (4, 1)


def test_those_who_come_join_the_list_in_one_save_and_nobody_is_present_yet(guests):
    event = guests.event()
    guests.answer(event, "coming", "declined", "coming")
    with guests.programme.acting("hind"), transaction():
        row = one(Event, event)
        assert put_on_list(row, version=row.version) == (1, 1)  # a ministry has named nobody
        assert put_on_list(row, version=row.version, silent_too=True) == (0, 1)
    assert on_list(guests, event) == {"Leïla Fictive": []}
    assert counted("event_present").value == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_invitations_in_the_browser(guests, sign_in, language):
    event = guests.programme.event(first_on=TODAY, status="planned", capacity=1)
    browser, here = sign_in("hind", language), f"/events/{event}/invitations"
    for path in ("", "/new", "/list"):
        manners.check(browser.get(here + path).text, language)
    wrong = send(browser, f"{here}/new", lines="; Société; EMP\nx; ; Château")
    assert wrong.status_code == 422
    assert prefilled(wrong.text)["lines"] == ["; Société; EMP\nx; ; Château"]
    manners.check(wrong.text, language)
    assert send(browser, f"{here}/new", lines=GUESTS).status_code == 303
    sheet = prefilled(browser.get(here).text)
    keys = [key for key, _name, _answer in guests.rows(event)]
    sheet |= {f"answer-{key}": "coming" for key in keys} | {f"who-{keys[2]}": "Sana Fictive"}
    full = browser.post(here, data=sheet)
    assert full.status_code == 422  # three for one place: a reason, and it is saved
    assert "Sana Fictive" in full.text
    manners.check(full.text, language)
    again = {**prefilled(full.text), "over": "Une salle voisine."}
    assert browser.post(here, data=again).status_code == 303
    assert "Une salle voisine." in browser.get(f"/events/{event}").text
    assert browser.post(here, data=again).status_code == 303  # a second touch of the button
    late = browser.post(here, data={**sheet, f"answer-{keys[0]}": "declined"})
    assert late.status_code == 409
    assert send(browser, f"{here}/list", over="").status_code == 303
    assert set(on_list(guests, event)) == {"Leïla Fictive", "Karim Fictif", "Sana Fictive"}
    gone = {**prefilled(browser.get(here).text), "gone": str(keys[0])}
    assert browser.post(here, data=gone).status_code == 303
    assert len(guests.rows(event)) == 2


def test_an_answer_that_is_none_changes_nothing(guests, sign_in):
    event = guests.event()
    browser, here = sign_in("hind"), f"/events/{event}/invitations"
    sheet, (key, _name, _answer) = prefilled(browser.get(here).text), guests.rows(event)[0]
    for wrong in ({f"answer-{key}": "maybe"}, {"answer-x": "coming"}, {"gone": "x"}):
        assert browser.post(here, data={**sheet, **wrong}).status_code == 422, wrong
    assert {answer for _id, _name, answer in guests.rows(event)} == {"none"}


def test_a_person_of_the_hub_is_invited_by_her_code_and_nothing_leads_back(guests, sign_in):
    event = guests.event()
    with guests.programme.acting("hind"), transaction():
        site = one(Site, guests.programme.sites["TTA"])
        said = {"given": "Ekundayo", "family": "Okafor", "sex": "F", "birth_year": 1990}
        code = register_person(site, said, {"CARE": "yes"}).code
    browser = sign_in("hind")
    unknown = send(browser, f"/events/{event}/invitations/new", codes=f"{code}\nZZZZZZ")
    assert unknown.status_code == 422
    assert code in unknown.text
    assert send(browser, f"/events/{event}/invitations/new", codes=code).status_code == 303
    page = browser.get(f"/events/{event}/invitations").text
    assert "Ekundayo Okafor" in page
    assert code not in page
    cell = guests.programme.event(by="nawal")
    form = sign_in("nawal").get(f"/events/{cell}/invitations/new").text
    assert 'name="codes"' not in form


def test_who_came_before_is_invited_again_as_the_same(guests, sign_in):
    before, event = guests.programme.event(), guests.programme.event(first_on=TODAY)
    guests.programme.people(before)
    browser, address = sign_in("hind"), f"/events/{event}/invitations/new"
    for wrong in ("x", str(event), str(guests.programme.event(by="nawal"))):
        assert send(browser, address, earlier=wrong).status_code == 422
    for _twice in range(2):
        assert send(browser, address, earlier=str(before)).status_code == 303
    rows = guests.rows(event)
    assert [name for _id, name, _answer in rows][:2] == ["Leïla Fictive", "Karim Fictif"]
    assert len(rows) == 3
    with guests.programme.acting("hind"), transaction(write=False):
        keys = {one(Invitation, key).subject_id for key, _name, _answer in rows}
        assert keys == {line.subject_id for line, _who, _w in listed(one(Event, before))}


# ------------------------------------------------------------------ slips


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_slip_says_a_number_and_no_name_in_two_languages(guests, sign_in, language):
    event = guests.event()
    guests.answer(event, "coming", "declined")
    page = sign_in("hind", language).get(f"/events/{event}/slips").text
    manners.check(page, language)
    assert page.count('class="slip"') == 2
    assert page.count('class="code-square"') == 2
    assert "Présentez ce billet" in page
    assert "عند المدخل" in page
    assert "Leïla" not in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_scanned_slip_marks_its_guest_present_today(guests, sign_in, language):
    event = guests.event()
    browser, slip = sign_in("hind", language), f"/slips/{guests.slip(event)}"
    page = browser.get(slip).text
    manners.check(page, language)
    assert "Leïla Fictive" in page
    for _twice in range(2):
        assert send(browser, slip).status_code == 303
    assert on_list(guests, event) == {"Leïla Fictive": [TODAY.isoformat()]}
    after = browser.get(slip).text
    assert "form card" not in after
    nameless = f"/slips/{guests.slip(event, 2)}"
    assert send(browser, nameless).status_code == 422
    assert send(browser, nameless, who="Sana Fictive").status_code == 303
    assert set(on_list(guests, event)) == {"Leïla Fictive", "Sana Fictive"}


def test_at_a_full_door_a_word_lets_a_guest_in(guests, sign_in):
    event = guests.event(capacity=1)
    browser = sign_in("hind")
    assert send(browser, f"/slips/{guests.slip(event)}").status_code == 303
    second = f"/slips/{guests.slip(event, 1)}"
    full = send(browser, second)
    assert full.status_code == 422
    assert 'name="over"' in full.text
    assert send(browser, second, over="On se serre.").status_code == 303
    assert len(on_list(guests, event)) == 2


@pytest.mark.parametrize("days", [-1, 1])
def test_a_slip_of_another_day_says_so_and_marks_nobody(guests, sign_in, days):
    event = guests.event(first_on=TODAY + dt.timedelta(days))
    slip = f"/slips/{guests.slip(event)}"
    browser = sign_in("hind")
    page = browser.get(slip).text
    assert re.search("n’est (pas encore|plus) valable", page)
    assert "form card" not in page
    assert send(browser, slip, token_from=f"/events/{event}/edit").status_code == 409
    assert on_list(guests, event) == {}


def test_a_slip_gives_nothing_without_sign_in_and_reach(guests, sign_in, app):
    event = guests.event()
    slip = f"/slips/{guests.slip(event)}"
    stranger = app.test_client().get(slip)
    assert stranger.status_code == 303
    assert "Leïla" not in stranger.text
    other, wrong = sign_in("nawal").get(slip), sign_in("hind").get("/slips/abcdef")
    assert (other.status_code, wrong.status_code) == (404, 404)
    assert "Ce billet n’est pas connu" in other.text
    assert "Ce billet n’est pas connu" in wrong.text
    for name in ("omar", "amina"):
        assert sign_in(name).get(slip).status_code == 403


def test_a_slip_is_kept_as_a_keyed_hash_alone(guests):
    event = guests.event()
    code = guests.slip(event)
    with guests.programme.acting("hind"), transaction(write=False):
        row = one(Invitation, guests.rows(event)[0][0])
        kept = bytes(row.slip) + bytes(row.guest_box)
        assert code.encode() not in kept
        assert b"Fictive" not in kept


@pytest.mark.parametrize(("name", "status"), [("nawal", 404), ("omar", 403), ("amina", 403)])
def test_another_sites_invitations_do_not_exist(guests, sign_in, name, status):
    event = guests.event()
    browser = sign_in(name)
    for page in ("invitations", "invitations/new", "invitations/list", "slips"):
        assert browser.get(f"/events/{event}/{page}").status_code == status, page


def test_nobody_is_invited_to_what_is_cancelled(guests, sign_in):
    event = guests.programme.event(status="cancelled", reason="Pluie.")
    answer = send(sign_in("hind"), f"/events/{event}/invitations/new", lines="Nour")
    assert answer.status_code == 409
    assert guests.rows(event) == []


def test_the_day_after_the_event_slips_are_still_printed_but_admit_nobody(guests, sign_in):
    event = guests.event()
    slip = f"/slips/{guests.slip(event)}"
    with clock.frozen(TODAY + dt.timedelta(1)):
        assert "n’est plus valable" in sign_in("hind").get(slip).text


@pytest.mark.parametrize(("days", "columns"), [(1, 1), (5, 5), (7, 1)])
def test_the_list_to_sign_has_a_column_for_each_day_that_fits(programme, sign_in, days, columns):
    event = programme.event(last_on=HELD_ON + dt.timedelta(days - 1))
    page = sign_in("hind").get(f"/events/{event}/paper").text
    manners.check(page, "fr")
    assert page.count("<tr><td>1</td>" + "<td></td>" * (2 + columns) + "</tr>") == 1
    assert ("Signez pour chaque jour" in page) == (columns > 1)
    assert "10/02" in page or columns == 1
