# SPDX-License-Identifier: AGPL-3.0-or-later
"""What protection lets out, read by an outsider who shares no code with it: nothing comes back."""

from itertools import product

import pytest

from casework.attacker import examine
from casework.bench.programme import (
    ONE_TABLE,
    QUARTERS,
    REPORT,
    count,
    dims,
    hidden_counts,
    people,
    quarter,
    tables,
)  # fmt: skip
from casework.disclosure import Dim, Ledger, Policy, Table, protect

NAMES = ("site", "sex", "age", "nat", "type")
SITES_SHOWN = ((), ("site",))
BY_QUARTER = (("time", "site", "sex"), ("time", "site", "age"), ("time", "site", "type"))


def assert_holds(document, columns):
    proof = examine(document, truth=hidden_counts(document, columns))
    assert proof.complete
    assert proof.protected, proof.leaks[:3]
    return proof


def leaving(crossings, columns, policy, ledger=None, name="1"):
    names = tuple(dict.fromkeys(part for crossing in crossings for part in crossing))
    draft = protect(
        dims(*names), tables(*crossings), {part: columns[part] for part in names}, policy, ledger
    )
    assert not draft.unmet
    return draft.public(name).document()


@pytest.mark.parametrize("number", [250, 663])
def test_an_outsider_learns_nothing_of_three_linked_tables(number):
    made = people(number, seed=number)
    document = leaving(REPORT, made, Policy(official=SITES_SHOWN, lp_limit=300))
    assert assert_holds(document, made).hidden > 50


def test_what_is_hidden_one_by_one_comes_back_from_the_same_tables():
    """The same report with only its small cells hidden: most of them are worked out."""
    made = people(663, seed=1)
    document = leaving(ONE_TABLE, made, Policy(official=SITES_SHOWN, lp_limit=0))
    for cell in document["cells"]:
        value = count(document["dims"], cell["at"], made)
        cell["value"] = value if value == 0 or value >= 5 or cell.get("official") else None
    proof = examine(document, truth=hidden_counts(document, made))
    exact = sum(leak.kind == "exact" for leak in proof.leaks)
    assert exact > proof.hidden / 3


def test_four_quarters_and_the_year_to_date_tell_no_more_together():
    made, ledger = people(300, seed=3), Ledger()
    official = Policy(
        official=((), ("time",)), signed=[{"time": name} for name in QUARTERS], lp_limit=200
    )
    for release in range(4):
        known = made["time"] <= release
        so_far = {name: column[known] for name, column in made.items()}
        shown = tables(*BY_QUARTER, time=quarter(release))
        names = ("time", "site", "sex", "age", "type")
        draft = protect(
            dims(*names), shown, {name: so_far[name] for name in names}, official, ledger
        )
        document = draft.public(str(release + 1), unmet_signed=True).document()
        ledger = ledger.with_release(document)
    unmet = {tuple(sorted(one.at.items())) for one in draft.unmet}
    proof = examine(document, truth=hidden_counts(document, made))
    assert proof.complete
    assert all(tuple(sorted(leak.at.items())) in unmet for leak in proof.leaks)
    assert not any(leak.kind == "exact" for leak in proof.leaks)


def test_one_late_case_is_not_told_by_the_same_report_frozen_again():
    batch = Dim("batch", ("first", "later"))
    who = [Dim("site", ("A", "B", "C")), Dim("sex", ("F", "M", "X")), batch]
    rows = {
        (site, sex, "first"): 4 + 3 * place + 5 * turn
        for (place, site), (turn, sex) in product(enumerate("ABC"), enumerate("FMX"))
    }
    shown = {dim.name: (*dim.leaves, dim.total) for dim in who[:2]}
    policy = Policy(official=((),))
    first = protect(who, [Table("t", {**shown, "batch": ("first",)})], rows, policy)
    document = first.public("1").document()
    rows["B", "X", "later"] = 1
    again = protect(who, [Table("t", shown)], rows, policy, Ledger().with_release(document))
    both = again.public("2", unmet_signed=True).document()
    late = {"site": "B", "sex": "X", "batch": "later"}
    proof = examine(both, intervals=True)
    assert proof.complete
    told = [leak for leak in proof.leaks if leak.kind in ("exact", "small", "difference")]
    assert not [leak for leak in told if leak.at.get("site") == "B" and leak.at.get("sex") == "X"]
    assert {cell["value"] for cell in both["cells"] if cell["at"] == late} <= {None}
