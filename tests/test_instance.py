# SPDX-License-Identifier: AGPL-3.0-or-later
"""How an instance is born and how it refuses to start."""

import sqlite3

import flask_migrate
import pytest
import sqlalchemy as sa

from casework import bare_app, config, create_app
from casework.ceremony import check_schema, new_instance, upgrade_schema
from casework.errors import Refusal
from casework.vault import VaultError

from . import postgres
from .conftest import CHEAP, close, create_all


def test_an_instance_is_never_made_over_another(app, instance, settings):
    with pytest.raises(Refusal):
        new_instance(instance, **settings)


def test_without_its_key_file_nothing_starts(app, instance, settings):
    (instance / "keyfile.json").unlink()
    with pytest.raises(VaultError, match="key file is missing|manque"):
        create_app(instance, **settings)


def test_with_another_machine_key_nothing_starts(app, instance, settings, tmp_path):
    wrong = tmp_path / "wrong-key"
    wrong.write_bytes(bytes(32))
    wrong.chmod(0o400)
    with pytest.raises(VaultError):
        create_app(instance, **{**settings, "machine_key": wrong})


def test_a_machine_key_made_beforehand_is_used(template, tmp_path):
    made = new_instance(tmp_path / "second", schema=create_all, machine_key=template.machine_key)
    assert made.extensions["vault"].status().ok
    close(made)


# ------------------------------------------------------------------ what is missing


def test_an_empty_trail_is_no_trail(template, instance):
    (instance / "trail.db").write_bytes(b"")
    with pytest.raises(Refusal, match="sauvegarde"):
        create_app(instance, machine_key=template.machine_key)
    assert (instance / "trail.db").read_bytes() == b""


@pytest.mark.parametrize("content", [b"", b"not a database at all, whatever its name says"])
def test_a_file_that_is_no_database_of_ours_is_refused_and_left_alone(template, instance, content):
    (instance / "casework.db").write_bytes(content)
    with pytest.raises(Refusal):
        create_app(instance, machine_key=template.machine_key)
    assert (instance / "casework.db").read_bytes() == content


def test_a_database_of_another_programme_is_refused_and_left_alone(template, instance):
    other = instance / "other.db"
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE user (id INTEGER)")
    connection.close()
    before = other.read_bytes()
    with pytest.raises(Refusal, match="autre programme"):
        create_app(instance, machine_key=template.machine_key, database_url=f"sqlite:///{other}")
    assert other.read_bytes() == before


@pytest.mark.postgres
@pytest.mark.skipif(not postgres.available(), reason="no PostgreSQL server")
@pytest.mark.parametrize(("table", "said"), [("trail_seal", "journal"), ("vault_state", "vide")])
def test_on_a_server_the_tables_of_both_are_asked_for(
    template, instance, postgres_url, table, said
):  # fmt: skip
    address = postgres_url.render_as_string(hide_password=False)
    engine = sa.create_engine(postgres_url)
    rename(engine, table, "elsewhere")
    try:
        with pytest.raises(Refusal, match=said):
            create_app(instance, machine_key=template.machine_key, database_url=address)
    finally:
        rename(engine, "elsewhere", table)
        engine.dispose()


def rename(engine, old, new):
    with engine.begin() as connection:
        connection.execute(sa.text(f"ALTER TABLE {old} RENAME TO {new}"))


# ------------------------------------------------------------------ an older schema


def test_a_database_of_an_older_program_is_refused_until_it_is_brought_up_to_date(tmp_path):
    there = {"machine_key": tmp_path / "machine-key", **CHEAP}
    close(new_instance(tmp_path / "old", schema=as_it_was, **there))
    app = bare_app(config.load(tmp_path / "old", there))
    with pytest.raises(Refusal, match="casework upgrade"):
        check_schema(app)
    upgrade_schema(app)
    check_schema(app)


def as_it_was(app):
    with app.app_context():
        flask_migrate.upgrade(revision="head-1")
