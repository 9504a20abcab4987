# SPDX-License-Identifier: AGPL-3.0-or-later
"""The job seekers of the fiction: as many interviews and internships as were published, and the
people who did not come, were refused or withdrew around them."""

import datetime as dt
from collections import Counter

import pytest

from casework.demo.programme import plans
from casework.demo.seekers import EMPLOYERS, HIRED, SEEKERS


def ways_of(**more):
    return [plan.way for plan in plans(**more) if plan.way]


@pytest.mark.parametrize("scale", [1, 2])
def test_as_many_interviews_and_internships_as_the_programme_published(scale):
    ways = ways_of(scale=scale)
    assert len(ways) == SEEKERS * scale
    outcomes = Counter(said.get("interview_outcome") for way in ways for _v, _d, said in way.steps)
    assert outcomes["HELD"] == 66 * scale
    assert outcomes["NOSHOW"]
    begun = {"DONE", "LEFT"}
    interns = [way for way in ways for _v, _d, said in way.steps
               if said.get("internship_state") in begun]  # fmt: skip
    assert len({id(way) for way in interns}) == len(interns) == 20 * scale
    verbs = Counter(verb for way in ways for verb, _day, _said in way.steps)
    assert verbs["internship"] > 20 * scale  # some were planned only
    assert verbs["hire"] == HIRED * scale
    assert verbs["move"]


def test_every_step_is_of_the_programme_in_its_order_and_every_employer_fictional():
    for way in ways_of():
        days = [way.begun_on, *(day for _verb, day, _said in way.steps)]
        assert days == sorted(days)
        assert dt.date(2019, 1, 1) <= days[0] <= days[-1] <= dt.date(2023, 12, 31)
        if way.offer:
            assert way.offer.first_on <= way.begun_on <= way.offer.last_on
    assert all("fictif" in name for name, *_rest in EMPLOYERS)


def test_the_same_seed_tells_the_same_ways():
    first, second = ways_of(), ways_of()
    assert [(way.employer, way.steps) for way in first] == [
        (way.employer, way.steps) for way in second
    ]
