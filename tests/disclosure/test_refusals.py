# SPDX-License-Identifier: AGPL-3.0-or-later
import pickle

import pytest

from casework.disclosure import Dim, Ledger, Policy, Refused, Table, programmes, protect

from .programme import dims, people, table
from .test_company_of_small_cells import counts

SITE, SEX = Dim("site", ("A", "B")), Dim("sex", ("F", "M", "X"))
SHOWN = Table("t", {"site": ("A", "B", "all"), "sex": ("F", "M", "X", "all")})
PEOPLE = counts([SITE, SEX], (30, 20, 1, 25, 15, 9))
MONTH = Dim("month", ("jan", "feb", "mar"), {"jan-feb": ("jan", "feb")}, overlap=True)


def refusal(*asked, **more):
    with pytest.raises(Refused) as refused:
        protect(*asked, **more).public()
    return refused.value


def month(node, value):
    return {"at": {"month": node}, "value": value}


def test_outsiders_get_three_crossed_dimensions_at_most():
    names = ("site", "sex", "age", "type")
    refused = refusal(dims(*names), [table(*names)], people(names, 100, seed=1))
    assert refused.reason.name == "CROSSED"
    assert refused.dims == ("age", "sex", "site", "type")


def test_a_small_official_total_waits_for_a_signature():
    few = counts([SITE, SEX], (1, 0, 1, 25, 15, 9))
    policy = {"official": ((), ("site",))}
    refused = refusal([SITE, SEX], [SHOWN], few, Policy(**policy))
    assert (refused.reason.name, refused.cells) == ("OFFICIAL", ({"site": "A"},))
    signed = Policy(**policy, signed=({"site": "A"},))
    draft = protect([SITE, SEX], [SHOWN], few, signed)
    shown = {cell.at: cell.value for cell in draft.public(unmet_signed=True).cells}
    assert shown[(("site", "A"),)] == 2


def test_what_cannot_be_met_does_not_leave_unsigned():
    few = counts([SITE, SEX], (20, 20, 1, 25, 15, 1))
    policy = Policy(official=((), ("sex",)), signed=({"sex": "X"},))
    refused = refusal([SITE, SEX], [SHOWN], few, policy)
    assert refused.reason.name == "UNMET"
    assert {"site": "A", "sex": "X"} in refused.cells
    assert "sex" in refused.dims


def test_an_official_group_of_one_kind_does_not_leave_unsigned():
    kind = Dim("type", ("physical", "denial"), sensitive=True)
    shown = Table("t", {"site": ("A", "B", "all"), "type": (*kind.leaves, "all")})
    people_ = counts([SITE, kind], (12, 0, 11, 0))
    policy = Policy(official=((), ("type",)))
    draft = protect([SITE, kind], [shown], people_, policy)
    assert [wish.at for wish in draft.unmet if wish.one_kind]
    assert refusal([SITE, kind], [shown], people_, policy).reason.name == "UNMET"


def test_a_system_too_large_to_close_is_refused():
    names = ("site", "sex", "age")
    made = people(names, 200, seed=1)
    small = Policy(unknowns=50)
    refused = refusal(dims(*names), [table(*names)], made, small)
    assert (refused.reason.name, refused.dims) == ("LARGE", ("age", "sex", "site"))


def test_an_overlapping_dimension_breaks_nothing_down():
    shown = Table("t", {"site": ("A", "B"), "month": ("jan", "feb")})
    refused = refusal([SITE, SEX, MONTH], [shown], PEOPLE)
    assert (refused.reason.name, refused.dims) == ("OVERLAP", ("month",))


def test_headlines_of_an_overlapping_dimension_leave_as_official():
    heads = [month("jan", 60), month("feb", 50), month("mar", 40)]
    draft = protect([SITE, SEX, MONTH], [SHOWN], PEOPLE, headlines=heads)
    document = draft.public().document()
    told = [cell for cell in document["cells"] if "month" in cell["at"]]
    assert told == [{**head, "official": True} for head in heads]
    assert document["dims"]["month"]["overlap"]


