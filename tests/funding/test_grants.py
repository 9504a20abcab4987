# SPDX-License-Identifier: AGPL-3.0-or-later
"""A grant is asked by one, decided by another, paid with a proof, and counted once."""

import datetime as dt
import re

import pytest
import sqlalchemy as sa

from casework.business import VentureSupport
from casework.db import db
from casework.errors import Refusal, Stale
from casework.funding import GrantRequest, actions
from tests.business.test_pages_of_a_business import LANGUAGES, prefilled, written
from tests.listening.conftest import TODAY, counted, send
from tests.web import manners

from .conftest import DECIDED, PAID


def refused(status, act, *args, **said):
    with pytest.raises(Refusal) as why:
        act(*args, **said)
    assert why.value.status == status


def state(started, key):
    with started.see(GrantRequest, key) as request:
        return request.status


# ---------------------------------------------------------------- the steps


def test_a_paid_grant_is_one_support_and_a_request_none(started):
    venture = started.venture()
    key = started.asked(venture)
    started.granted(key, 1_500_000)
    assert counted("business_support").value == 0
    started.paid(key)
    assert state(started, key) == "paid"
    with started.acting("omar"):
        (support,) = db.session.scalars(sa.select(VentureSupport)).all()
        assert (support.business.centimes, support.business.held_on) == (1_500_000, PAID)
    assert counted("business_support", by=("support_type",)).cells == {("GRANT",): 1}
    refused(409, started.paid, key)
    assert counted("business_support").value == 1


def test_a_grant_noted_by_hand_as_well_counts_once(started):
    venture = started.venture()
    support = started.helped(venture, held_on=PAID, centimes=2_000_000)
    key = started.asked(venture)
    started.granted(key)
    started.paid(key)
    assert written(started, VentureSupport) == [support]
    with started.see(GrantRequest, key) as request:
        assert request.business.support == support.hex


def test_two_equal_grants_paid_on_one_day_are_two_supports(started):
    venture = started.venture()
    for key in [started.asked(venture), started.asked(venture)]:
        started.granted(key)
        started.paid(key)
    assert len(written(started, VentureSupport)) == 2
    assert counted("business_support", "facts").value == 2


def test_who_asks_does_not_decide(started):
    key = started.asked(started.venture(), by="samira")
    refused(403, started.granted, key, by="samira")
    assert state(started, key) == "asked"


@pytest.mark.parametrize(
    ("said", "status"),
    [({"granted": 2_000_001}, 422), ({"granted": 0}, 422), ({"granted": None}, 422),
     ({"granted": None, "refusal": "MOON"}, 422), ({"granted": 1, "refusal": "PLAN"}, 422),
     ({"granted": 1, "on": dt.date(2026, 2, 1)}, 422),  # before it was asked
     ({"granted": 1, "on": dt.date(2026, 3, 13)}, 422)],
)  # fmt: skip
def test_a_decision_that_cannot_be_is_refused(started, said, status):
    key = started.asked(started.venture())
    refused(status, started.step, actions.decide, key, **{"on": DECIDED, **said})
    assert state(started, key) == "asked"


@pytest.mark.parametrize("said", [{"reference": None}, {"proof": None}, {"reference": "x" * 61},
                                  {"on": dt.date(2026, 2, 3)}])  # fmt: skip
def test_a_payment_without_proof_is_refused_and_counts_nothing(started, said):
    key = started.asked(started.venture())
    refused(409, started.paid, key)
    started.granted(key)
    refused(422, started.paid, key, **said)
    assert state(started, key) == "granted"
    assert counted("business_support").value == 0


def test_a_refusal_may_be_put_right_until_money_is_paid(started):
    key = started.asked(started.venture())
    started.step(actions.decide, key, on=DECIDED, refusal="PLAN", note="Chiffrer le loyer.")
    assert state(started, key) == "refused"
    refused(409, started.paid, key)
    started.granted(key)
    started.paid(key)
    refused(409, started.granted, key)


