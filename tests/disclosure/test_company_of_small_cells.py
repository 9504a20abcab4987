# SPDX-License-Identifier: AGPL-3.0-or-later
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.disclosure import Dim, Policy, Table, protect

from . import programme
from .outsider import Outsider, Solver

K = 3
SITE, SEX = Dim("site", ("A", "B")), Dim("sex", ("F", "M", "X"))
AGE = Dim("age", ("young", "old"))
ALL = {"site": ("A", "B", "all"), "sex": ("F", "M", "X", "all"), "age": ("young", "old", "all")}


def counts(dims, numbers):
    """Numbers by crossing of leaves, in the order of the dimensions."""
    places = [()]
    for dim in dims:
        places = [(*place, leaf) for place in places for leaf in dim.leaves]
    return dict(zip(places, numbers, strict=True))


def shows(*names):
    return Table("-".join(names), {name: ALL[name] for name in names})


def true_value(space, people, at):
    """What a cell really holds."""
    held = [set(dim.nodes[at.get(dim.name, dim.total)]) for dim in space]
    return sum(
        number for place, number in people.items()
        if all(leaf in leaves for leaf, leaves in zip(place, held, strict=True))
    )  # fmt: skip


def assert_protected(draft, dims, people, k, *documents):
    """Nobody can show that anybody is in a small cell, nor that it is small."""
    mine = draft.public().document()
    outsider = Outsider(*documents, mine)
    for cell in mine["cells"]:
        truth = true_value(dims, people, cell["at"])
        if cell["value"] is not None:
            assert cell["value"] == truth
        if 0 < truth < k and not cell.get("official"):
            possible = outsider.possible(cell["at"])
            assert cell["value"] is None
            assert min(possible) == 0, cell
            assert max(possible) >= k, cell


def test_a_small_cell_is_never_alone_in_its_row_or_column():
    dims = [SITE, SEX]
    draft = protect(dims, [shows("site", "sex")], counts(dims, (30, 20, 1, 25, 15, 9)))
    hidden = {cell.at for cell in draft.public().cells if cell.hidden}
    assert (("site", "A"), ("sex", "X")) in hidden
    for name in ("site", "sex"):
        for node in {dict(at).get(name, "all") for at in hidden}:
            assert sum(dict(at).get(name, "all") == node for at in hidden) > 1


def test_nothing_is_hidden_where_nothing_is_small():
    dims = [SITE, SEX, AGE]
    people = counts(dims, (10, 11, 12, 0, 14, 15, 16, 0, 18, 19, 20, 21))
    draft = protect(dims, [shows("site", "sex", "age")], people)
    assert draft.hidden == 0
    assert {cell.value for cell in draft.public().cells} >= {0, 10, 156}


def test_official_totals_never_move():
    dims = [SITE, SEX]
    policy = Policy(official=((), ("site",)))
    draft = protect(dims, [shows("site", "sex")], counts(dims, (1, 20, 2, 25, 1, 9)), policy)
    official = {cell.at: cell.value for cell in draft.public().cells if cell.official}
    assert official == {(): 58, (("site", "A"),): 23, (("site", "B"),): 35}


def test_a_zero_may_be_company():
    dims = [SITE, SEX]
    people = counts(dims, (9, 9, 1, 0, 0, 8))
    policy = Policy(k=K, official=((), ("site",), ("sex",)))
    draft = protect(dims, [shows("site", "sex")], people, policy)
    assert "company" in {draft.why({"site": "B", "sex": sex}) for sex in "FM"}


small_and_large = st.sampled_from((0, 0, 1, 1, 2, 3, 4))


@settings(max_examples=30, deadline=None)
@given(st.lists(small_and_large, min_size=6, max_size=6), st.booleans())
def test_a_two_way_table_is_safe_from_whoever_tries_every_table(numbers, preview):
    dims = [SITE, SEX]
    people = counts(dims, numbers)
    policy = Policy(k=K, official=((),), signed=({},), lp_limit=0 if preview else 100)
    draft = protect(dims, [shows("site", "sex")], people, policy)
    if not draft.unmet:
        assert_protected(draft, dims, people, K)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from((0, 0, 1, 2, 3)), min_size=8, max_size=8), st.booleans())
def test_linked_tables_do_not_tell_on_each_other(numbers, cyclic):
    dims = [SITE, Dim("sex", ("F", "M")), AGE]
    both = {"site": ALL["site"], "sex": ("F", "M", "all"), "age": ALL["age"]}
    pairs = [("site", "sex"), ("site", "age"), *([("sex", "age")] if cyclic else [])]
    tables = [Table("-".join(pair), {name: both[name] for name in pair}) for pair in pairs]
    people = counts(dims, numbers)
    draft = protect(dims, tables, people, Policy(k=K, signed=({},)))
    if not draft.unmet and sum(numbers) < 14:
        assert_protected(draft, dims, people, K)


