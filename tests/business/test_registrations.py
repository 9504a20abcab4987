# SPDX-License-Identifier: AGPL-3.0-or-later
"""Registered as auto-entrepreneur: with evidence, once, and with a reason where it is doubtful."""

import datetime as dt
import uuid

import pytest

from casework.business import AeRegistration, actions, restate
from casework.errors import Refusal, Stale
from casework.people import Person, record_consent
from casework.people.tally import facts_of
from tests.listening.conftest import TODAY, counted, one

from .conftest import REGISTERED

KIND = "ae_registration"


def test_a_first_registration_is_one_fact_of_its_day(started):
    key = started.registered(started.person())
    assert counted(KIND, "newcomers").value == 1
    assert counted(KIND, first=dt.date(2026, 2, 3)).value == 0
    assert counted(KIND, by=("sex", "isic_section", "legal_form")).cells == {("M", "C", "AE"): 1}
    with started.see(AeRegistration, key) as record:
        assert len(facts_of(record)) == 1


def test_a_renewal_is_kept_and_not_counted(started):
    started.registered(started.person(), ae_registration="RENEW")
    assert counted(KIND).value == 0


def test_a_number_is_wanted_where_it_is_the_evidence(started):
    him = started.person()
    with pytest.raises(Refusal) as refused:
        started.registered(him, number=None)
    assert refused.value.status == 422
    started.registered(him, number=None, ae_evidence="CERT")
    assert counted(KIND).value == 1


@pytest.mark.parametrize(
    "changes",
    [{"ae_evidence": None}, {"ae_evidence": "WORD"}, {"ae_registration": None},
     {"isic_section": "Z"}, {"held_on": dt.date(2026, 3, 13)}, {"held_on": dt.date(2009, 1, 1)}],
)  # fmt: skip
def test_bad_input_is_refused_and_nothing_is_kept(started, changes):
    with pytest.raises(Refusal) as refused:
        started.registered(started.person(), **changes)
    assert refused.value.status == 422
    assert counted(KIND).value == 0


@pytest.mark.parametrize(
    "doubtful",
    [{"population_group": "MIG_IRR"}, {"population_group": "ASY"},
     {"population_group": "MIG_REG", "nationality": "SN", "document_kind": "PAS"}],
)  # fmt: skip
def test_a_doubtful_situation_asks_for_a_reason_and_is_no_wall(started, doubtful):
    him = started.person(**doubtful)
    with pytest.raises(Refusal) as warned:
        started.registered(him)
    assert warned.value.status == 409
    assert counted(KIND).value == 0
    started.registered(him, reason="Titre de séjour vu, délivré hier.")
    assert counted(KIND).value == 1


@pytest.mark.parametrize(
    "clear",
    [{"population_group": "HOST"}, {}, {"population_group": "MIG_REG", "nationality": "SN",
                                        "document_kind": "CIM"}],
)  # fmt: skip
def test_nobody_else_is_asked(started, clear):
    started.registered(started.person(**clear))
    assert counted(KIND).value == 1


def test_a_second_first_registration_asks_whether_it_is_a_renewal_and_counts_once(started):
    him = started.person()
    started.registered(him)
    with pytest.raises(Refusal, match="renouvellement|renewal"):
        started.registered(him, held_on=TODAY)
    started.registered(him, held_on=TODAY, reason="Radié, puis inscrit de nouveau.")
    assert counted(KIND, "newcomers").value == 1
    assert counted(KIND, "newcomers", first=dt.date(2026, 3, 1)).value == 0


def test_a_form_sent_twice_is_one_registration(started):
    him, key = started.person(), uuid.uuid4()
    assert started.registered(him, id=key) == started.registered(him, id=key) == key
    assert counted(KIND, "facts").value == 1
    with pytest.raises(Refusal):
        started.registered(him, id=key, activity="Tout autre chose")


def test_a_correction_takes_the_old_fact_back_and_keeps_the_earlier_words(started):
    key = started.registered(started.person())
    started.change(actions.correct_registration, AeRegistration, key, isic_section="G",
                   held_on=dt.date(2026, 2, 20))  # fmt: skip
    assert counted(KIND, by=("isic_section",)).cells == {("G",): 1}
    with started.see(AeRegistration, key) as record:
        assert len(record.wordings("ae_registration")) == 1


def test_one_entered_by_mistake_stays_and_counts_no_longer(started):
    key = started.registered(started.person())
    started.change(actions.correct_registration, AeRegistration, key, mistaken=True)
    assert counted(KIND).value == 0
    started.change(actions.correct_registration, AeRegistration, key, mistaken=None)
    assert counted(KIND).value == 1


def test_a_correction_of_what_moved_meanwhile_is_refused(started):
    key = started.registered(started.person())
    said = {**REGISTERED, "isic_section": "G"}
    with started.see(AeRegistration, key) as record, pytest.raises(Stale):
        actions.correct_registration(record, version=record.version + 1, **said)


def test_a_correction_of_her_attributes_or_consent_counts_anew(started):
    him = started.person()
    started.registered(him)
    with started.acting("omar"):
        record_consent(one(Person, him), "STATS", "no")
        restate(one(Person, him))
    assert counted(KIND, by=("sex",)).cells == {("not stated",): 1}
    assert counted(KIND).value == 1
