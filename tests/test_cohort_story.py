# SPDX-License-Identifier: AGPL-3.0-or-later
"""The board, a call and a cohort in a real browser: by keyboard, on a phone, without scripts."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from casework import clock

from .served import press
from .test_hub_story import SAVE, guide
from .test_main_job import assert_open_to_all, choose

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 360, "height": 740}}
TODAY = clock.today()  # in Morocco, as the server has it
CRITERIA = "Motivation; 2\nProjet"


def test_a_card_is_moved_by_keyboard_on_a_phone_without_scripts(visit):
    guide(visit("yassine"), given="Salim", family="Naji")
    page = visit("yassine", java_script_enabled=False, **PHONE)
    page.goto("/board")
    card = page.locator(".board-card", has=page.locator("select")).last
    code = card.locator("bdi").inner_text()
    card.locator("select").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".note-good")).to_contain_text(code)
    column = page.locator(".board-column").nth(2)
    expect(column).to_contain_text(code)
    column.locator("summary").click()
    expect(column.locator(".board-card").first).to_be_hidden()


def test_from_a_call_to_the_sheet_of_its_cohort(visit):
    page = visit("hind")
    page.goto("/calls/new")
    days = {"opens_on": TODAY, "closes_on": TODAY + dt.timedelta(30)}
    said = {"title": "Cohorte d’essai", "places": "1"} | {n: str(day) for n, day in days.items()}
    for name, value in said.items():
        page.fill(f"input[name={name}]", value)
    page.fill("textarea[name=criteria]", CRITERIA)
    press(page, SAVE)
    call = page.url
    assert "essai" not in page.title()

    adviser = visit("yassine")
    guide(adviser, given="Meriem", family="Alaoui")
    press(adviser, "a[href$='/calls']")
    press(adviser, "main a[href*='/calls/']:not([href$='/calls'])")
    adviser.fill("textarea[name=project]", "Ouvrir un atelier.")
    press(adviser, SAVE)
    application = adviser.url

    page.goto(f"{call}/readers")
    page.locator("label", has_text="Yassine").click()
    press(page, SAVE)
    adviser.goto("/calls")
    press(adviser, "a[href*='/reviews/']")
    for place in (0, 1):
        adviser.fill(f"#score-{place}", "4")
    press(adviser, SAVE)
    expect(adviser.locator("main")).to_contain_text("80")

    page.goto(f"{application}/decision")
    choose(page, "status", "selected")
    press(page, SAVE)
    press(page, "a[href*='/cohorts/new']")
    for name, day in (("first_on", TODAY), ("last_on", TODAY + dt.timedelta(42))):
        page.fill(f"input[name={name}]", str(day))
    press(page, SAVE)
    cohort = page.url
    press(page, "main a[href$='/members/new'] >> nth=0")
    press(page, SAVE)
    press(page, "a[href$='/sessions/new']")
    page.fill("input[name=held_on]", str(TODAY))
    press(page, SAVE)
    press(page, "main .rows a[href*='/sessions/']")
    page.locator(".chip").first.click()
    press(page, SAVE)
    expect(page.locator("main")).to_contain_text("100")
    assert_open_to_all(page, "/board", "/funnel", call, application, cohort)
