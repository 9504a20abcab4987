# SPDX-License-Identifier: AGPL-3.0-or-later
"""The commands end with 0, 1 or 2, a refusal is one sentence on standard error."""

import json
import re
import socket
import sys
import time

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from casework import cli, config, i18n, server
from casework.bench import __main__ as bench
from casework.db import transaction
from casework.vault import new_subject, opening
from tests.indicators.test_figures_of_a_small_programme import NOUGHT

from .commands import ready as ready_for_commands

FROM_THE_START = ("-m", "casework.cli")


@pytest.fixture(scope="module")
def started():
    with ready_for_commands() as ready:
        yield ready


@pytest.fixture
def casework(instance, settings, started):
    """Run the command line over this test's instance."""

    def run(*arguments, **environment):
        chosen = {f"CASEWORK_{name.upper()}": str(value) for name, value in settings.items()}
        chosen["CASEWORK_INSTANCE"] = str(instance)
        return started(*arguments, **{**chosen, **environment})

    return run


PERIOD = ("--from", "2023-01-01", "--to", "2023-12-31")


def test_figures_of_an_empty_programme_are_nought(casework):
    done = casework("indicators", *PERIOD, "--format", "json")
    assert done.returncode == 0, done.stderr
    entries = json.loads(done.stdout)["indicators"]
    # What no form records yet, and a share of nothing, are not nought; context is quoted.
    assert {entry["code"]: entry["value"] for entry in entries} == NOUGHT


def test_figures_are_never_written_over_a_file(casework, tmp_path):
    there, new = tmp_path / "there.json", tmp_path / "new.json"
    there.write_text("something of ours")
    for output in (new, there):
        done = casework("indicators", *PERIOD, "--format", "json", "--output", str(output))
        assert done.returncode == (output == there), done.stderr
    assert done.stderr == "Un fichier porte déjà ce nom. Rien n’a été modifié.\n"
    assert there.read_text() == "something of ours"
    assert new.read_text().startswith("{")


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
                ("indicators", *PERIOD, "--by", "sex"),
                ("indicators", *PERIOD, "--by", "sex,sex", "--internal"),
                ("serve", "--bind", "0.0.0.0:8000"),
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
                ("indicators", *PERIOD, "--internal", "--output", "x"), ("nonsense",),
                ("indicators", *PERIOD, "--code", "PSS-99"),
                ("indicators", *PERIOD, "--code", "PSS-01", "--code", ""),
                ("indicators", *PERIOD, "--by", "story", "--internal"),
                ("indicators", *PERIOD, "--by", "sex,", "--internal"),
                ("indicators", *PERIOD, "--by", "story"),
                ("indicators", *PERIOD, "--format", "xml"),
                ("serve", "--bind", "nonsense"), ("serve", "--bind", "127.0.0.1:70000"),
                ("serve", "--workers", "0"), ("trail", "verify", "--anchor", "/missing"),
                ("trail", "anchor"), ("bench", "--only", "nonsense"), ("demo", "--scale", "0")],
)  # fmt: skip
def test_wrong_use_ends_with_two(command):
    done = CliRunner().invoke(cli.casework, command)
    assert done.exit_code == 2, done.output
    assert not done.stdout


def test_wrong_use_of_a_process_ends_with_two(started, tmp_path):
    done = started("indicators", *PERIOD, "--code", "PSS-99", door=FROM_THE_START,
                   CASEWORK_INSTANCE=str(tmp_path))  # fmt: skip
    assert done.returncode == 2
    assert "Il n’y a pas d’indicateur PSS-99." in done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_or_wrong_machine_key_is_one_sentence(casework, tmp_path):
    wrong = tmp_path / "wrong"
    wrong.write_bytes(bytes(32))
    wrong.chmod(0o400)
    for path in (wrong, tmp_path / "missing"):
        done = casework("facts", "verify", CASEWORK_MACHINE_KEY=str(path))
        assert done.returncode == 1
        assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "command", [("facts", "verify"), ("trail", "verify"), ("indicators", *PERIOD), ("serve",)]
)
def test_a_missing_database_is_refused_and_none_is_made(started, template, instance, command):
    (instance / "casework.db").unlink()
    before = sorted(path.name for path in instance.iterdir())
    here = {"CASEWORK_INSTANCE": str(instance), "CASEWORK_MACHINE_KEY": str(template.machine_key)}
    done = started(*command, **here)
    assert done.returncode == 1
    assert done.stderr == "La base de données de cette instance est introuvable.\n"
    assert sorted(path.name for path in instance.iterdir()) == before


