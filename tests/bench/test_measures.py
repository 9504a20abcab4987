# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every measure runs: in the smallest sizes and a process of its own, as `casework bench` does.

No figure is judged here: neighbours share the processor, and no goal holds in these sizes.
"""

import json
import math
import os
import subprocess
import sys

import psycopg
import pytest

from tests import postgres

EACH_GIVES = {
    "list": 4,
    "search": 3,
    "pages": 4,
    "crowd": 7,
    "matching": 2,
    "attendance": 3,
    "bytes": 4,
    "figures": 9,
    "disclosure": 9,
}


@pytest.fixture(scope="module")
def figures():
    return bench()


def bench(*options, **environment):
    done = started(*options, **environment)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def started(*options, **environment):
    command = [sys.executable, "-m", "casework.bench", "--tiny", "--json", *options]
    return subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, check=False,
        timeout=120,
    )  # fmt: skip


def test_there_is_no_other_measure(figures):
    assert {one["measure"] for one in figures} == set(EACH_GIVES)


@pytest.mark.parametrize("measure", EACH_GIVES)
def test_a_measure_gives_its_figures(figures, measure):
    given = [one for one in figures if one["measure"] == measure]
    assert len(given) >= EACH_GIVES[measure]
    assert all(math.isfinite(one["value"]) for one in given)


@pytest.mark.postgres
@pytest.mark.skipif(not postgres.available(), reason="no PostgreSQL server")
def test_figures_are_measured_on_the_server_of_the_instance_which_keeps_nothing():
    with postgres.server() as url:
        address = url.render_as_string(hide_password=False)
        before = databases(url)
        given = bench("--only", "figures", CASEWORK_DATABASE_URL=address)
        assert len(given) == EACH_GIVES["figures"]
        assert all("wall time" in one["detail"] for one in given)
        assert databases(url) == before


@pytest.mark.parametrize(
    "nowhere", ["postgresql+psycopg://nobody@127.0.0.1:1/nothing", "mysql://of-another-kind"]
)
def test_a_server_that_is_not_there_is_one_sentence(nowhere):
    done = started("--only", "figures", CASEWORK_DATABASE_URL=nowhere)
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1


def databases(url):
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as connection:
        rows = connection.execute(
            "SELECT datname FROM pg_database WHERE datname ~ '^casework_bench'"
        )
        return sorted(rows)
