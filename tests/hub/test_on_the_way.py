# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pause and return, leaving for a reason, reviews, agreed steps, guidance for a whole group."""

import datetime as dt

import pytest
import sqlalchemy as sa

from casework.db import db, transaction
from casework.errors import Refusal, Stale
from casework.hub import actions, agreeing
from casework.hub.following import Review, Step, reviews_of, steps_of, to_do
from casework.reminders.models import due_by
from tests.hub.way import Way
from tests.listening.conftest import TODAY, one
from tests.listening.test_pages_of_a_cell import LANGUAGES, prefilled
from tests.web import manners

FEBRUARY, MARCH = dt.date(2026, 2, 3), dt.date(2026, 3, 3)
APRIL = dt.date(2026, 4, 10)
WHAT = "Porter le CV à trois ateliers de Gzenaya."
NOTE = "A repris confiance, cherche un associé."


@pytest.fixture
def way(programme):
    return Way(programme)


def test_another_pathway_runs_during_a_pause_and_the_first_waits_for_its_end(way):
    for _twice in range(2):
        way.does(actions.pause, on=FEBRUARY, why="Naissance.")
    with pytest.raises(Refusal):
        way.does(actions.log_orientation, held_on=MARCH, orientation_format="INDIV")
    other = way.enrolled("EMP")
    with pytest.raises(Refusal):
        way.does(actions.take_up, on=MARCH)
    way.does(actions.close_enrolment, TODAY, key=other, reason="CHANGE")
    with pytest.raises(Refusal) as early:
        way.does(actions.take_up, on=dt.date(2026, 2, 2))
    assert early.value.status == 422
    way.does(actions.take_up, on=MARCH)
    assert way.sees(lambda path: (path.is_open, path.business.breaks)) == (
        True, [{"kind": "pause", "from": "2026-02-03", "why": "Naissance.", "to": "2026-03-03"}],
    )  # fmt: skip


def test_who_left_comes_back_to_the_same_enrolment_and_its_reason_is_kept(way):
    way.does(actions.close_enrolment, MARCH, reason="MOVED", note="Chez sa sœur à Fès.")
    with pytest.raises(Refusal) as twice:
        way.enrolled("SELF")
    assert twice.value.status == 409
    way.does(actions.take_up, on=TODAY)
    told = way.sees(lambda path: (path.business.closed_on, path.business.breaks[0]))
    assert told == (None, {"kind": "exit", "reason": "MOVED", "why": "Chez sa sœur à Fès.",
                           "from": "2026-03-03", "to": "2026-03-12"})  # fmt: skip


def test_a_step_is_settled_by_any_tap_once_and_comes_back_if_it_was_a_slip(way):
    late = way.does(agreeing.agree, held_on=FEBRUARY, what=WHAT, step_by="HER", due_on=MARCH)
    someday = way.does(agreeing.agree, held_on=FEBRUARY, what="Permis", step_by="BOTH")
    soon = way.does(agreeing.agree, held_on=FEBRUARY, what="Appeler", step_by="ADVISER",
                    due_on=FEBRUARY)  # fmt: skip
    assert way.sees(lambda path: [step.id for step in to_do(path)]) == [soon, late, someday]

    def settle(_enrolment, key, state, version):
        agreeing.settle_step(one(Step, key), state, version=version)

    way.does(settle, late, "done", 1)
    way.does(settle, late, "done", 1)  # a second touch of the same button
    with pytest.raises(Stale):
        way.does(settle, late, "dropped", 1)
    assert way.sees(lambda path: [step.id for step in to_do(path)]) == [soon, someday]
    way.does(settle, late, "open", 2)
    assert way.sees(lambda path: len(to_do(path))) == 3


def test_what_is_due_rises_and_rests_with_the_path(way):
    def due():
        found = due_by(dt.date(2026, 12, 31))
        return way.does(
            lambda _path: [(code, one.due_on) for one, code in db.session.execute(found)]
        )

    code = way.programme.code(way.person, by="omar")
    way.does(agreeing.review, held_on=MARCH, progress="WELL", next_on=APRIL)
    way.does(agreeing.review, held_on=FEBRUARY, progress="WELL", next_on=MARCH)
    step = way.does(agreeing.agree, held_on=MARCH, what=WHAT, step_by="HER", due_on=TODAY)
    assert due() == [(code, TODAY), (code, APRIL)]  # that of the newest review alone
    way.does(actions.pause, on=TODAY)
    assert due() == []
    way.does(actions.take_up, on=TODAY)
    assert due() == [(code, TODAY), (code, APRIL)]
    way.does(lambda _path: agreeing.settle_step(one(Step, step), "done", version=1))
    assert due() == [(code, APRIL)]
    way.does(actions.close_enrolment, TODAY, reason="WORK")
    assert due() == []


