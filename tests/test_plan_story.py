# SPDX-License-Identifier: AGPL-3.0-or-later
"""The story of a plan in a real browser: a canvas written, thought over and printed, a plan with
its money, two colleagues who write at once."""

import re

import pytest
from playwright.sync_api import expect

from .served import press
from .test_hub_story import SAVE, guide, open_a_business
from .test_main_job import assert_open_to_all

pytestmark = pytest.mark.browser
BLOCKS = ("segments", "value", "channels", "relationships", "revenue", "resources", "activities",
          "partners", "costs")  # fmt: skip
FULL = {
    "fr": "\n".join(["Retouches et robes sur mesure, prêtes en deux jour"] * 9),
    "ar": "\n".join(["خياطة وإصلاح الملابس لنساء الحي القريب من السوق ال"] * 9),
}


def begun(page, family):
    """A business of somebody guided at the hub; gives its address."""
    guide(page, given="Nadia", family=family)
    open_a_business(page, activity="Couture")
    page.wait_for_url(re.compile("/businesses/"))
    return page.url


def write(page, address, **texts):
    page.goto(address)
    for name, text in texts.items():
        page.fill(f"[name={name}]", text)
    press(page, SAVE)


def test_a_canvas_is_written_overtaken_compared_and_taken_up_again(visit):
    page = visit("yassine")
    canvas = f"{begun(page, 'Amrani')}/canvas"
    write(page, f"{canvas}/new", segments="Femmes du quartier", value="Retouches en deux jours")
    assert page.url == canvas
    assert "Femmes" not in page.title()

    page.goto(f"{canvas}/new")
    page.fill("[name=value]", "Retouches en un jour")
    colleague = visit("hind")
    write(colleague, f"{canvas}/new", channels="Atelier près du marché", remark="Avec Nadia")
    press(page, SAVE)  # too late: nothing is lost, and the other is shown
    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.locator("[name=value]")).to_have_value("Retouches en un jour")
    expect(page.locator(".change-came")).to_contain_text("Retouches en un jour")
    expect(page.locator("[name=channels]")).to_have_value("Atelier près du marché")
    press(page, SAVE)
    expect(page.locator("main .badge")).to_contain_text("Version 3")

    press(page, "a[href$='/versions']")
    expect(page.locator("main tbody tr")).to_have_count(3)
    press(page, "main tbody tr:last-child a")
    press(page, "a[href$='/again']")
    press(page, SAVE)
    expect(page.locator("main .badge")).to_contain_text("Version 4")
    expect(page.get_by_text("Retouches en deux jours")).to_be_visible()


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_a_canvas_filled_to_the_brim_is_one_sheet(visit, language):
    page = visit("yassine", language)
    canvas = f"{begun(page, f'Brim {language}')}/canvas"
    write(page, f"{canvas}/new", **dict.fromkeys(BLOCKS, FULL[language]))
    sheet = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
    (box,) = set(re.findall(rb"/MediaBox\s*\[([^]]*)\]", sheet))
    _left, _low, width, height = map(float, box.split())
    assert (round(width), round(height)) == (842, 595)  # A4 across, in points


def test_the_blocks_stand_as_a_picture_where_there_is_room_and_in_a_column_elsewhere(visit):
    page = visit("yassine")
    canvas = f"{begun(page, 'Picture')}/canvas"
    write(page, f"{canvas}/new", value="Retouches")
    page.set_viewport_size({"width": 1280, "height": 800})
    assert len({round(box["x"]) for box in boxes(page)}) == 6  # five columns and the lower halves
    page.set_viewport_size({"width": 360, "height": 800})
    column = boxes(page)
    assert len({round(box["x"]) for box in column}) == 1
    assert [box["y"] for box in column] == sorted(box["y"] for box in column)


def boxes(page):
    return [one.bounding_box() for one in page.locator(".canvas > li").all()]


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_pages_of_a_plan_shut_nobody_out(visit, language):
    page = visit("yassine", language, bypass_csp=True)
    business = begun(page, f"Open {language}")
    canvas, plan = f"{business}/canvas", f"{business}/plan"
    assert_open_to_all(page, canvas, plan, f"{canvas}/new", f"{plan}/new", business)
    write(page, f"{canvas}/new", value="Robe prête en deux jours\nثوب جاهز")
    write(page, f"{canvas}/new", value="Robe prête en trois jours\nثوب", costs="Loyer")
    write(page, f"{plan}/new", summary="Ouvrir.", needs_equip="18000", forecast_sales="96000")
    write(page, f"{plan}/new", needs_equip="20000", resources_own="1234567.5")
    assert_open_to_all(page, canvas, plan, f"{canvas}/versions", f"{plan}/versions")
    for paper in (canvas, plan):
        page.goto(paper)
        press(page, "a[href$='/changes']")
        assert_open_to_all(page)
        page.goto(paper)
        press(page, "a[href$='/mistake']")
        assert_open_to_all(page)