def test_a_decision_on_what_moved_meanwhile_is_stale(started):
    key = started.asked(started.venture())
    with started.see(GrantRequest, key, by="samira") as request, pytest.raises(Stale):
        actions.decide(request, version=request.version - 1, on=DECIDED, granted=1)


@pytest.mark.parametrize("said", [{"centimes": None}, {"centimes": -1}, {"purpose": None},
                                  {"asked_on": dt.date(2026, 3, 13)}])  # fmt: skip
def test_a_request_with_bad_input_is_refused(started, said):
    refused(422, started.asked, started.venture(), **said)


# ---------------------------------------------------------------- put right, taken back


def corrected(started, key, by="omar", **changes):
    with started.see(GrantRequest, key, by) as request:
        said = {**request.content(), **changes}
        actions.correct(request, version=request.version, **said)


def test_what_is_asked_is_put_right_until_it_is_decided(started):
    key = started.asked(started.venture())
    corrected(started, key, centimes=1_800_000, asked_on=dt.date(2026, 2, 3))
    with started.see(GrantRequest, key) as request:
        assert (request.business.centimes, request.asked_on) == (1_800_000, dt.date(2026, 2, 3))
        (before,) = request.wordings("")
        assert "20\u202f000" in before["when"]
        assert before["by"] == ""
    for wrong in ({"centimes": 0}, {"purpose": ""}, {"asked_on": dt.date(2026, 3, 13)}):
        refused(422, corrected, started, key, **wrong)
    started.granted(key, 1_000_000)
    refused(409, corrected, started, key, centimes=1)
    refused(409, started.step, actions.withdraw, key, by="omar")


def test_the_head_puts_right_with_a_reason_and_asks_for_no_more(started):
    key = started.asked(started.venture())
    refused(422, corrected, started, key, by="samira", centimes=1_500_000)
    why = "Devis revu."
    refused(403, corrected, started, key, by="samira", centimes=2_500_000, why=why)
    corrected(started, key, by="samira", centimes=1_500_000, why=why)
    with started.see(GrantRequest, key) as request:
        assert request.wordings("")[0]["by"] == f"Corrigé par Samira\u00a0: {why}"


def test_a_request_is_withdrawn_by_its_author_or_the_head(started):
    mine, theirs = started.asked(started.venture()), started.asked(started.venture())
    started.step(actions.withdraw, mine, by="omar")
    refused(422, started.step, actions.withdraw, theirs)
    started.step(actions.withdraw, theirs, why="Le projet a changé.")
    started.step(actions.withdraw, theirs, why="Le projet a changé.")  # sent twice
    assert {state(started, key) for key in (mine, theirs)} == {"dropped"}
    for verb, said in ((actions.decide, {"on": DECIDED, "granted": 1}), (actions.withdraw, {})):
        refused(409, started.step, verb, mine, **said)
    refused(409, corrected, started, mine, centimes=1)


def test_a_colleague_without_say_neither_corrects_nor_withdraws(started, sign_in):
    venture = started.venture()
    started.joined(started.person(by="lina"), venture)
    key = started.asked(venture)
    refused(403, corrected, started, key, by="lina", centimes=1, why="Trop.")
    refused(403, started.step, actions.withdraw, key, by="lina", why="Non.")
    lina, grant = sign_in("lina"), f"/businesses/{venture}/grants/{key}"
    assert f"{grant}/edit" not in lina.get(grant).text
    assert lina.get(f"{grant}/edit").status_code == 403
    assert lina.get(f"{grant}/withdraw").status_code == 403


