# SPDX-License-Identifier: AGPL-3.0-or-later
"""The story of a business in a real browser: guided, registered, granted money, trading, asked
after."""

import re

import pytest
from playwright.sync_api import expect

from .served import press
from .test_main_job import assert_open_to_all, choose, figures, register

pytestmark = pytest.mark.browser
SAVE = "main .sticky-bar button.button-main"
ICE = "002136093000040"


def guide(page, **words):
    """A person of the hub with one orientation; gives the address of her dossier."""
    dossier = register(page, **words)
    press(page, "a[href*='/enrolments/new']")
    choose(page, "pathway", "SELF")
    press(page, SAVE)
    press(page, "a[href*='/orientations/new'] >> nth=0")
    choose(page, "orientation_format", "INDIV")
    press(page, SAVE)
    page.goto(dossier)
    tops = [card.bounding_box()["y"] for card in page.locator(".columns-told > .card").all()]
    assert tops[0] == tops[-1] or page.viewport_size["width"] < 1024  # what is known, what happened
    return dossier


def enter_in_the_register(page, number):
    press(page, "a[href*='/registrations/new']")
    choose(page, "ae_registration", "FIRST")
    choose(page, "ae_evidence", "NUMBER")
    page.fill("input[name=number]", number)
    page.fill("input[name=activity]", "Couture")
    page.select_option("select[name=isic_section]", "C")
    press(page, SAVE)


def open_a_business(page, **words):
    press(page, "a[href*='/businesses/new']")
    for name, value in words.items():
        page.fill(f"input[name={name}]", value)
    press(page, SAVE)


def ask_for_a_grant(page):
    press(page, "a[href$='/grants']")
    press(page, "a[href$='/grants/new']")
    page.fill("input[name=amount]", "12 500,50")
    page.fill("textarea[name=purpose]", "Machine à coudre choisie ensemble.")
    press(page, SAVE)
    expect(page.get_by_text("Machine à coudre choisie ensemble.")).to_be_visible()
    expect(page.locator("a[href$='/decide']")).to_have_count(0)  # not by who asked


def decide_on_it(page, grant):
    page.goto("/grants")
    press(page, f"main a[href='{grant[grant.index('/businesses') :]}']")
    press(page, "a[href$='/decide']")
    press(page, SAVE)
    expect(page.locator("a[href$='/pay']")).to_be_visible()


def test_from_guidance_to_the_first_sale(visit, served):
    page = visit("yassine")
    before = figures(page)
    dossier = guide(page, given="Zineb", family="Filali")
    enter_in_the_register(page, "AE 20-26")
    expect(page.get_by_text("AE 20-26")).to_be_visible()

    press(page, "a[href*='/businesses/new']")
    expect(page.locator("input[name=activity]")).to_have_value("Couture")
    expect(page.locator("input[name=rnae]")).to_have_value("AE 20-26")
    page.fill("input[name=ice]", "002136093000042")
    page.fill("input[name=name]", "Atelier Zineb")
    press(page, SAVE)
    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.locator("input[name=name]")).to_have_value("Atelier Zineb")
    page.fill("input[name=ice]", ICE)
    press(page, SAVE)
    page.wait_for_url(re.compile("/businesses/"))
    business = page.url
    assert "Atelier" not in page.title()

    press(page, "a[href*='/starts/new']")  # a day before any help: a warning, and no wall
    choose(page, "start_evidence", "SALE")
    press(page, SAVE)
    expect(page.locator(".error-summary")).to_be_visible()
    page.goto(business)

    ask_for_a_grant(page)
    decide_on_it(visit("hind"), page.url)
    page.reload()
    press(page, "a[href$='/pay']")
    choose(page, "payment_proof", "CHEQUE")
    page.fill("input[name=reference]", "CHQ 0042")
    press(page, SAVE)
    page.goto(business)
    expect(page.get_by_text(re.compile("12.500,5"))).to_be_visible()

    press(page, "a[href*='/starts/new']")
    if page.locator("a[href='?fresh=1']").count():
        press(page, "a[href='?fresh=1']")
    choose(page, "start_evidence", "SALE")
    press(page, SAVE)
    expect(page.locator("main .badge-good")).to_be_visible()

    press(page, "main a[href*='/follow-ups/new']")
    choose(page, "follow_up", "BASE")
    page.fill("input[name=hours]", "22")
    press(page, SAVE)
    expect(page.locator("main .timeline li").first).to_be_visible()
    expect(page.get_by_text("0,5 équivalent")).to_be_visible()
    page.goto(dossier)
    expect(page.locator("dl a[href*='/businesses/'][href$='/canvas']")).to_have_count(1)
    after = figures(page)
    hub = ("HUB-01", "HUB-02", "HUB-03", "HUB-04")
    assert [after[code] - before[code] for code in hub] == [1] * 4
    found = re.search(rb"Atelier Zineb|12500|Couture", b"".join(
        path.read_bytes() for path in served[1].rglob("*") if path.is_file()))  # fmt: skip
    assert found is None


def test_the_same_business_gets_a_second_owner(visit):
    page = visit("yassine")
    guide(page, given="Hamza", family="Tazi")
    open_a_business(page, activity="Menuiserie", ice="001561191000066")
    page.wait_for_url(re.compile("/businesses/"))
    business = page.url
    guide(page, given="Driss", family="Tazi")
    open_a_business(page, activity="Menuiserie", ice="001 561 191 0000 66")
    press(page, "button[name=same]")
    assert page.url == business
    expect(page.locator("main a[href*='/dossiers/']")).to_have_count(2)


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_pages_of_a_business_shut_nobody_out(visit, language):
    page = visit("yassine", language, bypass_csp=True)
    dossier = guide(page, given="Awa", family=f"Sow {language}")
    for words in ("registrations/new", "businesses/new"):
        press(page, f"a[href*='/{words}']")
        assert_open_to_all(page)
        page.goto(dossier)
    open_a_business(page, activity="خياطة")
    business = page.url
    steps = [f"{business}/{name}/new" for name in ("supports", "starts", "forms", "owners",
                                                    "follow-ups", "grants")]  # fmt: skip
    assert_open_to_all(page, dossier, business, f"{business}/edit", "/businesses", "/grants",
                       f"{business}/grants", *steps)  # fmt: skip
