# SPDX-License-Identifier: AGPL-3.0-or-later
"""The attacker held against the enumeration of every whole table there can be, in tiny cases."""

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from casework.attacker import Contradictory, Finding, examine

from .programme import document
from .worlds import Worlds

THRESHOLD = 3
SHAPES = (  # dimensions, the most people, so that all worlds can be counted out
    ({"a": "abc", "b": "xy"}, 5),
    ({"a": "ab", "b": "xy", "c": "uv"}, 4),
    ({"a": "abc", "b": "xyz"}, 4),
    ({"a": "ab", "s": "pqr!"}, 4),
    ({"o": "lmn~"}, 5),
    ({"a": "ab", "o": "lm~"}, 5),
    ({"o": "lm~", "p": "12~"}, 4),
    ({"r": "abcdef@"}, 4),
    ({"a": "xy", "v": "kde%"}, 3),
)


def shaped(shape: dict[str, str]) -> dict:
    """Each dimension with its leaves, all, and all but the last where that says more; `~` marks
    overlap, `!` a sensitive one, `@` one whose nodes are pairs that lap over in odd rings, `%` two
    versions of a release: kept, dropped, entered later."""
    dims = {}
    for name, text in shape.items():
        leaves = [c for c in text if c.isalnum()]
        nodes = {leaf: [leaf] for leaf in leaves} | {"all": leaves}
        if len(leaves) > 2:
            nodes["but last"] = leaves[:-1]
        if "@" in text:
            nodes = {p: list(p) for p in ("ab", "bc", "ac", "de", "ef", "df")} | {"all": leaves}
        if "%" in text:
            nodes |= {"all": ["k", "e"], "first": ["k", "d"]}
        dims[name] = {
            "leaves": leaves, "nodes": nodes, "total": "all",
            "overlap": "~" in text, "sensitive": "!" in text,
        }  # fmt: skip
    return dims


@st.composite
def documents(draw) -> tuple[dict, int]:
    shape, most = draw(st.sampled_from(SHAPES))
    dims = shaped(shape)
    people = draw(st.integers(1, most))
    empty = Worlds(document(dims, []), 0)
    chosen = draw(st.lists(st.integers(0, len(empty.types) - 1), min_size=people, max_size=people))
    linked = draw(st.booleans())  # only two-way tables, which may tell on each other in a ring
    everyone = sum(bool(empty.members({})[person]) for person in chosen)
    total = draw(st.sampled_from((everyone, {"lo": 0, "hi": people})))
    cells = [{"at": {}, "value": total}]
    if "v" in dims:  # without a bound on the first version its dropped people have none
        cells.append({"at": {"v": "first"}, "value": {"lo": 0, "hi": people}})
    for nodes in product(*(d["nodes"] for d in dims.values())):
        at = {name: node for name, node in zip(dims, nodes, strict=True) if node != "all"}
        inside = empty.members(at)
        value = sum(bool(inside[person]) for person in chosen)
        shows = draw(
            st.sampled_from(("absent", "absent", "shown", "shown", "null", "null", "range"))
        )
        if shows == "absent" or not at or (linked and len(at) > 2):
            continue
        around = {"lo": max(0, value - draw(st.integers(0, 1))), "hi": value + 1}
        cells.append({"at": at, "value": {"shown": value, "null": None, "range": around}[shows]})
    return document(dims, cells, THRESHOLD), people * (2 if "v" in dims else 1)


def key(at: dict) -> tuple:
    return tuple(sorted(at.items()))


def hidden(doc: dict) -> list[dict]:
    return [cell["at"] for cell in doc["cells"] if not isinstance(cell["value"], int)]


few = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@few
@given(documents())
def test_intervals_are_those_of_every_whole_table(drawn):
    doc, people = drawn
    proof = examine(doc, intervals=True)
    worlds = Worlds(doc, people)
    assert proof.complete
    assert not proof.unsettled
    found = {key(i.at): (i.lo, i.hi) for i in proof.intervals}
    for at in hidden(doc):
        # Two addresses of the same people have one line; the other may be under its twin's name.
        if key(at) in found:
            assert found[key(at)] == worlds.interval(at)
    members = {tuple(worlds.members(dict(at))) for at in found}
    shown = {tuple(worlds.members(c["at"])) for c in doc["cells"] if isinstance(c["value"], int)}
    assert {tuple(worlds.members(at)) for at in hidden(doc)} - shown == members


