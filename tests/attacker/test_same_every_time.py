# SPDX-License-Identifier: AGPL-3.0-or-later
"""Same document, same proof: rows shuffled, dimensions shuffled, in another process."""

import ast
import json
import os
import random
import subprocess
import sys
from pathlib import Path

from casework import attacker
from casework.attacker import examine

from .programme import document, donor_report, hide

ROOM = Path(attacker.__file__).parent


def crude() -> dict:
    dims, cells = donor_report(120, 3)
    return document(dims, hide(cells, lambda c: 0 < c["value"] < 12 and len(c["at"]) > 1))


def shuffled(doc: dict, seed: int) -> dict:
    rng = random.Random(seed)
    cells = rng.sample(doc["cells"], len(doc["cells"]))
    cells = [c | {"at": dict(rng.sample(list(c["at"].items()), len(c["at"])))} for c in cells]
    dims = {
        name: d | {"leaves": rng.sample(d["leaves"], len(d["leaves"])),
                   "nodes": dict(rng.sample(list(d["nodes"].items()), len(d["nodes"])))}
        for name, d in rng.sample(list(doc["dims"].items()), len(doc["dims"]))
    }  # fmt: skip
    return doc | {"dims": dims, "cells": cells[:200], "earlier": cells[200:]}


def test_rows_in_another_order_give_the_same_bytes():
    doc = crude()
    first = json.dumps(examine(doc).as_dict())
    assert '"leaks": [{' in first
    for seed in range(3):
        assert json.dumps(examine(shuffled(doc, seed)).as_dict()) == first


def test_another_process_gives_the_same_bytes_and_prints_nothing_else():
    doc = crude()
    code = (
        "import json, sys; from casework.attacker import examine; "
        "sys.stdout.write(json.dumps(examine(json.load(sys.stdin)).as_dict()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=json.dumps(doc), capture_output=True, text=True, check=True,
        env=os.environ | {"PYTHONHASHSEED": "2", "PYTHONPATH": str(ROOM.parent.parent)},
    )  # fmt: skip
    assert done.stdout == json.dumps(examine(doc).as_dict())
    assert done.stderr == ""


def test_the_attacker_and_the_protection_share_nothing():
    """Neither room imports the other, nor any other room: a fault of one cannot hide in both."""
    for room, other in (("attacker", "disclosure"), ("disclosure", "attacker")):
        for path in (ROOM.parent / room).glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                names += [a.name for a in node.names] if isinstance(node, ast.Import) else []
                assert not any(other in name.split(".") for name in names), path
                if room == "attacker":
                    assert not any(name.split(".")[0] == "casework" for name in names), path
