# SPDX-License-Identifier: AGPL-3.0-or-later
"""One business, several owners: found by its numbers, helped, trading, and counted as it was."""

import datetime as dt

import pytest
import sqlalchemy as sa

from casework.access import fetch
from casework.business import TradingStart, Venture, VentureSupport, actions, restate
from casework.business.models import VentureOwner
from casework.business.twins import twins_of
from casework.db import db
from casework.errors import Refusal, Stale
from casework.followup import leave, take_form
from casework.people import Person, record_consent
from tests.listening.conftest import TODAY, counted, one

from .conftest import ICE, SUPPORT

SUPPORTED, STARTED = "business_support", "business_start"


def taken(started, venture, code, on, by="omar"):
    with started.see(Venture, venture, by) as row:
        take_form(row, version=row.version, legal_form=code, on=on)


# ---------------------------------------------------------------- what it is


def test_a_wrong_ice_is_refused_and_nothing_is_made(started):
    him = started.person()
    with pytest.raises(Refusal) as refused:
        started.venture(him, ice="001561191000065")
    assert refused.value.status == 422
    with started.acting("omar"):
        assert db.session.scalars(Venture.of(one(Person, him))).all() == []


@pytest.mark.parametrize("changes", [{"activity": None}, {"isic_section": "Z"}, {"form": "MOON"},
                                     {"form": None}, {"name": "x" * 121}])  # fmt: skip
def test_bad_input_is_refused(started, changes):
    with pytest.raises(Refusal) as refused:
        started.venture(**changes)
    assert refused.value.status == 422


def test_its_legal_form_is_a_dated_history(started):
    key = started.venture()
    taken(started, key, "AE", dt.date(2026, 2, 1))
    taken(started, key, "SARL", dt.date(2026, 3, 1))
    with started.see(Venture, key) as venture:
        forms = [venture.form_on(dt.date(2026, month, 15)) for month in (1, 2, 3)]
        assert forms == ["PROJ", "AE", "SARL"]
        assert venture.form_on(dt.date(2020, 1, 1)) == "PROJ"
    taken(started, key, "COOP", dt.date(2026, 3, 1))
    with started.see(Venture, key) as venture:
        assert venture.form_on(TODAY) == "COOP"
        assert len(venture.business.forms) == 3


def test_a_correction_keeps_what_stood_before(started):
    key = started.venture(ice=ICE)
    started.change(actions.correct, Venture, key, name="Les Beaux Paniers", ice=None)
    with started.see(Venture, key) as venture:
        assert venture.business.name == "Les Beaux Paniers"
        assert venture.business.earlier[0]["ice"] == ICE
    with started.see(Venture, key) as venture, pytest.raises(Stale):
        actions.correct(venture, version=venture.version - 1, activity="Autre")


def test_another_adviser_does_not_reach_it_until_her_own_person_owns_it(started):
    key = started.venture()
    with started.acting("lina"), pytest.raises(Refusal) as refused:
        fetch(Venture, key)
    assert refused.value.status == 404
    hers = started.person(by="lina")
    with pytest.raises(Refusal) as refused:
        started.joined(hers, key, by="lina")  # its number on an invoice would be enough
    assert refused.value.status == 404
    started.joined(hers, key)
    with started.see(Venture, key, by="lina") as venture:
        assert venture.business.activity == "Couture"
    with started.acting("lina"):
        owners = db.session.scalars(sa.select(VentureOwner.person_id)).all()
        assert owners == [hers]


# ---------------------------------------------------------------- found by its numbers


def test_a_twin_out_of_reach_is_a_code_and_a_reason(started):
    key = started.venture(ice=ICE, rnae="AE 12-34")
    with started.acting("lina"):
        (by_ice,) = twins_of({"ice": "001 561 191 0000 66"})
        (by_rnae,) = twins_of({"rnae": "ae-1234"})
    assert (by_ice.venture_id, by_ice.reachable, by_ice.reason) == (key, False, "ice")
    assert by_rnae.reason == "rnae"
    with started.acting("omar"):
        assert twins_of({"ice": ICE})[0].reachable
        assert twins_of({"ice": ICE}, but=key) == []
        assert twins_of({"ice": "002136093000040", "rnae": "AE 99"}) == []


def test_what_she_does_already_may_be_the_same(started):
    him, her = started.person(), started.person(given="Fatima")
    key = started.venture(him, activity="Couture, retouches")
    with started.acting("omar"):
        his, hers = one(Person, him), one(Person, her)
        (twin,) = twins_of({"activity": "retouches couture"}, person=his)
        assert (twin.venture_id, twin.reason, twin.reachable) == (key, "activity", True)
        assert twins_of({"activity": "Broderie"}, person=his) == []
        assert twins_of({"activity": "Couture, retouches"}, person=hers) == []


def test_nobody_owns_a_business_twice(started):
    him = started.person()
    key = started.venture(him)
    with pytest.raises(Refusal):
        started.joined(him, key)


def test_an_owner_entered_by_mistake_leaves_and_one_always_stays(started):
    him, her = started.person(), started.person(given="Fatima")
    key = started.venture(him)
    started.joined(her, key)
    started.helped(key)
    started.begun(key)
    assert counted(STARTED, "people").value == 2
    for person, stays in ((her, False), (him, True)):
        with started.see(Venture, key) as venture:
            mine = sa.select(VentureOwner).where(VentureOwner.person_id == person)
            owner = db.session.scalars(mine).one()
            if stays:
                with pytest.raises(Refusal):
                    leave(venture, owner)
            else:
                leave(venture, owner)
    assert counted(STARTED, "people").value == 1


