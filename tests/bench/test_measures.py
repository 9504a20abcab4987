# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every measure runs: in the smallest sizes and a process of its own, as `casework bench` does.

No figure is judged here: neighbours share the processor, and no goal holds in these sizes.
"""

import json
import math
import subprocess
import sys

import pytest

EACH_GIVES = {"list": 4, "search": 3, "pages": 4, "bytes": 4, "figures": 9}


@pytest.fixture(scope="module")
def figures():
    command = [sys.executable, "-m", "casework.bench", "--tiny", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_there_is_no_other_measure(figures):
    assert {one["measure"] for one in figures} == set(EACH_GIVES)


@pytest.mark.parametrize("measure", EACH_GIVES)
def test_a_measure_gives_its_figures(figures, measure):
    given = [one for one in figures if one["measure"] == measure]
    assert len(given) >= EACH_GIVES[measure]
    assert all(math.isfinite(one["value"]) for one in given)
