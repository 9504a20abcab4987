# SPDX-License-Identifier: AGPL-3.0-or-later
"""What only a real browser can say: reach, size, speed of the veil, what a script adds."""

import contextlib
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, Page, expect

from . import conftest

pytestmark = pytest.mark.browser

PAGES = ("today", "gallery", "form", "figures", "nowhere")
SHORT_OF_A_TARGET = """() => [...document.querySelectorAll(
    'a[href], button, select, input:not([type=hidden]), textarea, summary')]
  .filter(one => one.checkVisibility() && !one.closest('p, td, th, dd, .error-summary')
    && !one.matches('.skip-link, .visually-hidden'))
  .map(one => [one.outerHTML.slice(0, 90), one.getBoundingClientRect().height])
  .filter(([, height]) => height < 44)"""
OUTSIDE = """() => [...document.querySelectorAll('main *, header *, nav *')]
  .filter(one => one.checkVisibility()
    && !one.closest('.visually-hidden, .table-frame, .chips-row'))
  .filter(one => { const box = one.getBoundingClientRect();
    return box.width && (box.right > innerWidth + 1 || box.left < -1) })
  .map(one => one.outerHTML.slice(0, 90))"""


def opened(page: Page, path: str, language: str = "fr") -> Page:
    page.goto(f"/{path}?lang={language}")
    page.wait_for_selector("html[data-ready]")
    # Another font has other widths, and one is only asked for once the page is laid out.
    page.evaluate("() => document.body.offsetWidth && document.fonts.ready.then(() => true)")
    page.wait_for_function("document.fonts.status === 'loaded'")
    return page


@pytest.fixture
def silent(context):
    """A page whose console must stay empty: a slip against the content policy speaks there."""
    said = []
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    assert [line for line in said if "Failed to load resource" not in line] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_no_page_shuts_anybody_out(browser, address, language, scheme):
    context = browser.new_context(base_url=address, color_scheme=scheme, bypass_csp=True)
    context.set_default_timeout(5000)
    page = context.new_page()
    for path in PAGES:
        opened(page, path, language)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"
    context.close()


@pytest.mark.parametrize("width", [320, 360, 640, 1280])
@pytest.mark.parametrize("language", ["fr", "ar"])
def test_a_page_fits_and_can_be_touched(silent, width, language):
    silent.set_viewport_size({"width": width, "height": 800})
    for path in PAGES:
        opened(silent, path, language)
        assert silent.evaluate("document.documentElement.scrollWidth") <= width, path
        assert silent.evaluate(OUTSIDE) == [], path
        assert silent.evaluate(SHORT_OF_A_TARGET) == [], path


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_a_page_fits_before_its_font_is_there(silent, language):
    silent.set_viewport_size({"width": 320, "height": 800})
    silent.route("**/fonts/*", lambda route: route.abort())
    for path in PAGES:
        opened(silent, path, language)
        assert silent.evaluate("document.documentElement.scrollWidth") <= 320, path
        assert silent.evaluate(OUTSIDE) == [], path


# Where each of some words begins and ends, and over how many lines.
PLACES = """words => words.map(word => {
    const row = document.querySelector('.list-row');
    const walk = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
    for (let text = walk.nextNode(); text; text = walk.nextNode()) {
      const at = text.data.indexOf(word);
      if (at < 0) continue;
      const range = document.createRange();
      range.setStart(text, at);
      range.setEnd(text, at + word.length);
      const box = range.getBoundingClientRect();
      return [Math.round(box.left), Math.round(box.right), range.getClientRects().length];
    }
  })"""


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_parts_of_a_line_stand_in_the_order_they_are_read(silent, language):
    opened(silent, "gallery", language)
    parts = ["Hôtel Fictif", "7", "+212612345678", "متجر"]
    for line in (parts, ["B-23K9T-4", "12 500"]):
        places = silent.evaluate(PLACES, line)
        edges = [(left, right) for left, right, _lines in places]
        assert edges == sorted(edges, reverse=language == "ar")


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_a_code_and_a_number_stay_in_one_piece_and_a_badge_goes_under(silent, language):
    silent.set_viewport_size({"width": 320, "height": 800})
    opened(silent, "gallery", language)
    places = silent.evaluate(PLACES, ["B-23K9T-4", "+212612345678"])
    assert [lines for *_edges, lines in places] == [1, 1]
    row = silent.locator(".list-row").first
    title = row.locator(".list-row-title").bounding_box()
    badge = row.locator(".badge").bounding_box()
    assert badge["y"] >= title["y"] + title["height"]
    assert badge["x"] >= 0
    assert badge["x"] + badge["width"] <= 320


