# SPDX-License-Identifier: AGPL-3.0-or-later
"""The story of a path at the hub in a browser: told, agreed, paused, taken up, left for work."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from casework import clock

from .served import press
from .test_hub_story import SAVE, guide
from .test_main_job import assert_open_to_all, choose

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_from_the_diagnosis_by_a_pause_to_a_job(visit, language, tmp_path):
    """What is told, agreed and brought on the way; its pages shut nobody out."""
    page = visit("yassine", language, bypass_csp=True)
    dossier = guide(page, given="Salma", family=f"Fassi {language}")
    press(page, ".timeline a[href*='/enrolments/']")
    enrolment = page.url
    steps = ("diagnoses/new", "reviews/new", "steps/new", "pause", "closure")
    assert_open_to_all(page, "/orientations/group", *(f"{enrolment}/{one}" for one in steps))

    page.goto(f"{enrolment}/diagnoses/new")
    choose(page, "work_situation", "SEEK")
    page.fill("input[name=wanted]", "Soudeuse")
    press(page, SAVE)
    press(page, "a[href*='/steps/new']")
    page.fill("input[name=what]", "Porter le CV à trois ateliers")
    page.fill("input[name=due_on]", (clock.today() + dt.timedelta(30)).isoformat())
    press(page, SAVE)
    assert_open_to_all(page, enrolment)
    press(page, "button[name=state][value=done]")
    expect(page.locator("button[name=state]")).to_have_count(0)
    press(page, "a[href$='/pause']")
    press(page, SAVE)
    press(page, "a[href$='/return']")
    press(page, SAVE)

    page.goto(dossier)
    press(page, "a[href$='/documents']")
    press(page, "a[href$='/documents/new'] >> nth=0")
    wrong = tmp_path / "cv.pdf"
    wrong.write_bytes(b"MZ a programme")
    choose(page, "career_document", "CV")
    page.set_input_files("input[name=file]", wrong)
    press(page, SAVE)
    expect(page.locator(".error-summary")).to_be_visible()
    wrong.write_bytes(b"%PDF-1.4\n%%EOF\n")
    page.set_input_files("input[name=file]", wrong)
    press(page, SAVE)
    assert_open_to_all(page, page.url)
    with page.expect_download() as leaving:
        page.click("main .timeline-title a")
    assert leaving.value.suggested_filename.endswith("-CV.pdf")

    page.goto(f"{enrolment}/closure")
    page.select_option("select[name=exit_reason]", "WORK")
    press(page, SAVE)
    expect(page.locator("main a[href$='/return']")).to_have_count(1)
