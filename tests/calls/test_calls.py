# SPDX-License-Identifier: AGPL-3.0-or-later
"""A call, who answers it, who reads and sees what, and what a person decides."""

import datetime as dt

import pytest

from casework.calls import Application, Call, Review, actions
from casework.calls.eligibility import MET, UNKNOWN, UNMET, checks, doubts
from casework.calls.models import reviews_of
from casework.calls.ranking import marks_of, standing
from casework.db import db
from casework.errors import Refusal, Stale
from casework.people import Person
from casework.reminders import Reminder
from tests.listening.conftest import TODAY, one

from .conftest import ASKED


def test_whom_a_call_looks_for_is_said_and_nobody_is_refused(calls):
    call = calls.call(sexes=["F"])
    him = calls.person(birth_year=1980, sex="M")
    with calls.acting("omar"):
        found = checks(one(Call, call), one(Person, him), TODAY)
        assert [check.state for check in found] == [UNMET, UNMET, MET]
        assert len(doubts(one(Call, call), one(Person, him), dt.date(2026, 4, 2))) == 3
    unknown = calls.person(birth_year=None, sex=None)
    with calls.acting("omar"):
        found = checks(one(Call, call), one(Person, unknown), TODAY)
        assert [check.state for check in found] == [UNKNOWN, UNKNOWN, MET]
    with pytest.raises(Refusal) as refusal:
        calls.application(call, person=him)
    assert refusal.value.status == 409
    assert calls.application(call, person=him, reason="Le groupe reste mixte.")


def test_an_application_sent_twice_is_one_and_a_second_one_is_refused(calls):
    call, her = calls.call(), calls.person()
    first = calls.application(call, person=her)
    assert calls.application(call, person=her, id=first) == first
    with pytest.raises(Refusal) as refusal:
        calls.application(call, person=her, project="Autre chose.")
    assert refusal.value.status == 409


@pytest.mark.parametrize(
    "wrong",
    [{"title": " "}, {"closes_on": dt.date(2026, 2, 1)}, {"age_from": 40}, {"places": 0},
     {"scale": 7}, {"pathways": ["MOON"]}],
)  # fmt: skip
def test_what_a_call_cannot_be(calls, wrong):
    with pytest.raises(Refusal) as refusal:
        calls.call(**wrong)
    assert refusal.value.status == 422


def test_each_reader_scores_alone_and_sees_the_others_once_she_has(calls):
    call = calls.call()
    hers, his = calls.application(call), calls.application(call, by="lina")
    assert calls.hand_out(call, "omar", "lina") == 4
    assert calls.hand_out(call, "omar", "lina") == 0
    copy = calls.reviews("lina")[hers]
    with calls.acting("lina"):  # she does not follow this person, and reads her copy alone
        assert one(Review, copy).business.handed["project"] == ASKED["project"]
        with pytest.raises(Exception, match="No row"):
            one(Application, hers)
    calls.score("omar", hers, 5, 5)
    with calls.acting("lina"):
        assert marks_of(one(Review, copy), one(Call, call)) == []
        assert {row.owner_id for row in reviews_of(one(Call, call))} == {
            calls.programme.users["lina"]
        }
    calls.score("lina", hers, 5, 1)
    with calls.acting("lina"):
        assert marks_of(one(Review, copy), one(Call, call)) == [100.0, 40.0]
    with pytest.raises(Refusal) as refusal:
        calls.score("lina", hers, 5, 5)
    assert refusal.value.status == 409
    calls.score("lina", hers, 5, 1)  # the same form, sent twice
    with calls.acting("head"):
        lines = standing(one(Call, call))
        assert [(line.application.id, line.mean, line.spread, line.rank) for line in lines] == [
            (hers, 70.0, 60.0, 1), (his, None, None, None)
        ]  # fmt: skip


@pytest.mark.parametrize("wrong", [(5,), (6, 1), (-1, 1), (1, 2, 3)])
def test_a_score_is_whole_and_within_the_scale(calls, wrong):
    call = calls.call()
    hers = calls.application(call)
    calls.hand_out(call, "omar")
    with pytest.raises(Refusal) as refusal:
        calls.score("omar", hers, *wrong)
    assert refusal.value.status == 422


def test_equal_means_share_a_rank_and_a_reader_who_heads_waits_like_the_others(calls):
    call = calls.call()
    made = [calls.application(call) for _turn in range(3)]
    calls.hand_out(call, "omar", "head")
    for application, scores in zip(made, ((4, 4), (4, 4), (1, 1)), strict=True):
        calls.score("omar", application, *scores)
        calls.score("head", application, *scores) if application != made[2] else None
    with calls.acting("head"):
        lines = {line.application.id: line for line in standing(one(Call, call))}
    assert [lines[key].rank for key in made] == [1, 1, None]
    assert lines[made[0]].is_tied
    assert lines[made[2]].mean is None


def test_the_waiting_list_moves_by_a_persons_decision(calls):
    call = calls.call()
    first, second, third = (calls.application(call) for _turn in range(3))
    calls.decide(first, "selected")
    calls.decide(second, "waiting")
    calls.decide(third, "waiting")
    with pytest.raises(Refusal) as refusal:
        calls.decide(second, "selected")
    assert refusal.value.status == 409
    calls.decide(first, "withdrawn")
    with calls.acting("head"):
        there = one(Call, call)
        assert actions.taken(there) == 0
        assert [row.id for row, _person in actions.waiting(there)] == [second, third]
    calls.decide(second, "selected")
    calls.decide(third, "selected", reason="Une place de plus, accordée.")
    with calls.acting("head"):
        assert one(Application, third).business.note == "Une place de plus, accordée."
        assert one(Application, second).business.earlier[0]["status"] == "waiting"
        assert actions.taken(one(Call, call)) == 2
    with pytest.raises(Refusal):
        calls.decide(first, "refused")
    calls.decide(first, "refused", refusal="PLACES")


def test_what_is_being_read_stays_as_it_is(calls):
    call = calls.call()
    hers = calls.application(call)
    calls.hand_out(call, "omar")
    with pytest.raises(Refusal):
        calls.correct(hers, project="Autre.")
    calls.score("omar", hers, 3, 3)
    with pytest.raises(Refusal) as refusal:
        calls.correct_call(call, scale=10)
    assert refusal.value.status == 409
    with pytest.raises(Stale):
        calls.correct_call(call, version=99)


def test_an_adviser_sees_applications_of_her_people_alone_and_decides_none(calls):
    call = calls.call()
    calls.application(call, by="lina")
    with calls.acting("omar"):
        assert standing(one(Call, call)) == []
    with pytest.raises(Refusal) as refusal:
        calls.correct_call(call, by="omar", places=9)
    assert refusal.value.status == 403


def test_who_follows_her_is_reminded_to_tell_her_what_was_decided(calls):
    call = calls.call()
    hers = calls.application(call)
    calls.decide(hers, "selected")
    with calls.acting("omar"):
        assert [(row.kind, row.due_on) for row in db.session.query(Reminder)] == [
            (actions.TO_TELL, TODAY + actions.TELL_WITHIN)
        ]
        actions.tell(one(Application, hers))
        assert db.session.query(Reminder).all() == []
    calls.decide(hers, "withdrawn")
    with calls.acting("omar"):
        assert not one(Application, hers).is_to_tell
        assert db.session.query(Reminder).all() == []
