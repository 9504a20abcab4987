# SPDX-License-Identifier: AGPL-3.0-or-later
"""What releases tell that none of them tells alone."""

from casework.attacker import examine

from .programme import cell, dim, document

QUARTERS = {
    "leaves": ["q1", "q2", "q3"],
    "nodes": {
        "q1": ["q1"], "q2": ["q2"], "to q2": ["q1", "q2"], "to q3": ["q1", "q2", "q3"],
    },
    "total": "to q3",
}  # fmt: skip
VERSIONS = {  # a report frozen twice: kept, taken out, entered late
    "leaves": ["kept", "removed", "added"],
    "nodes": {"first": ["kept", "removed"], "second": ["kept", "added"], "late": ["added"]},
    "total": "second",
}


def found(doc: dict) -> list[tuple]:
    return [(f.kind, dict(f.at), f.lo, f.hi, f.other and dict(f.other)) for f in examine(doc).leaks]


def test_year_to_date_minus_last_year_to_date_is_who_is_new():
    cells = [cell(40), cell(38, quarter="to q2")]
    leaks = found(document({"quarter": QUARTERS}, cells))
    assert leaks == [("difference", {}, 2, 2, {"quarter": "to q2"})]


def test_a_release_is_joined_with_the_earlier_ones():
    """The quarter hides what its year to date minus the earlier one gives back."""
    now = [cell(20, quarter="to q2"), cell(None, quarter="q2")]
    assert examine(document({"quarter": QUARTERS}, now)).protected
    leaks = found(document({"quarter": QUARTERS}, now, earlier=[cell(17, quarter="q1")]))
    assert leaks == [("exact", {"quarter": "q2"}, 3, 3, None)]


def test_what_was_once_shown_is_known_for_ever():
    dims = {"site": dim(["A", "B"])}
    now = [cell(30), cell(None, site="A"), cell(None, site="B")]
    assert examine(document(dims, now)).protected
    leaks = found(document(dims, now, earlier=[cell(27, site="A")]))
    assert leaks == [("exact", {"site": "B"}, 3, 3, None)]


def test_two_reports_whose_difference_tells():
    """One donor counts every site, another all but C: the women of C are two."""
    sites = dim(["A", "B", "C"], nodes={"all but C": ["A", "B"]})
    dims = {"site": sites, "sex": dim(["F", "M"])}
    first = [cell(60), cell(31, sex="F"), cell(29, sex="M")]
    second = [cell(29, site="all but C", sex="F"), cell(21, site="all but C", sex="M")]
    leaks = found(document(dims, first + second))
    assert leaks == [("difference", {"sex": "F"}, 2, 2, {"sex": "F", "site": "all but C"})]


def test_a_late_case_shows_in_the_second_freeze():
    """Nobody was taken out: then one more at a site is one person, with all she is."""
    dims = {"version": VERSIONS, "site": dim(["A", "B"])}
    cells = [
        cell(31), cell(13, site="A"), cell(18, site="B"),
        cell(30, version="first"), cell(12, version="first", site="A"),
        cell(18, version="first", site="B"),
    ]  # fmt: skip
    assert examine(document(dims, cells)).protected  # one may have gone while two came: wide
    only_added = {"version": VERSIONS | {"leaves": ["kept", "added"], "nodes": {
        "first": ["kept"], "second": ["kept", "added"]}}, "site": dims["site"]}  # fmt: skip
    kinds = {(f[0], str(f[1]), f[2]) for f in found(document(only_added, cells))}
    assert kinds == {("difference", "{}", 1), ("difference", "{'site': 'A'}", 1)}


def test_who_signed_for_a_small_total_is_not_asked_again_for_what_contains_it():
    cells = [cell(43), cell(40, site="A"), cell(3, site="B", official=True)]
    for leaves in ("AB", "ABC"):  # C, which nobody printed, is empty
        assert examine(document({"site": dim(list(leaves))}, cells)).protected


def test_each_hidden_quarter_is_protected_alone_and_not_together():
    """Two quarters with one rectangle of holes each; a year to date that shows both sites' sums."""
    dims = {"quarter": QUARTERS, "site": dim(["A", "B"]), "sex": dim(["F", "M"])}

    def quarter(name: str, rows: tuple[int, int], columns: tuple[int, int]) -> list:
        holes = [cell(None, quarter=name, site=s, sex=x) for s in "AB" for x in "FM"]
        sums = [cell(n, quarter=name, site=s) for s, n in zip("AB", rows, strict=True)]
        sums += [cell(n, quarter=name, sex=x) for x, n in zip("FM", columns, strict=True)]
        return [cell(sum(rows), quarter=name), *sums, *holes]

    first, second = quarter("q1", (20, 20), (20, 20)), quarter("q2", (12, 13), (9, 16))
    assert examine(document(dims, first)).protected
    assert examine(document(dims, second)).protected
    known = [cell(3, quarter="q1", site="A", sex="F", official=True),
             cell(5, quarter="to q2", site="A", sex="F")]  # fmt: skip
    leaks = found(document(dims, second, earlier=first + known))
    assert ("exact", {"quarter": "q2", "site": "A", "sex": "F"}, 2, 2, None) in leaks


def test_what_remains_of_a_total_after_its_printed_parts_is_a_group():
    """Three sites, two of them printed, one signed for: the third is one person."""
    sites = dim(["A", "B", "C"])
    cells = [cell(44), cell(40, site="A"), cell(3, site="B", official=True)]
    leaks = found(document({"site": sites}, cells))
    assert ("rest", {}, 1, 1, None) in leaks
