# SPDX-License-Identifier: AGPL-3.0-or-later
"""The hub's main job in the browser: enrol, record guidance, end; in three languages."""

import re
import uuid

import pytest
import sqlalchemy as sa

from casework.db import db, transaction
from casework.hub import Enrolment, OrientationSession
from tests.listening.conftest import OPENED, TODAY, counted, send, token
from tests.listening.test_pages_of_a_cell import ANY_ID, LANGUAGES, Shown, prefilled
from tests.web import manners

NOTE = "Veut vendre ses paniers au marché, et sans prêt."
TYPED = {
    "held_on": TODAY.isoformat(), "orientation_format": "INDIV", "topics": ["AE", "FIN"],
    "minutes": "60", "attendance": "attended", "note": NOTE,
}  # fmt: skip


def orientations(programme, enrolment, by="omar"):
    db.session.expunge_all()  # read what the browser's request wrote
    with programme.acting(by), transaction(write=False):
        rows = sa.select(OrientationSession).where(OrientationSession.enrolment_id == enrolment)
        return [(row.id, row.business.note) for row in db.session.scalars(rows)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_enrolment_from_its_beginning_to_its_end(programme, sign_in, language):
    him = programme.person(by="omar")
    browser = sign_in("omar", language)
    begun = send(
        browser, f"/people/{him}/enrolments/new", opened_on=["other", OPENED.isoformat()],
        pathway="BIZ", legal_form="PNS", situation="Vend déjà au marché.",
    )  # fmt: skip
    assert begun.status_code == 303, begun.text
    enrolment = begun.location.rsplit("/", 1)[1]
    saved = send(browser, f"/enrolments/{enrolment}/orientations/new", **TYPED)
    assert saved.status_code == 303, saved.text
    ended = send(
        browser, f"/enrolments/{enrolment}/closure", closed_on=TODAY.isoformat(), exit_reason="WORK"
    )
    assert ended.status_code == 303
    page = browser.get(f"/enrolments/{enrolment}")
    manners.check(page.text, language)
    assert NOTE in page.text
    assert "Vend déjà au marché." in page.text
    assert "Benali" not in page.text
    assert programme.code(him, by="omar") in page.text
    assert counted("hub_orientation", "people").value == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_has_its_manners(programme, sign_in, language):
    him = programme.person(by="omar")
    enrolment = programme.enrolment(person=him)
    session = programme.orientation(enrolment, note=NOTE)
    browser = sign_in("omar", language)
    here = f"/enrolments/{enrolment}"
    pages = (f"/people/{him}/enrolments/new", here, f"{here}/orientations/new",
             f"{here}/orientations/{session}", f"{here}/closure")  # fmt: skip
    for address in pages:
        page = browser.get(address)
        assert page.status_code == 200, address
        manners.check(page.text, language)
        assert "Benali" not in page.text


def test_an_orientation_costs_at_most_five_taps_beside_the_text(programme, sign_in):
    enrolment = programme.enrolment()
    programme.orientation(enrolment, topics=["FIN"], orientation_format="GROUP")
    browser = sign_in("omar")
    form = Shown(browser.get(f"/enrolments/{enrolment}/orientations/new").text)
    assert form.answers()["topics"] == ["FIN"]
    assert form.answers()["orientation_format"] == ["GROUP"]
    taps = 2 + len(form.untouched()) + 1  # the dossier, « Record guidance », … « Save »
    assert taps <= 5
    answers = {**form.answers(), "note": NOTE}
    saved = browser.post(f"/enrolments/{enrolment}/orientations/new", data=answers)
    assert saved.status_code == 303


WRONG = [
    {"held_on": ["other", ""]},
    {"held_on": ["other", "2026-03-13"]},
    {"held_on": ["other", "2026-01-04"]},
    {"orientation_format": "CROWD"},
    {"orientation_format": ""},
    {"topics": ["LOVE"]},
    {"minutes": "7"},
    {"attendance": "maybe"},
    {"note": NOTE + "x" * 20_000},
]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wrong_answer_comes_back_with_all_that_was_typed(programme, sign_in, language):
    enrolment = programme.enrolment()
    browser = sign_in("omar", language)
    for wrong in WRONG:
        answer = send(browser, f"/enrolments/{enrolment}/orientations/new", **{**TYPED, **wrong})
        assert answer.status_code == 422, wrong
        assert NOTE in answer.text
        manners.check(answer.text, language)
        if language != "en":
            summary = re.search(r"error-summary.*?</div>", answer.text, re.DOTALL)[0]
            assert not re.search(r"\b(Choose|Enter|This|Say|The)\b", summary), summary
    assert orientations(programme, enrolment) == []
    assert counted("hub_orientation").value == 0


@pytest.mark.parametrize("wrong", [{"pathway": ""}, {"pathway": "MOON"}, {"legal_form": "GANG"}])
def test_a_wrong_enrolment_changes_nothing(programme, sign_in, wrong):
    him = programme.person(by="omar")
    answers = {"opened_on": TODAY.isoformat(), "pathway": "EMP", **wrong}
    assert send(sign_in("omar"), f"/people/{him}/enrolments/new", **answers).status_code == 422
    with programme.acting("omar"), transaction(write=False):
        assert db.session.scalars(Enrolment.still_open()).all() == []


def test_a_closed_enrolment_gives_the_text_back(programme, sign_in):
    enrolment = programme.enrolment()
    browser, address = sign_in("omar"), f"/enrolments/{enrolment}/orientations/new"
    form = browser.get(address)
    send(
        browser, f"/enrolments/{enrolment}/closure", closed_on=TODAY.isoformat(), exit_reason="WORK"
    )
    late = browser.post(address, data={"csrf_token": token(form.text), **TYPED})
    assert late.status_code == 409
    assert NOTE in late.text
    assert orientations(programme, enrolment) == []
    assert prefilled(browser.get(address).text)["note"] == [NOTE]


def test_a_stale_correction_shows_both_texts_and_changes_nothing(programme, sign_in):
    enrolment = programme.enrolment()
    session = programme.orientation(enrolment, note="Première version.")
    browser, address = sign_in("omar"), f"/enrolments/{enrolment}/orientations/{session}"
    old = prefilled(browser.get(address).text)
    assert browser.post(address, data={**old, "note": "Deuxième version."}).status_code == 303
    late = browser.post(address, data={**old, "note": NOTE})
    assert late.status_code == 409
    assert NOTE in late.text
    assert "Deuxième version." in late.text
    assert [note for _id, note in orientations(programme, enrolment)] == ["Deuxième version."]
    assert browser.post(address, data=prefilled(late.text)).status_code == 303
    page = browser.get(f"/enrolments/{enrolment}").text
    for words in (NOTE, "Première version.", "Deuxième version."):
        assert words in page
    assert counted("hub_orientation").value == 1


def test_an_adviser_does_not_see_another_ones_enrolment(programme, sign_in):
    enrolment = programme.enrolment(by="lina")
    browser = sign_in("omar")
    for page in ("", "/orientations/new", "/closure"):
        assert browser.get(f"/enrolments/{enrolment}{page}").status_code == 404
    with programme.acting("omar"), transaction(write=False):
        assert db.session.scalars(Enrolment.still_open()).all() == []


@pytest.mark.parametrize("name", ["salma", "said", "adil"])
def test_an_enrolment_does_not_exist_for_the_cells_and_for_coordinators(programme, sign_in, name):
    enrolment, browser = programme.enrolment(), sign_in(name)
    there = browser.get(f"/enrolments/{enrolment}")
    nowhere = browser.get(f"/enrolments/{uuid.uuid4()}")
    assert there.status_code == nowhere.status_code in (403, 404)
    assert re.sub(ANY_ID, "", there.text) == re.sub(ANY_ID, "", nowhere.text)
