# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two years of quarterly releases with years to date, held together against an outsider."""

import numpy as np

from casework.bench.programme import QUARTERS, dims, people, quarter, tables
from casework.disclosure import Ledger, Policy, protect

from .outsider import Solver

NAMES = ("time", "site", "sex")
SIGNED = tuple({"time": name} for name in QUARTERS)


def releases(made, *, with_ledger):
    ledger, drafts = Ledger(), []
    policy = Policy(official=((), ("time",)), signed=SIGNED, lp_limit=50)
    for number in range(8):
        so_far = {name: made[name][made["time"] <= number] for name in NAMES}
        shown = tables(NAMES, time=quarter(number))
        known = ledger if with_ledger else Ledger()
        draft = protect(dims(*NAMES), shown, so_far, policy, known)
        drafts.append(draft)
        ledger = ledger.with_release(draft.public(unmet_signed=True).document())
    return drafts


def cornered(drafts, made):
    """Small cells of any release that whoever holds all of them can corner, but for those that
    a draft reported."""
    documents = [draft.public(unmet_signed=True).document() for draft in drafts]
    outsider, found = Solver(*documents), set()
    reported = {tuple(wish.at.items()) for draft in drafts for wish in draft.unmet}
    for document in documents:
        for cell in document["cells"]:
            place = tuple(cell["at"].items())
            is_small = 0 < truth(made, document["dims"], cell["at"]) < 5
            if is_small and cell["value"] is None and place not in reported:
                low, high = outsider.range(cell["at"])
                if low > 1e-6 or high < 5 - 1e-6:
                    found.add(place)
    return found


def truth(made, dims_, at):
    held = np.ones(len(made["time"]), bool)
    for name, node in at.items():
        leaves = [dims_[name]["leaves"].index(leaf) for leaf in dims_[name]["nodes"][node]]
        held &= np.isin(made[name], leaves)
    return held.sum()


def test_with_the_ledger_nothing_comes_back_and_without_it_much_does():
    made = {name: column for name, column in people(300, seed=2).items() if name in NAMES}
    assert cornered(releases(made, with_ledger=True), made) == set()
    assert len(cornered(releases(made, with_ledger=False), made)) > 10


def test_a_year_that_is_closed_is_not_worked_through_again():
    """The first quarter of a year with nothing printed across years: the ledger costs nothing."""
    made = {name: column for name, column in people(300, seed=2).items() if name in NAMES}
    bound, alone = releases(made, with_ledger=True)[4], releases(made, with_ledger=False)[4]
    assert bound.whys == alone.whys
    assert bound.programmes == alone.programmes