def test_nothing_sticks_on_a_short_screen(silent):
    silent.set_viewport_size({"width": 640, "height": 360})
    opened(silent, "form")
    for part in (".top-bar", ".sticky-bar", ".navigation"):
        position = silent.locator(part).evaluate("one => getComputedStyle(one).position")
        assert position == "static", part


def test_a_page_is_set_in_our_own_faces(silent):
    for language, face in (("fr", "Sanad UI"), ("ar", "Sanad UI Arabic")):
        opened(silent, "today", language)
        silent.reload()
        silent.wait_for_load_state("networkidle")
        loaded = silent.evaluate(
            "[...document.fonts].filter(one => one.status === 'loaded').map(one => one.family)"
        )
        assert {name.strip('"') for name in loaded} == {face}


def test_the_veil_falls_within_a_tenth_of_a_second_and_locks(silent):
    opened(silent, "today")
    silent.evaluate("""() => {
        const start = performance.now();
        new MutationObserver(() => document.documentElement.dataset.took =
            document.querySelector('.veil')?.open ? performance.now() - start : '')
          .observe(document.body, {childList: true});
        document.querySelector('[data-hide] button').click();
    }""")
    silent.wait_for_selector(".veil[open]")
    assert float(silent.evaluate("document.documentElement.dataset.took")) < 100
    assert silent.title() == "…"
    box = silent.locator(".veil").bounding_box()
    assert (box["x"], box["y"]) == (0, 0)
    assert box["width"] >= silent.viewport_size["width"]
    silent.keyboard.press("Escape")
    expect(silent.locator(".veil")).to_be_visible()
    silent.wait_for_timeout(200)
    assert conftest.LOCKS == [1]


def test_shift_three_times_hides_and_capitals_do_not(silent):
    opened(silent, "form")
    silent.locator("#note").focus()
    for letter in "ABC":
        silent.keyboard.press(f"Shift+{letter}")
    silent.wait_for_timeout(50)
    assert silent.locator(".veil").count() == 0
    for _time in range(3):
        silent.keyboard.press("Shift")
    silent.wait_for_selector(".veil[open]", timeout=1000)


def test_what_was_being_written_is_kept_before_the_veil_locks(silent):
    opened(silent, "form")
    silent.locator("#note").fill("a few words")
    silent.locator("[data-hide] button").click()
    silent.wait_for_selector(".veil[open]")
    silent.wait_for_timeout(300)
    assert conftest.DRAFTS == ["a few words"]
    assert conftest.LOCKS == [1]


def test_behind_the_veil_waits_the_same_text(silent):
    opened(silent, "form")
    silent.locator("#note").fill("a few words")
    silent.locator("[data-hide] button").click()
    silent.wait_for_selector(".veil[open]")
    silent.wait_for_timeout(300)
    with silent.expect_navigation():
        silent.mouse.click(200, 200)
    assert conftest.HELD == ["a few words"]


def test_behind_the_veil_waits_the_same_page(silent):
    opened(silent, "gallery")
    silent.locator("[data-hide] button").click()
    silent.wait_for_selector(".veil[open]")
    silent.wait_for_timeout(300)
    with silent.expect_navigation():
        silent.keyboard.press("Enter")
    assert silent.url.endswith("/gallery")


def test_a_draft_is_kept_two_seconds_after_the_last_key(silent):
    opened(silent, "form")
    silent.locator("#note").press_sequentially("slowly", delay=20)
    silent.wait_for_timeout(1000)
    assert conftest.DRAFTS == []
    expect(silent.locator("[data-save-state]")).to_contain_text("Brouillon enregistré à")
    assert conftest.DRAFTS == ["slowly"]


def test_a_draft_still_on_its_way_never_comes_after_the_form_itself(silent):
    opened(silent, "form")
    on_the_way = []
    silent.route("**/draft", lambda route: on_the_way.append(route))  # a weak network
    silent.locator("label", has_text="Suivi").click()
    silent.locator("#family").fill("بنعلي")
    with silent.expect_request("**/draft"):
        silent.locator("[data-keep]").click()
    with silent.expect_navigation():
        silent.locator(".sticky-bar .button-main").click()
    with contextlib.suppress(Error):  # nobody waits for it any more
        on_the_way[0].continue_()
    silent.wait_for_timeout(500)
    assert conftest.DRAFTS == []


def test_the_longest_of_texts_is_kept_as_a_draft_too(silent):
    opened(silent, "form")
    silent.locator("#note").fill("كلمة " * 4000)
    expect(silent.locator("[data-save-state]")).to_contain_text("Brouillon enregistré à")
    assert conftest.DRAFTS == ["كلمة " * 4000]


