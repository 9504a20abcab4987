# SPDX-License-Identifier: AGPL-3.0-or-later
"""How much is hidden, held against counts that were recorded once; the rest is in the bench."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.bench.programme import ONE_TABLE, REFERENCE, dims, people, tables
from casework.disclosure import Dim, Policy, Table, protect
from casework.disclosure.counts import Counts
from casework.disclosure.hiding import costs
from casework.disclosure.system import System

from .outsider import spreads

OFFICIAL = ((), ("site",))


def report(crossings, seed, **rules):
    names = tuple(dict.fromkeys(name for crossing in crossings for name in crossing))
    made = people(663, seed)
    columns = {name: made[name] for name in names}
    policy = Policy(official=OFFICIAL, **rules)
    return protect(dims(*names), tables(*crossings), columns, policy)


def test_a_report_hides_about_what_the_reference_hid():
    draft = report(ONE_TABLE, seed=1)
    assert not draft.unmet
    assert draft.hidden <= 1.15 * REFERENCE[ONE_TABLE, 1]


def test_cleaning_shows_needless_holes_again_and_stops_at_its_limit():
    raw, some, clean = (report(ONE_TABLE, seed=2, lp_limit=limit) for limit in (0, 60, 4_000))
    assert raw.hidden > some.hidden > clean.hidden
    assert raw.programmes < some.programmes <= raw.programmes + 60


@settings(max_examples=12, deadline=None)
@given(st.lists(st.sampled_from((0, 1, 2, 4, 5)), min_size=6, max_size=6))
def test_of_a_two_way_table_no_cheaper_pattern_is_safe(numbers):
    """Every pattern is tried, cheapest first, against every table of whole numbers."""
    dims_ = [Dim("site", ("A", "B")), Dim("sex", ("F", "M", "X"))]
    shown = Table("t", {dim.name: (*dim.leaves, "all") for dim in dims_})
    places = [(site, sex) for site in dims_[0].leaves for sex in dims_[1].leaves]
    people_ = dict(zip(places, numbers, strict=True))
    draft = protect(dims_, [shown], people_, Policy(k=3, signed=({},)))
    if draft.unmet:
        return
    keys = list(draft.printed)
    system = System(draft.space, keys, Counts.read(draft.space, people_), 1_000)
    price = dict(zip(keys, costs(system, b""), strict=True))
    cost = sum(price[key] for key in draft.whys)
    best = cheapest_by_trial(draft.space, keys, system.values.astype(int), price, sum(numbers))
    assert cost == pytest.approx(best)


def cheapest_by_trial(space, keys, values, price, everyone, k=3):
    """The cost of the cheapest safe pattern that hides all small cells and not the grand total."""
    tables = spreads(everyone, 6)
    sums = {key: tables[:, _columns(space, key)].sum(axis=1) for key in keys}
    small = {key for key, value in zip(keys, values, strict=True) if 0 < value < k}
    small.discard(space.full)
    same = {key: sums[key] == value for key, value in zip(keys, values, strict=True)}
    company = [key for key in keys if key not in small and key != space.full]
    patterns = [
        {*small, *extra} for size in range(len(company) + 1)
        for extra in combinations(company, size)
    ]  # fmt: skip
    for hidden in sorted(patterns, key=lambda hidden: sum(price[key] for key in hidden)):
        left = np.logical_and.reduce([same[key] for key in keys if key not in hidden])
        held = [sums[key][left] for key in small]
        if all(found.min() == 0 and found.max() >= k for found in held):
            return sum(price[key] for key in hidden)
    return None


def _columns(space, key):
    return [bool(key[0] >> site & 1 and key[1] >> sex & 1) for site in range(2) for sex in range(3)]
