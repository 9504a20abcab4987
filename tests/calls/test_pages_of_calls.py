# SPDX-License-Identifier: AGPL-3.0-or-later
"""From the call to the decision in the browser, in three languages."""

import re

import pytest

from tests.listening.conftest import TODAY, send
from tests.web import manners

from .conftest import ASKED

LANGUAGES = ("fr", "ar", "en")
TYPED = {
    "title": "Cohorte d’été", "about": "Six semaines.", "opens_on": "2026-03-01",
    "closes_on": "2026-03-31", "places": "1", "age_from": "18", "age_to": "25",
    "pathways": ["SELF"], "criteria": "Motivation; 2\nProjet", "scale": "5",
}  # fmt: skip


def seen(browser, language, address, status=200):
    page = browser.get(address)
    assert page.status_code == status, address
    manners.check(page.text, language)
    assert "Benali" not in page.text
    return page.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_call_from_its_opening_to_its_decision(calls, sign_in, language):
    head, omar = sign_in("head", language), sign_in("omar", language)
    lina = sign_in("lina", language)
    bad = send(head, "/calls/new", **{**TYPED, "criteria": "Motivation; beaucoup"})
    assert bad.status_code == 422
    assert "Six semaines." in bad.text
    manners.check(bad.text, language)
    call = send(head, "/calls/new", **TYPED).location
    him = calls.person(birth_year=1980)
    code = calls.programme.code(him, by="omar")
    openings = seen(omar, language, f"/people/{him}/calls")
    form = re.search(rf'href="(/people/{him}/calls/[^"]+)"', openings)[1]
    seen(omar, language, form)
    asked = {"held_on": TODAY.isoformat(), "project": ASKED["project"], "background": "Deux ans."}
    doubt = send(omar, form, **asked)
    assert doubt.status_code == 409
    assert ASKED["project"] in doubt.text
    manners.check(doubt.text, language)
    application = send(omar, form, **asked, reason="Très motivé.").location
    assert code in seen(omar, language, call)
    seen(omar, language, application)
    seen(omar, language, f"{application}/edit")
    assert omar.get(f"{application}/decision").status_code == 403
    readers = seen(head, language, f"{call}/readers")
    key = re.search(r'value="([0-9a-f-]{36})"[^>]*>\s*<span>Nom lina', readers)[1]
    assert send(head, f"{call}/readers", readers=[key]).status_code == 303
    copy = re.search(r'href="(/reviews/[^"]+)"', seen(lina, language, "/calls"))[1]
    page = seen(lina, language, copy)
    assert ASKED["project"] in page
    assert code not in page
    assert send(lina, copy, scores=["5", ""]).status_code == 422
    assert send(lina, copy, scores=["5", "4"], note="Solide.").status_code == 303
    assert "note-good" in seen(lina, language, copy)
    assert head.get(copy).status_code == omar.get(copy).status_code == 404
    assert code in seen(head, language, call)
    seen(head, language, f"{call}/edit")
    seen(head, language, f"{application}/decision")
    assert send(head, f"{application}/decision", status="refused").status_code == 422
    assert send(head, f"{application}/decision", status="waiting").status_code == 303
    free = seen(head, language, call)
    assert f"{application}/decision?status=selected" in free
    assert send(head, f"{application}/decision?status=selected", status="selected").location == call
    assert "status=selected" not in seen(head, language, call)
    assert f"{application}/told" in seen(omar, language, application)
    form = manners.token(omar.get(application).text)
    told = omar.post(f"{application}/told", data={"csrf_token": form})
    assert told.location == application
    assert f"{application}/told" not in seen(omar, language, application)


def test_calls_do_not_exist_for_the_cells_and_for_coordinators(calls, sign_in):
    call = calls.call()
    for name in ("salma", "adil"):
        assert sign_in(name).get(f"/calls/{call}").status_code == 403
    assert sign_in("omar").get("/calls/new").status_code == 403
