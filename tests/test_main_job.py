# SPDX-License-Identifier: AGPL-3.0-or-later
"""The main job in a real browser, against a real server process, from sign-in to a figure."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from casework import clock

from .served import PASSWORD, press

pytestmark = pytest.mark.browser

NOTE = "Nous avons parlé du quotidien. Prochaine étape choisie ensemble."


def choose(page, name, value):
    """Tap a chip: the radio lies invisible over its words."""
    page.check(f"input[name={name}][value={value}]", force=True)


def register(page, **words):
    page.goto("/people/new")
    choose(page, "care", "yes")
    choose(page, "statistics", "yes")
    for name, value in words.items():
        page.fill(f"input[name={name}]", value)
    press(page, "main button.button-main")
    page.wait_for_url(re.compile("/dossiers/"))
    return page.url


def search(page, words):
    page.goto("/people/search")
    page.fill("main input[name=q]", words)
    press(page, "main button.button-main")
    return page.locator("main .list-row").count()


def assert_decent(page):
    """No sideways scrolling on any screen, and nothing that shuts anybody out."""
    for width in (320, 360, 1280):
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
    page.set_viewport_size({"width": 1280, "height": 740})


@pytest.fixture
def followed(visit):
    """A person registered in Arabic letters, with an open case: (page, address of the dossier)."""
    page = visit("salma")
    if not search(page, "محمد بنعلي"):
        register(page, given_ar="محمد", family_ar="بنعلي")
        press(page, "a[href*='/cases/new']")
        choose(page, "first_contact", "WALKIN")
        press(page, "main button.button-main")
    search(page, "Med Benali")
    press(page, "main .list-row")
    page.wait_for_url(re.compile("/dossiers/"))
    return page, page.url


def test_a_counsellor_finds_registers_and_notes_a_session_in_five_taps(followed):
    page, dossier = followed
    taps = 0
    for target in ("a[href*='sessions/new']",):
        press(page, target)
        taps += 1
    if not page.locator("input[name=session_type]:checked").count():
        choose(page, "session_type", "INDIV")
        taps += 1
    page.fill("textarea[name=note]", NOTE)
    press(page, "main button.button-main")
    taps += 1
    assert taps + 1 <= 5  # with the dossier tapped on Today
    page.goto(dossier)
    expect(page.get_by_text(NOTE)).to_be_visible()
    assert_decent(page)


@pytest.mark.parametrize(
    "words", ["Mohamed Ben Ali", "Mohammed Benali", "Med Benali", "محمد بنعلي"]
)
def test_he_is_found_in_any_spelling(followed, words):
    page, _dossier = followed
    assert search(page, words) == 1


def test_hiding_veils_at_once_and_comes_back_to_the_same_text(followed):
    page, _dossier = followed
    press(page, "a[href*='sessions/new']")
    page.fill("textarea[name=note]", "Un texte commencé.")
    for _ in range(3):
        page.keyboard.press("Shift")
    expect(page.locator("dialog[open]")).to_be_visible(timeout=1000)
    assert "Noter" not in page.title()
    page.wait_for_timeout(800)  # the lock reaches the server
    page.mouse.click(200, 200)
    page.wait_for_url(re.compile("/unlock"))
    page.fill("input[name=password]", PASSWORD)
    press(page, "main button.button-main")
    expect(page.locator("textarea[name=note]")).to_have_value("Un texte commencé.")


@pytest.mark.parametrize("script", [True, False])
def test_another_language_keeps_what_is_typed(followed, visit, script):
    _page, dossier = followed
    page = visit("salma", java_script_enabled=script)
    page.goto(dossier)
    press(page, "a[href*='sessions/new']")
    press(page, ".language-switch [lang=en]")  # nothing typed: nothing to bring along
    page.fill("textarea[name=note]", "Un texte commencé.")
    press(page, ".language-switch [lang=ar]")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator("textarea[name=note]")).to_have_value("Un texte commencé.")
    press(page, ".language-switch [lang=fr]")
    expect(page.locator("textarea[name=note]")).to_have_value("Un texte commencé.")
    page.check("input[value=other] >> nth=0", force=True)  # another day, and none said
    press(page, "main button.button-main")  # refused
    expect(page.locator(".error-summary")).to_be_visible()
    press(page, ".language-switch [lang=en]")
    expect(page.locator("textarea[name=note]")).to_have_value("Un texte commencé.")
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_a_form_sent_without_any_session_comes_back_after_signing_in(visit):
    page = visit("yassine")
    page.goto("/people/new")
    page.fill("input[name=given]", "Texte commencé")
    page.context.clear_cookies(name="casework-local")
    press(page, "main button.button-main")
    page.fill("input[name=login]", "yassine")
    page.fill("input[name=password]", PASSWORD)
    press(page, "main button.button-main")
    expect(page.locator("input[name=given]")).to_have_value("Texte commencé")


def test_enter_in_a_form_sends_it_and_changes_no_language(visit):
    page = visit("yassine")
    page.goto("/people/search")
    page.fill("main input[name=q]", "Okafor")
    with page.expect_navigation():
        page.press("main input[name=q]", "Enter")
    assert page.url.endswith("/people/search")
    assert "lang=" not in page.url
    expect(page.locator("main input[name=q]")).to_have_value("Okafor")


def test_an_adviser_logs_an_orientation(visit):
    page = visit("yassine")
    register(page, given="Prince", family="Okafor")
    press(page, "a[href*='/enrolments/new']")
    choose(page, "pathway", "EMP")
    press(page, "main button.button-main")
    press(page, "a[href*='/orientations/new'] >> nth=0")
    choose(page, "orientation_format", "INDIV")
    page.fill("textarea", "Idée d’activité précisée.")
    press(page, "main button.button-main")
    expect(page.get_by_text("Idée d’activité précisée.")).to_be_visible()
    assert search(page, "محمد بنعلي") == 0


def figures(page):
    """The headlines by the codes of their indicators."""
    page.goto("/indicators?period=" + str(clock.today().year))
    assert "بنعلي" not in page.content()
    found = {}
    for one in page.locator("dl.stats > div").all():
        code = one.locator("a").get_attribute("href").partition("?")[0].rpartition("/")[2]
        found[code] = int(re.sub(r"\D", "", one.locator("dd").inner_text()) or 0)
    return found


def note_a_session(page, dossier):
    page.goto(dossier)
    press(page, "a[href*='sessions/new']")
    if page.locator("a[href='?fresh=1']").count():
        press(page, "a[href='?fresh=1']")  # a draft of another test came back
    choose(page, "session_type", "INDIV")
    page.fill("textarea[name=note]", NOTE)
    press(page, "main button.button-main")


def test_a_coordinator_reads_exact_figures_and_no_name(followed, visit):
    counsellor, dossier = followed
    note_a_session(counsellor, dossier)
    page = visit("amina", "ar")
    before = figures(page)
    assert before["PSS-01"] == before["PSS-02"] >= 1
    note_a_session(counsellor, dossier)
    after = figures(page)
    assert [after[code] - before[code] for code in ("PSS-01", "PSS-02", "PSS-03")] == [0, 0, 1]
    for address in (dossier, "/dossiers", "/people/search"):
        answer = page.request.get(address)
        assert answer.status == 403
        assert "بنعلي" not in answer.text()
    page.goto("/")
    assert_decent(page)


def assert_open_to_all(page, *addresses):
    """Nothing on these pages shuts anybody out; the page shown already if none is named."""
    for address in addresses or (None,):
        if address:
            page.goto(address)
        found = Axe().run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], page.url
        assert_decent(page)


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_pages_of_the_main_job_shut_nobody_out(followed, visit, language):
    _page, dossier = followed
    page = visit("salma", language, bypass_csp=True)
    page.goto(dossier)
    session = page.locator("a[href*='sessions/new']").first.get_attribute("href")
    assert_open_to_all(page, "/", "/dossiers", dossier, "/people/new", session, "/people/search")
    assert_open_to_all(page, "/indicators", "/account")
    page.goto("/lock")
    page.goto("/account")
    assert "/unlock" in page.url
    assert_open_to_all(page)
    page.context.clear_cookies(name="casework-local")
    assert_open_to_all(page, "/sign-in")


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_pages_of_the_hub_shut_nobody_out(visit, language):
    page = visit("yassine", language, bypass_csp=True)
    register(page, given="Fatou", family=f"Diop {language}")
    press(page, "a[href*='/enrolments/new']")
    assert_open_to_all(page)
    choose(page, "pathway", "EMP")
    press(page, "main button.button-main")
    assert_open_to_all(page)
    press(page, "a[href*='/orientations/new'] >> nth=0")
    assert_open_to_all(page)


def test_the_main_job_needs_no_javascript(visit):
    page = visit("salma", "ar", java_script_enabled=False)
    register(page, given="Awa", family="Traoré")
    press(page, "a[href*='/cases/new']")
    choose(page, "first_contact", "PHONE")
    press(page, "main button.button-main")
    press(page, "a[href*='sessions/new'] >> nth=0")
    choose(page, "session_type", "FIRST")
    page.fill("textarea[name=note]", "بدون جافاسكريبت")
    press(page, "main button.button-main")
    expect(page.get_by_text("بدون جافاسكريبت")).to_be_visible()


def test_nobody_lies_in_clear_in_the_instance(followed, served):
    _page, _dossier = followed
    words = ["Benali", "بنعلي", "محمد", "salma"]
    for path in served[1].rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            for word in words:
                assert word.encode() not in content, f"{path.name} holds a word in clear"


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_a_country_that_is_not_usual_is_in_the_list_where_scripts_run(visit, language):
    page = visit("salma", language)
    page.goto("/people/new")
    expect(page.locator("#nationality option[value=BR]")).to_have_count(1)
    expect(page.locator("#nationality option")).to_have_count(252)
    expect(page.locator("#nationality option[value=other]")).to_have_count(0)
    page.select_option("#nationality", "BR")
    page.fill("input[name=phones]", "12")
    press(page, "main button.button-main")
    expect(page.locator("#nationality")).to_have_value("BR")
