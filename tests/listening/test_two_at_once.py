# SPDX-License-Identifier: AGPL-3.0-or-later
"""A button touched twice, or by two people at once: one record, and never a broken page."""

import contextvars
import threading

import sqlalchemy as sa

from casework.db import db, transaction
from casework.listening import Case, FirstContact, ListeningSession

from .conftest import TODAY, token

AT_ONCE = 4


def all_at_once(app, browser, address, data):
    """The same form sent by so many touches of one button; gives the answers."""
    ready, answers = threading.Barrier(AT_ONCE), []
    cookies = [(one.key, one.value) for one in browser._cookies.values()]

    def touch():
        other = app.test_client()
        for name, value in cookies:
            other.set_cookie(name, value)
        ready.wait()
        answers.append(other.post(address, data=data))

    threads = [
        threading.Thread(target=contextvars.copy_context().run, args=(touch,))
        for _ in range(AT_ONCE)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def of_all(programme, model, read=lambda one: one.id):
    """What there is of a kind in the reach of the counsellor, by what is read of each."""
    with programme.acting("salma"), transaction(write=False):
        there = sa.select(model).execution_options(populate_existing=True)
        return [read(one) for one in db.session.scalars(there)]


def filled(browser, address, **data):
    page = browser.get(address).text
    record = page.split('name="record" value="')[1].split('"')[0] if 'name="record"' in page else ""
    return {"csrf_token": token(page), "record": record, **data}


def test_a_case_opened_by_two_touches_is_one_case(app, programme, sign_in):
    her = programme.person()
    browser, address = sign_in("salma"), f"/people/{her}/cases/new"
    data = filled(browser, address, opened_on=TODAY.isoformat(), first_contact="WALKIN")
    answers = all_at_once(app, browser, address, data)
    assert {one.status_code for one in answers} == {303}
    assert len({one.location for one in answers}) == 1
    assert len(of_all(programme, Case)) == 1


def test_a_session_saved_by_two_touches_is_one_session(app, programme, sign_in):
    case = programme.case()
    browser, address = sign_in("salma"), f"/cases/{case}/sessions/new"
    data = filled(
        browser, address, held_on=TODAY.isoformat(), session_type="INDIV",
        session_format="PERSON", attendance="attended", note="Une fois.",
    )  # fmt: skip
    answers = all_at_once(app, browser, address, data)
    assert {one.status_code for one in answers} == {303}
    assert len(of_all(programme, ListeningSession)) == 1


def test_a_contact_noted_by_two_touches_is_one_contact(app, programme, sign_in):
    browser = sign_in("salma")
    data = filled(browser, "/contacts/new", held_on=TODAY.isoformat(), first_contact="PHONE")
    answers = all_at_once(app, browser, "/contacts/new", data)
    assert {one.status_code for one in answers} == {303}
    assert len(of_all(programme, FirstContact)) == 1


def test_a_contact_attached_by_two_touches_is_counted_once(app, programme, sign_in):
    browser, code = sign_in("salma"), programme.code(programme.person())
    data = filled(browser, "/contacts/new", held_on=TODAY.isoformat(), first_contact="PHONE")
    address = browser.post("/contacts/new", data=data).location + "/person"
    answers = all_at_once(app, browser, address, filled(browser, address, code=code))
    assert {one.status_code for one in answers} <= {303, 409}
    assert of_all(programme, FirstContact, lambda one: len(one.told.fact_ids)) == [1]


def test_an_id_that_another_record_has_is_refused_and_the_text_kept(app, programme, sign_in):
    first, other = programme.case(), programme.case()
    browser = sign_in("salma")
    typed = {"held_on": TODAY.isoformat(), "session_type": "INDIV", "session_format": "PERSON",
             "attendance": "attended"}  # fmt: skip
    data = filled(browser, f"/cases/{first}/sessions/new", note="La première.", **typed)
    assert browser.post(f"/cases/{first}/sessions/new", data=data).status_code == 303
    again = browser.post(f"/cases/{other}/sessions/new", data={**data, "note": "Autre texte."})
    assert again.status_code == 409
    assert "Autre texte." in again.text
    assert len(of_all(programme, ListeningSession)) == 1


def test_two_cases_cannot_be_open_even_when_one_is_taken_up_again(programme, sign_in):
    her = programme.person()
    closed = programme.case(person=her)
    browser = sign_in("salma")
    data = filled(browser, f"/cases/{closed}/closure", closed_on=TODAY.isoformat(),
                  closure_reason="GOALS")  # fmt: skip
    browser.post(f"/cases/{closed}/closure", data=data)
    programme.case(person=her, opened_on=TODAY, reason="Elle revient.")
    address = f"/cases/{closed}/reopening"
    answer = browser.post(address, data=filled(browser, address, reopened_on=TODAY.isoformat()))
    assert answer.status_code == 409
    assert of_all(programme, Case, lambda one: one.is_open).count(True) == 1