WRONG = [
    (agreeing.agree, {"what": "", "step_by": "HER"}),
    (agreeing.agree, {"what": "x" * 201, "step_by": "HER"}),
    (agreeing.agree, {"what": WHAT, "step_by": "NOBODY"}),
    (agreeing.agree, {"what": WHAT, "step_by": "HER", "due_on": dt.date(2026, 2, 2)}),
    (agreeing.agree, {"what": WHAT, "step_by": "HER", "due_on": dt.date(2036, 1, 1)}),
    (agreeing.review, {"progress": None}),
    (agreeing.review, {"progress": "WELL", "next_on": dt.date(2026, 2, 2)}),
    (agreeing.review, {"progress": "WELL", "held_on": dt.date(2025, 2, 2)}),
]


@pytest.mark.parametrize(("verb", "said"), WRONG)
def test_what_cannot_be_agreed_changes_nothing(way, verb, said):
    with pytest.raises(Refusal) as refused:
        way.does(verb, **{"held_on": FEBRUARY, **said})
    assert refused.value.status == 422
    assert way.sees(lambda path: [*reviews_of(path), *steps_of(path)]) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_way_with_a_review_a_step_a_pause_and_an_end_in_the_browser(way, sign_in, language):
    browser, here = sign_in("omar", language), f"/enrolments/{way.id}"

    def sent(page, **typed):
        shown = browser.get(f"{here}/{page}").text
        manners.check(shown, language)
        return browser.post(f"{here}/{page}", data={**prefilled(shown), **typed})

    wrong = sent("reviews/new", progress="", note=NOTE)
    assert wrong.status_code == 422
    assert NOTE in wrong.text
    assert sent("reviews/new", progress="SLOW", note=NOTE, next_on=APRIL).status_code == 303
    assert sent("steps/new", what=WHAT, step_by="HER", due_on=APRIL).status_code == 303
    review, step = way.sees(lambda path: (reviews_of(path)[0].id, steps_of(path)[0].id))
    old = prefilled(browser.get(f"{here}/reviews/{review}").text)
    assert sent(f"reviews/{review}", note="Deuxième version.").status_code == 303
    twice = {**old, "note": "Deuxième version."}  # a second touch of the button
    assert browser.post(f"{here}/reviews/{review}", data=twice).status_code == 303
    late = browser.post(f"{here}/reviews/{review}", data={**old, "note": "Troisième."})
    assert late.status_code == 409
    assert "Troisième." in late.text
    page = browser.get(here).text
    manners.check(page, language)
    for words in (WHAT, NOTE, "Deuxième version."):
        assert words in page
    token = prefilled(browser.get(f"{here}/steps/{step}").text)["csrf_token"]
    tapped = {"csrf_token": token, "version": "1", "state": "done"}
    assert browser.post(f"{here}/steps/{step}/state", data=tapped).status_code == 303
    assert way.sees(to_do) == []
    assert sent("pause", why="Examen.").status_code == 303
    manners.check(browser.get(here).text, language)
    assert sent("steps/new", what=WHAT, step_by="HER").status_code == 409
    assert sent("return").status_code == 303
    assert sent("closure", exit_reason="", exit_note=NOTE).status_code == 422
    assert sent("closure", exit_reason="WORK", exit_note="Fait des gâteaux.").status_code == 303
    page = browser.get(here).text
    manners.check(page, language)
    assert "Fait des gâteaux." in page
    former = browser.get(f"/people/{way.person}/enrolments/new").text
    manners.check(former, language)
    assert here in former


def test_a_colleagues_way_is_nowhere(programme, sign_in):
    way = Way(programme, by="lina")
    step = way.does(agreeing.agree, held_on=FEBRUARY, what=WHAT, step_by="HER")
    browser, here = sign_in("omar"), f"/enrolments/{way.id}"
    pages = ("reviews/new", "steps/new", f"steps/{step}", "pause", "return")
    assert {browser.get(f"{here}/{page}").status_code for page in pages} == {404}
    mine = Way(programme)
    assert browser.get(f"/enrolments/{mine.id}/steps/{step}").status_code == 404
    with programme.acting("omar"), transaction(write=False):
        assert db.session.scalars(sa.select(Step)).all() == []
        assert db.session.scalars(sa.select(Review)).all() == []
