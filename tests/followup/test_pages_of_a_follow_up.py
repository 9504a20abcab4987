# SPDX-License-Identifier: AGPL-3.0-or-later
"""A follow-up in the browser: three languages, bad input kept, other people."""

import pytest

from casework.business import FollowUp
from tests.business.test_pages_of_a_business import LANGUAGES, prefilled, written
from tests.listening.conftest import TODAY, counted, send
from tests.web import manners

SAID = {"follow_up": "M12", "held_on": TODAY.isoformat(), "venture_state": "ACTIVE",
        "hours": "66,5", "turnover_band": "T50", "note": "Deux apprenties."}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_due_is_asked_saved_and_told(started, sign_in, language):
    him = started.person()
    venture = started.trading(person=him)
    browser, here = sign_in("omar", language), f"/businesses/{venture}"
    page = browser.get(here).text
    manners.check(page, language)
    assert f"{here}/follow-ups/new?at=M12" in page
    form = browser.get(f"{here}/follow-ups/new?at=M12").text
    manners.check(form, language)
    assert prefilled(form)["follow_up"] == ["M12"]
    saved = send(browser, f"{here}/follow-ups/new", **SAID)
    assert saved.status_code == 303, saved.text
    told = browser.get(here).text
    manners.check(told, language)
    assert "Deux apprenties." in told
    assert "at=M24" in told
    assert counted("business_state", "people").value == 1
    manners.check(browser.get("/businesses?show=trading").text, language)


def test_bad_hours_come_back_with_everything_typed(started, sign_in):
    venture = started.trading()
    here = f"/businesses/{venture}/follow-ups/new"
    answer = send(sign_in("omar"), here, **{**SAID, "hours": "beaucoup"})
    assert answer.status_code == 422
    assert "Deux apprenties." in answer.text
    assert 'value="beaucoup"' in answer.text
    assert written(started, FollowUp) == []


def test_a_form_sent_twice_is_one_follow_up(started, sign_in):
    venture = started.trading()
    browser, here = sign_in("omar"), f"/businesses/{venture}/follow-ups/new"
    form = {**prefilled(browser.get(f"{here}?at=M12").text), **SAID}
    assert [browser.post(here, data=form).status_code for _time in range(2)] == [303, 303]
    assert len(written(started, FollowUp)) == 1


def test_a_correction_shows_the_earlier_words(started, sign_in):
    venture = started.trading()
    key = started.found(venture, note="Première note.", minutes=66 * 60)
    browser, here = sign_in("omar"), f"/businesses/{venture}/follow-ups/{key}"
    form = prefilled(browser.get(here).text)
    assert form["hours"] == ["66"]
    saved = browser.post(here, data={**form, "note": "Autre note.", "mistaken": "y"})
    page = browser.get(saved.location).text
    assert "Première note." in page
    assert counted("business_state").value == 0
    stale = browser.post(here, data={**form, "note": "Trop tard."})
    assert stale.status_code == 409
    assert "Trop tard." in stale.text


def test_nobody_else_meets_a_follow_up(started, sign_in):
    venture = started.trading()
    key = started.found(venture)
    for name, status in (("lina", 404), ("salma", 403), ("adil", 403)):
        browser = sign_in(name)
        for address in ("new", key):
            answer = browser.get(f"/businesses/{venture}/follow-ups/{address}")
            assert answer.status_code == status
    other = started.trading(name="Autre")
    assert sign_in("omar").get(f"/businesses/{other}/follow-ups/{key}").status_code == 404
