# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tables that the literature gives as warnings: each looks hidden and is not."""

import pytest

from casework.attacker import examine

from .programme import cell, dim, document


def two_way(rows: dict[str, list], columns: str, **more: object) -> dict:
    """A table with its margins as people read it; the last row and column are the totals."""
    dims = {"row": dim([r for r in rows if r != "all"]), "column": dim(list(columns))}
    cells = [
        cell(value, **{d: n for d, n in (("row", row), ("column", column)) if n != "all"})
        for row, values in rows.items()
        for column, value in zip([*columns, "all"], values, strict=True)
    ]
    return document(dims, cells, **more)


def told(doc: dict, **asked: object) -> dict[tuple[str, ...], tuple[int, int | None]]:
    return {
        tuple(sorted(i.at.values())): (i.lo, i.hi)
        for i in examine(doc, intervals=True, **asked).intervals
    }


def kinds(doc: dict, truth: list | None = None) -> list[str]:
    return [leak.kind for leak in examine(doc, truth).leaks]


def test_a_hole_alone_in_its_line_is_a_subtraction():
    """Primary suppression only: the first lesson of every handbook."""
    doc = two_way({"I": [20, 50, 10, 80], "II": [8, 19, None, 29], "all": [28, 69, 12, 109]}, "ABC")
    (leak,) = [leak for leak in examine(doc).leaks if leak.kind == "exact"]
    assert (leak.at, leak.lo) == ({"row": "II", "column": "C"}, 2)


def test_investment_by_activity_and_region():
    """The 3 x 3 table on which complementary suppression is usually taught (Fischetti and
    Salazar; Handbook on Statistical Disclosure Control): four holes in a rectangle leave 5..30."""
    doc = two_way(
        {
            "I": [20, 50, 10, 80],
            "II": [None, 19, None, 49],
            "III": [None, 32, None, 61],
            "all": [45, 101, 44, 190],
        },
        "ABC",
    )
    assert told(doc) == {
        ("A", "II"): (0, 25),
        ("C", "II"): (5, 30),
        ("A", "III"): (0, 25),
        ("C", "III"): (4, 29),
    }


def test_two_holes_in_every_line_are_not_enough():
    """A bridge between two rectangles: no row and no column has a hole alone, yet the bridge is
    the only way to make both blocks balance, so it is exact."""
    doc = two_way(
        {
            "1": [None, None, 9, 9, 30],
            "2": [None, None, None, 9, 38],
            "3": [9, 9, None, None, 40],
            "4": [9, 9, None, None, 36],
            "all": [38, 36, 35, 35, 144],
        },
        "ABCD",
    )
    leaks = [leak for leak in examine(doc).leaks if leak.kind == "exact"]
    assert [(dict(leak.at), leak.lo) for leak in leaks] == [({"row": "2", "column": "C"}, 3)]


def test_a_rectangle_with_an_empty_corner_bounds_its_neighbours():
    """Ones beside a shown zero line: the company is too small to hide anybody."""
    doc = two_way({"1": [None, None, 2], "2": [None, None, 2], "all": [2, 2, 4]}, "AB", threshold=3)
    truth = [cell(1, row=r, column=c) for r in "12" for c in "AB"]
    proof = examine(doc, truth)
    assert {leak.kind for leak in proof.leaks} >= {"below threshold"}
    assert not proof.protected


def test_a_publisher_who_never_hides_a_zero_tells_that_holes_are_not_empty():
    """Printed as a range from 1, every hole that would reach 0 no longer does."""
    holes = {"lo": 1, "hi": 99}
    doc = two_way({"1": [holes, holes, 5], "2": [holes, holes, 5], "all": [5, 5, 10]}, "AB")
    assert kinds(doc).count("small") == 4


def test_the_small_marker_gives_the_small_ones_away():
    """`<5` for small and `*` for company in an else sound table (disclosure.md §4)."""
    sound = {"1": [None, None, 40], "2": [None, None, 45], "all": [40, 45, 85]}
    assert examine(two_way(sound, "AB")).protected
    marked = {
        "1": [{"lo": 1, "hi": 4}, None, 40],
        "2": [None, None, 45],
        "all": [40, 45, 85],
    }
    assert kinds(two_way(marked, "AB")) == ["small"]
    twice = {"1": [{"lo": 1, "hi": 4}] * 2 + [8], "2": [None, None, 77], "all": [40, 45, 85]}
    assert kinds(two_way(twice, "AB")) == ["exact", "exact"]


def test_a_hierarchy_tells_what_each_level_hides():
    """A region's parts hide each other, but the region above and its sister are printed: the
    part comes back through the other level."""
    sites = dim(["A", "B", "C", "D"], nodes={"north": ["A", "B"], "south": ["C", "D"]})
    cells = [
        cell(40), cell(17, site="north"), cell(None, site="south"),
        cell(None, site="A"), cell(15, site="B"), cell(11, site="C"), cell(12, site="D"),
    ]  # fmt: skip
    proof = examine(document({"site": sites}, cells))
    assert [(leak.kind, dict(leak.at), leak.lo) for leak in proof.leaks] == [
        ("exact", {"site": "A"}, 2)
    ]