@few
@given(documents())
def test_what_is_asked_with_the_truth_is_what_enumeration_says(drawn):
    doc, people = drawn
    worlds = Worlds(doc, people)
    for world in worlds.worlds[:: max(1, len(worlds.worlds) // 3)]:
        truth = [{"at": at, "value": int(world[worlds.members(at)].sum())} for at in hidden(doc)]
        kinds = ("exact", "small", "not empty", "below threshold")
        leaks = [f for f in examine(doc, truth).leaks if f.kind in kinds]
        found = {tuple(worlds.members(f.at)) for f in leaks}
        shown = {
            tuple(worlds.members(c["at"])) for c in doc["cells"] if isinstance(c["value"], int)
        }
        expected = set()
        for one in truth:
            lo, hi = worlds.interval(one["at"])
            if 1 <= one["value"] < THRESHOLD and (lo > 0 or hi < THRESHOLD):
                expected.add(tuple(worlds.members(one["at"])))
        assert found == expected - shown


def harmless(worlds: Worlds, doc: dict) -> np.ndarray:
    """For each world, whether each of its small hidden cells may be 0 and may be the threshold."""
    fine = np.ones(len(worlds.worlds), dtype=bool)
    for at in hidden(doc):
        members = worlds.members(at)
        if any(
            isinstance(c["value"], int) and (worlds.members(c["at"]) == members).all()
            for c in doc["cells"]
        ):
            continue
        counts = worlds.counts(members)
        if counts.min() > 0 or counts.max() < THRESHOLD:
            fine &= (counts == 0) | (counts >= THRESHOLD)
    return fine


@few
@given(documents())
def test_without_the_truth_a_leak_is_what_leaks_in_every_world(drawn):
    doc, people = drawn
    worlds = Worlds(doc, people)
    found = [f for f in examine(doc).leaks if f.kind in ("exact", "small", "together")]
    assert bool(found) == (not harmless(worlds, doc).any())


def lines(doc: dict) -> list[list[dict]]:
    """Printed addresses that differ in one dimension only."""
    found: dict[tuple, list[dict]] = {}
    for cell in doc["cells"]:
        for name in doc["dims"]:
            rest = {d: node for d, node in cell["at"].items() if d != name}
            found.setdefault((name, key(rest)), []).append(cell["at"])
    return list(found.values())


def made_up(group: np.ndarray, parts: list[np.ndarray]) -> bool:
    """Whether some of the parts, sharing nobody, are the group."""
    inside = [part for part in parts if not (part & ~group).any()]
    return any(
        (sum(part.astype(int) for part in chosen) == group).all()
        for count in range(1, len(inside) + 1)
        for chosen in combinations(inside, count)
    )


def subtractions(parts: list[np.ndarray]) -> list[np.ndarray]:
    groups = [g for a, b in product(parts, repeat=2) for g in (a & ~b, a & b)]
    for a in parts:
        smaller = [b for b in parts if (b & ~a).sum() == 0 and (a & ~b).any()]
        groups.append(a & ~np.any([np.zeros_like(a), *smaller], axis=0))
    return [group for group in groups if not made_up(group, parts)]


def group_of(worlds: Worlds, leak: Finding) -> np.ndarray:
    first = worlds.members(leak.at)
    if leak.kind == "rest":
        cells = [worlds.members(at) for line in lines(worlds.document) for at in line
                 if leak.at in line]  # fmt: skip
        smaller = [b for b in cells if (b & ~first).sum() == 0 and (first & ~b).any()]
        return first & ~np.any([np.zeros_like(first), *smaller], axis=0)
    second = worlds.members(leak.other)
    return first & (second if leak.kind == "both" else ~second)


@few
@given(documents())
def test_subtracted_groups_are_found_and_only_those(drawn):
    doc, people = drawn
    worlds = Worlds(doc, people)
    leaks = examine(doc).leaks
    found = set()
    for leak in (leak for leak in leaks if leak.kind in ("difference", "both", "rest")):
        group = group_of(worlds, leak)
        counts = worlds.counts(group)
        if leak.kind != "rest" or len(doc["dims"]) == 1:
            assert (counts.min(), counts.max()) == (leak.lo, leak.hi)
        assert 1 <= leak.lo <= leak.hi < THRESHOLD
        found.add(tuple(group))
    rests = any(leak.kind in ("rest", "gap") for leak in leaks)
    for line in lines(doc):
        for group in subtractions([worlds.members(at) for at in line]):
            counts = worlds.counts(group)
            if counts.min() >= 1 and counts.max() < THRESHOLD:
                printed = any((worlds.members(c["at"]) == group).all() for c in doc["cells"])
                assert tuple(group) in found or printed or rests


@few
@given(documents())
def test_what_parts_make_up_leaks_only_with_a_part(drawn):
    """Why sets made up of printed parts need not be examined for themselves."""
    doc, people = drawn
    worlds = Worlds(doc, people)
    for line in lines(doc):
        parts = [worlds.members(at) for at in line]
        for a, b in product(parts, repeat=2):
            counts = worlds.counts(a & ~b)
            certain = counts.min() >= 1 and counts.max() < THRESHOLD
            if certain and made_up(a & ~b, parts):
                assert not examine(doc).protected


@few
@given(documents())
def test_groups_of_one_kind_are_found_and_only_those(drawn):
    doc, people = drawn
    assume("s" in doc["dims"])
    worlds = Worlds(doc, people)
    found = {(key(f.at), key(f.other)) for f in examine(doc).leaks if f.kind == "one kind"}
    expected = set()
    for cell in doc["cells"]:
        if "s" in cell["at"]:
            group = {d: node for d, node in cell["at"].items() if d != "s"}
            everyone, kind = worlds.members(group), worlds.members(cell["at"])
            if not worlds.counts(everyone & ~kind).any() and worlds.counts(everyone).min() >= 1:
                expected.add((key(group), key(cell["at"])))
    assert found == expected


def test_an_odd_ring_bounds_whole_counts_where_halves_would_pass():
    """Each two of three leaves hold one person at most: real counts reach 1.5 in each ring, so 3
    in two rings; whole ones 2. A bound that is only rounded would call 3 possible."""
    dims = shaped({"r": "abcdef@"})
    cells = [
        {"at": {"r": node}, "value": {"lo": 0, "hi": 1}}
        for node in dims["r"]["nodes"]
        if node != "all"
    ]
    proof = examine(document(dims, [{"at": {}, "value": None}, *cells], 3), intervals=True)
    assert [(i.lo, i.hi) for i in proof.intervals if not i.at] == [(0, 2)]
    assert Worlds(document(dims, cells, 3), 3).interval({}) == (0, 2)


def test_halves_alone_are_no_world():
    dims = shaped({"r": "abcdef@"})
    cells = [{"at": {"r": node}, "value": 1} for node in ("ab", "bc", "ac")]
    with pytest.raises(Contradictory):
        examine(document(dims, cells, 3))


def test_three_two_way_tables_tell_on_each_other():
    """Each pair of tables agrees with many third ones; the three together with one only. Whoever
    joins tables by their common margins alone does not see it (disclosure.md §8)."""
    dims = shaped({"a": "xy", "b": "xy", "c": "xy"})
    cells = [{"at": {}, "value": 12}]
    for pair in ("ab", "bc"):
        for nodes in product("xy", repeat=2):
            value = {"xx": 3, "yy": 9}.get("".join(nodes), 0)
            cells.append(
                {"at": dict(zip(pair, nodes, strict=True)), "value": value, "official": True}
            )
    cells += [{"at": {"a": a, "c": c}, "value": None} for a, c in product("xy", repeat=2)]
    doc = document(dims, cells, 5)
    proof = examine(doc)
    assert [(f.kind, dict(f.at), f.lo) for f in proof.leaks] == [("exact", {"a": "x", "c": "x"}, 3)]
    assert proof.complete


def test_four_tables_in_a_ring_tell_on_each_other():
    """A ring that has no triangle: closing it must add the crossing that no table prints."""
    dims = shaped({name: "xy" for name in "abcd"})
    cells = [{"at": {}, "value": 12}]
    for first, second in ("ab", "bc", "cd"):
        for nodes in product("xy", repeat=2):
            value = {"xx": 3, "yy": 9}.get("".join(nodes), 0)
            at = {first: nodes[0], second: nodes[1]}
            cells.append({"at": at, "value": value, "official": True})
    cells += [{"at": {"a": a, "d": d}, "value": None} for a, d in product("xy", repeat=2)]
    (leak,) = examine(document(dims, cells, 5)).leaks
    assert (leak.kind, leak.at, leak.lo) == ("exact", {"a": "x", "d": "x"}, 3)


@pytest.mark.parametrize(("known", "asked"), [("b", "c"), ("c", "b")])
def test_what_one_table_tells_is_carried_into_the_next(known, asked):
    """The line's total is not printed; the other table gives it, in whichever order they stand."""
    dims = shaped({name: "xy" for name in "abc"})
    cells = [{"at": {"a": "x", known: node}, "value": 10} for node in "xy"]
    cells += [
        {"at": {"a": "x", asked: "x"}, "value": 18},
        {"at": {"a": "x", asked: "y"}, "value": None},
    ]
    (leak,) = examine(document(dims, cells, 5)).leaks
    assert (leak.kind, leak.at, leak.lo) == ("exact", {"a": "x", asked: "y"}, 2)
