# SPDX-License-Identifier: AGPL-3.0-or-later
"""An employer, its contacts and vacancies: whose they are, what is refused, who is found again."""

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa

from casework.access import fetch
from casework.db import db
from casework.employers import Employer, Vacancy, actions
from casework.employers.models import Exchange
from casework.employers.twins import twins_of
from casework.employers.vacancies import CLOSED, FILLED, OPEN
from casework.errors import Refusal, Stale
from casework.people import numbers
from tests.listening.conftest import TODAY

ICE = "001561191000066"


# ---------------------------------------------------------------- whose


def test_everyone_of_the_hub_reads_and_writes_it_and_nobody_else(directory):
    key = directory.employer(by="omar")
    directory.vacancy(key)
    with directory.see(Employer, key, by="lina") as employer:
        actions.correct_employer(
            employer, version=employer.version, **{**employer.content(), "commune": "Tétouan"}
        )
    for name in ("salma", "said", "adil"):
        with directory.acting(name):
            assert db.session.scalars(sa.select(Employer)).all() == []
            assert db.session.scalars(sa.select(Vacancy)).all() == []
            with pytest.raises(Refusal) as refused:
                fetch(Employer, key)
        assert refused.value.status == 404


# ---------------------------------------------------------------- what it is


@pytest.mark.parametrize("changes", [{"name": None}, {"name": " . "}, {"isic_section": "Z"},
                                     {"hires": ["X"]}, {"ice": "001561191000065"},
                                     {"name": "x" * 121}, {"employer_size": "HUGE"}])  # fmt: skip
def test_bad_input_is_refused(directory, changes):
    with pytest.raises(Refusal) as refused:
        directory.employer(**changes)
    assert refused.value.status == 422


def test_a_correction_keeps_what_stood_before_and_refuses_what_moved(directory):
    key = directory.employer(ice=ICE)
    with directory.see(Employer, key) as employer:
        version = employer.version
        said = {**employer.content(), "name": "Autre nom", "ice": None}
        actions.correct_employer(employer, version=version, is_listed=False, **said)
        assert employer.business.earlier[0]["ice"] == ICE
        assert not employer.is_listed
    with directory.see(Employer, key) as employer, pytest.raises(Stale):
        actions.correct_employer(employer, version=version, **said)


def test_contacts_are_kept_put_right_and_erased_whole(directory):
    key = directory.employer()
    directory.contact(key, phone="0612")
    with directory.see(Employer, key) as employer:
        (contact,) = employer.contacts
        said = {"name": contact["name"], "phone": None, "function": "RH"}
        actions.correct_contact(employer, contact["key"], version=employer.version, **said)
        assert employer.contacts == [
            {"key": contact["key"], "name": "Nadia Fictive", "function": "RH"}
        ]
        actions.strike_contact(employer, contact["key"])
    with directory.see(Employer, key) as employer:
        assert employer.contacts == []
        assert "Nadia" not in str(employer.business.earlier)


def test_the_last_contact_follows_exchanges_and_a_study_has_a_result(directory):
    key = directory.employer()
    directory.exchange(key)
    late = directory.exchange(key, held_on=TODAY, employer_exchange="STUDY", study_result="READY")
    with directory.see(Employer, key) as employer:
        assert employer.last_on == TODAY
    with directory.see(Exchange, late) as exchange:
        said = {**exchange.content(), "held_on": dt.date(2026, 2, 21)}
        actions.correct_exchange(exchange, version=exchange.version, **said)
    with directory.see(Employer, key) as employer:
        assert employer.last_on == dt.date(2026, 2, 21)
    for wrong in ({"employer_exchange": "STUDY"}, {"study_result": "READY"},
                  {"held_on": TODAY + dt.timedelta(1)}):  # fmt: skip
        with pytest.raises(Refusal):
            directory.exchange(key, **wrong)


# ---------------------------------------------------------------- found again


@pytest.mark.parametrize("name", ["CABLAGES  DU DETROIT", "Sté Câblages du Détroit S.A.R.L.",
                                  "Détroit (du), Câblages"])  # fmt: skip
def test_an_employer_is_found_again_by_its_name_however_it_is_written(directory, name):
    key = directory.employer()
    with directory.acting("lina"):
        (twin,) = twins_of({"name": name})
        assert (twin.employer_id, twin.reason) == (key, "match")
        assert twins_of({"name": name}, but=key) == []


def test_or_by_its_ice_and_another_is_not(directory):
    key = directory.employer(ice=ICE)
    with directory.acting():
        (twin,) = twins_of({"name": "Autre", "ice": "001 561 191 0000 66"})
        assert (twin.employer_id, twin.reason) == (key, "ice")
        assert twins_of({"name": "Câblages de Tétouan", "ice": "002136093000040"}) == []


def test_a_legal_form_alone_is_a_name():
    assert numbers.folded_organisation("SARL") == "sarl"
    assert numbers.folded_organisation("شركة أطلس") == numbers.folded("اطلس")


# ---------------------------------------------------------------- vacancies


@pytest.mark.parametrize("changes", [{"title": None}, {"places": 0}, {"places": None},
                                     {"places": 1001}, {"isco_major": "X"}, {"languages": ["xx"]},
                                     {"last_on": dt.date(2026, 1, 31)},
                                     {"first_on": dt.date(2013, 1, 1)}])  # fmt: skip
def test_a_vacancy_that_cannot_be_is_refused(directory, changes):
    with pytest.raises(Refusal) as refused:
        directory.vacancy(**changes)
    assert refused.value.status == 422


def test_a_vacancy_is_filled_with_its_last_place_and_open_again_with_a_free_one(directory):
    with directory.see(Vacancy, directory.vacancy(places=2)) as vacancy:
        hires = [uuid.uuid4() for _turn in range(3)]
        vacancy.take_place(hires[0])
        vacancy.take_place(hires[0])
        assert (vacancy.status, vacancy.places_left) == (OPEN, 1)
        for hire in hires[1:]:
            vacancy.take_place(hire)
        assert (vacancy.status, vacancy.places_left) == (FILLED, -1)
        vacancy.free_place(hires[2])
        assert vacancy.status == FILLED
        vacancy.free_place(hires[1])
        assert vacancy.status == OPEN
        actions.close_vacancy(vacancy)
        vacancy.free_place(hires[0])
        assert vacancy.status == CLOSED
        with pytest.raises(Refusal):
            actions.close_vacancy(vacancy)
        actions.reopen_vacancy(vacancy)
        assert vacancy.status == OPEN


def test_one_applies_between_its_days(directory):
    with directory.see(Vacancy, directory.vacancy()) as vacancy:
        days = (dt.date(2026, 1, 31), TODAY, dt.date(2026, 4, 2))
        assert [vacancy.takes_on(day) for day in days] == [False, True, False]