def test_linked_tables_share_their_margins():
    """Two tables, each sound alone, print the same margin: hidden in one, shown in the other."""
    dims = {"site": dim(["A", "B"]), "sex": dim(["F", "M"]), "age": dim(["young", "old"])}
    first = [cell(30), cell(None, site="A"), cell(None, site="B")]
    second = [cell(3, site="A", age="young", official=True), cell(0, site="A", age="old")]
    assert examine(document(dims, first)).protected
    assert ("exact", {"site": "A"}) in [
        (leak.kind, dict(leak.at)) for leak in examine(document(dims, first + second)).leaks
    ]


def test_zeros_that_stay_shown_freeze_their_line():
    """Were zeros never company, the three cells of a line with one small count could not move."""
    rows = {"1": [None, 0, 0, 2], "2": [30, 12, 9, 51], "all": [32, 12, 9, 53]}
    assert kinds(two_way(rows, "ABC"))[:2] == ["shown", "exact"]


def test_a_table_without_holes_and_small_counts_is_fine():
    proof = examine(two_way({"1": [20, 10, 30], "2": [0, 25, 25], "all": [20, 35, 55]}, "AB"))
    assert proof.protected
    assert proof.complete
    assert proof.decided
    assert proof.intervals == ()


def test_a_small_count_may_be_shown_by_who_answers_for_it():
    dims = {"site": dim(["A", "B"])}
    cells = [cell(3, site="A"), cell(20, site="B"), cell(23)]
    assert kinds(document(dims, cells)) == ["shown"]
    cells[0] = cell(3, site="A", official=True)
    assert kinds(document(dims, cells)) == []


@pytest.mark.parametrize(("value", "kind"), [(2, "below threshold"), (0, None), (40, None)])
def test_only_small_counts_must_stay_possible_at_nothing_and_at_the_threshold(value, kind):
    """A hidden zero or a hidden forty asks for nothing: they tell of nobody."""
    total = value + 20
    margins = [total + 20, 40, total + 60]
    doc = two_way({"1": [None, None, total], "2": [None, None, 60], "all": margins}, "AB")
    counts = {("1", "A"): value, ("1", "B"): 20, ("2", "A"): total + 20 - value, ("2", "B"): 20}
    truth = [cell(count, row=row, column=column) for (row, column), count in counts.items()]
    if kind:
        doc["cells"].append({"at": {"row": "1", "column": "A"}, "value": {"lo": 0, "hi": 4}})
    assert kinds(doc, truth) == ([kind] if kind else [])


def test_a_group_of_one_kind_is_told_at_any_size():
    """Everyone of a site met one kind of violence: no small count, and yet all of it is said."""
    dims = {"site": dim(["A", "B"]), "type": dim(["t1", "t2"], sensitive=True)}
    cells = [
        cell(40), cell(20, site="A"), cell(20, site="B"),
        cell(20, site="A", type="t1"), cell(0, site="A", type="t2"),
        cell(10, site="B", type="t1"), cell(10, site="B", type="t2"),
    ]  # fmt: skip
    (leak,) = examine(document(dims, cells)).leaks
    assert (leak.kind, leak.at, leak.other) == (
        "one kind", {"site": "A"}, {"site": "A", "type": "t1"},
    )  # fmt: skip
    dims["type"]["sensitive"] = False
    assert examine(document(dims, cells)).protected


def test_holes_that_cannot_all_be_harmless_are_a_leak_without_the_truth():
    """Each of two may be empty, none is certain, but together they are three people."""
    dims = {"site": dim(["A", "B", "C"])}
    cells = [cell(43), cell(40, site="C"), cell(None, site="A"), cell(None, site="B")]
    proof = examine(document(dims, cells))
    assert [leak.kind for leak in proof.leaks] == ["together", "together"]
    assert len(proof.undecided) == 2


def test_without_the_truth_a_cell_that_may_be_large_is_left_undecided():
    doc = two_way({"1": [None, None, 12], "2": [None, None, 60], "all": [10, 62, 72]}, "AB")
    doc["cells"].append({"at": {"row": "1", "column": "A"}, "value": {"lo": 2, "hi": 10}})
    proof = examine(doc)
    assert proof.protected
    assert not proof.decided
    assert [f.kind for f in proof.undecided] == ["not empty", "not empty"]
    small = [cell(3, row="1", column="A"), cell(9, row="1", column="B"),
             cell(7, row="2", column="A"), cell(53, row="2", column="B")]  # fmt: skip
    assert kinds(doc, small) == ["not empty"]
