# SPDX-License-Identifier: AGPL-3.0-or-later
"""From a proposal to the months after a hire: what is refused, what is doubted, what follows."""

import datetime as dt

import pytest
import sqlalchemy as sa

from casework.access import fetch
from casework.db import db
from casework.employers import Employer, Vacancy
from casework.employers import actions as employers
from casework.errors import Refusal, Stale
from casework.people import Person
from casework.placement import Application, Hire, Internship, Interview, actions
from tests.listening.conftest import TODAY, one

from .conftest import BEGUN

TOMORROW = TODAY + dt.timedelta(1)
EARLIER = BEGUN - dt.timedelta(1)


def refused(status, call, *said, **more):
    with pytest.raises(Refusal) as refusal:
        call(*said, **more)
    assert refusal.value.status == status
    return str(refusal.value)


# ---------------------------------------------------------------- how it begins


def test_a_proposal_wants_her_agreement_and_her_own_application_does_not(ways):
    her = ways.person(consents={"CARE": "yes"})
    refused(409, ways.applied, her)
    assert ways.state(ways.applied(her, state="APPL")) == "APPL"


def test_she_applies_once_at_a_time_for_a_vacancy(ways):
    her, vacancy = ways.person(), ways.vacancy()
    first = ways.applied(her, vacancy)
    refused(409, ways.applied, her, vacancy)
    ways.moved(first, "WITHDR")
    assert ways.applied(her, vacancy)
    with ways.see(Vacancy, vacancy) as row:
        employer = row.employer_id
    assert ways.applied(her, employer=employer)  # of her own accord is another way


def test_a_closed_way_is_not_opened_again_beside_another(ways):
    her, vacancy = ways.person(), ways.vacancy()
    first = ways.applied(her, vacancy)
    hire = ways.hire(first)
    ways.applied(her, vacancy)
    refused(409, ways.change, actions.correct_hire, Hire, hire, mistaken=True)
    assert ways.state(first) == "HIRED"
    other = ways.applied(her, employer=ways.employer())
    ways.moved(other, "WITHDR")
    with ways.see(Application, other) as way:
        employer = way.employer_id
    ways.applied(her, employer=employer)
    with ways.acting():
        refused(409, actions.reopen, one(Application, other))


@pytest.mark.parametrize("on", [TOMORROW, dt.date(2013, 1, 1)])
def test_it_begins_on_a_day_of_the_programme(ways, on):
    refused(422, ways.applied, on=on)


def test_a_vacancy_that_takes_nobody_is_doubted_and_let_pass_with_a_reason(ways):
    vacancy = ways.vacancy()
    with ways.see(Vacancy, vacancy) as row:
        employers.close_vacancy(row)
    refused(409, ways.applied, vacancy=vacancy)
    assert ways.applied(vacancy=vacancy, reason="Annoncé par téléphone.")


def test_the_sector_and_occupation_are_those_of_the_day(ways):
    key = ways.applied()
    with ways.see(Application, key) as way:
        assert (way.business.isic_section, way.business.isco_major) == ("C", "8")
        assert way.business.post == "Opérateur de câblage"
        employer = way.employer_id
    with ways.see(Employer, employer) as row:
        said = {**row.content(), "isic_section": "G"}
        employers.correct_employer(row, version=row.version, **said)
    with ways.see(Application, key) as way:
        assert way.business.isic_section == "C"


# ---------------------------------------------------------------- interviews


def test_a_second_round_is_a_new_interview_and_the_way_follows(ways):
    key = ways.applied()
    ways.interview(key, held_on=TODAY + dt.timedelta(3), interview_outcome="PLANNED", hour="14:30")
    assert ways.state(key) == "PLAN"
    ways.interview(key)
    assert ways.state(key) == "HELD"
    ways.interview(key, held_on=TODAY, interview_outcome="NOSHOW")
    assert ways.state(key) == "NOSHOW"
    with ways.acting():
        assert len(db.session.scalars(sa.select(Interview)).all()) == 3


