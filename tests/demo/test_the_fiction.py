# SPDX-License-Identifier: AGPL-3.0-or-later
"""The fictional programme before it is recorded: its totals, and what it leaves for today."""

import datetime as dt
from collections import Counter
from random import Random

import pytest

from casework.codelists import codelist
from casework.demo.businesses import SHARED
from casework.demo.programme import contacts, contacts_of_the_month, plans


def test_as_many_people_as_the_programme_published():
    heard = Counter(
        (plan.strand, any(meeting.details["attendance"] == "attended" for meeting in plan.meetings))
        for plan in plans()
    )
    assert (heard["listening", True], heard["hub", True]) == (663, 1855)
    assert {plan.opening["opened_on"].year for plan in plans()} == set(range(2019, 2024))


def test_as_many_registered_helped_and_started_as_the_programme_published():
    steps = [plan.steps for plan in plans() if plan.steps]
    firsts = [one.registrations[0]["ae_registration"] for one in steps if one.registrations]
    assert firsts == ["FIRST"] * 530
    begun = [business for one in steps for business in one.businesses]
    assert len([business for business in begun if business.supports]) == 599
    counted = [business for business in begun if business.start and "reason" not in business.start]
    assert len(counted) == 28
    assert all(business.start["held_on"] > business.supports[0]["held_on"] for business in counted)
    assert len([one for one in steps if one.joins]) == SHARED


def test_what_is_started_stays_in_its_years_and_scales():
    steps = [plan.steps for plan in plans(scale=2) if plan.steps]
    days = [said["held_on"] for one in steps for said in one.registrations]
    days += [said["held_on"] for one in steps for made in one.businesses for said in made.supports]
    assert dt.date(2019, 1, 1) <= min(days) <= max(days) <= dt.date(2023, 12, 31)
    assert len([one for one in steps if one.registrations]) == 2 * 530


def test_anonymous_contacts_of_its_years_stay_in_them():
    assert {meeting.held_on.year for _site, _owner, meeting in contacts()} <= set(range(2019, 2024))


@pytest.mark.parametrize("day", [dt.date(2026, 3, 1) + dt.timedelta(n) for n in range(0, 300, 7)])
def test_a_counsellor_had_contacts_lately(day):
    held = [meeting.held_on for meeting in contacts_of_the_month(Random(1), day)]
    assert held == sorted(set(held))
    assert held
    assert all(one.replace(day=1) == day.replace(day=1) and one <= day for one in held)
    assert all(one.weekday() < 5 for one in held) or held == [day]


def test_a_month_that_begins_on_a_sunday_has_its_contact_that_day():
    sunday = dt.date(2026, 3, 1)
    assert [one.held_on for one in contacts_of_the_month(Random(1), sunday)] == [sunday]


def test_on_the_last_of_a_month_there_are_two_and_the_next_has_its_own():
    found = contacts_of_the_month(Random(1), dt.date(2026, 11, 30))
    assert len(found) == 2
    assert {one.held_on.month for one in found} == {11}


def test_whoever_left_the_hub_has_said_why():
    guided = [plan for plan in plans() if plan.strand == "hub"]
    assert {plan.leaves for plan in guided} <= set(codelist("exit_reason").codes)
    trading = [p for p in guided if p.steps and any(one.start for one in p.steps.businesses)]
    assert {plan.leaves for plan in trading} == {"BIZ"}
    assert [plan.leaves for plan in guided] == [p.leaves for p in plans() if p.strand == "hub"]
