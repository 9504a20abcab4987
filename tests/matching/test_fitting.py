# SPDX-License-Identifier: AGPL-3.0-or-later
"""A vacancy and a person held against each other: sorted and explained, nobody refused."""

import datetime as dt

import pytest

from casework.employers import Vacancy
from casework.hub import Enrolment
from casework.hub.actions import diagnose
from casework.matching import fitting as matching
from casework.people import Person, record_consent
from tests.listening.conftest import TODAY, one
from tests.placement.conftest import AGREED

FITTING = {"isco_wanted": ["8"], "languages_fluent": ["ary", "fr"], "education": "3",
           "commune": "TANGER"}  # fmt: skip
ASKED = {"isco_major": "8", "languages": ["fr"], "education": "2", "commune": "Tanger"}


@pytest.fixture
def told(ways):
    """Somebody with an open path and a diagnosis: `told(isco_wanted=["8"])` gives her id."""

    def tell(by="omar", consents=AGREED, **profile):
        person = ways.person(by, consents)
        path = ways.programme.enrolment(by, person, pathway="EMP")
        with ways.acting(by):
            diagnose(one(Enrolment, path), held_on=TODAY, **profile)
        return person

    return tell


def match(profile, **asked):
    """One profile against what a vacancy asks, as {what: how it stands}."""
    said = {"licence": None, "languages": None, **asked}

    class Asked:
        business = type("Said", (), {name: said.get(name) for name in (
            "isco_major", "languages", "education", "licence", "commune")})  # fmt: skip

    found = matching.held_against(profile, matching.checks_of(Asked))
    return found, {check.what: state for state, check in found.findings}


@pytest.mark.parametrize(("profile", "asked", "state"), [
    ({"isco_wanted": ["8"]}, {"isco_major": "8"}, "fits"),
    ({"isco_known": ["8"], "isco_wanted": ["5"]}, {"isco_major": "8"}, "partly"),
    ({"isco_wanted": ["5"]}, {"isco_major": "8"}, "lacks"),
    ({}, {"isco_major": "8"}, "unknown"),
    ({"languages_fluent": ["fr"]}, {"languages": ["fr"]}, "fits"),
    ({"languages_basic": ["fr"]}, {"languages": ["fr"]}, "partly"),
    ({"languages_fluent": ["ar"]}, {"languages": ["fr"]}, "lacks"),
    ({}, {"languages": ["fr"]}, "unknown"),
    ({"education": "2"}, {"education": "2"}, "fits"),
    ({"education": "N"}, {"education": "2"}, "lacks"),
    ({"education": "T"}, {"education": "2"}, "unknown"),
    ({"education": "9"}, {"education": "2"}, "unknown"),
    ({"driving_licence": "HAS"}, {"licence": True}, "fits"),
    ({"driving_licence": "HASNOT"}, {"licence": True}, "lacks"),
    ({"driving_licence": "PNS"}, {"licence": True}, "unknown"),
    ({"commune": "Al Hoceïma"}, {"commune": "AL-HOCEIMA"}, "fits"),
    ({"commune": "Larache", "mobility": "REGION"}, {"commune": "Tanger"}, "partly"),
    ({"commune": "Larache", "mobility": "COMMUNE"}, {"commune": "Tanger"}, "lacks"),
    ({"commune": "Larache"}, {"commune": "Tanger"}, "unknown"),
])  # fmt: skip
def test_each_question_has_its_answer(profile, asked, state):
    _found, said = match(profile, **asked)
    assert list(said.values()) == [state]


def test_what_nobody_asks_is_no_gap_and_what_is_unknown_is_none_either():
    assert match({}, isco_major=None)[0].verdict == "unknown"
    assert match({}, **ASKED)[0].weight == 0
    assert match(FITTING, **ASKED)[0].verdict == "fits"
    assert match({**FITTING, "education": "1"}, **ASKED)[0].verdict == "lacks"


def test_the_best_come_first_and_who_lacks_something_is_there_with_the_reason(ways, told):
    vacancy = ways.vacancy()
    lacking = told(**{**FITTING, "languages_fluent": ["en"]})
    unsaid, best = told(), told(**FITTING)
    with ways.acting():
        found, compared = matching.candidates(one(Vacancy, vacancy))
        assert [one.person_id for one in found] == [best, unsaid, lacking]
        assert compared == 3
        assert any("français" in line.lower() for line in matching.reasons(found[2].match))


def test_nobody_is_shown_who_did_not_agree_or_took_it_back_or_has_applied(ways, told):
    vacancy = ways.vacancy()
    told(consents={"CARE": "yes"}, **FITTING)
    taken_back, applied = told(**FITTING), told(**FITTING)
    with ways.acting("omar"):
        record_consent(one(Person, taken_back), "REFER", "no", TODAY, "oral")
    ways.applied(applied, vacancy)
    with ways.acting():
        found, compared = matching.candidates(one(Vacancy, vacancy))
        assert found == []
        assert compared == 2


def test_a_colleagues_people_are_not_compared(ways, told):
    told(by="lina", **FITTING)
    vacancy = ways.vacancy()
    with ways.acting():
        assert matching.candidates(one(Vacancy, vacancy)) == ([], 0)


def test_for_a_person_the_vacancies_of_today_she_has_not_applied_for(ways, told):
    her = told(**FITTING)
    fits, other = ways.vacancy(), ways.vacancy(isco_major="2", education="7")
    ways.vacancy(last_on=TODAY - dt.timedelta(1))
    ways.vacancy(first_on=TODAY + dt.timedelta(1))
    ways.applied(her, ways.vacancy())
    with ways.acting():
        found = matching.vacancies_for(one(Person, her))
        assert [vacancy.id for vacancy, _match in found] == [fits, other]