@pytest.mark.parametrize("language", LANGUAGES)
def test_correcting_and_withdrawing_in_the_browser(started, sign_in, language):
    venture = started.venture()
    key = started.asked(venture)
    head, grant = sign_in("samira", language), f"/businesses/{venture}/grants/{key}"
    form = head.get(f"{grant}/edit")
    manners.check(form.text, language)
    said = {**prefilled(form.text), "amount": "0", "why": "Devis revu."}
    bad = head.post(f"{grant}/edit", data=said)
    assert bad.status_code == 422
    assert "Devis revu." in bad.text
    assert head.post(f"{grant}/edit", data={**said, "amount": "15 000"}).location == grant
    shown = head.get(grant).text
    manners.check(shown, language)
    assert "Devis revu." in shown
    asked = head.get(f"{grant}/withdraw")
    manners.check(asked.text, language)
    back = prefilled(asked.text)
    assert head.post(f"{grant}/withdraw", data=back).status_code == 422
    back["why"] = "Projet abandonné."
    assert [head.post(f"{grant}/withdraw", data=back).status_code for _touch in range(2)] == [
        303, 303
    ]  # fmt: skip
    shown = head.get(grant).text
    manners.check(shown, language)
    assert "Projet abandonné." in shown
    assert f"{grant}/edit" not in shown
    manners.check(head.get("/grants?show=dropped").text, language)


# ---------------------------------------------------------------- in the browser


@pytest.mark.parametrize("language", LANGUAGES)
def test_from_a_request_to_its_payment(started, sign_in, language):
    venture = started.venture()
    adviser, here = sign_in("omar", language), f"/businesses/{venture}/grants"
    said = {"asked_on": TODAY.isoformat(), "amount": "20 000", "purpose": "Machine à coudre"}
    nought = send(adviser, f"{here}/new", **{**said, "amount": "0"})
    assert nought.status_code == 422
    assert {"fr": "supérieur à zéro", "ar": "أكبر من صفر", "en": "more than nought"}[language] in (
        nought.text
    )
    bad = send(adviser, f"{here}/new", **{**said, "amount": "beaucoup"})
    assert bad.status_code == 422
    assert "Machine à coudre" in bad.text
    form = {**prefilled(adviser.get(f"{here}/new").text), **said}
    asked = [adviser.post(f"{here}/new", data=form) for _time in range(2)]
    assert [one.status_code for one in asked] == [303, 303]
    grant = asked[0].location
    assert asked[1].location == grant
    manager = sign_in("samira", language)
    manners.check(manager.get("/grants").text, language)
    waiting = manager.get("/grants").text
    assert grant in waiting
    assert re.search("20.?000", waiting)  # two of one business are told apart
    form = prefilled(manager.get(f"{grant}/decide").text)
    agreed = {"on": TODAY.isoformat(), "amount": "15 000"}
    decided = send(manager, f"{grant}/decide", **form | agreed)
    assert decided.status_code == 303, decided.text
    assert adviser.get(f"{grant}/decide").status_code == 403
    form = prefilled(adviser.get(f"{grant}/pay").text)
    proof = {"payment_proof": "CHEQUE", "reference": "CHQ 0042"}
    paid = send(adviser, f"{grant}/pay", **form | {"on": TODAY.isoformat()} | proof)
    assert paid.status_code == 303, paid.text
    for address in (grant, here, f"{here}/new", f"/businesses/{venture}", f"{grant}/pay"):
        page = adviser.get(address)
        assert page.status_code == 200
        manners.check(page.text, language)
    assert "CHQ 0042" in adviser.get(grant).text
    assert counted("business_support").value == 1


def test_a_manager_does_not_decide_what_she_asked_for(started, sign_in):
    venture = started.venture()
    key = started.asked(venture, by="samira")
    browser, grant = sign_in("samira"), f"/businesses/{venture}/grants/{key}"
    assert f"{grant}/decide" not in browser.get(grant).text
    version = prefilled(browser.get(f"{grant}/decide").text)["version"]
    answer = send(browser, f"{grant}/decide", on=TODAY.isoformat(), amount="1", version=version)
    assert answer.status_code == 403
    assert state(started, key) == "asked"


def test_nobody_else_meets_a_grant(started, sign_in):
    venture = started.venture()
    key = started.asked(venture)
    for name, status in (("lina", 404), ("salma", 403), ("adil", 403)):
        browser = sign_in(name)
        assert browser.get(f"/businesses/{venture}/grants/{key}").status_code == status
    assert str(key) not in sign_in("lina").get("/grants").text
    other = started.venture(name="Autre")
    assert sign_in("omar").get(f"/businesses/{other}/grants/{key}").status_code == 404
