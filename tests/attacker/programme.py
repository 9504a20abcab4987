# SPDX-License-Identifier: AGPL-3.0-or-later
"""Synthetic programmes and the documents printed from them, for holding the attacker to work."""

import random
from collections.abc import Callable
from itertools import product

Person = tuple[str, ...]
DIMS = {
    "site": (list("ABCDEF"), [30, 25, 18, 12, 9, 6]),
    "sex": (["F", "M", "U"], [62, 36, 2]),
    "age": (
        ["0-11", "12-17", "18-24", "25-34", "35-44", "45-59", "60+"],
        [5, 9, 22, 30, 19, 11, 4],
    ),
    "nationality": (["n1", "n2", "n3", "n4", "n5", "n6"], [34, 24, 16, 12, 9, 5]),
    "type": (["t1", "t2", "t3", "t4", "t5", "t6"], [40, 22, 15, 11, 8, 4]),
    "quarter": ([f"q{n}" for n in range(1, 9)], [1] * 8),
}


def people(count: int, seed: int) -> list[dict[str, str]]:
    rng = random.Random(seed)
    return [
        {dim: rng.choices(leaves, weights)[0] for dim, (leaves, weights) in DIMS.items()}
        for _ in range(count)
    ]


def dim(leaves: list[str], **more: object) -> dict:
    """A flat dimension: every leaf, and all of them."""
    nodes = {leaf: [leaf] for leaf in leaves} | {"all": list(leaves)} | dict(more.pop("nodes", {}))
    return {"leaves": list(leaves), "nodes": nodes, "total": "all", **more}


def document(dims: dict, cells: list[dict], threshold: int = 5, **more: object) -> dict:
    return {
        "format": "sdc-table/1", "id": "test", "threshold": threshold, "dims": dims,
        "cells": cells, **more,
    }  # fmt: skip


def cell(value: object = None, official: bool = False, **at: str) -> dict:
    return {"at": at, "value": value} | ({"official": True} if official else {})


def counted(persons: list[dict[str, str]], dims: dict, tables: list[dict[str, list[str]]]) -> list:
    """Every cell of the tables ({dim: nodes}), in their true counts, each address once."""
    addresses = {
        tuple(
            (name, node)
            for name, node in zip(table, nodes, strict=True)
            if node != dims[name]["total"]
        )
        for table in tables
        for nodes in product(*table.values())
    }
    sets = {name: {n: frozenset(m) for n, m in d["nodes"].items()} for name, d in dims.items()}
    return [
        cell(
            sum(all(p[name] in sets[name][node] for name, node in at) for p in persons), **dict(at)
        )
        for at in sorted(addresses)
    ]


def hide(cells: list[dict], which: Callable[[dict], bool]) -> list[dict]:
    return [c | {"value": None} if which(c) else c for c in cells]


def small(one: dict, threshold: int = 5) -> bool:
    return 1 <= one["value"] < threshold


def donor_report(count: int, seed: int) -> tuple[dict, list[dict]]:
    """Three linked three-way tables over site and sex: dimensions and true cells."""
    persons = people(count, seed)
    dims = {name: dim(DIMS[name][0]) for name in ("site", "sex", "age", "nationality", "type")}
    nodes = {name: list(d["nodes"]) for name, d in dims.items()}
    tables = [
        {name: nodes[name] for name in ("site", "sex", third)}
        for third in ("age", "nationality", "type")
    ]
    return dims, counted(persons, dims, tables)
