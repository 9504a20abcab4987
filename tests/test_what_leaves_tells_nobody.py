# SPDX-License-Identifier: AGPL-3.0-or-later
"""Protection and attacker, two rooms that share nothing but a document, held against each other."""

import numpy as np
import pytest

from casework.attacker import examine
from casework.bench.programme import (
    QUARTERS,
    REPORT,
    dims,
    hidden_counts,
    people,
    quarter,
    tables,
)  # fmt: skip
from casework.disclosure import Dim, Ledger, Policy, Table, protect

NAMES = ("site", "sex", "age")


class Attacker:
    """Remembers the truth of every release, and holds each document against it."""

    def __init__(self):
        self.truth = {}

    def proof(self, document, made):
        for one in hidden_counts(document, made):
            self.truth[tuple(sorted(one["at"].items()))] = one
        return examine(document, list(self.truth.values()))


@pytest.mark.parametrize("number", [250, 663])
def test_a_report_of_three_linked_tables_tells_nobody(number):
    names = ("site", "sex", "age", "nat", "type")
    made = {name: column for name, column in people(number, number).items() if name in names}
    policy = Policy(official=((), ("site",)), lp_limit=300)
    document = protect(dims(*names), tables(*REPORT), made, policy).public("1").document()
    proof = Attacker().proof(document, made)
    assert proof.protected, proof.leaks[:3]
    assert proof.hidden > 50


@pytest.mark.parametrize("seed", range(30))
def test_tables_drawn_by_lot_tell_nobody_release_after_release(seed):
    """Odd hierarchies, any nodes left out, sensitive dimensions, up to three releases."""
    draw = np.random.default_rng(seed)
    drawn = [drawn_dim(draw, name) for name in "abcd"[: draw.integers(1, 5)]]
    number = int(draw.choice([20, 60, 200]))
    made = {
        dim.name: draw.choice(
            len(dim.leaves), number, p=draw.dirichlet(np.full(len(dim.leaves), 0.7))
        )
        for dim in drawn
    }
    policy = Policy(k=int(draw.choice([3, 5])), signed=({},), lp_limit=60)
    ledger, attacker = Ledger(), Attacker()
    for _release in range(int(draw.integers(1, 4))):
        draft = protect(drawn, drawn_tables(draw, drawn), made, policy, ledger)
        if draft.unmet:
            return
        document = draft.public().document()
        ledger = ledger.with_release(document)
        proof = attacker.proof(document, made)
        assert proof.protected, proof.leaks


def drawn_dim(draw, name):
    leaves = [f"{name}{number}" for number in range(draw.integers(2, 6))]
    nodes = {
        f"n{turn}": sorted(draw.choice(leaves, draw.integers(1, len(leaves) + 1), replace=False))
        for turn in range(draw.integers(0, 3))
    }
    return Dim(name, leaves, nodes, sensitive=bool(draw.random() < 0.25))


def drawn_tables(draw, drawn):
    found = []
    for turn in range(draw.integers(1, 4)):
        crossed = draw.choice(len(drawn), draw.integers(1, min(3, len(drawn)) + 1), replace=False)
        shows = {drawn[place].name: drawn_nodes(draw, drawn[place]) for place in sorted(crossed)}
        found.append(Table(f"t{turn}", shows))
    return found


def drawn_nodes(draw, dim):
    return [name for name in dim.nodes if draw.random() < 0.85] or [dim.total]


def test_hiding_small_counts_alone_is_beaten_on_our_own_data():
    made = {name: column for name, column in people(663, seed=1).items() if name in NAMES}
    shown = tables(("site", "sex"), ("site", "age"), ("sex", "age"))
    open_ = protect(dims(*NAMES), shown, made, Policy(k=1)).public().document()
    naive = {**open_, "threshold": 5}
    for cell in naive["cells"]:
        if 0 < cell["value"] < 5:
            cell["value"] = None
    leaks = Attacker().proof(naive, made).leaks
    assert len([leak for leak in leaks if leak.kind == "exact"]) > 5
    ours = protect(dims(*NAMES), shown, made, Policy(lp_limit=200)).public().document()
    assert Attacker().proof(ours, made).protected


def test_quarters_with_years_to_date_and_the_year_tell_nobody():
    names = ("time", "site", "sex", "age")
    made = {name: column for name, column in people(400, seed=5).items() if name in names}
    policy = Policy(official=((), ("time",)), signed=[{"time": q} for q in QUARTERS], lp_limit=150)
    ledger, attacker = Ledger(), Attacker()
    for number in range(4):
        so_far = {name: made[name][made["time"] <= number] for name in names}
        shown = tables(("time", "site", "sex"), ("time", "site", "age"), time=quarter(number))
        draft = protect(dims(*names), shown, so_far, policy, ledger)
        document = draft.public().document()
        ledger = ledger.with_release(document)
        proof = attacker.proof(document, so_far)
        assert proof.protected, proof.leaks
        assert proof.complete


@pytest.mark.parametrize("changes", ["late", "gone", "edited"])
def test_a_report_frozen_again_tells_nobody(changes):
    """One case came late, left, or was given another sex: held together with the first report."""
    names = ("site", "sex", "age")
    made = {name: column for name, column in people(200, seed=6).items() if name in names}
    batch = Dim("batch", ("kept", "added", "gone"), {
        "release 1": ("kept", "gone"), "now": ("kept", "added"),
    }, batch=True)  # fmt: skip
    kept = np.zeros(200, int)
    if changes != "late":
        kept[7] = 2
    if changes != "gone":
        made = {name: np.append(column, column[7]) for name, column in made.items()}
        made["sex"][200] = 1 - made["sex"][7] % 2
        kept = np.append(kept, 1)
    made["batch"] = kept
    # Somebody answers for the two totals telling that one person came or went.
    policy = Policy(signed=[{"batch": "added"}, {"batch": "gone"}], lp_limit=150)
    ledger, attacker = Ledger(), Attacker()
    for release in ("release 1", "now"):
        shown = [
            Table(f"site-{name}", {**table.shows, "batch": (release,)})
            for name in ("sex", "age")
            for table in tables(("site", name))
        ]
        draft = protect([*dims(*names), batch], shown, made, policy, ledger)
        assert draft.unmet == ()
        document = draft.public().document()
        ledger = ledger.with_release(document)
        proof = attacker.proof(document, made)
        assert proof.protected, proof.leaks
