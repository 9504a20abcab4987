# SPDX-License-Identifier: AGPL-3.0-or-later
import datetime as dt

import pytest
import sqlalchemy as sa

from casework import clock
from casework.access import acting_as
from casework.db import db, transaction
from casework.errors import Refusal, Stale
from casework.people import Person, attributes_on, consents_to, record_consent, register_person
from casework.people import actions as verbs
from casework.people.models import Consent, answers_of

DAY = dt.date(2023, 5, 10)


def person(key):
    return db.session.scalar(sa.select(Person).where(Person.id == key))


def test_a_person_is_kept_as_she_said(programme):
    with clock.frozen(DAY):
        key = programme.register(
            given=" Aïssatou ", family="Bah", phones=["06 12 34 56 78"], sex="F", age_estimate=30,
            languages=["ff", "fr"], population_group="ASY", nationality="GN", disability="PNS",
        )  # fmt: skip
    with programme.acting("salma"):
        who = person(key).identity
        assert (who.given, who.phones, who.age_estimated_on) == ("Aïssatou", ["+212612345678"], DAY)
        assert who.ordinal >= 1
        assert person(key).full_name == "Aïssatou Bah"
        assert attributes_on(person(key), DAY) == {
            "sex": "F", "age_band": "30_34", "population_group": "ASY",
            "nationality_group": "AFW", "disability": "PNS",
        }  # fmt: skip


def test_each_person_has_her_own_number_and_code(programme):
    keys = [programme.register() for _ in range(5)]
    with programme.acting("salma"):
        people = [person(key) for key in keys]
        assert len({one.identity.ordinal for one in people}) == 5
        assert len({one.code for one in people}) == 5


def test_unknown_is_an_answer_everywhere(programme):
    key = programme.register(given="Amal", family=None, sex="PNS", population_group="PNS")
    with programme.acting("salma"):
        assert attributes_on(person(key), DAY) == {
            "sex": "U", "age_band": "UNK", "population_group": "UNK",
            "nationality_group": "STL", "disability": "UNK",
        }  # fmt: skip


def test_a_person_without_a_name_is_called_by_her_code(programme):
    key = programme.register(given=None, family=" ")
    with programme.acting("salma"):
        assert person(key).full_name == person(key).code


@pytest.mark.parametrize(
    ("said", "group"),
    [
        ({"nationality": "GN", "nationality_group": "EUR"}, "AFW"),
        ({"nationality": "UNK", "nationality_group": "AFC"}, "AFC"),
        ({"nationality_group": "ASW"}, "ASW"),
        ({"nationality_group": "UNK"}, "STL"),
        ({"nationality": "PNS"}, "STL"),
        ({"nationality": "ML", "population_group": "STL"}, "STL"),
    ],
)
def test_a_region_stands_for_a_country_that_is_not_known(programme, said, group):
    key = programme.register(**said)
    with programme.acting("salma"):
        assert attributes_on(person(key), DAY)["nationality_group"] == group


def test_a_region_stays_when_something_else_is_corrected(programme):
    key = programme.register(nationality_group="ASW")
    with programme.acting("salma"), transaction():
        her = person(key)
        verbs.correct_person(her, {"population_group": "REF"}, her.version)
        assert attributes_on(her, DAY)["nationality_group"] == "ASW"
        verbs.correct_person(her, {"nationality": "GN"}, her.version)
        assert attributes_on(her, DAY)["nationality_group"] == "AFW"
        verbs.correct_person(her, {"nationality": None}, her.version)
        assert attributes_on(her, DAY)["nationality_group"] == "STL"


def test_no_file_is_opened_without_agreement(programme):
    with pytest.raises(Refusal) as refused:
        programme.register(consents={"CARE": "no"})
    assert refused.value.status == 422
    with acting_as(programme.user("said")):
        assert db.session.scalars(sa.select(Person)).all() == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"given": "A" * 81},
        {"sex": "X"},
        {"languages": ["klingon"]},
        {"nationality": "ZZ"},
        {"population_group": "nobody"},
        {"nationality_group": "MOON"},
        {"born": dt.date(2999, 1, 1)},
        {"birth_year": 1850},
        {"age_estimate": 200},
        {"age_estimate": -1},
        {"phones": ["12"]},
        {"phones": ["not a phone"]},
        {"document_number": "9" * 41},
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(programme, wrong):
    with pytest.raises(Refusal) as refused:
        programme.register(**wrong)
    assert refused.value.status == 422
    assert str(refused.value).endswith(".")


