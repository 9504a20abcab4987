# SPDX-License-Identifier: AGPL-3.0-or-later
"""EMP-01, EMP-02, EMP-03 by the rules of the registry, before and after corrections."""

import datetime as dt

from casework import placement
from casework.desk import actions as desk
from casework.employers import Employer
from casework.employers import actions as employers
from casework.people import Person
from casework.placement import Application, Hire, Internship, Interview, actions
from tests.listening.conftest import TODAY, counted, one

INTERVIEWS, INTERNSHIPS, HIRES = "interview_held", "internship_started", "hired"


def test_each_interview_held_counts_and_no_other(ways):
    key = ways.applied()
    first = ways.interview(key)
    ways.interview(key, held_on=TODAY)
    ways.interview(key, held_on=TODAY, interview_outcome="NOSHOW")
    ways.interview(key, held_on=TODAY, interview_outcome="CANCEL")
    ways.interview(key, held_on=TODAY + dt.timedelta(9), interview_outcome="PLANNED")
    assert counted(INTERVIEWS).value == 2
    by = counted(INTERVIEWS, by=("isic_section", "isco_major", "sex")).cells
    assert by == {("C", "8", "M"): 2}
    ways.change(actions.correct_interview, Interview, first, mistaken=True)
    assert counted(INTERVIEWS).value == 1


def test_a_person_counts_once_for_her_internships_and_not_for_a_planned_one(ways):
    her = ways.person()
    for _turn in range(2):
        ways.internship(ways.applied(her, ways.vacancy()))
    ways.internship(ways.applied(), internship_state="PLAN", held_on=TODAY, ends_on=None)
    ways.internship(ways.applied(), internship_state="NOT")
    left = ways.internship(ways.applied(), internship_state="LEFT")
    assert counted(INTERNSHIPS, "people").value == 2
    ways.change(actions.correct_internship, Internship, left, internship_state="NOT")
    assert counted(INTERNSHIPS, "people").value == 1


def test_a_hire_counts_by_a_contract_or_the_employers_word(ways):
    for evidence in ("CONTRACT", "EMPLOYER", "PERSON"):
        last = ways.hire(ways.applied(), hire_evidence=evidence)
    assert counted(HIRES, "people").value == 2
    assert counted(HIRES, "people", by=("contract_type",)).cells == {("CDD",): 2}
    ways.change(actions.correct_hire, Hire, last, hire_evidence="CONTRACT", contract_type="CDI")
    assert counted(HIRES, "people", by=("contract_type",)).cells == {("CDD",): 2, ("CDI",): 1}


def test_what_is_corrected_of_her_follows(ways):
    her = ways.person()
    key = ways.applied(her)
    ways.interview(key)
    ways.hire(key)
    with ways.acting("omar"):
        person = one(Person, her)
        desk.correct_person(person, {"sex": "F"}, person.version)
    assert counted(INTERVIEWS, by=("sex",)).cells == {("F",): 1}
    assert counted(HIRES, "people", by=("sex",)).cells == {("F",): 1}
    with ways.acting("omar"):
        placement.restate(one(Person, her))
    assert counted(INTERVIEWS).value == 1


def test_an_application_put_right_counts_by_what_it_is_about_now(ways):
    employer = ways.employer(isic_section="C")
    key = ways.applied(employer=employer, post="Caissière", isco_major="4")
    ways.interview(key)
    with ways.see(Employer, employer) as row:
        said = {**row.content(), "isic_section": "G"}
        employers.correct_employer(row, version=row.version, **said)
    assert counted(INTERVIEWS, by=("isic_section", "isco_major")).cells == {("C", "4"): 1}
    ways.change(actions.correct_application, Application, key, isco_major="5")
    assert counted(INTERVIEWS, by=("isic_section", "isco_major")).cells == {("G", "5"): 1}
