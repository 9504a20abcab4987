# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is asked of a business after its start: when, once, and what it counts."""

import datetime as dt

import pytest
import sqlalchemy as sa

from casework.business import FollowUp, TradingStart, Venture, actions, lives
from casework.db import db
from casework.errors import Refusal, Stale
from casework.followup import correct_follow_up, take_form
from casework.indicators import CATALOGUE, Period, figure
from casework.reminders import Reminder
from casework.staff import acting_as_system
from tests.listening.conftest import TODAY, counted

from .conftest import BEGUN

D = dt.date
YEAR = Period.named("2025")


def value(code, period=YEAR, **more):
    with acting_as_system():
        return figure(CATALOGUE[code], period, **more)


def status(started, key):
    with started.see(Venture, key) as venture:
        return venture.status, lives.due_of(venture, TODAY)


# ---------------------------------------------------------------- when


def test_what_is_due_is_the_last_that_waits_and_the_next(started):
    key = started.trading()
    assert status(started, key)[1] == [("M12", D(2025, 12, 1)), ("M24", D(2026, 12, 1))]
    started.found(key)
    assert status(started, key)[1] == [("M24", D(2026, 12, 1))]
    assert status(started, started.venture())[1] == []


def test_the_follow_up_of_a_year_is_asked_for_however_late(started):
    key = started.trading(begun=D(2023, 12, 1))
    year, two_years = ("M12", D(2024, 12, 1)), ("M24", D(2025, 12, 1))
    assert status(started, key)[1] == [year, two_years]
    started.found(key, follow_up="M24")
    assert status(started, key)[1] == [year]
    started.found(key)
    assert status(started, key)[1] == []


def test_nothing_more_is_asked_of_a_closed_business(started):
    key = started.trading()
    started.found(key, venture_state="CLOSED", closed_on=D(2025, 9, 30))
    assert status(started, key) == ("closed", [])