@pytest.mark.parametrize("crossings", [
    (("site", "sex"), ("site", "age"), ("sex", "age")),
    (("site", "sex"), ("site", "age"), ("site", "type"), ("sex", "age")),
    (("site", "sex", "age"), ("sex", "type")),
])  # fmt: skip
def test_linked_tables_of_the_usual_size_are_safe_over_every_crossing(crossings):
    """The outsider here knows of no families of dimensions: he crosses them all."""
    names = tuple(dict.fromkeys(name for crossing in crossings for name in crossing))
    made = programme.people(names, 250, seed=6)
    tables = [programme.table(*crossing) for crossing in crossings]
    draft = protect(programme.dims(*names), tables, made, Policy(lp_limit=60))
    assert draft.unmet == ()
    outsider = Solver(draft.public().document())
    small = [key for key in draft.printed if draft.whys.get(key) == "small"]
    assert len(small) > 15
    for key in small[::3]:
        low, high = outsider.range(draft.space.at(key))
        assert low <= 1e-6
        assert high >= 5 - 1e-6


@settings(max_examples=20, deadline=None)
@given(st.lists(small_and_large, min_size=6, max_size=6))
def test_what_could_not_be_met_says_how_far_it_went(numbers):
    """With every margin official some wishes are too much; none is passed over in silence."""
    dims = [SITE, SEX]
    people = counts(dims, numbers)
    signed = ({}, *({"site": node} for node in "AB"), *({"sex": node} for node in "FMX"))
    policy = Policy(k=K, official=((), ("site",), ("sex",)), signed=signed)
    draft = protect(dims, [shows("site", "sex")], people, policy)
    outsider = Outsider(draft.public(unmet_signed=True).document())
    for wish in draft.unmet:
        truth, possible = true_value(dims, people, wish.at), outsider.possible(wish.at)
        reached = max(possible) - truth if wish.upward else truth - min(possible)
        assert wish.reached == reached < wish.wanted


def test_a_group_that_only_subtraction_shows_is_safe_too():
    """F and M are printed; the one other person is what is left of the total."""
    dims = [SITE, SEX]
    table = Table("sex", {"site": ("A", "B", "all"), "sex": ("F", "M", "all")})
    people = counts(dims, (3, 4, 1, 2, 3, 0))
    draft = protect(dims, [table], people, Policy(k=2))
    possible = Outsider(draft.public().document()).possible({"site": "A", "sex": "X"})
    assert min(possible) == 0
    assert max(possible) >= 2


def test_a_group_all_of_one_kind_may_always_hold_others():
    kind = Dim("type", ("physical", "denial", "economic"), sensitive=True)
    dims = [SITE, kind]
    table = Table("site-type", {"site": ("A", "B", "all"), "type": (*kind.leaves, "all")})
    people = counts(dims, (4, 0, 0, 3, 4, 5))
    draft = protect(dims, [table], people, Policy(k=K, official=((), ("site",))))
    outsider = Outsider(draft.public().document())
    others = outsider.possible({"site": "A", "type": "physical"})
    assert min(others) <= 4 - K
    assert draft.why({"site": "A", "type": "physical"}) == "one kind"


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from((0, 0, 3, 4)), min_size=6, max_size=6), st.booleans())
def test_no_group_of_any_size_is_known_to_be_of_one_kind(numbers, with_totals):
    """With its total printed or only its kinds, and where one kind is a sum of two others."""
    kind = Dim("type", ("p", "d", "e"), {"d or e": ("d", "e")}, sensitive=True)
    dims = [SITE, kind]
    shown = (*kind.leaves, "d or e", *(["all"] if with_totals else []))
    tables = [Table("t", {"site": ALL["site"], "type": shown}), Table("all", {})]
    people = counts(dims, numbers)
    draft = protect(dims, tables, people, Policy(k=K))
    if draft.unmet:
        return
    outsider = Outsider(draft.public().document())
    for site in ("A", "B", "all"):
        group = true_value(dims, people, {"site": site})
        for name in ("p", "d", "e", "d or e"):
            if group >= K and true_value(dims, people, {"site": site, "type": name}) == group:
                kinds = set(kind.leaves) - set(kind.nodes[name])
                others = [outsider.possible({"site": site, "type": one}) for one in kinds]
                assert any(max(found) > 0 for found in others)


def test_why_a_cell_is_hidden_is_known_inside():
    dims = [SITE, SEX]
    draft = protect(dims, [shows("site", "sex")], counts(dims, (30, 20, 1, 25, 15, 9)))
    assert draft.why({"site": "A", "sex": "X"}) == "small"
    assert draft.why({"site": "A"}) is None
    reasons = {draft.why(dict(cell.at)) for cell in draft.public().cells}
    assert reasons == {None, "small", "company"}


@pytest.mark.parametrize("limit", [0, 4_000])
def test_the_work_is_counted_in_programmes(limit):
    dims = [SITE, SEX, AGE]
    people = counts(dims, (1, 11, 2, 0, 14, 1, 16, 0, 3, 19, 20, 21))
    draft = protect(dims, [shows("site", "sex", "age")], people, Policy(lp_limit=limit))
    assert 0 < draft.programmes <= 100 + limit
