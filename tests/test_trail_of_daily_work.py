# SPDX-License-Identifier: AGPL-3.0-or-later
"""After any day of ordinary work the trail is whole: drafts, held forms, records, corrections."""

import datetime as dt

import pytest

from casework import clock
from casework.audit import verify
from casework.db import transaction
from casework.staff import acting_as_system, drafts

from .desk.conftest import PASSWORD, programme, sign_in
from .web.manners import token

__all__ = ["programme", "sign_in"]
NOTE = {"note": "Demande d’aide.", "first_contact": "PHONE", "when": "0"}


@pytest.fixture
def whole(app):
    """Hold the live envelopes against the trail, as `casework trail verify` does."""

    def check():
        with acting_as_system():
            report = verify(app.extensions["trail"], app.extensions["vault"].boxes())
        assert report.ok, report.lines

    return check


def form_of(browser, address):
    page = browser.get(address).text
    record = page.split('name="record"')
    found = {"csrf_token": token(page)}
    if len(record) > 1:
        found["record"] = record[1].split('value="')[1].split('"')[0]
    if 'name="site"' in page:
        found["site"] = page.split('name="site"')[1].split('value="')[1].split('"')[0]
    return found


def test_a_draft_kept_and_then_saved(programme, sign_in, whole):
    browser = sign_in("salma")
    form = form_of(browser, "/contacts/new")
    browser.post("/drafts/contacts/new", data={**form, **NOTE})
    answer = browser.post("/contacts/new", data={**form, **NOTE})
    assert answer.status_code == 303, answer.text
    whole()


def test_a_form_held_while_the_post_was_locked(programme, sign_in, whole):
    browser = sign_in("houda")
    form = form_of(browser, "/contacts/new")
    browser.post("/lock", data=form)
    assert browser.post("/contacts/new", data={**form, **NOTE}).status_code == 303
    whole()


def test_a_form_sent_after_all_sessions_were_ended_comes_back(programme, sign_in, whole):
    browser, other = sign_in("salma"), sign_in("salma")
    form = form_of(browser, "/contacts/new")
    other.post(
        "/account/sessions/end", data={"csrf_token": form_of(other, "/account")["csrf_token"]}
    )
    away = browser.post("/contacts/new", data={**form, **NOTE})
    assert "/sign-in" in away.location
    page = browser.get(away.location)
    back = browser.post(
        away.location, data={"login": "salma", "password": PASSWORD, "csrf_token": token(page.text)}
    )
    assert NOTE["note"] in browser.get(back.location).text
    whole()


def test_drafts_nobody_came_back_for(programme, sign_in, whole, app):
    browser = sign_in("salma")
    browser.post("/drafts/contacts/new", data={**form_of(browser, "/contacts/new"), **NOTE})
    with clock.frozen(clock.now() + dt.timedelta(days=60)), acting_as_system(), transaction():
        drafts.sweep()
    whole()


@pytest.mark.parametrize(
    "key", ["%09/evil.example", "/evil.example", "%5Cevil.example", "a b", "x" * 300]
)
def test_a_draft_leads_only_to_a_form_of_ours(programme, sign_in, key):
    browser = sign_in("salma")
    form = form_of(browser, "/contacts/new")
    answer = browser.post(f"/drafts/{key}", data={**form, **NOTE})
    assert answer.status_code in {404, 308}
    browser.post("/lock", data=form)
    away = browser.post(f"/drafts/{key}", data={**form, **NOTE})
    if away.status_code == 303:
        page = browser.get(away.location)
        data = {"password": PASSWORD, "csrf_token": token(page.text)}
        assert browser.post(away.location, data=data).location in {"/", "/?held=1"}
