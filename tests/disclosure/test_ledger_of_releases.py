# SPDX-License-Identifier: AGPL-3.0-or-later
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.disclosure import Dim, Ledger, Policy, Refused, Table, protect
from casework.disclosure.dims import Space

from .outsider import Outsider
from .programme import QUARTERS, dims, people, table
from .test_company_of_small_cells import SITE, assert_protected, counts

K = 3
SEX = Dim("sex", ("F", "M"))
SHOWN = {"site": ("A", "B", "all"), "sex": ("F", "M", "all")}
# In release 1 and still; only since; in release 1 and no longer.
BATCH = Dim("batch", ("kept", "added", "removed"), {
    "release 1": ("kept", "removed"), "now": ("kept", "added"),
}, batch=True)  # fmt: skip
SIGNED = tuple({"batch": node} for node in ("release 1", "now"))


def quarter(number):
    """Release of one quarter: itself, the year to date, the years that are whole."""
    year = 4 * (number // 4)
    nodes = [QUARTERS[number]]
    if number % 4 in (1, 2):
        nodes.append(f"{QUARTERS[year][:4]}-to-Q{number % 4 + 1}")
    if number % 4 == 3:
        nodes.append(QUARTERS[year][:4])
    return nodes


def released(names, made, numbers, **policy):
    """Quarterly releases, each against all before it; the drafts and the last ledger."""
    ledger, drafts = Ledger(), []
    for number in numbers:
        tables = [table("time", "site", name, time=quarter(number)) for name in names]
        known = [row <= number for row in map(QUARTERS.index, made["time"])]
        so_far = {
            name: [v for v, is_in in zip(column, known, strict=True) if is_in]
            for name, column in made.items()
        }
        official = ((), ("time",))
        rules = Policy(official=official, lp_limit=100, **policy)
        draft = protect(dims(*made), tables, so_far, rules, ledger)
        drafts.append(draft)
        ledger = ledger.with_release(draft.public(QUARTERS[number]).document())
    return drafts, ledger


def test_what_was_shown_is_shown_and_what_was_hidden_stays_hidden():
    made = people(("time", "site", "sex"), 300, seed=3)
    drafts, ledger = released(("sex",), made, range(3))
    tables = [table("time", "site", "sex", time=["2024Q1", "2024Q2", "2024-to-Q2"])]
    again = protect(dims(*made), tables, made, Policy(official=((), ("time",))), ledger)
    said = {cell.at: cell.value for draft in drafts for cell in draft.public().cells if cell.at}
    printed = {cell.at: cell.value for cell in again.public(unmet_signed=True).cells}
    met = set(said) & set(printed)
    assert len(met) > 20
    assert all(said[at] == printed[at] for at in met)


def test_a_cell_hidden_before_says_so():
    made = people(("time", "site", "sex"), 300, seed=3)
    drafts, ledger = released(("sex",), made, range(1))
    same = protect(
        dims(*made), drafts[0].asked.tables, drafts[0].asked.counts, drafts[0].asked.policy, ledger
    )
    assert same.hidden == drafts[0].hidden
    reasons = {same.why(dict(cell.at)) for cell in same.public().cells if cell.hidden}
    assert reasons == {"small", "earlier release"}


numbers = st.lists(st.sampled_from((0, 1, 2, 3)), min_size=8, max_size=8)


@settings(max_examples=20, deadline=None)
@given(numbers)
def test_a_year_to_date_gives_no_quarter_back(numbers):
    """The first release shows the first quarter, the second the year so far: nobody who has both
    and tries every table can corner a small cell."""
    time = Dim("time", ("Q1", "Q2"))
    space = [time, SITE, SEX]
    cells = counts(space, numbers)
    first_only = {place: n if place[0] == "Q1" else 0 for place, n in cells.items()}
    policy = Policy(k=K, official=((), ("time",)), signed=({}, {"time": "Q1"}, {"time": "Q2"}))
    first = protect(space, [Table("q1", {"time": ("Q1",), **SHOWN})], first_only, policy)
    if first.unmet or sum(numbers) > 14:
        return
    document = first.public().document()
    ledger = Ledger().with_release(document)
    year = Table("year", {"time": ("all",), **SHOWN})
    second = protect(space, [year], cells, policy, ledger)
    if not second.unmet:
        assert_protected(second, space, cells, K, document)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from((0, 1, 3, 4)), min_size=2, max_size=2), st.sampled_from("AB"))
