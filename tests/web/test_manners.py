# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every page owes its reader, whatever shows it. `manners.check` serves other rooms too."""

import pytest

from . import manners

PAGES = ("/gallery", "/form", "/today", "/figures", "/refusal", "/nowhere")


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_manners(visitor, path, language):
    visitor.get(f"{path}?lang={language}")
    manners.check(visitor.get(path).text, language)


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_a_form_with_errors_has_manners(visitor, language):
    visitor.get(f"/form?lang={language}")
    token = manners.token(visitor.get("/form").text)
    answer = visitor.post("/form", data={"csrf_token": token, "when": ["other", ""]})
    assert answer.status_code == 422
    manners.check(answer.text, language)


def test_a_link_of_the_summary_leads_to_its_field(visitor):
    token = manners.token(visitor.get("/form").text)
    page = manners.parse(visitor.post("/form", data={"csrf_token": token}).text)
    summary = page.find(".//div[@role='alert']")
    ids = {element.get("id") for element in page.iter()}
    links = [link.get("href") for link in summary.iter("a")]
    assert links
    assert all(link.removeprefix("#") in ids for link in links)


def test_without_scripts_a_page_leaves_the_screen_of_a_locked_post(visitor):
    """The server locks after ten minutes; asked again, it shows the door and not the page."""
    for path in ("/today", "/figures"):
        assert '<noscript><meta http-equiv="refresh" content="605">' in visitor.get(path).text
    for page in (visitor.get("/form"), visitor.post("/form"), visitor.get("/nowhere")):
        assert "http-equiv" not in page.text, "what is half written there would be gone"
