# SPDX-License-Identifier: AGPL-3.0-or-later
import pytest

from casework.web.errors import show_damage

from . import manners

LARGE = "x" * (2 * 1024 * 1024 + 1)


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_an_error_is_said_in_the_language_of_the_reader(visitor, language):
    visitor.get(f"/today?lang={language}")
    page = visitor.get("/nowhere")
    assert page.status_code == 404
    manners.check(page.text, language)


def test_a_refusal_without_a_form_is_a_page_with_its_sentence(visitor):
    page = visitor.get("/refusal")
    assert page.status_code == 409
    assert "A case cannot close before it opened." in page.text


def test_a_crash_tells_nothing_of_what_is_inside(gallery_app, visitor):
    gallery_app.config["PROPAGATE_EXCEPTIONS"] = False
    page = visitor.get("/crash")
    assert page.status_code == 500
    assert "Salma" not in page.text
    assert "ZeroDivision" not in page.text


def test_an_error_page_asks_nobody_who_is_there(gallery_app, visitor):
    shell = gallery_app.extensions["web"]
    asked = []
    signed_in, shell.signed_in = shell.signed_in, lambda: asked.append(1) or True
    try:
        visitor.get("/nowhere")
    finally:
        shell.signed_in = signed_in
    assert asked == []


def test_the_wrong_method_is_said_with_the_right_ones(visitor):
    page = visitor.get("/draft")
    assert page.status_code == 405
    assert "POST" in page.headers["Allow"]


def test_what_is_too_large_is_refused_with_a_sentence(visitor):
    page = visitor.post("/form", data={"note": LARGE})
    assert page.status_code == 413
    assert "Rien n’a été enregistré." in page.text


def test_a_form_without_its_token_offers_to_send_the_text_again(visitor):
    typed = {"note": "three hours of work", "topics": ["a", "b"], "password": "secret"}
    page = visitor.post("/form", data=typed, headers={"Sec-Fetch-Site": "same-origin"})
    assert page.status_code == 400
    assert 'name="note" value="three hours of work"' in page.text
    assert page.text.count('name="topics"') == 2
    assert "secret" not in page.text
    manners.check(page.text, "fr")


@pytest.mark.parametrize(("language", "words"), [("ar", "نصك محفوظ"), ("en", "Your text is kept")])
def test_who_is_turned_away_at_the_door_reads_why(visitor, language, words):
    visitor.get(f"/form?lang={language}")
    page = visitor.post("/form", data={"note": "x"}, headers={"Sec-Fetch-Site": "same-origin"})
    assert words in page.text
    manners.check(page.text, language)
    assert visitor.post("/form", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_what_another_site_typed_is_never_offered_again(visitor):
    page = visitor.post("/form", data={"note": "a stranger's"})
    assert page.status_code == 400
    assert "stranger" not in page.text


def test_a_script_gets_the_sentence_as_json(visitor):
    answer = visitor.get("/nowhere", headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert answer.json["error"].endswith(".")


def test_a_damaged_record_has_a_page_of_its_own(gallery_app):
    with gallery_app.test_request_context():
        text, status = show_damage(ValueError("row 3f2a"))
    assert status == 500
    assert "3f2a" not in text
    assert "endommagée" in text or "damaged" in text