@pytest.mark.parametrize(
    "command", [("trail", "verify"), ("facts", "verify"), ("vault", "status"),
                ("indicators", *PERIOD), ("serve",), ("demo",)],
)  # fmt: skip
def test_a_missing_trail_is_refused_and_none_is_made(started, template, instance, command):
    (instance / "trail.db").unlink()
    before = sorted(path.name for path in instance.iterdir())
    here = {"CASEWORK_INSTANCE": str(instance), "CASEWORK_MACHINE_KEY": str(template.machine_key)}
    done = started(*command, **here)
    assert done.returncode == 1
    assert done.stderr == (
        "Le journal de cette instance est introuvable. Il ne disparaît jamais de lui-même\u00a0: "
        "restaurez-le depuis la sauvegarde.\n"
    )
    assert sorted(path.name for path in instance.iterdir()) == before


@pytest.mark.parametrize("gone", ["casework.db", "trail.db"])
def test_a_demo_that_lost_a_database_is_no_demo(started, template, instance, gone):
    here = {"CASEWORK_INSTANCE": str(instance), "CASEWORK_MACHINE_KEY": str(template.machine_key)}
    server.mark_demo(config.load(instance, environ={}))
    assert started("demo", "--unless-filled", **here).returncode == 0
    (instance / gone).unlink()
    done = started("demo", "--unless-filled", **here)
    assert done.returncode == 1
    assert not done.stdout
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("shared", [False, True], ids=["another programme", "another casework"])
def test_an_address_that_is_held_is_refused_before_it_is_said(started, template, instance, shared):
    here = {"CASEWORK_INSTANCE": str(instance), "CASEWORK_MACHINE_KEY": str(template.machine_key)}
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, shared)  # as granian does
        held.bind(("127.0.0.1", 0))
        held.listen()
        done = started("serve", "--bind", f"127.0.0.1:{held.getsockname()[1]}", **here)
    assert done.returncode == 1
    assert not done.stdout
    assert done.stderr == (
        "Un autre serveur occupe cette adresse. Arrêtez-le, ou choisissez un autre port.\n"
    )


# ------------------------------------------------------------------ languages


@pytest.mark.parametrize("language", ["fr", "ar"])
@pytest.mark.parametrize(
    "command", [("indicators",), ("indicators", "--from", "x", "--to", "2023-12-31"),
                ("indicators", "--from"), ("nonsense",), ("--nonsense",), ("facts", "verify", "x"),
                ("serve", "--workers", "0"), ("serve", "--nonsense"), ("trail", "anchor")],
)  # fmt: skip
def test_wrong_use_is_told_in_the_language_of_the_terminal(command, language):
    done = asked_in(language, *command)
    sentence, *where = done.stderr.splitlines()
    assert done.exit_code == 2
    assert sentence.endswith(".")
    assert not re.search(r"\b(the|is|of|error|missing|usage|invalid)\b", done.stderr.lower())
    assert all(line.endswith("--help.") for line in where)


def test_wrong_use_is_told_in_full_in_english():
    assert "'table'" in asked_in("en", "indicators", *PERIOD, "--format", "xml").stderr


def asked_in(language, *command):
    with i18n.use_language(language):  # which the command line sets for the whole process
        return CliRunner().invoke(cli.casework, command, env={"LC_ALL": language})


UNKNOWN = {
    "fr": "Le réglage surprise n’existe pas.",
    "ar": "الإعداد surprise غير موجود.",
    "en": "There is no setting surprise.",
}


@pytest.mark.parametrize(
    ("environment", "language"),
    [({"LC_ALL": "fr_MA.UTF-8"}, "fr"), ({"LC_ALL": "ar_MA.UTF-8"}, "ar"),
     ({"LC_ALL": "en_GB.UTF-8"}, "en"), ({"LC_ALL": "", "LC_MESSAGES": "", "LANG": "ar"}, "ar"),
     ({"LC_ALL": "C.UTF-8"}, "fr"), ({"LC_ALL": "", "LC_MESSAGES": "en", "LANG": "ar"}, "en")],
)  # fmt: skip
def test_a_refusal_is_in_the_language_of_the_terminal(started, tmp_path, environment, language):
    (tmp_path / "config.toml").write_text("surprise = 1\n")
    done = started("facts", "verify", CASEWORK_INSTANCE=str(tmp_path), **environment)
    assert done.returncode == 1
    assert done.stderr.strip() == UNKNOWN[language]


@pytest.mark.parametrize(
    ("language", "slot"),
    [
        ("fr", "Accès\u00a0: clé de la machine, ouvre tout"),
        ("en", "Slot: machine key, opens everything"),
    ],
)
def test_the_slots_are_told_in_the_language_of_the_terminal(
    started, template, instance, language, slot
):
    here = {"CASEWORK_INSTANCE": str(instance), "CASEWORK_MACHINE_KEY": str(template.machine_key)}
    lines = started("vault", "status", LC_ALL=language, **here).stdout.splitlines()
    assert slot in lines


