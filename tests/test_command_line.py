# SPDX-License-Identifier: AGPL-3.0-or-later
"""The commands end with 0, 1 or 2, a refusal is one sentence on standard error."""

import json
import os
import subprocess
import sys

import pytest

from casework.db import transaction
from casework.vault import new_subject, opening


@pytest.fixture
def casework(instance, settings):
    """Run the command line over this test's instance."""

    def run(*arguments, **environment):
        chosen = {f"CASEWORK_{name.upper()}": str(value) for name, value in settings.items()}
        return subprocess.run(
            [sys.executable, "-m", "casework.cli", *arguments],
            env={**os.environ, **chosen, "CASEWORK_INSTANCE": str(instance), "LANG": "fr",
                 **environment},
            capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    return run


PERIOD = ("--from", "2023-01-01", "--to", "2023-12-31")


def test_figures_of_an_empty_programme_are_nought(casework):
    done = casework("indicators", *PERIOD, "--format", "json")
    assert done.returncode == 0, done.stderr
    entries = json.loads(done.stdout)["indicators"]
    assert {entry["value"] for entry in entries} == {0}


@pytest.mark.parametrize(
    "command", [("trail", "verify"), ("vault", "status"), ("vault", "verify"), ("vault", "rotate"),
                ("vault", "reindex"), ("facts", "verify"), ("facts", "rebuild")],
)  # fmt: skip
def test_drills_of_a_new_instance_end_well_on_a_sentence(casework, command):
    done = casework(*command)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().splitlines()[-1].endswith(".")


@pytest.mark.parametrize(
    "command", [("indicators", "--from", "2023-12-31", "--to", "2023-01-01"),
                ("indicators", *PERIOD, "--code", "PSS-99"),
                ("indicators", *PERIOD, "--by", "sex"),
                ("indicators", *PERIOD, "--by", "story", "--internal"),
                ("serve", "--bind", "0.0.0.0:8000"), ("serve", "--bind", "nonsense"),
                ("init", "--unattended"), ("demo",)],
)  # fmt: skip
def test_a_refusal_is_one_sentence_and_changes_nothing(casework, command, app):
    if command == ("demo",):
        fill_with_somebody()
    done = casework(*command)
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "command", [("indicators",), ("indicators", "--from", "31/12/2023", "--to", "2023-12-31"),
                ("indicators", *PERIOD, "--internal", "--output", "x"), ("nonsense",)],
)  # fmt: skip
def test_wrong_use_ends_with_two(casework, command):
    assert casework(*command).returncode == 2


def test_a_missing_or_wrong_machine_key_is_one_sentence(casework, tmp_path):
    wrong = tmp_path / "wrong"
    wrong.write_bytes(bytes(32))
    wrong.chmod(0o400)
    for path in (wrong, tmp_path / "missing"):
        done = casework("facts", "verify", CASEWORK_MACHINE_KEY=str(path))
        assert done.returncode == 1
        assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("group", [(), ("trail",), ("vault",), ("facts",)])
def test_every_command_explains_itself_with_an_example(casework, group):
    assert casework(*group, "--help").returncode == 0


def fill_with_somebody():
    with opening(opening.ALL), transaction():
        new_subject()