def test_what_is_too_long_to_be_sent_is_said_and_stays(silent, gallery_app, monkeypatch):
    monkeypatch.setitem(gallery_app.config, "MAX_CONTENT_LENGTH", 5000)
    opened(silent, "form", "ar")
    sent = []
    silent.on("request", lambda one: sent.append(one.url) if one.method == "POST" else None)
    silent.locator("#note").fill("mots " * 2000)
    silent.locator(".sticky-bar .button-main").click()
    expect(silent.locator("[data-connection]")).to_be_in_viewport()
    assert sent == []
    silent.locator("[data-keep]").click()
    expect(silent.locator("[data-save-state][data-now=long]")).to_be_visible()
    assert silent.locator("#note").input_value() == "mots " * 2000


def test_a_lost_connection_is_said_and_the_text_stays(context):
    page = opened(context.new_page(), "form")
    context.set_offline(True)
    page.locator("#note").fill("words")
    page.get_by_role("button", name="Brouillon").click()
    expect(page.locator("[data-save-state]")).to_contain_text("Non enregistré")
    expect(page.locator("[data-connection]")).to_be_visible()
    assert page.locator("#note").input_value() == "words"
    conftest.DRAFTS.clear()
    context.set_offline(False)
    expect(page.locator("[data-save-state]")).to_contain_text("Brouillon enregistré")
    assert conftest.DRAFTS[-1:] == ["words"]


def test_the_other_day_shows_when_it_is_wanted_and_is_said_in_words(silent):
    opened(silent, "form", "ar")
    other = silent.locator("fieldset .quick-date-other")
    expect(other).to_be_hidden()
    silent.locator("input[value=other]").check(force=True)
    expect(other).to_be_visible()
    other.locator("input").fill("2025-08-12")
    expect(other.locator("output")).to_contain_text("غشت")


def test_errors_take_the_focus_and_lead_to_their_field(silent):
    opened(silent, "form")
    with silent.expect_navigation():
        silent.get_by_role("button", name="Save").or_(
            silent.get_by_role("button", name="Enregistrer")
        ).click()
    silent.wait_for_selector("html[data-ready]")
    expect(silent.locator(".error-summary")).to_be_focused()
    silent.locator(".error-summary a").first.click()
    assert silent.evaluate("document.activeElement.name") == "kind"


def test_control_and_enter_saves(silent):
    opened(silent, "form")
    silent.locator("#note").fill("done")
    with silent.expect_response(lambda answer: answer.request.method == "POST") as answer:
        silent.keyboard.press("Control+Enter")
    assert answer.value.status == 422
    expect(silent.locator(".error-summary")).to_be_visible()


def test_a_slash_leads_to_the_search(silent):
    opened(silent, "today")
    silent.keyboard.press("/")
    assert silent.evaluate("document.activeElement.id") == "find"
    silent.keyboard.press("/")
    assert silent.locator("#find").input_value() == "/"


def test_a_question_mark_lists_the_keys_and_they_can_be_turned_off(silent):
    opened(silent, "today", "ar")
    silent.keyboard.press("?")
    expect(silent.locator("[data-shortcut-help]")).to_be_visible()
    assert silent.locator("[data-shortcut-help] kbd").count() == 11
    silent.locator("[data-shortcut-help] .chip").click()
    silent.keyboard.press("Escape")
    for key in ("?", "/"):
        silent.keyboard.press(key)
    expect(silent.locator("[data-shortcut-help]")).to_be_hidden()
    assert silent.evaluate("document.activeElement.id") != "find"
    opened(silent, "figures")
    silent.keyboard.press("?")
    expect(silent.locator("[data-shortcut-help]")).to_be_hidden()


def test_two_keys_lead_to_today_and_to_the_files_but_not_while_typing(silent):
    opened(silent, "form")
    silent.locator("#note").focus()
    for key in "gd?":
        silent.keyboard.press(key)
    assert silent.locator("#note").input_value() == "gd?"
    silent.locator("#note").blur()
    for key, path in (("d", "/gallery"), ("t", "/today")):
        silent.keyboard.press("g")
        with silent.expect_navigation():
            silent.keyboard.press(key)
        silent.wait_for_selector("html[data-ready]")
        assert silent.url.endswith(path)


def test_the_keyboard_alone_reaches_the_content(silent):
    opened(silent, "today")
    silent.keyboard.press("Tab")
    expect(silent.locator(".skip-link")).to_be_focused()
    silent.keyboard.press("Enter")
    expect(silent.locator("main")).to_be_focused()


