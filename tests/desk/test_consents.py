# SPDX-License-Identifier: AGPL-3.0-or-later
"""Recording what a person agrees to: kept with its day, never changed, and figures follow."""

import datetime as dt

import pytest

from casework import clock
from casework.access import acting_as
from casework.db import db, transaction
from casework.desk import essentials
from casework.indicators import CATALOGUE, Period, figure
from casework.people import Consent, Person, consents_to
from casework.staff import acting_as_system

from ..web.manners import check, token
from .test_a_damaged_part import break_box

D = dt.date
Y2023 = Period.named("2023")


@pytest.fixture
def her(programme):
    return programme.heard("salma", [D(2023, 1, 9), D(2023, 6, 1)])


@pytest.fixture
def him(programme):
    return programme.guided("yassine", [D(2023, 4, 4)])


def answer(browser, person, **typed):
    address = f"/people/{person}/consents"
    page = browser.get(address).text
    data = {"csrf_token": token(page), "purpose": "STATS", "answer": "no", "how": "oral",
            "on": ["other", clock.today().isoformat()]}  # fmt: skip
    return browser.post(address, data={**data, **typed})


def counted(code):
    with acting_as_system():
        return figure(CATALOGUE[code], Y2023, ("sex",)).cells


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_the_page_has_its_manners(her, sign_in, language):
    page = sign_in("salma").get(f"/people/{her}/consents?lang={language}", follow_redirects=True)
    check(page.text, language)


def test_a_withdrawn_consent_leaves_totals_and_empties_breakdowns(programme, her, sign_in):
    assert counted("PSS-01") == {("F",): 1}
    assert answer(sign_in("salma"), her).status_code == 303
    assert counted("PSS-01") == {("not stated",): 1}
    db.session.rollback()  # what another request saved since is seen by a new transaction only
    db.session.expunge_all()
    with acting_as(programme.user("salma")), transaction(write=False):
        person = db.session.get_one(Person, her)
        assert not consents_to(person, "STATS")
        said = dict(essentials.pairs(person))
    assert [words for words in said.values() if words and words.startswith("Non")], said


def test_the_hub_counts_again_too(him, sign_in):
    assert counted("HUB-01") == {("M",): 1}
    assert answer(sign_in("yassine"), him).status_code == 303
    assert counted("HUB-01") == {("not stated",): 1}
    assert answer(sign_in("yassine"), him, answer="yes").status_code == 303
    assert counted("HUB-01") == {("M",): 1}


def test_another_purpose_moves_no_figure(her, sign_in):
    before = counted("PSS-01")
    assert answer(sign_in("salma"), her, purpose="CONTACT").status_code == 303
    assert counted("PSS-01") == before


def test_an_answer_of_tomorrow_is_refused_and_moves_no_figure(her, sign_in):
    before = counted("PSS-01")
    refused = answer(sign_in("salma"), her, on=["other", "2999-01-01"])
    assert refused.status_code == 422
    check(refused.text, "fr")
    assert counted("PSS-01") == before


def test_earlier_answers_stay_below_the_question(her, sign_in):
    browser = sign_in("salma")
    address = f"/people/{her}/consents"
    assert browser.get(address).text.count("timeline-title") == 2
    answer(browser, her)
    assert browser.get(address).text.count("timeline-title") == 3


def test_an_answer_that_does_not_open_says_so_among_the_others(her, sign_in):
    break_box(Consent, "consent_box", person_id=her)
    page = sign_in("salma").get(f"/people/{her}/consents")
    assert page.status_code == 200
    assert page.text.count("abîmé") == 1
    assert page.text.count("timeline-title") == 2


def test_who_opens_no_file_records_no_answer(her, sign_in):
    assert sign_in("amina").get(f"/people/{her}/consents").status_code == 403