def test_an_owner_leaves_where_a_colleague_follows_the_other(started):
    key, hers = started.venture(), started.person(by="lina", sex="F")
    started.joined(hers, key)
    started.helped(key)
    started.begun(key)
    with started.see(Venture, key, by="lina") as venture:
        leave(venture, db.session.scalars(sa.select(VentureOwner)).one())
    assert counted(STARTED, by=("sex",)).cells == {("M",): 1}
    with started.acting("lina"), pytest.raises(Refusal):
        fetch(Venture, key)


# ---------------------------------------------------------------- helped


def test_a_business_helped_twice_is_one_business(started):
    key = started.venture(form="AE")
    started.helped(key)
    started.helped(key, support_type="TRAIN", centimes=None)
    assert counted(SUPPORTED, "people").value == 1
    assert counted(SUPPORTED, "facts").value == 2
    cells = counted(SUPPORTED, "facts", by=("support_type", "isic_section", "legal_form")).cells
    assert cells == {("GRANT", "C", "AE"): 1, ("TRAIN", "C", "AE"): 1}


def test_two_owners_of_one_business_are_one_business(started):
    key = started.venture()
    started.joined(started.person(given="Fatima"), key)
    started.helped(key)
    assert counted(SUPPORTED, "people").value == 1


@pytest.mark.parametrize("changes", [{"support_type": None}, {"centimes": 0}, {"centimes": 10**12},
                                     {"held_on": dt.date(2026, 3, 13)}])  # fmt: skip
def test_a_support_with_bad_input_is_refused(started, changes):
    with pytest.raises(Refusal) as refused:
        started.helped(started.venture(), **changes)
    assert refused.value.status == 422
    assert counted(SUPPORTED).value == 0


def test_a_support_put_right_is_counted_as_it_now_is(started):
    key = started.helped(started.venture())
    started.change(actions.correct_support, VentureSupport, key, support_type="KIT")
    assert counted(SUPPORTED, by=("support_type",)).cells == {("KIT",): 1}
    started.change(actions.correct_support, VentureSupport, key, mistaken=True)
    assert counted(SUPPORTED).value == 0


def test_only_its_author_corrects_a_support(started):
    key = started.venture()
    support = started.helped(key)
    started.joined(started.person(by="lina"), key)
    with pytest.raises(Refusal) as refused:
        started.change(actions.correct_support, VentureSupport, support, by="lina", note="Autre.")
    assert refused.value.status == 403


# ---------------------------------------------------------------- trading


def test_a_start_after_support_counts_each_owner_once(started):
    key = started.venture(form="AE")
    started.joined(started.person(by="lina", sex="F"), key)
    started.helped(key)
    started.begun(key)
    assert counted(STARTED, "newcomers").value == 2
    assert counted(STARTED, by=("sex", "legal_form")).cells == {("M", "AE"): 1, ("F", "AE"): 1}
    with started.see(Venture, key) as venture:
        assert venture.status == "trading"


def test_who_came_later_did_not_start_it(started):
    key = started.venture()
    started.helped(key)
    started.begun(key)
    started.joined(started.person(given="Fatima"), key, since=TODAY)
    assert counted(STARTED, "people").value == 1
    started.joined(started.person(given="Nour"), key, since=dt.date(2026, 2, 1))
    assert counted(STARTED, "people").value == 2


def test_a_start_before_support_wants_a_reason_is_saved_and_not_counted(started):
    key = started.venture()
    with pytest.raises(Refusal) as warned:
        started.begun(key)
    assert warned.value.status == 409
    start = started.begun(key, reason="Vendait déjà au marché.")
    assert counted(STARTED).value == 0
    support = started.helped(key)  # help that came before, written down later
    assert counted(STARTED, "people").value == 1
    started.change(actions.correct_support, VentureSupport, support, held_on=TODAY)
    assert counted(STARTED).value == 0
    with started.see(TradingStart, start) as row:
        assert row.business.reason == "Vendait déjà au marché."


def test_a_business_starts_once(started):
    key = started.venture()
    started.helped(key)
    first = started.begun(key)
    with pytest.raises(Refusal):
        started.begun(key, held_on=TODAY)
    started.change(actions.correct_start, TradingStart, first, mistaken=True)
    assert counted(STARTED).value == 0
    started.begun(key, held_on=TODAY)
    assert counted(STARTED, "people", first=TODAY).value == 1


def test_a_person_who_starts_two_businesses_is_one_person(started):
    him = started.person()
    for name in ("Paniers", "Tapis"):
        key = started.venture(him, name=name)
        started.helped(key)
        started.begun(key)
    assert counted(STARTED, "newcomers").value == 1


def test_what_is_corrected_of_one_owner_counts_all_anew(started):
    key = started.venture()
    hers = started.person(by="lina", sex="F")
    started.joined(hers, key)
    started.helped(key)
    started.begun(key)
    with started.acting("lina"):
        record_consent(one(Person, hers), "STATS", "no")
        restate(one(Person, hers))
    assert counted(STARTED, by=("sex",)).cells == {("M",): 1, ("not stated",): 1}
    assert counted(SUPPORTED, by=("isic_section",)).cells == {("not stated",): 1}
    assert counted(SUPPORTED).value == 1


def test_a_new_legal_form_or_sector_is_counted_from_its_day(started):
    key = started.venture()
    started.helped(key, held_on=dt.date(2026, 1, 20))
    started.helped(key, **SUPPORT | {"support_type": "KIT"})
    taken(started, key, "AE", dt.date(2026, 2, 1))
    assert counted(SUPPORTED, "facts", by=("legal_form",)).cells == {("PROJ",): 1, ("AE",): 1}
    started.change(actions.correct, Venture, key, isic_section="G")
    assert counted(SUPPORTED, "facts", by=("isic_section",)).cells == {("G",): 2}
