# SPDX-License-Identifier: AGPL-3.0-or-later
"""The survival curve: an example by hand, laws, and what of it facts say."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework import clock
from casework.access import acting_as
from casework.business import actions
from casework.db import db, transaction
from casework.followup import log_follow_up
from casework.indicators.lifetimes import lives
from casework.indicators.survival import Lifetime, Step, at_day, curve, lifetime
from casework.people import Person

from ..web.manners import check

D = dt.date
START = D(2023, 1, 1)


def test_an_example_worked_by_hand():
    """Ten businesses: closed at 3, 6, 6 and 10; the others last seen alive at 4, 6, 8, 10, 12, 12.

    S(3) = 9/10; S(6) = 9/10 · 6/8; S(10) = 9/10 · 6/8 · 3/4.
    """
    known = [Lifetime(day, True) for day in (3, 6, 6, 10)]
    known += [Lifetime(day, False) for day in (4, 6, 8, 10, 12, 12)]
    steps = curve(known)
    assert [(one.day, one.at_risk, one.closed) for one in steps] == [
        (0, 10, 0), (3, 10, 1), (6, 8, 2), (10, 4, 1)]  # fmt: skip
    assert [one.alive for one in steps] == pytest.approx([1, 0.9, 0.675, 0.50625])
    found = at_day(known, steps, 7)
    assert (found.at_risk, found.closed) == (5, 3)
    assert found.alive == pytest.approx(0.675)
    assert at_day(known, steps, 13) == Step(13, 0, 4, steps[-1].alive)


@pytest.mark.parametrize(
    ("seen", "found"),
    [([], Lifetime(0, False)),
     ([(D(2023, 3, 1), "ACTIVE"), (D(2023, 9, 1), "UNKNOWN")], Lifetime(59, False)),
     ([(D(2023, 3, 1), "ACTIVE"), (D(2023, 9, 1), "CLOSED")], Lifetime(243, True)),
     ([(D(2023, 3, 1), "CLOSED"), (D(2023, 9, 1), "DORMANT")], Lifetime(243, False)),
     ([(D(2023, 3, 1), "CLOSED"), (D(2023, 9, 1), "CLOSED")], Lifetime(59, True)),
     ([(D(2022, 3, 1), "CLOSED")], Lifetime(0, False))],
)  # fmt: skip
def test_unknown_is_not_closed_and_who_is_seen_again_had_not_closed(seen, found):
    assert lifetime(START, seen) == found


known_lives = st.lists(st.builds(Lifetime, st.integers(0, 900), st.booleans()), max_size=40)


@given(known_lives)
def test_the_curve_never_rises_and_stays_between_nought_and_one(known):
    steps = curve(known)
    parts = [one.alive for one in steps]
    assert parts[0] == 1
    assert parts == sorted(parts, reverse=True)
    assert all(0 <= part <= 1 for part in parts)
    assert sum(one.closed for one in steps) == sum(one.closed for one in known)


@given(known_lives)
def test_without_a_closing_everything_lives(known):
    open_ones = [Lifetime(one.days, False) for one in known]
    assert [one.alive for one in curve(open_ones)] == [1]


@given(known_lives.filter(lambda known: all(one.closed for one in known) and known))
def test_where_nobody_is_lost_from_sight_it_is_the_plain_share(known):
    for step in curve(known):
        share = sum(one.days > step.day for one in known) / len(known)
        assert step.day == 0 or step.alive == pytest.approx(share, abs=1e-9)


# ---------------------------------------------------------------- from facts


@pytest.fixture
def lived(programme):
    """Three businesses: active, without news, closed; what the desk's fixture starts is older."""
    day = START
    for state in ("ACTIVE", "UNKNOWN", "CLOSED"):
        person = programme.guided("yassine", [day])
        with acting_as(programme.user("yassine")), transaction(), clock.frozen(D(2024, 3, 1)):
            venture = actions.begin(
                db.session.get_one(Person, person), legal_form="AE", activity="Pain", since=day
            )
            actions.log_support(venture, held_on=day, support_type="TRAIN")
            actions.log_start(venture, held_on=day, start_evidence="SALE")
            said = {"closed_on": D(2023, 7, 1)} if state == "CLOSED" else {}
            log_follow_up(venture, held_on=D(2024, 1, 5), follow_up="M12", venture_state=state,
                          **said)  # fmt: skip
    return programme


def test_lives_are_read_from_facts_alone(lived):
    assert sorted((one.days, one.closed) for one in lives(D(2024, 3, 1))) == [
        (0, False), (181, True), (369, False)]  # fmt: skip
    assert sorted((one.days, one.closed) for one in lives(D(2023, 3, 1))) == [(0, False)] * 3
    assert lives(D(2024, 3, 1), {999}) == []


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_who_sees_breakdowns_sees_the_curve_and_its_table(lived, sign_in, language):
    address = f"/indicators/survival?lang={language}"
    page = sign_in("karim", language).get(address, follow_redirects=True)
    assert page.status_code == 200
    check(page.text, language)
    assert "<polyline" in page.text
    assert "Pain" not in page.text


@pytest.mark.parametrize("login", ["amina", "yassine", "nawal"])
def test_others_see_no_curve_that_is_not_theirs(lived, sign_in, login):
    page = sign_in(login).get("/indicators/survival")
    if login == "nawal":  # the head of a cell: her site has no business
        assert "<polyline" not in page.text
    else:
        assert page.status_code == 403