def test_a_late_case_does_not_come_out_of_freezing_again(numbers, late):
    """One person more than in the first release. That there is one is told by two official
    totals and is reported; at which site, nobody finds out who tries every table."""
    space = [SITE, BATCH]
    cells = {(site, "kept"): n for site, n in zip("AB", numbers, strict=True)}
    policy = Policy(k=K, official=((),), signed=({}, *SIGNED))
    before = Table("report", {"site": SHOWN["site"], "batch": ("release 1",)})
    documents = [protect(space, [before], cells, policy).public(unmet_signed=True).document()]
    after = Table("report", {"site": SHOWN["site"], "batch": ("now",)})
    ledger = Ledger().with_release(documents[0])
    draft = protect(space, [after], {**cells, (late, "added"): 1}, policy, ledger)
    documents.append(draft.public(unmet_signed=True).document())
    assert {"batch": "added"} in [wish.at for wish in draft.unmet]
    short = {(wish.at.get("site"), wish.at["batch"], wish.upward) for wish in draft.unmet}
    possible = Outsider(*documents, most=sum(numbers) + 4).possible(
        {"site": late, "batch": "added"}
    )
    if (late, "added", False) not in short:
        assert min(possible) == 0
    if (late, "added", True) not in short:
        assert max(possible) >= K


def test_a_release_of_another_time_is_placed_in_a_batch():
    """The first report knew no batches: `within` says which one it was."""
    plain = [SITE, SEX]
    first = protect(plain, [Table("r", SHOWN)], counts(plain, (9, 8, 1, 12)))
    ledger = Ledger().with_release(first.public().document(), batch="release 1")
    cells = {
        ("A", "F", "kept"): 9, ("A", "M", "kept"): 8, ("B", "F", "kept"): 1,
        ("B", "M", "kept"): 12, ("B", "F", "added"): 1,
    }  # fmt: skip
    now = Table("r", {**SHOWN, "batch": ("now",)})
    policy = Policy(signed=SIGNED)
    with pytest.raises(Refused) as refused:
        protect([*plain, BATCH], [now], cells, policy, ledger).public()
    assert {"batch": "added"} in refused.value.cells  # the two grand totals tell it
    answered = Policy(signed=(*SIGNED, {"batch": "added"}))  # for one more person in all
    assert protect([*plain, BATCH], [now], cells, answered, ledger).unmet == ()
    second = protect([*plain, BATCH], [now], cells, Policy(official=()), ledger)
    assert second.why({"batch": "now"}) == "company"


def test_a_sum_that_only_an_earlier_release_named_keeps_a_name():
    """What the dimensions of today do not name is called by its leaves, of which one ends in +."""
    age = Dim("age", ("18-49", "50-59", "60+"), {"50 and more": ("50-59", "60+")})
    people_ = {("18-49",): 20, ("50-59",): 9, ("60+",): 8}
    shown = Table("t", {"age": ("18-49", "50 and more", "all")})
    ledger = Ledger().with_release(protect([age], [shown], people_).public().document())
    today = Dim("age", age.leaves)
    again = protect([today], [Table("t", {"age": (*age.leaves, "all")})], people_, None, ledger)
    document = again.public().document()
    assert document["dims"]["age"]["nodes"]["50-59 + 60+"] == ["50-59", "60+"]
    assert {"at": {"age": "50-59 + 60+"}, "value": 17} in document["earlier"]
    assert again.space.key({"age": "50-59 + 60+"}) == Space([age]).key({"age": "50 and more"})


def test_a_past_that_was_changed_without_a_batch_is_refused():
    space = [SITE, SEX]
    first = protect(space, [Table("r", SHOWN)], counts(space, (9, 8, 7, 12)))
    ledger = Ledger().with_release(first.public().document())
    with pytest.raises(Refused) as refused:
        protect(space, [Table("r", SHOWN)], counts(space, (9, 8, 7, 13)), Policy(), ledger)
    assert refused.value.reason.name == "LEDGER"
    assert {"site": "B", "sex": "M"} in refused.value.cells


def test_earlier_releases_travel_with_the_document():
    made = people(("time", "site", "sex"), 300, seed=3)
    drafts, _ledger = released(("sex",), made, range(3))
    document = drafts[-1].public().document()
    before = sum(len(draft.public().cells) for draft in drafts[:-1])
    assert len(document["earlier"]) == before
    official = [cell["at"] for cell in document["earlier"] if cell.get("official")]
    assert {"time": "2024Q1"} in official
    for cell in document["earlier"]:
        assert all(node in document["dims"][name]["nodes"] for name, node in cell["at"].items())


def test_two_quarters_and_their_sum_are_safe_from_whoever_tries_every_table():
    time = Dim("time", ("Q1", "Q2"))
    space = [time, SITE, SEX]
    cells = counts(space, (3, 1, 0, 2, 1, 2, 2, 0))
    shown = Table("all", {"time": ("Q1", "Q2", "all"), **SHOWN})
    draft = protect(space, [shown], cells, Policy(k=K))
    assert not draft.unmet
    assert_protected(draft, space, cells, K)
    assert len(Outsider(draft.public().document()).tables) > 1