@pytest.mark.parametrize("changes", [
    {"held_on": EARLIER}, {"held_on": TOMORROW}, {"interview_outcome": None},
    {"held_on": TOMORROW, "interview_outcome": "NOSHOW"}, {"interview_outcome": "PLANNED"},
    {"interview_outcome": "MAYBE"}, {"place": "x" * 121},
])  # fmt: skip
def test_an_interview_that_cannot_be_is_refused(ways, changes):
    key = ways.applied()
    refused(422, ways.interview, key, **changes)


def test_nothing_is_added_to_a_closed_application_until_it_is_opened_again(ways):
    key = ways.applied()
    ways.moved(key, "REFUS", refused_by="EMP", refusal_reason="SKILLS")
    for add in (ways.interview, ways.internship, ways.hire):
        refused(409, add, key)
    refused(409, ways.moved, key, "OFFER")
    with ways.see(Application, key) as way:
        actions.reopen(way)
        assert way.status == "PROP"
        refused(409, actions.reopen, way)
    assert ways.interview(key)


def test_what_came_of_a_planned_interview_is_said_by_whoever_follows_her(ways):
    key = ways.applied()
    interview = ways.interview(key, held_on=TODAY, interview_outcome="PLANNED")
    ways.change(actions.correct_interview, Interview, interview, interview_outcome="HELD")
    assert ways.state(key) == "HELD"
    with ways.see(Interview, interview) as row:
        said = {**row.content(), "note": "Autre."}
        with pytest.raises(Stale):
            actions.correct_interview(row, version=row.version - 1, **said)


def test_an_old_interview_put_right_leads_nowhere_new_and_a_mistaken_one_leads_back(ways):
    key = ways.applied()
    interview = ways.interview(key)
    ways.moved(key, "OFFER", on=TODAY)
    for changes in ({"note": "Bien passé."}, {"interview_outcome": "NOSHOW"}):
        ways.change(actions.correct_interview, Interview, interview, **changes)
        assert ways.state(key) == "OFFER"
    other = ways.applied()
    alone = ways.interview(other)
    for mistaken, state in ((True, "PROP"), (False, "HELD")):
        ways.change(actions.correct_interview, Interview, alone, mistaken=mistaken)
        assert ways.state(other) == state
    with ways.see(Application, other) as way:
        assert way.last_on == dt.date(2026, 2, 10)


def test_an_interview_put_right_opens_no_closed_application(ways):
    key = ways.applied()
    interview = ways.interview(key, held_on=TODAY, interview_outcome="PLANNED")
    ways.moved(key, "WITHDR", on=TODAY)
    ways.change(actions.correct_interview, Interview, interview, interview_outcome="HELD")
    assert ways.state(key) == "WITHDR"
    with ways.see(Application, key) as way:
        actions.reopen(way)
        assert way.status == "HELD"


@pytest.mark.parametrize("said", [
    {"state": "REFUS"}, {"state": "REFUS", "refused_by": "EMP"},
    {"state": "OFFER", "refused_by": "EMP", "refusal_reason": "WAGE"}, {"state": "HIRED"},
    {"state": "OFFER", "on": EARLIER}, {"state": "OFFER", "on": TOMORROW},
    {"state": "REFUS", "refused_by": "EMP", "refusal_reason": "MOOD"},
])  # fmt: skip
def test_a_step_that_cannot_be_is_refused(ways, said):
    refused(422, ways.moved, ways.applied(), **said)


# ---------------------------------------------------------------- internships and hires


@pytest.mark.parametrize("changes", [
    {"ends_on": dt.date(2026, 2, 15)}, {"held_on": TOMORROW, "ends_on": None},
    {"ends_on": None}, {"ends_on": TOMORROW}, {"held_on": EARLIER}, {"centimes": 0},
    {"internship_state": None}, {"centimes": 10_000_001},
])  # fmt: skip
def test_an_internship_that_cannot_be_is_refused(ways, changes):
    refused(422, ways.internship, ways.applied(), **changes)


def test_an_internship_is_planned_begins_and_ends(ways):
    key = ways.applied()
    later = {"held_on": TOMORROW, "ends_on": TOMORROW, "internship_state": "PLAN"}
    internship = ways.internship(key, **later)
    assert ways.state(key) == "OFFER"
    day = dt.date(2026, 3, 9)
    ways.change(actions.correct_internship, Internship, internship, held_on=day,
                ends_on=None, internship_state="RUN")  # fmt: skip
    with ways.see(Internship, internship) as row:
        assert row.counts
        assert row.business.earlier[0]["internship_state"] == "PLAN"


