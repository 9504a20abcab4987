# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ways to work in the browser: every page in three languages, bad input, other people."""

import datetime as dt
import re

import pytest
import sqlalchemy as sa

from casework.db import db
from casework.placement import Application, Internship, Interview
from tests.listening.conftest import TODAY, counted, send
from tests.listening.test_pages_of_a_cell import LANGUAGES, prefilled
from tests.web import manners

DAY = TODAY.isoformat()


def written(ways, model):
    with ways.acting():
        return list(db.session.scalars(sa.select(model.id)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_from_a_proposal_to_a_hire(ways, sign_in, language):
    her, vacancy = ways.person(), ways.vacancy()
    browser = sign_in("omar", language)
    begun = send(browser, f"/people/{her}/applications/new", where=f"v:{vacancy}", state="PROP",
                 on=DAY)  # fmt: skip
    assert begun.status_code == 303, begun.text
    here = begun.location
    met = {"held_on": DAY, "interview_outcome": "HELD", "hour": "14:30", "note": "Bon échange."}
    assert send(browser, f"{here}/interviews/new", **met).status_code == 303
    worked = {"held_on": DAY, "internship_state": "RUN", "amount": "1 500,50"}
    assert send(browser, f"{here}/internships/new", **worked).status_code == 303
    hired = {"held_on": DAY, "contract_type": "CDD", "hire_evidence": "CONTRACT"}
    assert send(browser, f"{here}/hires/new", **hired).status_code == 303
    page = browser.get(here).text
    manners.check(page, language)
    assert "Bon échange." in page
    assert "14:30" in page
    assert "Benali" not in page
    kinds = ("interview_held", "internship_started", "hired")
    assert [counted(kind, "people").value for kind in kinds] == [1, 1, 1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_has_its_manners(ways, sign_in, language):
    her, vacancy = ways.person(), ways.vacancy()
    key = ways.applied(her, vacancy)
    interview, internship = ways.interview(key), ways.internship(key)
    hire = ways.hire(key)
    browser, here = sign_in("omar", language), f"/applications/{key}"
    for address in (
        here, f"{here}/edit", f"{here}/interviews/new", f"{here}/interviews/{interview}",
        f"{here}/internships/new", f"{here}/internships/{internship}", f"{here}/hires/new",
        f"{here}/hires/{hire}", f"{here}/hires/{hire}/stays/1", f"{here}/moves/new",
        "/applications", "/applications?show=hired", f"/vacancies/{vacancy}/people",
        f"/people/{her}/vacancies", f"/people/{her}/applications/new?vacancy={vacancy}",
    ):  # fmt: skip
        page = browser.get(address)
        assert page.status_code == 200, address
        manners.check(page.text, language)
        assert "Benali" not in page.text


def test_the_form_begins_with_the_vacancy_it_was_opened_for(ways, sign_in):
    her, vacancy = ways.person(), ways.vacancy()
    form = prefilled(sign_in("omar").get(f"/people/{her}/applications/new?vacancy={vacancy}").text)
    assert form["where"] == [f"v:{vacancy}"]


def test_once_she_has_left_nothing_more_is_to_ask(ways, sign_in):
    key = ways.applied(on=dt.date(2025, 11, 1), reason="x")
    hire = ways.hire(key, held_on=dt.date(2025, 11, 3))
    browser, here = sign_in("omar"), f"/applications/{key}"
    assert browser.get(here).text.count("À demander") == 2
    form = prefilled(browser.get(f"{here}/hires/{hire}/stays/1").text)
    form |= {"on": DAY, "stay": "LEFT"}
    assert browser.post(f"{here}/hires/{hire}/stays/1", data=form).status_code == 303
    page = browser.get(here).text
    assert "À demander" not in page
    assert "/stays/3" not in page


# ---------------------------------------------------------------- bad input


def test_an_interview_in_a_closed_application_gets_a_sentence_and_the_way_on(ways, sign_in):
    key = ways.applied()
    ways.moved(key, "REFUS", refused_by="EMP", refusal_reason="SKILLS")
    browser, here = sign_in("omar"), f"/applications/{key}"
    met = {"held_on": DAY, "interview_outcome": "HELD", "note": "Gardé."}
    answer = send(browser, f"{here}/interviews/new", **met)
    assert answer.status_code == 409
    assert "Rouvrez-la d’abord" in answer.text
    assert "Gardé." in answer.text
    assert written(ways, Interview) == []
    (way,) = set(re.findall(r"/applications/[-0-9a-f]+/reopening", answer.text))
    token = {"csrf_token": manners.token(answer.text)}
    assert browser.post(way, data=token).status_code == 303
    assert send(browser, f"{here}/interviews/new", **met).status_code == 303


@pytest.mark.parametrize(("address", "said"), [
    ("interviews/new", {"held_on": ["other", "2026-02-01"], "interview_outcome": "HELD"}),
    ("internships/new", {"held_on": DAY, "ends_on": "2026-03-01", "internship_state": "RUN"}),
    ("internships/new", {"held_on": DAY, "internship_state": "RUN", "amount": "beaucoup"}),
    ("hires/new", {"held_on": DAY, "contract_type": "INT", "hire_evidence": "CONTRACT"}),
    ("moves/new", {"on": DAY, "state": "REFUS"}),
])  # fmt: skip
def test_what_cannot_be_comes_back_whole_and_changes_nothing(ways, sign_in, address, said):
    key = ways.applied()
    answer = send(sign_in("omar"), f"/applications/{key}/{address}", note="Gardé.", **said)
    assert answer.status_code == 422
    assert "Gardé." in answer.text
    assert "error-summary" in answer.text
    assert written(ways, Interview) == written(ways, Internship) == []
    assert ways.state(key) == "PROP"


def test_more_hires_than_places_want_a_reason_and_no_more(ways, sign_in):
    vacancy = ways.vacancy(places=1)
    ways.hire(ways.applied(ways.person(), vacancy))
    browser, here = sign_in("omar"), f"/applications/{ways.applied(vacancy=vacancy, reason='x')}"
    assert 'name="reason"' not in browser.get(f"{here}/hires/new").text
    hired = {"held_on": DAY, "contract_type": "CDD", "hire_evidence": "EMPLOYER"}
    warned = send(browser, f"{here}/hires/new", **hired)
    assert warned.status_code == 409
    again = {**prefilled(warned.text), "reason": "Une place de plus."}
    assert browser.post(f"{here}/hires/new", data=again).status_code == 303


def test_an_application_to_nothing_or_without_her_agreement_is_none(ways, sign_in):
    her, vacancy = ways.person(consents={"CARE": "yes"}), ways.vacancy()
    browser, here = sign_in("omar"), f"/people/{her}/applications/new"
    said = {"state": "PROP", "on": DAY, "note": "Gardé."}
    for where, status in (("", 422), ("v:0", 422), (f"v:{her}", 422), (f"v:{vacancy}", 409)):
        answer = send(browser, here, where=where, **said)
        assert answer.status_code == status, where
        assert "Gardé." in answer.text
    assert written(ways, Application) == []


# ---------------------------------------------------------------- other people


def test_a_colleague_sees_how_many_places_are_left_and_nobody(ways, programme, sign_in):
    her, vacancy = ways.person(), ways.vacancy(places=2)
    key = ways.applied(her, vacancy)
    hire = ways.hire(key)
    browser = sign_in("lina")
    code = programme.code(her, by="omar")
    for address in (f"/vacancies/{vacancy}", f"/vacancies/{vacancy}/people", "/applications"):
        assert code not in browser.get(address).text
    assert "1 restante" in browser.get(f"/vacancies/{vacancy}").text
    here = f"/applications/{key}"
    for address in (here, f"{here}/interviews/new", f"{here}/hires/{hire}",
                    f"/people/{her}/vacancies", f"/people/{her}/applications/new"):  # fmt: skip
        assert browser.get(address).status_code == 404, address


@pytest.mark.parametrize("name", ["salma", "adil"])
def test_nobody_but_the_hub_opens_these_pages(ways, sign_in, name):
    key, vacancy = ways.applied(), ways.vacancy()
    browser = sign_in(name)
    for address in (f"/applications/{key}", "/applications", f"/vacancies/{vacancy}/people"):
        assert browser.get(address).status_code == 403


def test_a_step_of_another_application_is_not_found_here(ways, sign_in):
    one_of_two, other = ways.applied(), ways.applied()
    interview = ways.interview(one_of_two)
    page = sign_in("omar").get(f"/applications/{other}/interviews/{interview}")
    assert page.status_code == 404
