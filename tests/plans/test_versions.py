# SPDX-License-Identifier: AGPL-3.0-or-later
"""Versions only grow: none is written over, and who was overtaken is told."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from casework import clock
from casework.business import Venture
from casework.db import db
from casework.errors import Refusal, Stale
from casework.plans import CanvasVersion, PlanVersion, actions
from casework.plans.financing import Financing, ceiling
from casework.plans.models import BLOCK_LENGTH, BLOCK_LINES, CHAPTER_LENGTH, MOST_MAD
from tests.listening.conftest import TODAY, one

from .conftest import CANVAS, PLAN


def refused(status, act, *args, **said):
    with pytest.raises(Refusal) as why:
        act(*args, **said)
    assert why.value.status == status


def marked(started, key, by="omar", mistaken=True, why=None):
    with started.see(CanvasVersion, key, by=by) as version:
        actions.mark(version, version=version.version, mistaken=mistaken, why=why)


def test_each_save_makes_a_numbered_dated_signed_version(started, programme):
    venture = started.venture()
    started.saved(venture, by="samira")
    with clock.frozen(TODAY + dt.timedelta(1)):
        key = started.saved(venture, value="Autre", remark="Prix revus")
    assert [number for number, _parts in started.versions(venture)] == [1, 2]
    with started.see(CanvasVersion, key) as version:
        assert version.business.written_on == TODAY + dt.timedelta(1)
        assert version.author_id == programme.users["omar"]
        assert version.business.remark == "Prix revus"
        assert one(Venture, venture).last_on == TODAY + dt.timedelta(1)


@settings(max_examples=12, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), st.integers(0, 3)), max_size=6))
def test_versions_only_grow_whatever_is_saved_on_whichever(started, steps):
    venture = started.venture()
    before = []
    for value, seen in steps:
        try:
            started.saved(venture, value=value, seen=seen)
        except Stale:
            assert seen != len(before)
        after = started.versions(venture)
        assert after[: len(before)] == before
        assert [number for number, _parts in after] == list(range(1, len(after) + 1))
        assert len(after) - len(before) <= 1
        before = after


def test_a_canvas_and_a_plan_have_numbers_of_their_own(started):
    venture = started.venture()
    started.saved(venture)
    started.planned(venture)
    assert started.versions(venture, PlanVersion)[0][0] == 1
    assert started.versions(venture, PlanVersion)[0][1]["needs"] == PLAN["needs"]


def test_a_form_sent_twice_is_one_version_and_no_change_is_none(started):
    venture = started.venture()
    made = started.saved(venture)
    again = started.saved(venture, seen=0, id=made, **CANVAS)
    assert again == made
    assert started.saved(venture, **CANVAS) == made
    assert len(started.versions(venture)) == 1
    assert started.saved(venture, remark="Relu ensemble", **CANVAS) != made


def test_who_was_overtaken_is_told_and_nothing_changes(started):
    venture = started.venture()
    started.saved(venture)
    started.saved(venture, by="samira", value="Entre-temps", seen=1)
    with pytest.raises(Stale):
        started.saved(venture, value="Trop tard", seen=1)
    assert len(started.versions(venture)) == 2


def test_two_that_are_saved_at_once_cannot_bear_one_number(started):
    venture = started.venture()
    started.saved(venture)
    with pytest.raises(IntegrityError):
        save_another_first(started, venture)


def save_another_first(started, venture):
    """A rival that had read the same newest number."""
    with started.see(Venture, venture) as row:
        rival = CanvasVersion(
            subject_id=row.subject_id, venture_id=row.id, author_id=row.id, number=1
        )
        rival.write(CANVAS)
        db.session.add(rival)


def test_an_earlier_version_is_taken_up_again_as_a_new_one(started):
    venture = started.venture()
    started.saved(venture)
    started.saved(venture, value="Autre")
    key = started.saved(venture, based_on=1, **CANVAS)
    versions = started.versions(venture)
    assert versions[2][1] == versions[0][1]
    with started.see(CanvasVersion, key) as version:
        assert (version.number, version.business.based_on) == (3, 1)


# ---------------------------------------------------------------- a mistake


def test_a_mistake_stays_and_the_one_before_holds_again(started):
    venture = started.venture()
    started.saved(venture)
    key = started.saved(venture, value="D’une autre")
    marked(started, key)
    assert started.current(venture) == 1
    assert [number for number, _parts in started.versions(venture)] == [1, 2]
    started.saved(venture, value="Suite")
    assert started.current(venture) == 3
    marked(started, key, mistaken=False)
    assert started.current(venture) == 3


def test_its_author_says_so_or_with_a_reason_who_heads_the_hub_and_on_what_was_read(started):
    venture = started.venture()
    started.joined(started.person(by="lina", given="Fatima"), venture)
    key = started.saved(venture)
    refused(403, marked, started, key, by="lina", why="Trompée")
    refused(422, marked, started, key, by="samira")
    assert started.current(venture) == 1
    marked(started, key, by="samira", why="C’est le plan d’une autre.")
    assert started.current(venture) is None
    with started.see(CanvasVersion, key) as version:
        refused(409, actions.mark, version, version=version.version + 1, mistaken=False)
        assert version.business.marks[0]["why"] == "C’est le plan d’une autre."
        assert version.parts() | CANVAS == version.parts()


# ---------------------------------------------------------------- what does not fit


@pytest.mark.parametrize("said", [
    {"value": "x" * (BLOCK_LENGTH + 1)}, {"value": "\n".join("x" * (BLOCK_LINES + 1))},
    {"value": ""}, {"remark": "Rien d’autre"}, {"value": "x", "remark": "x" * 121},
])  # fmt: skip
def test_a_canvas_that_does_not_fit_is_refused(started, said):
    venture = started.venture()
    refused(422, started.saved, venture, **said)
    assert started.versions(venture) == []


@pytest.mark.parametrize("said", [
    {"market": "x" * (CHAPTER_LENGTH + 1)}, {"needs": {"MOON": 1}}, {"needs": {"RENT": -1}},
    {"forecast": {"SALES": MOST_MAD + 1}}, {"needs": {}},
])  # fmt: skip
def test_a_plan_that_does_not_fit_is_refused(started, said):
    venture = started.venture()
    refused(422, started.planned, venture, **said)
    assert started.versions(venture, PlanVersion) == []


def test_the_longest_texts_in_any_script_fit(started):
    venture, wide = started.venture(), "\U00012000"
    full = {name: wide * CHAPTER_LENGTH for name in PlanVersion.CHAPTERS}
    amounts = {name: PLAN[name] for name in PlanVersion.AMOUNTS}
    key = started.planned(venture, **full, **amounts, remark=wide * 120)
    with started.see(PlanVersion, key, by="samira") as version:
        actions.mark(version, version=1, mistaken=False, why=wide * 10_000)
    started.saved(venture, **{name: wide * BLOCK_LENGTH for name in CanvasVersion.PARTS})
    assert started.current(venture, PlanVersion) == started.current(venture) == 1


# ---------------------------------------------------------------- sealed, and whose


def test_nothing_of_it_lies_in_clear_and_lengths_are_steps(started):
    venture = started.venture()
    short, longer = started.saved(venture, value="a"), started.saved(venture, value="a" * 100)
    boxes = []
    for key in (short, longer):
        with started.see(CanvasVersion, key) as version:
            boxes.append(version.business_box)
    assert len(boxes[0]) == len(boxes[1])
    assert b"aaaa" not in boxes[1]


def test_a_colleague_reaches_no_version_and_the_head_of_the_hub_does(started):
    venture = started.venture()
    key = started.saved(venture)
    with started.acting("samira"):
        assert one(CanvasVersion, key).business.value == CANVAS["value"]
    with started.acting("lina"):
        assert db.session.get(CanvasVersion, key) is None


# ---------------------------------------------------------------- money


def test_what_the_amounts_come_to():
    totals = Financing.of(PLAN["needs"], PLAN["resources"], PLAN["forecast"])
    assert (totals.missing, totals.left) == (500_000, 6_000_000)
    assert Financing.of(None, None, None) == Financing(0, 0, 0, 0)


@pytest.mark.parametrize(("form", "sales", "warned"), [
    ("AE", 60_000_000, True), ("AE", 30_000_000, True), ("AE", 9_600_000, False), ("AE", 0, False),
    ("SARL", 60_000_000, False),
])  # fmt: skip
def test_sales_beyond_a_ceiling_are_a_warning(started, form, sales, warned):
    venture = started.venture(form=form)
    with started.see(Venture, venture) as row:
        assert bool(ceiling(row, sales)) is warned
