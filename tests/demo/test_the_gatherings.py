# SPDX-License-Identifier: AGPL-3.0-or-later
"""The events of the fiction: as many as were published, and everybody fictional by name."""

from collections import Counter

import pytest

from casework.demo.gatherings import TRAINING_DAYS, gatherings, guests, open_week, products
from casework.welcome.opinions import ENOUGH


def who(events, kind, days=1):
    """(organisation, kind, name) of those present on so many days of events of a kind."""
    return {
        (entry.organisation, entry.kind, entry.name)
        for event in events
        if event.said["kind"] == kind
        for people, came in event.groups
        for entry in people
        if came >= days
    }


@pytest.mark.parametrize("scale", [1, 3])
def test_the_totals_are_the_published_ones(scale):
    events = list(gatherings(seed=1, scale=scale))
    kinds = Counter(event.said["kind"] for event in events)
    assert kinds == {
        "FAIR": 3 * scale, "EMPLOYER": 4 * scale, "DIVERSITY": scale, "TRAINING": 7 * scale,
        "SYMPOSIUM": 2 * scale, "STRATEGY": 2 * scale, "REFTOOL": 2 * scale,
    }  # fmt: skip
    assert len(who(events, "EMPLOYER")) == 54 * scale
    assert len({one[0] for one in who(events, "EMPLOYER") if one[1] == "EMP"}) == 8 * scale
    trained = who(events, "TRAINING", TRAINING_DAYS - 1)
    assert len(trained) == 392 * scale
    assert len(who(events, "TRAINING")) > len(trained)  # some came too seldom
    informed = who([e for e in events if e.said["topic"] == "DATA"], "TRAINING", TRAINING_DAYS - 1)
    organisations = Counter(kind for _name, kind in {one[:2] for one in informed})
    assert (organisations["MIN"], organisations["INST"]) == (17 * scale, 11 * scale)
    assert len(who(events, "SYMPOSIUM")) == 124 * scale
    assert {event.said["region"] for event in events} == {"01", "02", "09"}
    made = Counter(one["kind"] for one in products(scale))
    assert made == {"VIDEO": 2 * scale, "STUDY": 2 * scale, "TOOL": scale, "PLAN": 5 * scale,
                    "AREA": 11 * scale}  # fmt: skip


def test_every_day_is_of_the_programme_and_every_organisation_fictional():
    events = list(gatherings())
    days = [day for event in events for day in (event.first_on, event.last_on)]
    days += [one["done_on"] for one in products()]
    assert {day.year for day in days} <= set(range(2019, 2024))
    assert all(event.first_on.weekday() < 5 for event in events)
    everybody = {one for kind in ("EMPLOYER", "TRAINING", "SYMPOSIUM") for one in who(events, kind)}
    assert all("ficti" in organisation for organisation, _kind, _name in everybody)
    assert list(gatherings()) == events


def test_two_events_have_guests_and_enough_opinions_and_leave_all_other_draws_alone():
    parties = list(guests())
    titles = {event.said["title"] for event in gatherings()}
    assert {party.title for party in parties} <= titles
    assert all(len(party.opinions) >= ENOUGH for party in parties)
    everybody = [one for party in parties for one in party.absent] + open_week()
    assert all("ficti" in one.organisation for one in everybody)
    came = {one.organisation for event in gatherings() for people, _n in event.groups
            for one in people}  # fmt: skip
    assert not {one.organisation for one in everybody} & came
    assert (list(guests()), open_week()) == (parties, open_week())
