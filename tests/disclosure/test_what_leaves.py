# SPDX-License-Identifier: AGPL-3.0-or-later
import dataclasses
import json
import pickle
import subprocess
import sys

import pytest

from casework.disclosure import Policy, Public, protect

from .programme import dims, people, table

NAMES = ("site", "sex", "age")
MARK = 90_071  # numbers that occur nowhere else


def draft():
    """Hidden counts that one would recognise: company of seven small cells."""
    made = people(NAMES, 400, seed=4)
    return protect(dims(*NAMES), [table("site", "sex"), table("site", "age")], made)


def walk(value, seen):
    """Everything that can be reached from an object."""
    if id(value) in seen:
        return
    seen[id(value)] = value
    if isinstance(value, dict):
        parts = [*value.keys(), *value.values()]
    elif isinstance(value, list | tuple | set | frozenset):
        parts = list(value)
    elif dataclasses.is_dataclass(value):
        parts = [getattr(value, field.name) for field in dataclasses.fields(value)]
    else:
        parts = list(getattr(value, "__dict__", {}).values())
    for part in parts:
        walk(part, seen)


def test_a_release_holds_no_hidden_number():
    dims_, tables = dims("site", "sex"), [table("site", "sex")]
    counts = {
        ("A", "F"): MARK, ("A", "M"): MARK + 1, ("A", "Other"): 1, ("A", "Unknown"): 2,
        ("B", "F"): MARK + 3, ("B", "M"): MARK + 4, ("B", "Other"): 0, ("B", "Unknown"): 3,
        ("Hub", "F"): MARK + 6, ("Hub", "M"): 0, ("Mobile", "F"): 2, ("Partner", "F"): MARK + 7,
    }  # fmt: skip
    made = protect(dims_, tables, counts)
    public = made.public()
    hidden = {
        number for place, number in counts.items()
        if made.why(dict(zip(("site", "sex"), place, strict=True))) and number >= MARK
    }  # fmt: skip
    assert hidden
    seen = {}
    walk(public, seen)
    reached = {value for value in seen.values() if isinstance(value, int)}
    told = pickle.dumps(public), repr(public), json.dumps(public.document())
    for number in hidden:
        assert number not in reached
        assert not any(str(number) in str(text) for text in told)
        assert number.to_bytes(4, "little")[:3] not in told[0]


def test_what_leaves_knows_nothing_of_what_stays():
    public = draft().public()
    seen = {}
    walk(public, seen)
    kinds = {type(value).__name__ for value in seen.values()}
    assert not kinds & {"Draft", "Asked", "Counts", "System", "Hiding", "Wishes", "Why", "Unmet"}


def test_a_draft_does_not_print_itself():
    text = repr(draft())
    assert not any(character.isdigit() for character in text.split(" at 0x")[0])


def test_a_release_survives_a_pickle():
    public = draft().public("q1")
    again = pickle.loads(pickle.dumps(public))
    assert isinstance(again, Public)
    assert again.document() == public.document()


def test_a_document_says_each_cell_once_in_plain_words():
    document = draft().public("q1").document()
    assert document["format"] == "sdc-table/1"
    assert document["threshold"] == Policy().k
    places = [tuple(sorted(cell["at"].items())) for cell in document["cells"]]
    assert len(places) == len(set(places)) == 30 + 48 - 6
    for cell in document["cells"]:
        assert all(node in document["dims"][name]["nodes"] for name, node in cell["at"].items())
        assert cell["value"] is None or cell["value"] >= 0
    assert json.loads(json.dumps(document)) == document


def test_a_table_is_read_in_its_own_order():
    read = draft().public().table("site-sex")
    assert read.dims == ("site", "sex")
    assert [nodes for nodes, _cell in read.cells][:2] == [("A", "F"), ("A", "M")]
    assert read.cells[-1][1].value == 400


ALONE = """
import json, random, sys
from casework.disclosure import Dim, Policy, Table, protect
from tests.disclosure.programme import dims, people, table
names = ("site", "sex", "age")
made = people(names, 300, seed=8)
rows = list(zip(*made.values()))
random.Random(int(sys.argv[1])).shuffle(rows)
columns = dict(zip(names, zip(*rows)))
draft = protect(dims(*names), [table("site", "sex", "age")], columns, Policy(lp_limit=200))
print(json.dumps(draft.public(unmet_signed=True).document()))
"""


@pytest.fixture(scope="module")
def alone():
    """The same people in two processes, in other orders and with other hashes of words."""
    return [
        subprocess.run(
            [sys.executable, "-c", ALONE, str(turn)], capture_output=True, check=True, text=True,
            env={"PYTHONHASHSEED": str(turn), "PYTHONPATH": ":".join(sys.path)},
        )
        for turn in (1, 2)
    ]  # fmt: skip


def test_the_same_people_give_the_same_bytes_in_any_process_and_order(alone):
    assert len({done.stdout for done in alone}) == 1


def test_the_solver_says_nothing(alone):
    assert alone[0].stdout.startswith("{")
    assert alone[0].stderr == ""


def test_cells_and_columns_are_read_alike():
    made = people(("site", "sex"), 200, seed=2)
    cells = {}
    for place in zip(*made.values(), strict=True):
        cells[place] = cells.get(place, 0) + 1
    asked = dims("site", "sex"), [table("site", "sex")]
    assert protect(*asked, cells).public() == protect(*asked, made).public()
