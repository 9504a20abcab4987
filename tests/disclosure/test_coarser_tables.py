# SPDX-License-Identifier: AGPL-3.0-or-later
from casework.disclosure import Dim, Ledger, Policy, Table, improve, protect

from .programme import dims, people, table
from .test_company_of_small_cells import counts

NAMES = ("site", "sex", "age")
QUICK = Policy(lp_limit=0)


def test_a_merge_says_what_it_would_hide_and_does():
    made = people(NAMES, 500, seed=3)
    draft = protect(dims(*NAMES), [table("site", "sex"), table("site", "age")], made, QUICK)
    found = improve(draft)
    assert found
    for told in found:
        after = protect(told.dims, told.tables, made, QUICK)
        assert told.hidden == (draft.hidden, after.hidden)
        assert after.hidden < draft.hidden
        assert all(draft.why(at) for at in told.opens)
        assert 0 <= told.people[0] <= told.people[1] <= 1
    assert {told.into is None for told in found} == {True, False}
    assert [told.hidden[1] for told in found] == sorted(told.hidden[1] for told in found)


def test_the_one_small_group_is_merged_with_its_neighbour():
    site, sex = Dim("site", ("A", "B")), Dim("sex", ("F", "M", "X"))
    shown = Table("t", {"site": ("A", "B", "all"), "sex": ("F", "M", "X", "all")})
    draft = protect([site, sex], [shown], counts([site, sex], (30, 20, 1, 25, 15, 2)))
    best = improve(draft)[0]
    assert (best.dim, best.nodes, best.into) == ("sex", ("M", "X"), "M + X")
    assert best.hidden[1] == 0
    assert best.people == (best.people[0], 1.0)
    assert best.in_tables == ("t",)
    assert {"site": "A", "sex": "X"} in best.opens
    assert len(best.opens) == draft.hidden


def test_quarters_may_give_way_to_their_year():
    made = people(("time", "sex"), 60, seed=5)
    nodes = ("2024Q1", "2024Q2", "2024Q3", "2024Q4", "2024", "2025", "all")
    draft = protect(dims("time", "sex"), [table("time", "sex", time=nodes)], made, QUICK)
    coarser = [told for told in improve(draft, tries=20) if told.into is None]
    assert any(set(told.nodes) >= {"2024Q1", "2024Q4"} for told in coarser)
    assert all(told.hidden[1] < draft.hidden for told in coarser)


def test_a_wish_that_could_not_be_met_is_met_by_a_merge():
    """Two people of unknown sex beside fixed totals of sexes: their row cannot move."""
    site, sex = Dim("site", ("A", "B")), Dim("sex", ("F", "M", "X", "unknown"))
    shown = Table("t", {"site": ("A", "B", "all"), "sex": (*sex.leaves, "all")})
    policy = Policy(official=((), ("site",), ("sex",)), signed=({"sex": "unknown"},))
    draft = protect([site, sex], [shown], counts([site, sex], (9, 9, 9, 1, 9, 9, 9, 1)), policy)
    assert draft.unmet
    best = improve(draft)[0]
    assert best.unmet[1] == 0 < best.unmet[0] == len(draft.unmet)
    assert "unknown" in best.nodes


def test_nothing_is_proposed_where_nothing_is_hidden():
    site, sex = Dim("site", ("A", "B")), Dim("sex", ("F", "M", "X"))
    shown = Table("t", {"site": ("A", "B", "all"), "sex": ("F", "M", "X", "all")})
    draft = protect([site, sex], [shown], counts([site, sex], (30, 20, 10, 25, 15, 20)))
    assert improve(draft) == ()


def test_a_merge_knows_the_ledger():
    made = people(NAMES, 300, seed=3)
    tables = [table("site", "sex"), table("site", "age")]
    first = protect(dims(*NAMES), tables[:1], made, QUICK)
    ledger = Ledger().with_release(first.public().document())
    draft = protect(dims(*NAMES), tables, made, QUICK, ledger)
    for told in improve(draft, tries=3):
        again = protect(told.dims, told.tables, made, QUICK, ledger)
        assert again.hidden == told.hidden[1]
