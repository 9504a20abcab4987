# SPDX-License-Identifier: AGPL-3.0-or-later
"""People who may be in several leaves: unions do not add up, and their gaps are groups."""

import pytest

from casework.attacker import Contradictory, TooLarge, examine

from .programme import cell, dim, document


def lapping(leaves: list[str], **nodes: list[str]) -> dict:
    return dim(leaves, overlap=True, nodes=nodes)


def test_a_subtraction_gives_a_floor_and_not_a_value():
    """All = 13 and A = 10 put B between 3 and 13 (disclosure.md §5.4)."""
    doc = document({"site": lapping(["A", "B"])}, [cell(13), cell(10, site="A"), cell(site="B")])
    proof = examine(doc, intervals=True)
    assert [(i.lo, i.hi) for i in proof.intervals] == [(3, 13)]
    # Those seen elsewhere only are three people all the same, and that is told.
    assert [(f.kind, f.lo, dict(f.other)) for f in proof.leaks] == [
        ("difference", 3, {"site": "A"})
    ]


def test_the_gap_of_two_sites_is_those_seen_at_both():
    doc = document(
        {"site": lapping(["A", "B"])}, [cell(28), cell(20, site="A"), cell(10, site="B")]
    )
    (leak,) = examine(doc).leaks
    assert (leak.kind, leak.lo, leak.hi) == ("both", 2, 2)
    assert leak.at != leak.other


def test_the_gap_of_three_sites_bounds_who_was_at_more_than_one():
    """Two visits too many: one person at all three, or two at two each."""
    cells = [cell(40), *(cell(14, site=s) for s in "ABC")]
    leaks = examine(document({"site": lapping(list("ABC"))}, cells)).leaks
    assert [(f.kind, dict(f.at), f.lo, f.hi) for f in leaks] == [("gap", {}, 1, 2)]


def test_crossing_overlaps_are_submodular():
    """U(all) <= U(row 1) + U(col a) - U(1a) + U(2b) (disclosure.md §5.3): parents and
    children alone would let the whole be 17, sets let it be 11."""
    dims = {"site": lapping(["1", "2"]), "month": lapping(["a", "b"])}
    cells = [
        cell(None), cell(8, site="1"), cell(8, month="a"),
        cell(6, site="1", month="a"), cell(1, site="2", month="b", official=True),
    ]  # fmt: skip
    proof = examine(document(dims, cells), intervals=True)
    assert {tuple(i.at): (i.lo, i.hi) for i in proof.intervals}[()] == (8, 11)
    with pytest.raises(Contradictory):
        examine(document(dims, [cell(12), *cells[1:]]))


def test_nested_unions_add_up_after_all():
    """A year to date is a sum over the quarter of first contact: an additive dimension."""
    quarters = {
        "leaves": ["first in q1", "first in q2"],
        "nodes": {"to q1": ["first in q1"], "to q2": ["first in q1", "first in q2"],
                  "new in q2": ["first in q2"]},
        "total": "to q2",
    }  # fmt: skip
    doc = document({"quarter": quarters}, [cell(13), cell(10, quarter="to q1"),
                                           cell(None, quarter="new in q2")])  # fmt: skip
    assert [(f.kind, f.lo) for f in examine(doc).leaks] == [("exact", 3)]


def test_attributes_cross_an_overlap_exactly():
    """A person's sex is one wherever she is met: women at A or B are women of the programme."""
    dims = {"site": lapping(["A", "B"]), "sex": dim(["F", "M"])}
    cells = [cell(30), cell(16, sex="F"), cell(14, sex="M"), cell(9, site="A", sex="F"),
             cell(None, site="B", sex="F")]  # fmt: skip
    proof = examine(document(dims, cells), intervals=True)
    assert [(i.lo, i.hi) for i in proof.intervals] == [(7, 16)]
    assert proof.complete


def test_eleven_leaves_are_examined_and_twelve_refused():
    for count in (11, 12):
        leaves = [f"s{n:02}" for n in range(count)]
        doc = document({"site": lapping(leaves)}, [cell(90), *(cell(20, site=s) for s in leaves)])
        if count == 11:
            assert examine(doc).size["unknowns"] == 2047
        else:
            with pytest.raises(TooLarge):
                examine(doc)


def test_leaves_that_no_cell_tells_apart_do_not_count():
    leaves = [f"m{n:02}" for n in range(24)]
    halves = {"first": leaves[:12], "second": leaves[12:]}
    doc = document({"month": lapping(leaves, **halves)},
                   [cell(50), cell(30, month="first"), cell(None, month="second")])  # fmt: skip
    assert examine(doc).size["unknowns"] == 3
