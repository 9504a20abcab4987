# SPDX-License-Identifier: AGPL-3.0-or-later
import datetime as dt
import uuid

import pytest

from casework.db import transaction
from casework.facts import FactKind, Question, count, new_ordinal, record, retract
from casework.facts.kinds import pack_dims

NOT_STATED = Question.NOT_STATED


def later(days):
    return dt.date(2023, 5, 3) + dt.timedelta(days=days)


def test_a_person_counts_once_and_her_sessions_each_time(may):
    may.comes(1, sex="F")
    may.comes(1, later(2), sex="F")
    may.comes(2, sex="M")
    assert count(may.asks()).value == 2
    assert count(may.asks(measure="facts")).value == 3


def test_nobody_is_a_service_and_no_person(may):
    may.comes(0, session_type="FIRST")
    assert count(may.asks()).value == 0
    assert count(may.asks(measure="facts", by=("session_type",))).cells == {("FIRST",): 1}


def test_a_person_is_counted_at_each_site_where_she_was_seen_and_once_in_all(may):
    may.comes(1, site=1, sex="F")
    may.comes(1, later(1), site=2, sex="F")
    answer = count(may.asks(by=("site", "sex")))
    assert answer.value == 1
    assert answer.cells == {(1, "F"): 1, (2, "F"): 1}


def test_her_attributes_are_those_of_the_first_counted_day_within_the_sites_asked(may):
    may.comes(1, later(5), site=1, age_band="18_24")
    may.comes(1, later(1), site=2, age_band="15_17")
    assert count(may.asks(by=("age_band",))).cells == {("15_17",): 1}
    assert count(may.asks(by=("age_band",), where={"site": {1}})).cells == {("18_24",): 1}
    assert count(may.asks(by=("site", "age_band"))).cells == {(1, "15_17"): 1, (2, "15_17"): 1}


def test_without_consent_she_is_in_totals_and_not_stated_but_for_her_site(may):
    may.comes(1, sex="F", consent=False)
    may.comes(2, sex="F")
    answer = count(may.asks(by=("site", "sex")))
    assert answer.value == 2
    assert answer.cells == {(1, "F"): 1, (1, NOT_STATED): 1}
    assert count(may.asks(where={"sex": {"F"}})).value == 1
    assert count(may.asks(where={"sex": {NOT_STATED}})).value == 1


def test_people_with_two_individual_sessions(may):
    """PSS-04: which sessions count does not depend on her consent to statistics."""
    may.comes(1, session_type="INDIV", consent=False)
    may.comes(1, later(1), session_type="INDIV", consent=False)
    may.comes(2, session_type="INDIV")
    may.comes(2, later(1), session_type="GROUP")
    assert count(may.asks(at_least=2, only={"session_type": {"INDIV"}})).value == 1
    assert count(may.asks(at_least=2)).value == 2


def test_a_newcomer_is_new_to_every_site(may):
    may.comes(1, dt.date(2023, 4, 28), site=2)
    may.comes(1, site=1)
    may.comes(2, site=1)
    assert count(may.asks(measure="newcomers")).value == 1
    assert count(may.asks(measure="newcomers", where={"site": {1}})).value == 1
    year = may.asks(first=dt.date(2023, 1, 1), last=dt.date(2023, 12, 31), measure="newcomers")
    assert count(year).value == 2


def test_each_part_of_a_split_period_counts_people_anew(may):
    may.comes(1, dt.date(2023, 3, 31), sex="F")
    may.comes(1, dt.date(2023, 4, 1), sex="F")
    question = may.asks(first=dt.date(2023, 3, 15), split="quarter", by=("sex",))
    answer = count(question)
    assert answer.value == 1
    assert answer.totals == {"2023-Q1": 1, "2023-Q2": 1}
    assert answer.cells == {("2023-Q1", "F"): 1, ("2023-Q2", "F"): 1}


def test_both_ends_of_a_period_belong_to_it(may):
    may.comes(1, later(0))
    may.comes(2, later(4))
    may.comes(3, later(5))
    assert count(may.asks(first=later(0), last=later(4))).value == 2


def test_amounts_add_up(may):
    may.comes(1, amount=2**40, sex="F")
    may.comes(2, amount=-5, sex="M")
    answer = count(may.asks(measure="sum", by=("sex",)))
    assert answer.value == 2**40 - 5
    assert answer.cells == {("F",): 2**40, ("M",): -5}


def test_what_was_wrong_is_taken_back_once(may):
    fact = may.comes(1, sex="F")
    may.comes(1, sex="F")
    count(may.asks())
    for _again in range(2):
        with transaction():
            retract([fact, fact])
    assert count(may.asks(measure="facts")).value == 1
    assert count(may.asks()).value == 1


def test_a_fact_is_corrected_in_the_transaction_that_wrote_it(may):
    with transaction():
        fact = record(may.kind, may.day, 1, 1, {"sex": "M"}, consent=True, source=uuid.uuid4())
        retract([fact])
        record(may.kind, may.day, 1, 1, {"sex": "F"}, consent=True, source=uuid.uuid4())
    assert count(may.asks(by=("sex",))).cells == {("F",): 1}


def test_what_is_not_in_the_ledger_cannot_be_taken_back(may):
    with pytest.raises(KeyError), transaction():
        retract([uuid.uuid4()])


def test_an_answer_stands_on_what_is_committed(may):
    with transaction():
        record(may.kind, may.day, 1, 1, {}, consent=True, source=uuid.uuid4())
        before = count(may.asks())
    after = count(may.asks())
    assert (before.value, after.value) == (0, 1)
    assert after.seq > before.seq


def test_ordinals_are_dense_and_given_back_with_their_transaction(app):
    with transaction():
        assert (new_ordinal(), new_ordinal()) == (1, 2)
    with transaction(write=False):  # never committed
        assert new_ordinal() == 3
    with transaction():
        assert new_ordinal() == 3


def test_a_number_or_a_name_belongs_to_one_kind_of_fact():
    FactKind("test_declared", number=60005, dims=("sex",))
    FactKind("test_declared", number=60005, dims=("sex",))
    for name, number in (("test_other", 60005), ("test_declared", 60006)):
        with pytest.raises(ValueError, match="another kind's"):
            FactKind(name, number=number, dims=("sex",))
    with pytest.raises(ValueError, match="no such dimension"):
        FactKind("test_odd", number=60007, dims=("shoe_size",))


def test_a_code_outside_its_list_or_a_dimension_outside_its_kind_is_refused(may):
    kind = FactKind("test_narrow", number=60008, dims=("sex",))
    with pytest.raises(ValueError, match="outside the list sex"):
        may.comes(1, sex="X")
    with pytest.raises(ValueError, match="does not carry age_band"):
        pack_dims({"age_band": "18_24"}, kind)
    assert not any(pack_dims({"sex": None}, kind))


def test_a_day_no_fact_can_have_is_refused(may):
    with pytest.raises(ValueError, match="between 2000 and 2179"):
        may.comes(1, dt.date(1999, 12, 31))


def test_a_question_nobody_can_mean_is_refused(may):
    with pytest.raises(ValueError, match="shoe_size"):
        may.asks(by=("shoe_size",))
    with pytest.raises(ValueError, match="ends after it begins"):
        may.asks(first=dt.date(2023, 6, 1))
