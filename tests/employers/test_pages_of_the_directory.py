# SPDX-License-Identifier: AGPL-3.0-or-later
"""The directory in the browser: every page in three languages, twins, bad input, other people."""

import re

import pytest
import sqlalchemy as sa

from casework.db import db
from casework.employers import Employer, Vacancy, actions
from casework.employers.models import Exchange
from tests.listening.conftest import TODAY, send
from tests.listening.test_pages_of_a_cell import LANGUAGES, prefilled
from tests.listening.test_two_at_once import all_at_once
from tests.web import manners

TYPED = {"name": "Atlas Confection", "isic_section": "C", "hires": ["7", "9"], "commune": "Fnideq"}
OFFER = {"title": "Couture à la chaîne", "places": "3", "first_on": TODAY.isoformat(),
         "isco_major": "7"}  # fmt: skip


def written(directory, model):
    with directory.acting("omar"):
        return list(db.session.scalars(sa.select(model.id)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_from_an_employer_to_its_vacancy(directory, sign_in, language):
    browser = sign_in("omar", language)
    saved = send(browser, "/employers/new", **TYPED)
    assert saved.status_code == 303, saved.text
    here = saved.location
    assert send(browser, f"{here}/contacts/new", name="Nadia Fictive").status_code == 303
    said = {"held_on": TODAY.isoformat(), "employer_exchange": "VISIT", "note": "Atelier vu."}
    assert send(browser, f"{here}/exchanges/new", **said).status_code == 303
    offered = send(browser, f"{here}/vacancies/new", **OFFER)
    assert offered.status_code == 303, offered.text
    (exchange,) = re.findall(r"/employers/[-0-9a-f]+/exchanges/[-0-9a-f]{36}",
                             browser.get(here).text)  # fmt: skip
    (contact,) = re.findall(r"/employers/[-0-9a-f]+/contacts/[0-9a-f]{12}", browser.get(here).text)
    pages = ("/employers", "/employers?sector=C&hires=7", "/employers?show=gone", "/employers/new",
             here, f"{here}/edit", f"{here}/contacts/new", contact, f"{here}/exchanges/new",
             exchange, f"{here}/vacancies/new", "/vacancies", "/vacancies?show=filled",
             offered.location, f"{offered.location}/edit")  # fmt: skip
    for address in pages:
        page = browser.get(address)
        assert page.status_code == 200, address
        manners.check(page.text, language)
        title = re.search("<title>(.*?)</title>", page.text)[1]
        assert not re.search("Atlas|Nadia|Couture", title)
    assert "Atelier vu." in browser.get(here).text


def test_a_twin_is_said_and_is_no_wall(directory, sign_in):
    key = directory.employer(name="ATLAS confection SARL")
    browser = sign_in("lina")
    warned = send(browser, "/employers/new", **TYPED)
    assert warned.status_code == 409
    manners.check(warned.text, "fr")
    assert f"/employers/{key}" in warned.text
    assert "Même nom" in warned.text
    assert written(directory, Employer) == [key]
    assert browser.post("/employers/new", data=prefilled(warned.text)).status_code == 303
    assert len(written(directory, Employer)) == 2


def test_bad_input_comes_back_with_a_sentence_and_everything_typed(directory, sign_in):
    browser, key = sign_in("omar"), directory.employer()
    wrong = send(browser, "/employers/new", **TYPED, ice="001561191000065")
    assert wrong.status_code == 422
    assert 'value="Atlas Confection"' in wrong.text
    assert len(written(directory, Employer)) == 1
    late = {**OFFER, "last_on": "2026-03-01"}
    refused = send(browser, f"/employers/{key}/vacancies/new", **late)
    assert refused.status_code == 422
    assert "précède le premier" in refused.text
    assert 'value="Couture à la chaîne"' in refused.text
    assert written(directory, Vacancy) == []


def test_a_form_sent_twice_makes_one_record(app, directory, sign_in):
    browser = sign_in("omar")
    call = {"held_on": TODAY.isoformat(), "employer_exchange": "CALL", "note": "Rappeler."}
    forms = {"/employers/new": TYPED, "contacts/new": {"name": "Nadia Fictive"},
             "exchanges/new": call, "vacancies/new": OFFER}  # fmt: skip
    here = ""
    for address, typed in forms.items():
        url = f"{here}/{address}" if here else address
        form = {**prefilled(browser.get(url).text), **typed}
        answers = [*all_at_once(app, browser, url, form), browser.post(url, data=form)]
        assert {one.status_code for one in answers} == {303}, address
        here = here or answers[0].location
    assert [len(written(directory, kind)) for kind in (Employer, Exchange, Vacancy)] == [1, 1, 1]
    with directory.see(Employer, written(directory, Employer)[0]) as employer:
        assert len(employer.contacts) == 1


def test_a_list_is_narrowed_by_a_part_of_the_name_that_no_address_carries(directory, sign_in):
    directory.employer(name="Atlas Confection")
    directory.employer(name="Boulangerie du Port", isic_section="I", hires=["5"])
    browser = sign_in("lina")
    shown = browser.get("/employers?sector=I").text
    assert "Boulangerie" in shown
    assert "Atlas" not in shown
    form = {"csrf_token": manners.token(shown), "part": "confec"}
    found = browser.post("/employers/named", data=form).text
    assert "Atlas" in found
    assert "Boulangerie" not in found


def test_a_vacancy_is_closed_and_opened_again(directory, sign_in):
    key = directory.vacancy()
    browser, here = sign_in("omar"), f"/vacancies/{key}"
    for verb, state in (("closure", "closed"), ("reopening", "open")):
        data = {"csrf_token": manners.token(browser.get(here).text)}
        assert browser.post(f"{here}/{verb}", data=data).status_code == 303
        with directory.see(Vacancy, key) as vacancy:
            assert vacancy.status == state


def test_a_contact_is_erased_from_her_page(directory, sign_in):
    key = directory.employer()
    directory.contact(key)
    with directory.see(Employer, key) as employer:
        here = f"/employers/{key}/contacts/{employer.contacts[0]['key']}"
    browser = sign_in("omar")
    gone = browser.post(here, data={**prefilled(browser.get(here).text), "is_gone": "y"})
    assert gone.status_code == 303
    assert "Nadia" not in browser.get(gone.location).text
    assert browser.get(here).status_code == 404


def test_what_was_written_of_a_contact_a_colleague_erased_comes_back(directory, sign_in):
    key = directory.employer()
    directory.contact(key)
    with directory.see(Employer, key) as employer:
        contact = employer.contacts[0]["key"]
    browser, here = sign_in("omar"), f"/employers/{key}/contacts/{contact}"
    form = {**prefilled(browser.get(here).text), "function": "Atelier de Fnideq"}
    with directory.see(Employer, key, "lina") as employer:
        actions.strike_contact(employer, contact)
    for _turn in range(2):
        answer = browser.post(here, data=form)
        assert answer.status_code == 409
        assert "a été effacé entre-temps" in answer.text
        assert 'value="Atelier de Fnideq"' in answer.text
    with directory.see(Employer, key) as employer:
        assert employer.contacts == []


@pytest.mark.parametrize("name", ["salma", "adil"])
def test_nobody_but_the_hub_opens_these_pages(directory, sign_in, name):
    vacancy = directory.vacancy()
    browser = sign_in(name)
    for address in ("/employers", "/vacancies", f"/vacancies/{vacancy}", "/employers/new"):
        assert browser.get(address).status_code == 403
