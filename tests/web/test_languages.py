# SPDX-License-Identifier: AGPL-3.0-or-later
import pytest


def test_french_is_what_people_see_first(visitor):
    assert '<html lang="fr" dir="ltr">' in visitor.get("/today").text


def test_the_switch_keeps_the_page_and_its_filters(visitor):
    answer = visitor.get("/gallery?status=open&page=2&lang=ar")
    assert answer.status_code == 303
    assert answer.location == "/gallery?status=open&page=2"
    page = visitor.get(answer.location)
    assert '<html lang="ar" dir="rtl">' in page.text
    assert page.headers["Content-Language"] == "ar"
    assert "/gallery?status=open&amp;page=2&amp;lang=en" in page.text


def test_the_switch_never_leads_to_another_host(visitor):
    answer = visitor.get("//elsewhere.example/?lang=ar")
    assert not answer.location or answer.location.startswith("/")
    assert not (answer.location or "").startswith("//")


@pytest.mark.parametrize("code", ["xx", "", "../fr", "fr\r\nSet-Cookie: a=b"])
def test_an_unknown_language_is_passed_over(visitor, code):
    answer = visitor.get("/today", query_string={"lang": code})
    assert answer.status_code == 200
    assert '<html lang="fr"' in answer.text


def test_the_choice_of_a_known_reader_wins(gallery_app, visitor):
    shell = gallery_app.extensions["web"]
    chosen = []
    shell.language, shell.remember_language = lambda: "en", chosen.append
    try:
        assert '<html lang="en"' in visitor.get("/today").text
        visitor.get("/today?lang=ar")
        assert chosen == ["ar"]
    finally:
        shell.language, shell.remember_language = lambda: None, lambda code: None
