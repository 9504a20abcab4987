# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a person starts, in the browser: every page in three languages, bad input, other people."""

import re

import pytest
import sqlalchemy as sa

from casework.business import AeRegistration, Venture, VentureSupport
from casework.db import db
from tests.listening.conftest import TODAY, counted, send
from tests.listening.test_pages_of_a_cell import ANY_ID, LANGUAGES, prefilled
from tests.web import manners

from .conftest import ICE, START

ENTERED = {
    "held_on": TODAY.isoformat(), "ae_registration": "FIRST", "ae_evidence": "NUMBER",
    "number": "AE 12-34", "activity": "Couture", "isic_section": "C",
}  # fmt: skip
BUSINESS = {"activity": "Couture", "legal_form": "AE", "since": TODAY.isoformat(), "name": "Fils"}
HELP = {"held_on": TODAY.isoformat(), "support_type": "GRANT", "amount": "12 500,50"}


def written(started, model, by="omar"):
    """The ids of the records of a kind that this adviser reaches."""
    with started.acting(by):
        return list(db.session.scalars(sa.select(model.id)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_from_the_register_to_the_first_sale(started, programme, sign_in, language):
    him = started.person()
    browser = sign_in("omar", language)
    saved = send(browser, f"/people/{him}/registrations/new", **ENTERED)
    assert saved.status_code == 303, saved.text
    begun = send(browser, f"/people/{him}/businesses/new", **BUSINESS)
    assert begun.status_code == 303, begun.text
    here = begun.location
    assert send(browser, f"{here}/supports/new", **HELP).status_code == 303
    start = {"held_on": TODAY.isoformat(), "start_evidence": "INVOICE"}
    assert send(browser, f"{here}/starts/new", **start).status_code == 303
    page = browser.get(here).text
    manners.check(page, language)
    assert "Couture" in page
    assert re.search("12.500[.,]5", page)
    assert "Benali" not in page
    assert [counted(kind, "people").value for kind in (
        "ae_registration", "business_support", "business_start")] == [1, 1, 1]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_has_its_manners(started, programme, sign_in, language):
    him = started.person()
    registration = started.registered(him)
    venture = started.venture(him, ice=ICE)
    started.joined(started.person(given="Fatima"), venture)
    support, start = started.helped(venture, note="Machine choisie."), started.begun(venture)
    browser = sign_in("omar", language)
    her, here = f"/people/{him}", f"/businesses/{venture}"
    pages = (f"{her}/registrations/new", f"{her}/registrations/{registration}",
             f"{her}/businesses/new", "/businesses", "/businesses?show=trading&sort=-since", here,
             f"{here}/edit", f"{here}/forms/new", f"{here}/owners/new", f"{here}/supports/new",
             f"{here}/supports/{support}", f"{here}/starts/new", f"{here}/starts/{start}",
             f"/dossiers/{him}")  # fmt: skip
    for address in pages:
        page = browser.get(address)
        assert page.status_code == 200, address
        manners.check(page.text, language)
        assert "Benali" not in page.text


def test_the_business_begins_as_the_registration_said(started, sign_in):
    him = started.person()
    started.registered(him)
    form = prefilled(sign_in("omar").get(f"/people/{him}/businesses/new").text)
    assert form["activity"] == ["Couture"]
    assert form["legal_form"] == ["AE"]
    assert form["rnae"] == ["AE 12-34"]


# ---------------------------------------------------------------- bad input


def test_a_wrong_ice_comes_back_with_a_sentence_and_everything_typed(started, sign_in):
    him = started.person()
    typed = {**BUSINESS, "ice": "001561191000065"}
    answer = send(sign_in("omar"), f"/people/{him}/businesses/new", **typed)
    assert answer.status_code == 422
    assert "Ce n’est pas un ICE" in answer.text
    assert 'value="001561191000065"' in answer.text
    assert 'value="Fils"' in answer.text
    assert written(started, Venture) == []


def test_a_doubt_asks_why_and_lets_pass_with_a_reason(started, sign_in):
    him = started.person(population_group="ASY")
    browser, here = sign_in("omar"), f"/people/{him}/registrations/new"
    assert 'name="reason"' not in browser.get(here).text
    warned = send(browser, here, **ENTERED)
    assert warned.status_code == 409
    assert "titre de séjour" in warned.text
    assert 'value="AE 12-34"' in warned.text
    assert written(started, AeRegistration) == []
    again = {**prefilled(warned.text), "reason": "Récépissé vu."}
    assert browser.post(here, data=again).status_code == 303
    assert counted("ae_registration", "newcomers").value == 1


def test_a_start_before_support_is_a_warning(started, sign_in):
    venture = started.venture()
    browser, here = sign_in("omar"), f"/businesses/{venture}/starts/new"
    said = {"held_on": ["other", START["held_on"].isoformat()], "start_evidence": "SALE"}
    warned = send(browser, here, **said)
    assert warned.status_code == 409
    saved = send(browser, here, **said, reason="Vendait déjà.")
    assert saved.status_code == 303
    assert "n’est pas compté" in browser.get(saved.location).text
    assert counted("business_start").value == 0


@pytest.mark.parametrize("amount", ["douze", "0", "-5", "10000000"])
def test_an_amount_that_is_none_is_refused(started, sign_in, amount):
    venture = started.venture()
    here = f"/businesses/{venture}/supports/new"
    answer = send(sign_in("omar"), here, **{**HELP, "amount": amount})
    assert answer.status_code == 422
    assert written(started, VentureSupport) == []


def test_an_amount_may_be_written_in_arabic_figures(started, sign_in):
    venture = started.venture()
    here = f"/businesses/{venture}/supports/new"
    assert send(sign_in("omar", "ar"), here, **{**HELP, "amount": "١٢٥٠٫٥"}).status_code == 303
    (support,) = written(started, VentureSupport)
    with started.see(VentureSupport, support) as row:
        assert row.business.centimes == 125_050


def test_a_correction_shows_the_earlier_words_and_a_mistake_counts_no_longer(started, sign_in):
    venture = started.venture()
    support = started.helped(venture, note="Première note.")
    browser, here = sign_in("omar"), f"/businesses/{venture}/supports/{support}"
    form = prefilled(browser.get(here).text)
    assert form["amount"] == ["10000"]
    saved = browser.post(here, data={**form, "note": "Autre note.", "mistaken": "y"})
    assert saved.status_code == 303, saved.text
    page = browser.get(saved.location).text
    assert "Première note." in page
    assert "Saisi par erreur" in page
    assert counted("business_support").value == 0


def test_a_correction_of_what_moved_meanwhile_shows_what_stands_now(started, sign_in):
    venture = started.venture(name="Avant")
    browser, here = sign_in("omar"), f"/businesses/{venture}/edit"
    form = prefilled(browser.get(here).text)
    assert browser.post(here, data={**form, "name": "Entre-temps"}).status_code == 303
    stale = browser.post(here, data={**form, "name": "Trop tard"})
    assert stale.status_code == 409
    assert "Trop tard" in stale.text


# ---------------------------------------------------------------- the same business


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_activity_twice_is_asked_about_and_no_wall(started, sign_in, language):
    him = started.person()
    venture = started.venture(him, activity=BUSINESS["activity"])
    browser, here = sign_in("omar", language), f"/people/{him}/businesses/new"
    warned = send(browser, here, **BUSINESS)
    assert warned.status_code == 409
    manners.check(warned.text, language)
    assert f'href="/businesses/{venture}"' in warned.text
    assert 'name="same"' not in warned.text  # she owns it already
    assert browser.post(here, data=prefilled(warned.text)).status_code == 303
    assert len(written(started, Venture)) == 2


def test_a_twin_is_a_code_and_a_reason_and_the_head_of_the_hub_says_it_is_the_same(
    started, programme, sign_in
):
    venture = started.venture(ice=ICE, name="Secret des Paniers")
    hers = started.person(by="lina")
    browser, here = sign_in("lina"), f"/people/{hers}/businesses/new"
    typed = {**BUSINESS, "ice": "001 561 191 0000 66"}
    warned = send(browser, here, **typed)
    assert warned.status_code == 409
    manners.check(warned.text, "fr")
    with started.see(Venture, venture) as row:
        code = row.code
    assert code in warned.text
    assert "Même ICE" in warned.text
    assert "Secret" not in warned.text
    assert str(venture) not in warned.text
    assert "Voir avec votre responsable" in warned.text
    same = {**prefilled(warned.text), "same": code}
    refused = browser.post(here, data=same)
    assert refused.status_code == 403
    assert 'value="Fils"' in refused.text
    assert venture not in written(started, Venture, "lina")
    head = sign_in("samira")
    same |= {"csrf_token": manners.token(send(head, here, **typed).text)}
    assert head.post(here, data=same).location == f"/businesses/{venture}"
    assert "Secret des Paniers" in browser.get(f"/businesses/{venture}").text
    assert len(written(started, Venture)) == 1


def test_or_it_is_another_business(started, sign_in):
    started.venture(ice=ICE)
    hers = started.person(by="lina")
    browser, here = sign_in("lina"), f"/people/{hers}/businesses/new"
    warned = send(browser, here, **BUSINESS, ice=ICE)
    assert browser.post(here, data=prefilled(warned.text)).status_code == 303
    assert len(written(started, Venture, "lina")) == 1


def test_a_code_alone_lets_nobody_in(started, sign_in):
    venture = started.venture(ice=ICE)
    with started.see(Venture, venture) as row:
        code = row.code
    hers = started.person(by="lina")
    answer = send(sign_in("lina"), f"/people/{hers}/businesses/new", **BUSINESS, same=code)
    assert answer.location != f"/businesses/{venture}"
    assert venture not in written(started, Venture, "lina")


def test_an_owner_is_added_by_her_code_and_taken_away_again(started, programme, sign_in):
    venture, her = started.venture(), started.person(given="Fatima")
    code = programme.code(her, by="omar")
    browser, here = sign_in("omar"), f"/businesses/{venture}"
    wrong = send(browser, f"{here}/owners/new", code="AAAAA-1", since=TODAY.isoformat())
    assert wrong.status_code == 422
    assert send(browser, f"{here}/owners/new", code=code.lower(), since=TODAY.isoformat())
    page = browser.get(here).text
    assert code in page
    leave = [url for url in re.findall(rf"/businesses/{ANY_ID}/owners/{ANY_ID}/leave", page)]
    assert len(leave) == 2
    codes = re.findall(r"retirer ([0-9A-Z]{5}-[0-9A-Z])", page)
    gone = browser.post(leave[codes.index(code)], data={"csrf_token": manners.token(page)})
    assert gone.status_code == 303
    assert code not in browser.get(here).text


# ---------------------------------------------------------------- other people


def test_a_colleague_meets_nothing(started, sign_in):
    him = started.person()
    registration, venture = started.registered(him), started.venture(him)
    support = started.helped(venture)
    browser = sign_in("lina")
    here = f"/businesses/{venture}"
    for address in (f"/people/{him}/registrations/new", f"/people/{him}/businesses/new", here,
                    f"/people/{him}/registrations/{registration}", f"{here}/edit",
                    f"{here}/supports/new", f"{here}/supports/{support}", f"{here}/starts/new",
                    f"{here}/forms/new", f"{here}/owners/new"):  # fmt: skip
        assert browser.get(address).status_code == 404, address
    assert browser.get("/businesses").text.count("/businesses/") == 0


@pytest.mark.parametrize("name", ["salma", "adil"])
def test_nobody_but_the_hub_opens_these_pages(started, sign_in, name):
    venture = started.venture()
    browser = sign_in(name)
    assert browser.get("/businesses").status_code == 403
    assert browser.get(f"/businesses/{venture}").status_code == 403


def test_a_record_of_another_business_is_not_found_here(started, sign_in):
    one_of_two, other = started.venture(), started.venture()
    support = started.helped(one_of_two)
    assert sign_in("omar").get(f"/businesses/{other}/supports/{support}").status_code == 404