@pytest.mark.parametrize(
    ("changes", "status"),
    [({"held_on": D(2025, 10, 1)}, 422),  # two months early
     ({"held_on": D(2026, 3, 13)}, 422),  # to come
     ({"follow_up": "M18"}, 422), ({"venture_state": None}, 422), ({"minutes": -1}, 422),
     ({"closed_on": D(2025, 9, 30)}, 422),  # and active
     ({"venture_state": "CLOSED", "closed_on": TODAY}, 422),  # after it was found so
     ({"turnover_band": "LOTS"}, 422)],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_counts_nothing(started, changes, status):
    key = started.trading()
    with pytest.raises(Refusal) as refused:
        started.found(key, **changes)
    assert refused.value.status == status
    assert counted("business_state").value == 0


def test_a_follow_up_wants_a_start_and_a_baseline_does_not(started):
    key = started.venture(since=BEGUN)
    with pytest.raises(Refusal) as refused:
        started.found(key)
    assert refused.value.status == 409
    started.found(key, follow_up="BASE", venture_state=None, held_on=BEGUN, minutes=0)


def test_each_is_asked_once_and_again_where_the_first_was_a_mistake(started):
    key = started.trading()
    first = started.found(key)
    with pytest.raises(Refusal) as refused:
        started.found(key, venture_state="DORMANT")
    assert refused.value.status == 409
    started.change(correct_follow_up, FollowUp, first, mistaken=True)
    started.found(key, venture_state="DORMANT")
    assert status(started, key)[0] == "dormant"


def test_only_its_author_corrects_it_and_on_what_she_read(started):
    key = started.trading()
    asked = started.found(key)
    started.joined(started.person(by="lina"), key)
    with pytest.raises(Refusal) as refused:
        started.change(correct_follow_up, FollowUp, asked, by="lina", note="Autre.")
    assert refused.value.status == 403
    with started.see(FollowUp, asked) as row, pytest.raises(Stale):
        correct_follow_up(row, version=row.version + 1, **{**row.content(), "note": "Autre."})


def test_the_head_strikes_it_with_a_reason(started):
    key = started.trading()
    asked = started.found(key, venture_state="DORMANT")
    assert status(started, key)[0] == "dormant"
    with pytest.raises(Refusal) as refused:
        started.change(correct_follow_up, FollowUp, asked, by="samira", mistaken=True)
    assert refused.value.status == 422
    why = "C’était une autre entreprise."
    started.change(correct_follow_up, FollowUp, asked, by="samira", mistaken=True, why=why)
    assert status(started, key)[0] == "trading"
    with started.see(FollowUp, asked) as row:
        assert row.wordings("follow_up")[0]["by"] == f"Corrigé par Samira\u00a0: {why}"


def test_who_follows_its_owner_is_reminded_of_the_next_one(started):
    def due():
        with started.acting("omar"):
            return [one.due_on for one in db.session.scalars(sa.select(Reminder))]

    key = started.trading()
    assert due() == [D(2025, 12, 1)]
    asked = started.found(key)
    assert due() == [D(2026, 12, 1)]
    started.change(correct_follow_up, FollowUp, asked, venture_state="CLOSED")
    assert due() == []


def test_each_adviser_of_its_owners_is_reminded_and_neither_after_one_has_asked(started):
    def due(by):
        with started.acting(by):
            days = [one.day for one in db.session.scalars(sa.select(Reminder))]
            return [day for day in days if day]

    key = started.trading()
    started.joined(started.person(by="lina"), key)
    assert due("omar") == due("lina") == [D(2025, 12, 1)]
    asked = started.found(key, by="lina")
    assert due("omar") == due("lina") == [D(2026, 12, 1)]
    changes = {"venture_state": "CLOSED", "by": "lina"}
    started.change(correct_follow_up, FollowUp, asked, **changes)
    assert due("omar") == due("lina") == []


# ---------------------------------------------------------------- a year later (HUB-05)


def test_who_is_active_a_year_later_out_of_all_who_started(started):
    keys = [started.trading(name=name) for name in "ABCD"]
    started.found(keys[0])
    started.found(keys[1], venture_state="UNKNOWN")  # no news is not active
    started.found(keys[2], venture_state="CLOSED")
    found = value("HUB-05", by=("isic_section",))
    assert (found.value, found.parts) == (25.0, (1, 4))
    assert found.cells == {("C",): 25.0}
    assert found.parts_of == {("C",): (1, 4)}
    assert value("HUB-05", Period.named("2024")).value is None


def test_an_anniversary_to_come_is_asked_of_nobody(started):
    started.trading(begun=D(2025, 6, 1))
    found = value("HUB-05", Period.named("2026"))
    assert (found.value, found.parts) == (None, (0, 0))


def test_an_anniversary_follows_the_start_when_it_is_put_right(started):
    key = started.venture(since=BEGUN)
    started.helped(key, held_on=BEGUN)
    start = started.begun(key, held_on=BEGUN)
    started.found(key)
    started.change(actions.correct_start, TradingStart, start, held_on=D(2025, 2, 1))
    assert value("HUB-05").parts == (0, 0)
    assert value("HUB-05", Period.named("2026")).parts == (1, 1)
    started.change(actions.correct_start, TradingStart, start, mistaken=True)
    assert value("HUB-05", Period.named("2026")).parts == (0, 0)


# ---------------------------------------------------------------- paid work (HUB-06)


def test_a_job_counts_once_however_often_it_is_seen(started):
    key = started.trading()
    started.found(key, follow_up="BASE", venture_state=None, held_on=BEGUN, minutes=22 * 60)
    started.found(key, follow_up="M3", held_on=D(2025, 3, 1), minutes=88 * 60)
    started.found(key, follow_up="M6", held_on=D(2025, 6, 1), minutes=88 * 60)
    assert value("HUB-06").value == 1.5
    assert value("HUB-06", by=("owner_sex", "month")).cells == {("M", "2025-03"): 1.5}
    started.found(key, minutes=None)  # not known is not nought
    assert value("HUB-06").value == 1.5
    assert value("HUB-06", by=("legal_form",)).cells == {("PROJ",): 1.5}


def test_work_that_goes_is_taken_off_and_a_closed_business_has_none(started):
    key = started.trading()
    started.found(key, follow_up="M3", held_on=D(2025, 3, 1), minutes=44 * 60)
    assert value("HUB-06").value == 0  # the first number known stands for the baseline
    started.found(key, venture_state="CLOSED", minutes=None)
    assert value("HUB-06").value == -1.0
    assert value("HUB-06", Period(BEGUN, D(2025, 6, 1))).value == 0


def test_work_in_a_business_nobody_helped_counts_nothing(started):
    key = started.venture(since=BEGUN)
    started.begun(key, held_on=BEGUN, reason="Vendait déjà.")
    started.found(key, follow_up="BASE", venture_state=None, held_on=BEGUN, minutes=0)
    started.found(key, minutes=44 * 60)
    assert value("HUB-06").value == 0
    started.helped(key, held_on=BEGUN)
    assert value("HUB-06").value == 1.0


def test_a_start_entered_by_mistake_takes_its_jobs_along(started):
    key = started.venture(since=BEGUN)
    started.helped(key, held_on=BEGUN)
    start = started.begun(key, held_on=BEGUN)
    started.found(key, follow_up="BASE", venture_state=None, held_on=BEGUN, minutes=0)
    started.found(key, minutes=44 * 60)
    assert value("HUB-06").value == 1.0
    started.change(actions.correct_start, TradingStart, start, mistaken=True)
    assert value("HUB-06").value == 0


# ---------------------------------------------------------------- the hub runs (HUB-07)


def test_a_hub_counts_where_anything_was_done(started):
    assert value("HUB-07").value == 0
    started.trading(begun=D(2025, 1, 1))
    found = value("HUB-07", by=("month",))
    assert (found.value, found.cells) == (1, {("2025-01",): 1})
    assert value("HUB-07", by=("site",)).cells == {("TTA",): 1}
    assert value("HUB-07", sites={"OUJ"}).value == 0


# ---------------------------------------------------------------- limits of an auto-entrepreneur


def warned(started, by="omar"):
    with started.acting(by):
        found = list(db.session.scalars(sa.select(Reminder)))
        return [(one.identity.kind, one.due_on) for one in found if one.kind.by_hand]


@pytest.mark.parametrize(
    ("band", "kind"), [("NONE", "ae_no_turnover"), ("T200", "ae_ceiling"), ("MORE", "ae_ceiling"),
                       ("T50", None), (None, None)],
)  # fmt: skip
def test_what_a_follow_up_finds_of_the_limits_is_said_a_month_later(started, band, kind):
    key = started.trading(form="AE", isic_section="J")
    started.found(key, turnover_band=band)
    assert warned(started) == ([(kind, D(2026, 1, 1))] if kind else [])


def test_the_newest_follow_up_speaks_and_only_of_an_auto_entrepreneur(started):
    key = started.trading(form="AE", isic_section="J")
    started.found(key, follow_up="M6", held_on=D(2025, 6, 1), turnover_band="NONE")
    assert [kind for kind, _day in warned(started)] == ["ae_no_turnover"]
    year = started.found(key, turnover_band="T200")
    assert warned(started) == [("ae_ceiling", D(2026, 1, 1))]
    started.change(correct_follow_up, FollowUp, year, turnover_band="T50")
    assert warned(started) == []
    started.change(correct_follow_up, FollowUp, year, turnover_band="MORE")
    assert warned(started)
    with started.see(Venture, key) as venture:
        take_form(venture, version=venture.version, legal_form="SARL", on=TODAY)
    assert warned(started) == []


def test_a_closed_business_has_no_limits_any_more(started):
    key = started.trading(form="AE", isic_section="J")
    started.found(key, turnover_band="NONE", venture_state="CLOSED")
    assert warned(started) == []