def test_everything_works_without_a_script(browser, address):
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/form?lang=fr")
    page.locator("label", has_text="Suivi").click()
    page.locator("#family").fill("بنعلي")
    page.locator("#note").fill("words")
    with page.expect_navigation():
        page.locator(".sticky-bar .button-main").click()
    assert page.locator(".error-summary").count() == 0
    page.locator("[data-hide] button").click()
    expect(page).to_have_title(re.compile("^…"))
    context.close()


def test_the_page_warns_before_it_locks_and_one_touch_keeps_it(context, gallery_app):
    # The clock of the page runs on beside what is run here, so every wait leaves a minute for it.
    gallery_app.extensions["web"].idle_seconds = lambda: 240
    try:
        page = context.new_page()
        page.clock.install()
        opened(page, "form")
        page.clock.run_for(1000)
        expect(page.locator("[data-idle-warning]")).to_be_hidden()
        page.clock.run_for(120_000)
        expect(page.locator("[data-idle-warning]")).to_be_visible()
        with page.expect_response("**/extend"):
            page.locator("[data-stay]").click()
        expect(page.locator("[data-idle-warning]")).to_be_hidden()
        page.clock.run_for(241_000)
        expect(page.locator(".veil")).to_be_visible()
    finally:
        gallery_app.extensions["web"].idle_seconds = lambda: 600


# ------------------------------------------------------------------ other screens, and paper

LINES = """one => { const how = getComputedStyle(one);
    return [how.outlineStyle, how.outlineWidth, how.outlineColor, how.backgroundColor] }"""
# Every word of a page with its colour as three numbers, and whether it is dark enough on white.
PALE = """() => [...document.querySelectorAll('body *')]
  .filter(one => one.checkVisibility({visibilityProperty: true})
    && !one.closest('.visually-hidden, select, svg')
    && [...one.childNodes].some(text => text.nodeType === 3 && text.data.trim()))
  .filter(one => { const parts = getComputedStyle(one).color.match(/[\\d.]+/g).map(Number);
    return Math.max(...parts.slice(0, 3)) > 130 })
  .map(one => one.outerHTML.slice(0, 90))"""


def test_forced_colours_show_the_focus_and_what_is_chosen(browser, address):
    context = browser.new_context(base_url=address, forced_colors="active", reduced_motion="reduce")
    page = opened(context.new_page(), "form")
    page.locator("[data-hide] button").focus()
    page.keyboard.press("Tab")
    for _time in range(12):  # what follows, chips among them
        style, width, *_colours = page.locator(":focus + span, :focus").last.evaluate(LINES)
        assert style == "solid", page.evaluate("document.activeElement.outerHTML")
        assert float(width.removesuffix("px")) >= 2
        page.keyboard.press("Tab")
    page.locator("label", has_text="Suivi").click()
    chips = page.locator("fieldset:has(input[name=kind]) .chip")
    grounds = [chip.locator("span").evaluate(LINES)[-1] for chip in chips.all()]
    chosen = chips.locator("input:checked + span").evaluate(LINES)[-1]
    assert grounds.count(chosen) == 1
    parts = opened(page, "gallery").locator(".chips-row .button")
    assert len({one.evaluate(LINES)[-1] for one in parts.all()}) == 2
    current = page.locator(".language-switch li > *").evaluate_all(
        "all => all.map(one => getComputedStyle(one).borderBlockEndColor)"
    )
    assert len(set(current)) == 2
    context.close()


def test_what_is_folded_is_printed_whole_and_folded_again(silent):
    opened(silent, "gallery")
    card, words = silent.locator(".details-printed"), silent.locator(".folded-words")
    expect(words).to_be_hidden()
    silent.emulate_media(media="print")
    assert words.evaluate("one => one.checkVisibility()")
    silent.emulate_media(media="screen")
    for kind, is_open in (("beforeprint", True), ("afterprint", False)):
        silent.evaluate(f"dispatchEvent(new Event('{kind}'))")
        assert card.evaluate("one => one.open") == is_open


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_paper_there_is_ink_and_no_frame(browser, address, scheme):
    context = browser.new_context(base_url=address, color_scheme=scheme)
    page = context.new_page()
    for path in PAGES:
        opened(page, path)
        page.emulate_media(media="print", color_scheme=scheme)
        for part in (
            ".top-bar",
            ".navigation",
            "[data-hide]",
            ".skip-link",
            ".sticky-bar",
            ".chips-row",
        ):
            assert not page.locator(part).first.is_visible(), f"{path}: {part}"
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == (
            "rgb(255, 255, 255)"
        )
        assert page.evaluate(PALE) == [], path
        page.emulate_media(media="screen", color_scheme=scheme)
    context.close()