ADDRESS = "Le réglage database_url ne commence ni par sqlite:// ni par postgresql+psycopg://."


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"idle_minutes = 'ten'", "Le réglage idle_minutes n’est pas un nombre entier."),
     (b"trusted_proxy = 'ja'", "Le réglage trusted_proxy n’est ni vrai (true) ni faux (false)."),
     (b"machine_key = 3", "Le réglage machine_key n’est pas le nom d’un fichier."),
     (b"idle_minutes = -5", "Le réglage idle_minutes vaut au moins 1."),
     (b"session_hours = 0", "Le réglage session_hours vaut au moins 1."),
     (b"password_memory_kib = 7", "Le réglage password_memory_kib vaut au moins 8."),
     (b"idle_minutes = 2.5", "Le réglage idle_minutes n’est pas un nombre entier."),
     (b"idle_minutes = true", "Le réglage idle_minutes n’est pas un nombre entier."),
     (b"database_url = 'mysql://x'", ADDRESS), (b"database_url = 'postgresql://x'", ADDRESS),
     (b"database_url = 'nonsense'", ADDRESS),
     (b"product_name = 'caf\xe9'", "Le fichier config.toml de l’instance est illisible."),
     (b"product_name =", "Le fichier config.toml de l’instance est illisible.")],
)  # fmt: skip
def test_a_wrong_setting_is_named_in_french(tmp_path, content, sentence):
    (tmp_path / "config.toml").write_bytes(content)
    with pytest.raises(config.SettingError, match=re.escape(sentence)):
        config.load(tmp_path, environ={})


# ------------------------------------------------------------------ the anchor of the trail


def test_an_anchor_taken_off_proves_the_trail_later(casework, tmp_path, app):
    away = tmp_path / "seals.jsonl"
    done = casework("trail", "anchor", str(away))
    assert done.returncode == 0, done.stderr
    assert away.stat().st_mode & 0o777 == 0o600
    done = casework("trail", "verify", "--anchor", str(away))
    assert done.returncode == 0, done.stderr
    assert "fichier d’ancrage" in done.stdout
    assert casework("trail", "anchor", str(away)).returncode == 1  # never written over


def test_a_trail_whose_end_was_cut_off_fails_against_its_anchor(
    casework, instance, settings, tmp_path, app
):
    away = tmp_path / "seals.jsonl"
    assert casework("trail", "anchor", str(away)).returncode == 0
    app.extensions["trail"].close()
    with app.extensions["trail"].store._engine.begin() as connection:
        for name in ("trail_line", "trail_lane", "trail_seal", "trail_sealed"):
            connection.execute(sa.text(f"DELETE FROM {name}"))
    (instance / "trail-seals.jsonl").unlink()
    done = casework("trail", "verify", "--anchor", str(away))
    assert done.returncode == 1
    assert "ancrage" in done.stdout


def test_a_file_without_a_seal_is_no_anchor(casework, tmp_path):
    (tmp_path / "other.txt").write_text("{}\nnot ours\n")
    assert casework("trail", "verify", "--anchor", str(tmp_path / "other.txt")).returncode == 1


# ------------------------------------------------------------------ help, doors, terminals


def commands(group=cli.casework, path=()):
    yield path
    for name, command in getattr(group, "commands", {}).items():
        yield from commands(command, (*path, name))


@pytest.mark.parametrize("path", list(commands()), ids=" ".join)
def test_every_command_explains_itself_with_an_example(path):
    done = CliRunner().invoke(cli.casework, [*path, "--help"])
    if path == ("bench",):  # answered by the module that measures
        done = CliRunner().invoke(bench.main, ["--help"])
    assert done.exit_code == 0
    assert " ".join(("Example: casework", *path)) in done.output


def test_flask_offers_the_same_commands(casework):
    door = ("-m", "flask", "casework")
    done = casework("facts", "verify", door=door)
    assert done.returncode == 0, done.stderr
    done = casework("indicators", *PERIOD, "--by", "sex", door=door)
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1


def test_long_work_counts_its_seconds_on_a_terminal_only(monkeypatch, capsys):
    monkeypatch.setattr(cli, "PATIENCE", 0.05)
    for terminal in (True, False):
        monkeypatch.setattr(sys.stderr, "isatty", lambda answer=terminal: answer)
        with cli._still_there():
            time.sleep(0.3)
        assert ("…" in capsys.readouterr().err) == terminal


def fill_with_somebody():
    with opening(opening.ALL), transaction():
        new_subject()
