# SPDX-License-Identifier: AGPL-3.0-or-later
"""The story of an event in a real browser: invited, shown a slip, present, asked, and answered."""

import re
import uuid

import pytest
from playwright.sync_api import expect

from casework import clock, create_app
from casework.welcome import slips

from .conftest import CHEAP, close
from .served import press
from .test_main_job import assert_open_to_all, choose

pytestmark = pytest.mark.browser
SAVE = "main .sticky-bar button.button-main"


def plan(page):
    """An event of today; gives its address."""
    page.goto("/events/new")
    page.select_option("select[name=kind]", "EMPLOYER")
    page.fill("input[name=title]", "Recruter autrement")
    page.fill("input[name=first_on]", clock.today().isoformat())
    page.select_option("select[name=region]", "01")
    page.fill("textarea[name=costs]", "Salle; 1200")
    press(page, SAVE)
    return re.sub(r"^https?://[^/]+", "", page.url)


def code_of(page, served, machine_key):
    """What the camera would read on the first slip of the list shown."""
    name = page.locator("input[type=radio][name^=answer-]").first.get_attribute("name")
    app = create_app(served[1], machine_key=machine_key, **CHEAP)
    with app.app_context():
        code = slips.code_of(uuid.UUID(name.removeprefix("answer-")))
    close(app)
    return code


def test_from_the_invitation_to_what_guests_thought(visit, served, template, browser):
    page = visit("hind")
    event = plan(page)
    page.goto(f"{event}/invitations/new")
    page.fill("textarea[name=lines]", "Leïla Fictive; Société Une; Entreprise; F\nNour")
    press(page, SAVE)
    name = page.locator("input[type=radio][name^=answer-]").first.get_attribute("name")
    choose(page, name, "coming")
    press(page, SAVE)
    assert_open_to_all(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    for who in page.locator(".attendance-line").all():  # on a desk, one line for each
        assert who.bounding_box()["height"] < 90
    code = code_of(page, served, template.machine_key)
    page.goto(f"{event}/slips")
    expect(page.locator(".slip svg")).to_have_count(2)
    assert_open_to_all(page)
    page.goto(f"/slips/{code}")
    assert_open_to_all(page)
    press(page, SAVE)
    expect(page.locator(".page-head .badge-good")).to_be_visible()
    page.goto(f"{event}/opinions/new")
    page.fill("input[name=last_on]", clock.today().isoformat())
    press(page, SAVE)
    assert_open_to_all(page)
    address = page.locator(".poster-address").inner_text()
    for mark in "34455":
        answer(browser, address, mark)
    page.goto(f"{event}/opinions")
    press(page, "main button.button-danger")
    expect(page.locator("table.bars tr")).to_have_count(5)
    assert_open_to_all(page)


def answer(browser, address, mark):
    """As somebody with a phone and no account."""
    context = browser.new_context(viewport={"width": 360, "height": 740})
    guest = context.new_page()
    guest.goto(address)
    choose(guest, "useful", f"'{mark}'")
    press(guest, SAVE)
    expect(guest.locator(".note-good")).to_be_visible()
    assert {cookie["name"] for cookie in context.cookies()} == {"form-local"}
    context.close()


def test_why_it_was_cancelled_is_asked_of_a_cancelled_event_only(visit):
    page = visit("hind")
    event = plan(page)
    page.goto("/events/new")
    why = page.locator("textarea[name=reason]")
    expect(why).to_be_hidden()
    page.goto(f"{event}/edit")
    expect(why).to_be_hidden()
    choose(page, "status", "cancelled")
    expect(why).to_be_visible()
    why.fill("Salle fermée.")
    choose(page, "status", "planned")
    press(page, SAVE)  # what was typed meanwhile is not sent
    page.goto(f"{event}/edit")
    choose(page, "status", "cancelled")
    expect(why).to_have_value("")
    press(page, SAVE)
    expect(page.locator(".error-summary")).to_be_visible()
    expect(why).to_be_visible()
    why.fill("Salle fermée.")
    press(page, SAVE)
    expect(page.locator("main")).to_contain_text("Salle fermée.")
    assert_open_to_all(page)
