# SPDX-License-Identifier: AGPL-3.0-or-later
"""A career diagnosis: newest first, none erased, opened in bulk, and its pages."""

import datetime as dt
import re

import pytest
import sqlalchemy as sa

from casework.db import db, transaction
from casework.errors import Refusal
from casework.hub import Diagnosis, Enrolment, actions
from casework.vault import open_rows
from tests.listening.conftest import TODAY, one, send
from tests.listening.test_pages_of_a_cell import LANGUAGES, prefilled
from tests.web import manners

FEBRUARY, MARCH = dt.date(2026, 2, 3), dt.date(2026, 3, 3)
SKILLS = "Soudure, trois ans sur un chantier naval."
TYPED = {
    "held_on": TODAY.isoformat(), "work_situation": "SEEK", "constraints": ["TRANSPORT"],
    "childcare": "HASNOT", "residence_documents": "PNS", "education": "3", "skills": SKILLS,
    "isco_known": ["7"], "isco_wanted": ["7", "8"], "driving_licence": "HAS",
    "languages_fluent": ["ary", "fr"], "wanted": "Soudeuse", "mobility": "PROVINCE",
    "commune": "Fnideq",
}  # fmt: skip


def diagnosed(programme, enrolment, by="omar", held_on=TODAY, **content):
    db.session.expunge_all()
    with programme.acting(by), transaction():
        return actions.diagnose(one(Enrolment, enrolment), held_on=held_on, **content).id


def newest(programme, by="omar"):
    """What matching opens, by the person: (id of the diagnosis, what was said)."""
    db.session.expunge_all()
    with programme.acting(by), transaction(write=False):
        rows = Diagnosis.newest()
        ids = rows.with_only_columns(Diagnosis.id, Diagnosis.person_id)
        whose = {key: person for key, person in db.session.execute(ids)}
        return {whose[key]: (key, said) for key, said in open_rows(rows, Diagnosis.business)}


def test_the_newest_is_that_of_the_last_day_and_of_one_day_the_last_written(programme):
    him = programme.person(by="omar")
    enrolment = programme.enrolment(person=him)
    march = diagnosed(programme, enrolment, held_on=MARCH, mobility="REGION")
    february = diagnosed(programme, enrolment, held_on=FEBRUARY)
    assert newest(programme)[him][0] == march
    again = diagnosed(programme, enrolment, held_on=MARCH, mobility="COUNTRY")
    assert newest(programme)[him][0] == again
    assert newest(programme)[him][1]["mobility"] == "COUNTRY"
    with programme.acting("omar"), transaction():
        row = one(Diagnosis, again)
        actions.correct_diagnosis(row, version=row.version, held_on=FEBRUARY, mobility="COMMUNE")
    assert newest(programme)[him][0] == march
    with programme.acting("omar"), transaction(write=False):
        assert {row.id for row in db.session.scalars(sa.select(Diagnosis))} == {
            march, february, again,
        }  # fmt: skip
        assert one(Diagnosis, again).business.earlier[0]["mobility"] == "COUNTRY"


def test_matching_opens_the_newest_of_those_in_reach_alone(programme):
    mine = programme.person(by="omar")
    enrolment = programme.enrolment(person=mine)
    diagnosed(programme, enrolment, isco_wanted=["5"])
    theirs = programme.enrolment(by="lina")
    diagnosed(programme, theirs, by="lina")
    assert set(newest(programme)) == {mine}
    with pytest.raises(sa.exc.NoResultFound):
        diagnosed(programme, theirs, by="omar")


@pytest.mark.parametrize(
    "wrong",
    [{"held_on": dt.date(2026, 1, 4)}, {"isco_wanted": ["7", "77"]}, {"childcare": "SOMETIMES"},
     {"commune": "x" * 121}, {"skills": "x" * 5001}],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_changes_nothing(programme, wrong):
    enrolment = programme.enrolment()
    with pytest.raises(Refusal) as refused:
        diagnosed(programme, enrolment, **wrong)
    assert refused.value.status == 422
    assert newest(programme) == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_diagnosis_is_made_read_put_right_and_made_anew(programme, sign_in, language):
    him = programme.person(by="omar", languages=["ary", "fr"])
    enrolment = programme.enrolment(person=him)
    browser, here = sign_in("omar", language), f"/enrolments/{enrolment}"
    shown = browser.get(f"{here}/diagnoses/new").text
    manners.check(shown, language)
    assert prefilled(shown)["languages_fluent"] == ["ary", "fr"]
    wrong = send(browser, f"{here}/diagnoses/new", **{**TYPED, "mobility": "MOON"})
    assert wrong.status_code == 422
    assert SKILLS in wrong.text
    assert newest(programme) == {}
    sent = {**prefilled(shown), **TYPED}
    for _twice in range(2):
        assert browser.post(f"{here}/diagnoses/new", data=sent).status_code == 303
    key, said = newest(programme)[him]
    assert said["wanted"] == "Soudeuse"
    page = browser.get(here).text
    manners.check(page, language)
    assert f"{here}/diagnoses/{key}" in page
    assert SKILLS in page
    address = f"{here}/diagnoses/{key}"
    manners.check(browser.get(address).text, language)
    old = prefilled(browser.get(f"{address}/edit").text)
    assert browser.post(f"{address}/edit", data={**old, "commune": "Martil"}).status_code == 303
    late = browser.post(f"{address}/edit", data={**old, "commune": "Tanger"})
    assert late.status_code == 409
    assert "Tanger" in late.text
    anew = prefilled(browser.get(f"{here}/diagnoses/new").text)
    assert anew["commune"] == ["Martil"]  # what did not change needs no tap
    assert browser.post(f"{here}/diagnoses/new", data=anew).status_code == 303
    assert newest(programme)[him][0] != key


def test_a_closed_enrolment_and_a_colleagues_take_no_diagnosis(programme, sign_in):
    enrolment = programme.enrolment(by="lina")
    key = diagnosed(programme, enrolment, by="lina")
    browser, here = sign_in("omar"), f"/enrolments/{enrolment}/diagnoses"
    for page in (f"{here}/new", f"{here}/{key}", f"{here}/{key}/edit"):
        assert browser.get(page).status_code == 404
    hers = sign_in("lina")
    form = prefilled(hers.get(f"{here}/new").text)
    send(hers, f"/enrolments/{enrolment}/closure", closed_on=TODAY.isoformat(), exit_reason="WORK")
    late = hers.post(f"{here}/new", data={**form, **TYPED})
    assert late.status_code == 409
    assert SKILLS in late.text
    assert re.search(r"error-summary.*?</div>", late.text, re.DOTALL)
