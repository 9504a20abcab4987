# SPDX-License-Identifier: AGPL-3.0-or-later
"""The document is read strictly, and one that contradicts itself is told apart from a bad one."""

import copy

import pytest

from casework.attacker import Contradictory, Malformed, TooLarge, examine, system

from .programme import cell, dim, document


def sound() -> dict:
    dims = {"site": dim(["A", "B"]), "sex": dim(["F", "M"])}
    return document(dims, [cell(30), cell(12, site="A"), cell(None, site="B", sex="F")])


def changed(path: str, value: object) -> dict:
    doc = copy.deepcopy(sound())
    *way, last = [int(step) if step.isdigit() else step for step in path.split("/")]
    place = doc
    for step in way:
        place = place[step]
    place[last] = value
    return doc


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        ("format", "sdc-table/2", "format"),
        ("id", 7, "id"),
        ("threshold", "5", "threshold"),
        ("threshold", True, "threshold"),
        ("dims", [], "dims"),
        ("dims/site/leaves", [], "dims.site.leaves"),
        ("dims/site/leaves", ["A", "A", "B"], "dims.site.leaves"),
        ("dims/site/leaves", "AB", "dims.site.leaves"),
        ("dims/site/nodes/A", ["C"], "dims.site.nodes.A"),
        ("dims/site/nodes/A", [], "dims.site.nodes.A"),
        ("dims/site/total", "everything", "dims.site.total"),
        ("dims/site/overlap", "no", "dims.site.overlap"),
        ("dims/site/overlaps", True, "dims.site"),
        ("cells", {}, "cells"),
        ("cells/1", [], "cells[1]"),
        ("cells/1/at", None, "cells[1].at"),
        ("cells/1/at/place", "A", "cells[1].at"),
        ("cells/1/at/site", "C", "cells[1].at.site"),
        ("cells/1/at/site", ["A"], "cells[1].at.site"),
        ("cells/1/value", -1, "cells[1].value"),
        ("cells/1/value", 1.0, "cells[1].value"),
        ("cells/1/value", True, "cells[1].value"),
        ("cells/1/value", ":", "cells[1].value"),
        ("cells/1/value", {"lo": 2}, "cells[1].value.hi"),
        ("cells/1/value", {"lo": 3, "hi": 2}, "cells[1].value"),
        ("cells/1/value", {"lo": 1, "hi": 2, "mid": 1}, "cells[1].value"),
        ("cells/1/offical", True, "cells[1]"),
        ("cells/1/official", 1, "cells[1].official"),
        ("earlier", [{"at": {}}], "earlier[0]"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_place(path, value, where):
    with pytest.raises(Malformed) as caught:
        examine(changed(path, value))
    assert caught.value.where == where


def test_anything_but_an_object_is_refused():
    for value in (None, [], "sdc-table/1", 5):
        with pytest.raises(Malformed):
            examine(value)


def test_releases_that_disagree_are_named():
    doc = sound() | {"earlier": [cell(13, site="A")]}
    with pytest.raises(Contradictory) as caught:
        examine(doc)
    assert caught.value.cells == ("cells[1]", "earlier[0]")


def test_the_same_people_under_two_names_are_one_cell():
    """A year to date at the end of its year is the year."""
    quarter = {"leaves": ["q1", "q2"], "total": "year",
               "nodes": {"q1": ["q1"], "to q2": ["q1", "q2"], "year": ["q1", "q2"]}}  # fmt: skip
    with pytest.raises(Contradictory):
        examine(document({"quarter": quarter}, [cell(9), cell(8, quarter="to q2")]))


@pytest.mark.parametrize(
    "more", [cell(31, sex="F"), cell(0, sex="F") | {"value": {"lo": 31, "hi": 40}}]
)
def test_numbers_that_cannot_be_are_a_contradiction(more):
    doc = sound()
    doc["cells"].append(more)
    with pytest.raises(Contradictory):
        examine(doc)


def test_a_zero_with_people_in_it_is_a_contradiction():
    dims = {"site": dim(["A", "B"])}
    with pytest.raises(Contradictory):
        examine(document(dims, [cell(0), cell(7, site="A")]))


def test_a_truth_that_is_not_of_this_print_is_refused():
    with pytest.raises(Contradictory):
        examine(sound(), [cell(19, site="B", sex="F")])
    with pytest.raises(Contradictory):
        examine(sound(), [cell(13, site="A")])
    with pytest.raises(Malformed):
        examine(sound(), [cell(4, sex="F")])
    with pytest.raises(Malformed):
        examine(sound(), [cell(None, site="B", sex="F")])


def test_a_document_without_cells_says_nothing():
    proof = examine(document({"site": dim(["A", "B"])}, []))
    assert proof.protected
    assert proof.size["unknowns"] == 1


def test_without_a_total_a_hidden_cell_has_no_end():
    cells = [cell(None), cell(None, site="A"), cell(12, site="B")]
    proof = examine(document({"site": dim(["A", "B"])}, cells), intervals=True)
    assert [(i.lo, i.hi) for i in proof.intervals] == [(0, None), (12, None)]
    assert proof.protected


def test_counts_of_millions_stay_exact():
    dims = {"site": dim(["A", "B"]), "sex": dim(["F", "M"])}
    cells = [
        cell(7_000_003), cell(4_000_001, site="A"), cell(3_000_002, site="B"),
        cell(7_000_000, sex="F"), cell(3, sex="M", official=True),
        *(cell(None, site=s, sex=x) for s in "AB" for x in "FM"),
    ]  # fmt: skip
    proof = examine(document(dims, cells), intervals=True)
    assert {tuple(i.at.values()): (i.lo, i.hi) for i in proof.intervals} == {
        ("F", "A"): (3_999_998, 4_000_001), ("F", "B"): (2_999_999, 3_000_002),
        ("M", "A"): (0, 3), ("M", "B"): (0, 3),
    }  # fmt: skip
    assert [f.kind for f in proof.leaks] == ["together", "together"]


def test_a_ring_too_large_to_close_is_examined_and_called_incomplete(monkeypatch):
    """Three tables in a ring understate the outsider unless they are joined into one."""
    dims = {name: dim(list("uvwxyz")) for name in "abc"}
    cells = [cell(36)]
    for first, second in ("ab", "bc", "ac"):
        cells += [
            cell(1, official=True, **{first: x, second: y}) for x in "uvwxyz" for y in "uvwxyz"
        ]
    assert examine(document(dims, cells)).complete
    monkeypatch.setattr(system, "MOST_COLUMNS", 150)
    proof = examine(document(dims, cells))
    assert not proof.complete
    assert not proof.protected
    monkeypatch.setattr(system, "MOST_COLUMNS", 100)
    with pytest.raises(TooLarge):
        examine(document(dims, cells))


def test_a_proof_is_written_as_plain_values():
    written = examine(sound()).as_dict()
    assert set(written) == {
        "id", "threshold", "protected", "complete", "decided", "unsettled", "hidden", "leaks",
        "undecided", "intervals", "size", "work",
    }  # fmt: skip
    assert written["intervals"] == [{"at": {"site": "B", "sex": "F"}, "lo": 0, "hi": None}]
