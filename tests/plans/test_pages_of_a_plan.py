# SPDX-License-Identifier: AGPL-3.0-or-later
"""The canvas and the plan in the browser: every page in three languages, bad input, two writers."""

import re

import pytest

from casework.plans import CanvasVersion, PlanVersion
from tests.business.test_pages_of_a_business import ANY_ID, LANGUAGES, prefilled
from tests.web import manners

from .conftest import PLAN

TYPED = {"segments": "Femmes du quartier", "value": "Retouches\nRobe prête en deux jours"}
MONEY = {"summary": "Ouvrir.", "needs_equip": "18 000", "resources_own": "9 000,50",
         "forecast_sales": "96000", "forecast_goods": "٣٦٠٠٠"}  # fmt: skip
ONE = re.compile(rf"/businesses/{ANY_ID}/(?:canvas|plan)/({ANY_ID})/changes")


def here(venture, kind="canvas"):
    return f"/businesses/{venture}/{kind}"


def save(browser, address, **typed):
    """Open the form, type over what is in it, save."""
    form = {**prefilled(browser.get(address).text), **typed}
    return browser.post(address, data=form)


# ---------------------------------------------------------------- written and read


@pytest.mark.parametrize("language", LANGUAGES)
def test_from_an_empty_sheet_to_what_changed(started, sign_in, language):
    venture = started.venture()
    browser, canvas = sign_in("omar", language), here(venture)
    manners.check(browser.get(canvas).text, language)
    assert save(browser, f"{canvas}/new", **TYPED).status_code == 303
    saved = save(
        browser, f"{canvas}/new", value="Retouches\nRobe prête en un jour", remark="Plus vite"
    )
    assert saved.location == canvas
    page = browser.get(canvas).text
    assert "Femmes du quartier" in page
    assert "Plus vite" in page
    changed = browser.get(re.search(rf"{canvas}/{ANY_ID}/changes", page)[0]).text
    assert re.search(r"<del[^>]*>Robe prête en <b>deux</b> <b>jours</b></del>", changed)
    assert re.search(r"<ins[^>]*>Robe prête en <b>un</b> <b>jour</b></ins>", changed)
    assert "Femmes du quartier" not in changed
    versions = browser.get(f"{canvas}/versions").text
    for text in (page, changed, versions, browser.get(f"{canvas}/new").text):
        manners.check(text, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plan_adds_its_money_up(started, sign_in, language):
    venture = started.venture()
    browser, plan = sign_in("omar", language), here(venture, "plan")
    manners.check(browser.get(plan).text, language)
    assert save(browser, f"{plan}/new", **MONEY).status_code == 303
    page = browser.get(plan).text
    manners.check(page, language)
    for amount in ("18.000", "8.999[.,]5", "60.000", "5.000"):
        assert re.search(amount, page), amount
    assert save(browser, f"{plan}/new", needs_equip="20000").status_code == 303
    changed = browser.get(re.search(rf"{plan}/{ANY_ID}/changes", browser.get(plan).text)[0]).text
    manners.check(changed, language)
    assert re.search(r"18.000.*20.000", changed, re.DOTALL)
    assert "Ouvrir." not in changed
    manners.check(browser.get(f"{plan}/new").text, language)


def test_an_earlier_version_is_read_taken_up_and_compared_with_any(started, sign_in):
    venture = started.venture()
    keys = [started.saved(venture, value=value) for value in ("Un", "Deux", "Trois")]
    browser, canvas = sign_in("omar"), here(venture)
    page = browser.get(f"{canvas}/{keys[0]}").text
    assert "antérieure" in page
    assert "Un" in page
    assert save(browser, f"{canvas}/{keys[0]}/again").status_code == 303
    assert [parts["value"] for _n, parts in started.versions(venture)][2:] == ["Trois", "Un"]
    assert "Écrite à partir de la version" in browser.get(canvas).text
    beside = browser.get(f"{canvas}/{keys[0]}/changes?with={keys[2]}").text
    assert "De la version 1 à la version 3" in beside
    assert re.search(r"<del[^>]*>Un</del>", beside)
    alone = browser.get(f"{canvas}/{keys[0]}/changes").text
    assert "rien à quoi la comparer" in alone
    manners.check(alone, "fr")


def test_the_dossier_and_the_business_lead_to_both(started, sign_in):
    him = started.person()
    venture = started.venture(him)
    started.saved(venture, remark="Première idée", value="Un")
    started.planned(venture)
    browser = sign_in("omar")
    for page in (browser.get(f"/dossiers/{him}").text, browser.get(f"/businesses/{venture}").text):
        assert here(venture) in page
        assert here(venture, "plan") in page
        manners.check(page, "fr")
    assert "Première idée" in browser.get(f"/dossiers/{him}").text


# ---------------------------------------------------------------- bad input, two writers


def test_what_does_not_fit_comes_back_with_everything_typed(started, sign_in):
    venture = started.venture()
    browser, canvas = sign_in("omar"), here(venture)
    long = "x" * 501
    answer = save(browser, f"{canvas}/new", **{**TYPED, "costs": long})
    assert answer.status_code == 422
    assert long in answer.text
    assert "Femmes du quartier" in answer.text
    lines = save(browser, f"{canvas}/new", value="\n".join("abcdefghijk"))
    assert lines.status_code == 422
    assert "au plus 10 lignes" in lines.text
    assert started.versions(venture) == []


@pytest.mark.parametrize("amount", ["beaucoup", "-5", "10000001", "NaN"])
def test_an_amount_that_is_none_is_refused_and_kept(started, sign_in, amount):
    venture = started.venture()
    answer = save(
        sign_in("omar"), f"{here(venture, 'plan')}/new", **{**MONEY, "needs_rent": amount}
    )
    assert answer.status_code == 422
    assert f'value="{amount}"' in answer.text
    assert 'value="9 000,50"' in answer.text
    assert started.versions(venture, PlanVersion) == []


def test_nothing_written_is_refused(started, sign_in):
    venture = started.venture()
    answer = save(sign_in("omar"), f"{here(venture)}/new", remark="Rien d’autre")
    assert answer.status_code == 422
    assert "Rien d’autre" in answer.text


def test_a_form_opened_before_another_version_keeps_its_text_and_shows_the_other(started, sign_in):
    venture = started.venture()
    started.saved(venture, value="Avant")
    browser, address = sign_in("omar"), f"{here(venture)}/new"
    form = prefilled(browser.get(address).text)
    started.saved(venture, by="samira", value="Entre-temps", channels="Marché")
    late = browser.post(address, data={**form, "value": "Mon texte"})
    assert late.status_code == 409
    manners.check(late.text, "fr")
    assert "Mon texte" in late.text
    assert "La version 2 à côté de votre texte" in late.text
    assert re.search(r"<del[^>]*>Entre-temps</del>", late.text)
    assert len(started.versions(venture)) == 2
    again = browser.post(address, data=prefilled(late.text))
    assert again.status_code == 303
    versions = [parts for _number, parts in started.versions(venture)]
    assert [parts["value"] for parts in versions] == ["Avant", "Entre-temps", "Mon texte"]
    assert versions[2]["channels"] == "Marché"  # left untouched: it follows the colleague


def test_amounts_left_untouched_follow_a_colleague_and_typed_ones_stay(started, sign_in):
    venture = started.venture()
    started.planned(venture)
    browser, address = sign_in("omar"), f"{here(venture, 'plan')}/new"
    form = prefilled(browser.get(address).text)
    theirs = {"EQUIP": 2_000_000, "RENT": 700_000, "STOCK": 100_000}
    started.planned(venture, by="samira", **{**PLAN, "needs": theirs})
    late = browser.post(address, data={**form, "needs_rent": "6500"})
    assert late.status_code == 409
    assert browser.post(address, data=prefilled(late.text)).status_code == 303
    needs = started.versions(venture, PlanVersion)[2][1]["needs"]
    assert needs == {"EQUIP": 2_000_000, "RENT": 650_000, "STOCK": 100_000}


def test_an_earlier_version_taken_up_again_follows_nobody(started, sign_in):
    venture = started.venture()
    key = started.saved(venture, value="Un")
    started.saved(venture, value="Deux")
    browser, address = sign_in("omar"), f"{here(venture)}/{key}/again"
    form = prefilled(browser.get(address).text)
    started.saved(venture, by="samira", value="Trois")
    late = browser.post(address, data=form)
    assert late.status_code == 409
    assert browser.post(address, data=prefilled(late.text)).status_code == 303
    assert started.versions(venture)[3][1]["value"] == "Un"


def test_a_draft_comes_back(started, sign_in):
    venture = started.venture()
    browser, address = sign_in("omar"), f"{here(venture)}/new"
    kept = {**prefilled(browser.get(address).text), **TYPED}
    assert browser.post(f"/drafts{address}", data=kept).status_code in (200, 204, 303)
    assert "en deux jours" in browser.get(address).text
    assert "en deux jours" not in browser.get(f"{address}?fresh=1").text


def test_the_button_touched_twice_makes_one_version(started, sign_in):
    venture = started.venture()
    browser, address = sign_in("omar"), f"{here(venture)}/new"
    form = {**prefilled(browser.get(address).text), **TYPED}
    assert [browser.post(address, data=form).status_code for _time in range(2)] == [303, 303]
    assert len(started.versions(venture)) == 1
    assert save(browser, address).status_code == 303  # nothing changed
    assert len(started.versions(venture)) == 1


def test_a_mistake_is_said_by_its_author_and_with_a_reason_by_who_heads_the_hub(started, sign_in):
    venture = started.venture()
    started.joined(started.person(by="lina", given="Fatima"), venture)
    started.saved(venture, value="Bon")
    key = started.saved(venture, value="D’une autre")
    address, canvas = f"{here(venture)}/{key}/mistake", here(venture)
    lina = sign_in("lina")
    assert "/mistake" not in lina.get(canvas).text
    assert lina.get(address).status_code == 403
    browser = sign_in("omar")
    assert address in browser.get(canvas).text
    assert 'name="why"' not in browser.get(address).text
    manners.check(browser.get(address).text, "fr")
    assert save(browser, address, mistaken="y").status_code == 303
    assert "Bon" in browser.get(canvas).text
    marked = browser.get(f"{canvas}/{key}").text
    assert "D’une autre" in marked
    manners.check(marked, "fr")
    manners.check(browser.get(f"{canvas}/versions").text, "fr")
    head = sign_in("samira")
    form = {name: said for name, said in prefilled(head.get(address).text).items()
            if name != "mistaken"}  # fmt: skip
    assert head.post(address, data=form).status_code == 422
    assert head.post(address, data={**form, "why": "C’était le bon."}).status_code == 303
    told = head.get(f"{canvas}/{key}").text
    assert "Samira" in told.split("<main")[1]
    assert "C’était le bon." in told
    manners.check(told, "fr")


# ---------------------------------------------------------------- other people


def test_a_colleague_meets_nothing_and_another_strand_no_page(started, sign_in):
    venture = started.venture()
    key = started.saved(venture)
    pages = ["", "/new", "/versions", f"/{key}", f"/{key}/again", f"/{key}/changes",
             f"/{key}/mistake"]  # fmt: skip
    for name, status in (("lina", 404), ("salma", 403), ("adil", 403)):
        browser = sign_in(name)
        for kind in ("canvas", "plan"):
            for page in pages:
                assert browser.get(here(venture, kind) + page).status_code == status, page


def test_who_owns_it_too_is_followed_by_a_colleague_who_may_write(started, sign_in):
    venture = started.venture()
    started.joined(started.person(by="lina", given="Fatima"), venture)
    browser = sign_in("lina")
    assert save(browser, f"{here(venture)}/new", **TYPED).status_code == 303
    assert "Nom lina" in sign_in("omar").get(here(venture)).text


def test_a_version_of_another_business_or_paper_is_not_found_here(started, sign_in):
    one_of_two, other = started.venture(), started.venture()
    key = started.saved(one_of_two)
    browser = sign_in("omar")
    assert browser.get(f"{here(other)}/{key}").status_code == 404
    assert browser.get(f"{here(one_of_two, 'plan')}/{key}").status_code == 404
    mine = started.saved(other)
    assert browser.get(f"{here(other)}/{mine}/changes?with={key}").status_code == 404
    assert browser.get(f"/businesses/{other}/poem").status_code == 404


def test_a_damaged_version_says_so_and_the_others_are_read(started, sign_in):
    venture = started.venture()
    started.saved(venture, value="Entière")
    key = started.saved(venture, value="Illisible")
    with started.see(CanvasVersion, key) as version:
        version.business_box = version.business_box[:-1] + bytes([version.business_box[-1] ^ 1])
    browser, canvas = sign_in("omar"), here(venture)
    assert "Entière" in browser.get(canvas).text
    for page in (f"/{key}", "/versions", f"/{key}/changes"):
        answer = browser.get(canvas + page)
        assert answer.status_code == 200, page
        assert "endommagée" in answer.text.lower()
        manners.check(answer.text, "fr")