@pytest.mark.parametrize(("heads", "names"), [
    ([month("jan", 98)], {"jan", "all"}),  # two people came only in other months
    ([month("jan", 40), month("feb", 30), month("jan-feb", 67)], {"jan", "feb", "jan-feb"}),
    ([month("jan", 40), month("feb", 30), month("mar", 33)], {"jan", "feb", "mar", "all"}),
])  # fmt: skip
def test_a_small_gap_between_headlines_is_refused_unless_signed(heads, names):
    refused = refusal([SITE, SEX, MONTH], [SHOWN], PEOPLE, headlines=heads)
    assert refused.reason.name == "GAP"
    assert {at["month"] for at in refused.cells} == names
    signed = Policy(signed=tuple(head["at"] for head in heads))
    assert protect([SITE, SEX, MONTH], [SHOWN], PEOPLE, signed, headlines=heads).public()


def test_a_small_headline_is_refused():
    refused = refusal([SITE, SEX, MONTH], [SHOWN], PEOPLE, headlines=[month("jan", 2)])
    assert refused.reason.name == "OFFICIAL"


def test_a_gap_to_an_earlier_headline_counts():
    first = protect([SITE, SEX, MONTH], [SHOWN], PEOPLE, headlines=[month("jan", 40)])
    ledger = Ledger().with_release(first.public().document())
    refused = refusal(
        [SITE, SEX, MONTH], [SHOWN], PEOPLE, Policy(), ledger, headlines=[month("jan-feb", 42)]
    )
    assert refused.reason.name == "GAP"
    later = protect([SITE, SEX, MONTH], [SHOWN], PEOPLE, Policy(), ledger)
    assert {"at": {"month": "jan"}, "value": 40, "official": True} in (
        later.public().document()["earlier"]
    )


def test_an_earlier_release_by_a_dimension_that_is_not_given_is_an_error():
    first = protect([SITE, SEX], [SHOWN], PEOPLE).public().document()
    sites = {("A",): 51, ("B",): 49}
    with pytest.raises(ValueError, match="sex"):
        protect([SITE], [], sites, Policy(), Ledger().with_release(first))


def test_without_a_solver_nothing_leaves(monkeypatch):
    monkeypatch.setattr(programmes, "engine", None)
    assert refusal([SITE, SEX], [SHOWN], PEOPLE).reason.name == "SOLVER"


def test_a_solver_that_gives_up_is_not_believed(monkeypatch):
    class Lost(programmes.Silent):
        def run(self):
            return programmes.highspy.HighsStatus.kError

    monkeypatch.setattr(programmes, "engine", Lost)
    assert refusal([SITE, SEX], [SHOWN], PEOPLE).reason.name == "SOLVER"


def test_a_refusal_says_no_number():
    refused = refusal([SITE, SEX, MONTH], [SHOWN], PEOPLE, headlines=[month("jan", 98)])
    assert not any(character.isdigit() for character in str(refused))
    assert 98 not in refused.cells[0].values()
    again = pickle.loads(pickle.dumps(refused))
    assert (again.reason, again.cells, again.dims) == (refused.reason, refused.cells, refused.dims)


@pytest.mark.parametrize("wrong", [
    lambda: Dim("site", ("A", "A")),
    lambda: Dim("site", ("A", "B"), {"all": ("A",)}),
    lambda: Dim("site", ("A", "B"), {"C": ("C",)}).node("C"),
    lambda: protect([SITE, SITE], [], {}),
    lambda: protect([SITE], [Table("t", {"site": ("Z",)})], {}),
    lambda: protect([SITE], [Table("t", {"sex": ("F",)})], {}),
    lambda: protect([SITE], [SHOWN], {("A", "F"): 3}),
    lambda: protect([SITE], [], {("Z",): 3}),
    lambda: protect([SITE], [], {("A",): -3}),
    lambda: protect([SITE], [], {"sex": ["F"]}),
])  # fmt: skip
def test_what_makes_no_sense_is_an_error_of_the_caller(wrong):
    with pytest.raises(ValueError, match="."):
        wrong()
