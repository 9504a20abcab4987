# SPDX-License-Identifier: AGPL-3.0-or-later
import re

import pytest

from casework.i18n import _, catalogue, use_language


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


def test_a_line_of_french_neither_begins_with_a_sign_nor_ends_on_a_quotation_mark():
    with use_language("fr"):
        said = _("Before: %(period)s", period="2022"), _("Draft saved at %(hour)s", hour="9 h")
        assert said[0] == "Avant\u00a0: 2022"
        assert "9 h" in said[1]
    breaking = re.compile(r" [:;?!»]|« ")
    for message in catalogue("fr")._catalog.values():
        assert not breaking.search(message), message
