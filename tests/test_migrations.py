# SPDX-License-Identifier: AGPL-3.0-or-later
"""The steps of the schema lead, on both databases, to exactly what the models say."""

import os

import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from casework import MIGRATIONS, bare_app, config
from casework.db import db

from . import postgres
from .conftest import close

NAME = f"casework_migrations_{os.getpid()}"


@pytest.fixture
def empty_app(tmp_path, database_kind):
    """A bare application over an empty database."""
    if database_kind == "sqlite":
        app = bare_app(config.load(tmp_path, {}))
        yield app
        close(app)
        return
    with postgres.server() as url, postgres.database(url, NAME) as made:
        address = made.render_as_string(hide_password=False)
        app = bare_app(config.load(tmp_path, {"database_url": address}))
        yield app
        close(app)


def belongs(item, _name, kind, _reflected, _compared):
    """Whether the product holds this: tables of benches and of tests do not count."""
    if kind != "table":
        return True
    return not (item.info.get("bench") or item.info.get("test") or item.name.startswith("test_"))


def test_the_migrated_schema_is_that_of_the_models(empty_app):
    with empty_app.app_context():
        flask_migrate.upgrade()
        with db.engine.connect() as connection:
            options = {"compare_type": True, "include_object": belongs}
            context = MigrationContext.configure(connection, opts=options)
            assert compare_metadata(context, db.metadata) == []


def test_every_step_can_be_taken_back(empty_app):
    with empty_app.app_context():
        flask_migrate.upgrade()
        flask_migrate.downgrade(revision="base")
        left = set(sa.inspect(db.engine).get_table_names()) - {"alembic_version"}
        assert not left


def test_there_is_one_newest_step():
    heads = ScriptDirectory(str(MIGRATIONS)).get_heads()
    assert len(heads) == 1
