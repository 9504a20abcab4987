# SPDX-License-Identifier: AGPL-3.0-or-later
import re

import pytest
import sqlalchemy as sa
from markupsafe import escape

from casework.audit import spoken
from casework.db import db
from casework.i18n import _, use_language
from casework.people import Person, consents_to

from .conftest import post

HER = {
    "given": "Fatima Zahra", "family": "Cherkaoui", "sex": "F", "birth": ["", "", "1990", ""],
    "phones": "06 12 34 56 78, +224 621 00 00 00", "languages": ["ary", "fr"],
    "population_group": "HOST", "nationality": "MA", "care": "yes", "statistics": "yes",
}  # fmt: skip


def people(programme, by="salma"):
    db.session.rollback()  # what another request saved since is seen by a new transaction only
    with programme.acting(by):
        return list(db.session.scalars(sa.select(Person)))


def hidden(page, name):
    return re.search(rf'name="{name}" value="([^"]*)"', page).group(1)


def test_a_counsellor_registers_a_person(programme, sign_in):
    answer = post(sign_in("salma"), "/people/new", **HER)
    (her,) = people(programme)
    assert answer.status_code == 303, answer.text
    assert answer.location == f"/dossiers/{her.id}"
    with programme.acting("salma"):
        who = her.identity
        assert who.birth_year == 1990
        assert who.phones == ["+212612345678", "+224621000000"]
        assert who.situations[0]["nationality_group"] == "MAR"
        assert consents_to(her, "STATS")
        assert not consents_to(her, "CONTACT")


def test_a_likely_duplicate_is_shown_before_saving_and_stops_nobody(programme, sign_in):
    programme.register(by="hind", phones=["0612345678"], given="Someone", family="Else")
    browser = sign_in("salma")
    first = post(browser, "/people/new", **HER)
    assert first.status_code == 409
    assert "Else" not in first.text
    assert 'value="Fatima Zahra"' in first.text
    assert people(programme) == []
    again = post(browser, "/people/new", **HER, seen=hidden(first.text, "seen"))
    assert again.status_code == 303
    assert len(people(programme)) == 1


def test_without_agreement_no_file_is_opened_and_the_text_stays(programme, sign_in):
    answer = post(sign_in("salma"), "/people/new", **{**HER, "care": "no"})
    assert answer.status_code == 422
    assert 'value="Cherkaoui"' in answer.text
    assert people(programme) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"phones": "12"},
        {"sex": "robot"},
        {"nationality": "ZZ"},
        {"languages": ["klingon"]},
        {"birth": ["31", "2", "1990", ""]},
        {"birth": ["1", "1", "2999", ""]},
        {"birth": ["", "", "1850", ""]},
        {"birth": ["", "", "", "121"]},
        {"nationality_group": "MOON"},
        {"how": "by pigeon"},
        {"care": "perhaps"},
        {"birth": ["", "", "1990", "30"]},
        {"statistics": ""},
        {"given": "A" * 90},
    ],
)
def test_a_wrong_answer_comes_back_with_its_sentence(programme, sign_in, wrong):
    answer = post(sign_in("salma"), "/people/new", **{**HER, **wrong})
    assert answer.status_code == 422
    assert "error-summary" in answer.text
    assert people(programme) == []


SENTENCES = {
    "This is not a phone number. Check its figures.": {"phones": "12"},
    "Choose one of the answers.": {"sex": "robot"},
    "This day is not in the calendar.": {"birth": ["31", "2", "1990", ""]},
    "This year is still to come.": {"birth": ["1", "1", "2999", ""]},
    "This year is too long ago. Check it.": {"birth": ["", "", "1850", ""]},
    "At most 80 characters fit here.": {"given": "A" * 90},
    "Without agreement no file is opened.": {"care": "no"},
}


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_what_is_wrong_is_said_in_the_readers_language_and_nothing_is_lost(
    programme, sign_in, language
):
    browser = sign_in("salma")
    browser.get(f"/people/new?lang={language}", follow_redirects=True)
    for sentence, wrong in SENTENCES.items():
        answer = post(browser, "/people/new", **{**HER, **wrong})
        assert answer.status_code == 422
        with use_language(language):
            said = _(sentence) if "80" not in sentence else _(
                "At most %(max)d characters fit here."
            ) % {"max": 80}  # fmt: skip
        assert str(escape(said)) in answer.text, sentence
        assert 'value="Cherkaoui"' in answer.text
        assert f'lang="{language}"' in answer.text
    assert people(programme) == []


def test_only_agreement_is_asked_of_a_new_person(programme, sign_in):
    answer = post(sign_in("salma"), "/people/new", care="yes", statistics="not_asked")
    (her,) = people(programme)
    assert answer.location == f"/dossiers/{her.id}"
    with programme.acting("salma"):
        assert her.full_name == her.code


SELDOM = [{}, {"languages": "ff"}, {"disability": "YES"}, {"document_kind": "CIN"},
          {"document_number": "AB12"}, {"document_number": "x" * 41}]  # fmt: skip


@pytest.mark.parametrize("said", SELDOM)
def test_nothing_said_is_folded_away(programme, sign_in, said):
    answer = post(sign_in("salma"), "/people/new", **{**HER, "care": "", "languages": [], **said})
    assert answer.status_code == 422
    folded = re.search(r'<details class="details details-fields"( open)?>(.*?)</details>',
                       answer.text, re.DOTALL)  # fmt: skip
    assert bool(folded[1]) == bool(said)
    assert all(f'name="{name}"' in folded[2] for name in ("languages", "document_number"))


