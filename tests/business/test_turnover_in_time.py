# SPDX-License-Identifier: AGPL-3.0-or-later
"""An auto-entrepreneur's first year: whoever follows her is reminded a month before it is over."""

import datetime as dt

import pytest
import sqlalchemy as sa

from casework import clock
from casework.business import AeRegistration, actions
from casework.db import db
from casework.reminders import Reminder
from tests.listening.conftest import token
from tests.listening.test_pages_of_a_cell import LANGUAGES
from tests.web import manners

D = dt.date
LATER = D(2027, 1, 2)  # eleven months after the entry of the fixtures


def press(browser, address):
    """A button of its own, without a form page of its own."""
    return browser.post(address, data={"csrf_token": token(browser.get("/reminders").text)})


def waiting(started, by="omar"):
    """(kind, day) of what waits for this colleague."""
    with started.acting(by):
        found = db.session.scalars(sa.select(Reminder))
        return sorted((one.identity.kind, one.due_on) for one in found)


def test_a_month_before_the_year_is_out_it_is_asked(started):
    started.registered(started.person())
    assert waiting(started) == [("ae_first_year", LATER)]
    assert waiting(started, "lina") == []


def test_a_renewal_asks_again_and_the_entry_before_it_no_longer(started):
    him = started.person()
    started.registered(him)
    key = started.registered(him, ae_registration="RENEW", held_on=D(2026, 3, 1))
    assert waiting(started) == [("ae_first_year", D(2027, 2, 1))]
    started.change(actions.correct_registration, AeRegistration, key, mistaken=True)
    assert waiting(started) == [("ae_first_year", LATER)]


def test_who_trades_is_not_asked(started):
    him = started.person()
    started.registered(him)
    venture = started.venture(him, form="AE")
    started.helped(venture)
    assert waiting(started) == [("ae_first_year", LATER)]
    started.begun(venture)
    assert [kind for kind, _day in waiting(started)] == ["business_follow_up"]
    started.registered(him, ae_registration="RENEW", held_on=D(2026, 3, 5))
    assert [kind for kind, _day in waiting(started)] == ["business_follow_up"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_rises_on_today_and_is_set_aside_by_hand(started, sign_in, language):
    him = started.person()
    started.registered(him)
    with clock.frozen(LATER):
        browser = sign_in("omar", language)
        assert f'href="/dossiers/{him}"' in browser.get("/").text
        page = browser.get("/reminders").text
        manners.check(page, language)
        done = page.split('action="')[-1].split('"')[0]
        assert done.endswith("/done")
        other = sign_in("lina")
        assert press(other, done).status_code == 404
        assert waiting(started)
        assert [press(browser, done).status_code for _touch in range(2)] == [303, 404]
        assert waiting(started) == []
        manners.check(browser.get("/reminders").text, language)


def test_what_is_recorded_elsewhere_is_not_set_aside(started, sign_in):
    him = started.person()
    venture = started.venture(him)
    started.helped(venture)
    started.begun(venture)
    with started.acting("omar"):
        key = db.session.scalars(sa.select(Reminder.id)).one()
    assert press(sign_in("omar"), f"/reminders/{key}/done").status_code == 409
    assert waiting(started)
