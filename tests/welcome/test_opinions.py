# SPDX-License-Identifier: AGPL-3.0-or-later
"""What guests thought: anybody may say so, nobody can be told from it, results wait for five."""

import datetime as dt
import re

import pytest
import sqlalchemy as sa

from casework import clock
from casework.db import db, transaction
from casework.events import Event
from casework.welcome import opinions
from casework.welcome.models import Opinion, Survey
from tests.listening.test_pages_of_a_cell import LANGUAGES, prefilled
from tests.listening.test_two_at_once import all_at_once
from tests.web import manners

from .conftest import TODAY, one, send

LAST = (TODAY + dt.timedelta(7)).isoformat()
SAID = {"useful": "5", "clear": "4", "held": "3", "comment": "La salle était froide."}


@pytest.fixture(autouse=True)
def _no_haste(monkeypatch):
    monkeypatch.setattr(opinions, "_lately", {})


@pytest.fixture
def survey(programme, sign_in):
    """(event, address) of an open form."""
    event = programme.event(first_on=TODAY)
    browser = sign_in("hind")
    assert send(browser, f"/events/{event}/opinions/new", last_on=LAST).status_code == 303
    page = browser.get(f"/events/{event}/opinions").text
    return event, re.search(r"/opinion/[a-z2-7]{26}", page)[0]


def answer(app, address, **said):
    return send(app.test_client(), address, **said)


def kept():
    db.session.expunge_all()
    with transaction(write=False):
        return db.session.scalars(sa.select(Opinion)).all()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_from_its_opening_to_its_results(app, survey, sign_in, language):
    event, address = survey
    browser, here = sign_in("hind", language), f"/events/{event}/opinions"
    manners.check(browser.get(f"{here}/new").text, language)
    guest = app.test_client()
    guest.get(f"{address}?lang={language}")
    manners.check(guest.get(address).text, language)
    for mark in "12345":
        sent = answer(app, address, **{**SAID, "useful": mark})
        assert sent.status_code == 303
    manners.check(guest.get(sent.location).text, language)
    early = browser.get(here).text
    manners.check(early, language)
    assert "froide" not in early  # five have answered, but one by one they would tell who
    assert 'class="bars"' not in early
    assert send(browser, f"{here}/close", token_from=here).status_code == 303
    page = browser.get(here).text
    manners.check(page, language)
    assert page.count("La salle était froide.") == 5
    means = re.findall(r'<td class="number"><bdi>([^<]*)</bdi></td>', page)
    assert means == ["3", "4", "3", ":", ":"]
    assert answer(app, address, token_from="/sign-in", **SAID).status_code == 410
    closed = guest.get(address)
    assert closed.status_code == 410
    manners.check(closed.text, language)
    assert send(browser, f"{here}/new", last_on=LAST).status_code == 409  # closed for good


def test_four_answers_are_shown_to_nobody(app, survey, sign_in):
    event, address = survey
    for _turn in range(4):
        answer(app, address, **SAID)
    with clock.frozen(TODAY + dt.timedelta(8)):
        page = sign_in("hind").get(f"/events/{event}/opinions").text
    assert "Moins de 5 personnes" in page
    assert "froide" not in page
    assert 'class="bars"' not in page


def test_an_opinion_holds_no_day_no_address_no_name(app, survey):
    _event, address = survey
    client = app.test_client()
    assert send(client, address, **SAID).status_code == 303
    names = set(Opinion.__table__.c.keys())
    assert names == {"id", "survey_id", "box"}
    (row,) = kept()
    assert b"froide" not in row.box
    cookies = {cookie.key for cookie in client._cookies.values()}
    assert cookies <= {"form-local"}  # the seed of the form's token, and nothing else


def test_the_order_of_answers_is_not_kept(app, survey):
    if db.engine.dialect.name != "sqlite":
        pytest.skip("only SQLite numbers its rows in a column")
    with transaction(write=False), pytest.raises(sa.exc.OperationalError):
        db.session.execute(sa.text("SELECT rowid FROM event_opinion"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("wrong", [{}, {"useful": "6"}, {"comment": "x" * 2001}])
def test_a_wrong_answer_comes_back_with_what_was_typed(app, survey, wrong, language):
    _event, address = survey
    client = app.test_client()
    client.get(f"{address}?lang={language}")
    answer_ = send(client, address, **({**SAID, **wrong} if wrong else {}))
    assert answer_.status_code == 422
    manners.check(answer_.text, language)
    if wrong:
        assert prefilled(answer_.text)["comment"] == [wrong.get("comment", SAID["comment"])]
    assert kept() == []


def test_a_form_sent_twice_is_one_answer(app, survey):
    _event, address = survey
    client = app.test_client()
    typed = {**prefilled(client.get(address).text), **SAID}
    for _twice in range(2):
        assert client.post(address, data=typed).status_code == 303
    assert len(kept()) == 1
    other = client.post(address, data={**typed, "comment": "Une autre idée."})
    assert other.status_code == 409
    assert prefilled(other.text)["comment"] == ["Une autre idée."]
    assert client.post(address, data=prefilled(other.text)).status_code == 303
    assert len(kept()) == 2


def test_two_touches_at_once_are_one_answer(app, survey):
    _event, address = survey
    client = app.test_client()
    data = {**prefilled(client.get(address).text), **SAID}
    answers = all_at_once(app, client, address, data)
    assert {one.status_code for one in answers} == {303}
    assert len(kept()) == 1


def test_a_machine_is_asked_to_wait_and_loses_nothing(app, survey, monkeypatch):
    monkeypatch.setattr(opinions, "A_MINUTE", 2)
    _event, address = survey
    codes = [answer(app, address, **SAID).status_code for _turn in range(2)]
    late = answer(app, address, **SAID)
    assert (codes, late.status_code) == ([303, 303], 429)
    assert "froide" in late.text
    with clock.frozen(dt.datetime.combine(TODAY, dt.time(12, 2), dt.UTC)):
        assert answer(app, address, **SAID).status_code == 303


def test_a_wrong_address_says_so_kindly(app):
    page = app.test_client().get("/opinion/aaaaaaaaaaaaaaaaaaaaaaaaaa")
    assert page.status_code == 404
    assert "Il n’y a pas de questionnaire" in page.text


@pytest.mark.parametrize("day", ["", "hier", "2026-03-11", "2027-03-12"])
def test_a_closing_day_is_to_come_and_near(programme, sign_in, day):
    event = programme.event(first_on=TODAY)
    answer_ = send(sign_in("hind"), f"/events/{event}/opinions/new", last_on=day)
    assert answer_.status_code == 422
    with programme.acting("hind"), transaction(write=False):
        assert db.session.scalars(sa.select(Survey)).all() == []


def test_a_coordinator_asks_about_the_programmes_events_and_about_no_other(
    programme, survey, sign_in
):
    event, _address = survey
    wide = programme.event(by="amina", site="TTA", first_on=TODAY)
    browser = sign_in("amina")
    assert send(browser, f"/events/{wide}/opinions/new", last_on=LAST).status_code == 303
    assert browser.get(f"/events/{wide}/opinions").status_code == 200
    assert browser.get(f"/events/{event}/opinions").status_code == 404
    assert sign_in("nawal").get(f"/events/{event}/opinions").status_code == 404
    assert sign_in("omar").get(f"/events/{event}/opinions").status_code == 403
    with programme.acting("hind"), transaction(write=False):
        assert one(Event, event).details["title"]