def test_who_registers_sees_codes_of_duplicates_and_no_names(programme, sign_in):
    her = programme.register(by="salma", given="Naima", family="Filali", phones=["0612345678"])
    answer = post(sign_in("salma"), "/people/new", **HER)
    assert answer.status_code == 409
    assert "Filali" not in answer.text
    assert f"/dossiers/{her}" in answer.text
    with programme.acting("salma"):
        assert db.session.get(Person, her).code in answer.text


def test_a_name_of_too_many_asks_for_a_year_once_and_stops_nobody(programme, sign_in, monkeypatch):
    monkeypatch.setattr("casework.people.matching.MOST", 1)
    for _index in range(2):
        programme.register(given="Fatima Zahra", family="Cherkaoui")
    browser, new = sign_in("salma"), {**HER, "phones": "", "birth": ""}
    first = post(browser, "/people/new", **new)
    assert first.status_code == 409
    assert len(people(programme)) == 2
    again = post(browser, "/people/new", **new, seen=hidden(first.text, "seen"))
    assert again.status_code == 303
    assert len(people(programme)) == 3


def test_a_draft_is_offered_without_showing_it(programme, sign_in):
    programme.register(by="hind", phones=["0612345678"])
    browser = sign_in("salma")
    assert post(browser, "/people/new", **HER).status_code == 409
    anew = browser.get("/people/new").text
    assert "Cherkaoui" not in anew
    assert "?held=1" in anew
    back = browser.get("/people/new?held=1").text
    assert 'value="Cherkaoui"' in back
    assert hidden(back, "seen") == ""
    first = post(browser, "/people/new", **HER)
    assert post(browser, "/people/new", **HER, seen=hidden(first.text, "seen")).status_code == 303
    assert "?held=1" not in browser.get("/people/new").text


def test_unfinished_text_is_kept_where_the_form_says(programme, sign_in):
    browser = sign_in("salma")
    kept_at = re.search(r'data-draft="([^"]+)"', browser.get("/people/new").text).group(1)
    assert post(browser, kept_at, page="/people/new", given="Rim").status_code == 303
    assert 'value="Rim"' in browser.get("/people/new?held=1").text


def test_a_search_is_traced_by_its_kinds_without_its_words(programme, sign_in, app):
    programme.register(given="Naima", family="Filali", birth_year=1990)
    for typed in ("Naïma El Filali", "0612345678"):
        post(sign_in("salma"), "/people/search", q=typed, birth_year="1990")
    app.extensions["trail"].close()
    lines = [line for line in spoken(app.extensions["trail"]) if line["action"] == "search"][::-1]
    assert [line.get("kind") for line in lines if "kind" in line] == ["name_year", "phone_document"]
    assert [line["hits"] for line in lines if "hits" in line] == [1, 0]
    assert "Filali" not in str(lines)


def test_a_search_shows_names_within_reach_only(programme, sign_in):
    her = programme.register(by="salma", given="Naima", family="Filali")
    near = post(sign_in("salma"), "/people/search", q="Naïma El Filali")
    assert f"/dossiers/{her}" in near.text
    assert "Naima Filali" in near.text
    far = post(sign_in("hind"), "/people/search", q="Naïma El Filali")
    assert far.status_code == 200
    assert "Naima" not in far.text
    assert str(her) not in far.text
    with programme.acting("salma"):
        code = db.session.get(Person, her).code
    assert code in far.text


@pytest.mark.parametrize(
    "wrong", [{"q": ""}, {"q": "   "}, {"q": "A B", "birth_year": "12"}, {"q": "x" * 300}]
)
def test_a_search_that_cannot_be_says_so(programme, sign_in, wrong):
    assert post(sign_in("salma"), "/people/search", **wrong).status_code == 422


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_pages_speak_every_language(programme, sign_in, language):
    browser = sign_in("salma")
    for address in ("/people/search", "/people/new"):
        page = browser.get(f"{address}?lang={language}", follow_redirects=True)
        assert page.status_code == 200
        assert f'lang="{language}"' in page.text


def test_pages_are_closed_outside_the_role(programme, sign_in):
    browser = sign_in("adil")
    for address in ("/people/search", "/people/new"):
        assert browser.get(address).status_code == 403


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_a_country_that_is_not_usual_is_asked_for_and_chosen(programme, sign_in, language):
    """Without scripts too: the page grows by the list only for who needs it."""
    browser = sign_in("salma")
    page = browser.get(f"/people/new?lang={language}", follow_redirects=True).text
    assert 'value="MA"' in page
    assert 'value="BR"' not in page
    whole = post(browser, "/people/new", **{**HER, "nationality": "other"})
    assert whole.status_code == 422
    assert 'value="BR"' in whole.text
    assert 'value="Cherkaoui"' in whole.text
    with use_language(language):
        assert str(escape(_("The list is whole now: choose the country in it."))) in whole.text
    assert people(programme) == []
    assert post(browser, "/people/new", **{**HER, "nationality": "BR"}).status_code == 303
    (her,) = people(programme)
    with programme.acting("salma"):
        assert her.identity.situations[0]["nationality"] == "BR"


def test_a_country_stays_chosen_when_the_form_comes_back(programme, sign_in):
    answer = post(sign_in("salma"), "/people/new", **{**HER, "nationality": "BR", "phones": "12"})
    assert '<option value="BR" selected>' in answer.text


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_the_form_of_a_new_file_is_light(programme, sign_in, language):
    browser = sign_in("salma")
    browser.get(f"/people/new?lang={language}", follow_redirects=True)
    answer = browser.get("/people/new", headers={"Accept-Encoding": "gzip"})
    head = sum(len(name) + len(value) + 4 for name, value in answer.headers.items())
    assert head + len(answer.data) <= 6 * 1024, (head, len(answer.data))