def test_a_field_that_is_not_there_is_a_fault_of_ours(programme):
    with pytest.raises(TypeError):
        programme.register(religion="none")


@pytest.mark.parametrize("consents", [{"CARE": "perhaps"}, {"CARE": "yes", "SPY": "yes"}])
def test_an_unknown_consent_is_refused(programme, consents):
    with pytest.raises(Refusal):
        programme.register(consents=consents)


def test_nobody_registers_at_anothers_site(programme):
    with pytest.raises(Refusal) as refused, programme.acting("salma"), transaction():
        register_person(programme.site("BER"), {"given": "Aya"}, {"CARE": "yes"})
    assert refused.value.status == 403


def test_a_hub_keeps_its_people_in_its_own_strand(programme):
    key = programme.register(by="omar")
    with programme.acting("omar"):
        assert person(key).strand == "hub"
    with programme.acting("salma"):
        assert person(key) is None


# ------------------------------------------------------------------ consents


def test_the_last_answer_counts(programme):
    with clock.frozen(DAY):
        key = programme.register()
    with clock.frozen(DAY + dt.timedelta(days=30)), programme.acting("salma"):
        with transaction():
            record_consent(person(key), "STATS", "no")
        her = person(key)
        assert not consents_to(her, "STATS")
        assert consents_to(her, "STATS", DAY)
        assert not consents_to(her, "STATS", DAY - dt.timedelta(days=1))
        assert not consents_to(her, "CONTACT")
        with transaction():
            record_consent(her, "STATS", "yes", how="written")
        assert consents_to(her, "STATS")
        about = [row.consent for row in answers_of(her) if row.consent.purpose == "STATS"]
        assert [one.answer for one in about] == ["yes", "no", "yes"]


def test_it_is_kept_how_an_answer_was_given(programme):
    with programme.acting("salma"), transaction():
        answers = {"CARE": "yes", "STATS": "not_asked"}
        her = register_person(programme.site("OUJ"), {"given": "Aya"}, answers, how="written")
        said = {row.consent.purpose: row.consent.how for row in answers_of(her)}
        assert said == {"CARE": "written", "STATS": None}
        with pytest.raises(Refusal):
            record_consent(her, "STATS", "yes", how="by pigeon")


def test_an_answer_is_not_given_tomorrow(programme):
    key = programme.register()
    with programme.acting("salma"), pytest.raises(Refusal), transaction():
        record_consent(person(key), "STATS", "no", on=clock.today() + dt.timedelta(days=1))


def test_answers_are_out_of_reach_with_the_person(programme):
    programme.register()
    with programme.acting("nora"):
        assert db.session.scalars(sa.select(Consent)).all() == []


# ------------------------------------------------------------------ corrections


def test_a_correction_puts_right_what_was_wrong(programme):
    key = programme.register(birth_year=1990)
    with programme.acting("salma"):
        with transaction():
            her = person(key)
            verbs.correct_person(her, {"birth_year": None, "born": dt.date(1980, 2, 29)}, 1)
        assert (her.identity.born, her.identity.birth_year) == (dt.date(1980, 2, 29), None)
        assert her.version == 2


def test_a_stale_correction_changes_nothing(programme):
    key = programme.register()
    with programme.acting("salma"), pytest.raises(Stale), transaction():
        verbs.correct_person(person(key), {"sex": "F"}, version=7)


def test_a_situation_has_a_history(programme):
    with clock.frozen(DAY):
        key = programme.register(population_group="MIG_IRR", nationality="ML")
    later = DAY + dt.timedelta(days=100)
    with clock.frozen(later), programme.acting("salma"):
        with transaction():
            her = person(key)
            verbs.correct_person(her, {"population_group": "REF"}, her.version, since=later)
        groups = [attributes_on(her, day)["population_group"] for day in (DAY, later)]
        assert groups == ["MIG_IRR", "REF"]
        with transaction():
            verbs.correct_person(her, {"nationality": "GN"}, her.version)
        assert [one["nationality"] for one in her.identity.situations] == ["ML", "GN"]
        assert len(her.identity.situations) == 2