@pytest.mark.parametrize("changes", [{"held_on": TOMORROW}, {"contract_type": "INT"},
                                     {"contract_type": None}, {"hire_evidence": None},
                                     {"held_on": EARLIER}])  # fmt: skip
def test_a_hire_that_cannot_be_is_refused(ways, changes):
    refused(422, ways.hire, ways.applied(), **changes)


def test_a_hire_closes_the_way_takes_a_place_and_more_than_places_want_a_reason(ways):
    vacancy = ways.vacancy(places=1)
    first, second = (ways.applied(ways.person(), vacancy) for _turn in range(2))
    hire = ways.hire(first)
    assert ways.state(first) == "HIRED"
    refused(409, ways.hire, second)
    ways.hire(second, reason="Une place de plus.")
    with ways.see(Vacancy, vacancy) as row:
        assert (row.status, row.places_left) == ("filled", -1)
    ways.change(actions.correct_hire, Hire, hire, mistaken=True)
    assert ways.state(first) == "PROP"
    with ways.see(Vacancy, vacancy) as row:
        assert (row.status, row.places_left) == ("filled", 0)


def test_one_hire_at_most_stands_and_takes_one_place(ways):
    vacancy = ways.vacancy(places=3)
    key = ways.applied(vacancy=vacancy)
    first = ways.hire(key)
    ways.change(actions.correct_hire, Hire, first, mistaken=True)
    second = ways.hire(key)
    refused(409, ways.change, actions.correct_hire, Hire, first, mistaken=False)
    ways.change(actions.correct_hire, Hire, second, mistaken=True)
    assert ways.state(key) == "PROP"
    ways.moved(key, "OFFER", on=TODAY)
    ways.change(actions.correct_hire, Hire, first, mistaken=False)
    assert ways.state(key) == "HIRED"
    with ways.see(Vacancy, vacancy) as row:
        assert row.places_left == 2


def test_a_way_that_led_to_a_hire_is_not_opened_again(ways):
    key = ways.applied()
    ways.hire(key)
    with ways.see(Application, key) as way:
        refused(409, actions.reopen, way)


def test_months_after_are_known_when_they_are_over(ways):
    hire = ways.hire(ways.applied(on=dt.date(2025, 11, 1), reason="x"),
                     held_on=dt.date(2025, 11, 30))  # fmt: skip
    with ways.see(Hire, hire) as row:
        assert [row.due_after(n) for n in (1, 3, 6)] == [
            dt.date(2025, 12, 30), dt.date(2026, 2, 28), dt.date(2026, 5, 30)
        ]  # fmt: skip
        note = {"on": TODAY, "stay": "THERE"}
        actions.note_stay(row, version=row.version, months=3, **note)
        refused(422, actions.note_stay, row, version=row.version, months=6, **note)
        refused(422, actions.note_stay, row, version=row.version, months=2, **note)
        for stay in ("LEFT", "UNKNOWN"):
            refused(422, actions.note_stay, row, version=row.version, months=6, on=TODAY, stay=stay)
        actions.note_stay(row, version=row.version, months=3, on=TODAY, stay="UNKNOWN")
        assert {months: one["stay"] for months, one in row.stays.items()} == {3: "UNKNOWN"}


# ---------------------------------------------------------------- other people


def test_a_colleague_reaches_the_vacancy_and_nobody_on_her_way_to_it(ways):
    vacancy = ways.vacancy()
    key = ways.applied(ways.person(), vacancy)
    ways.interview(key)
    with ways.acting("lina"):
        assert fetch(Vacancy, vacancy)
        for model in (Application, Interview):
            assert db.session.scalars(sa.select(model)).all() == []
        refused(404, fetch, Application, key)


def test_a_form_sent_twice_is_one_application(ways):
    her, vacancy = ways.person(), ways.vacancy()
    key = ways.applied(her, vacancy)
    with ways.acting():
        again = actions.apply_for(one(Person, her), one(Vacancy, vacancy), id=key, on=BEGUN)
        assert again.id == key
        assert len(db.session.scalars(sa.select(Application)).all()) == 1
