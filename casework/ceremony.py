# SPDX-License-Identifier: AGPL-3.0-or-later
"""How an instance is born: schema, trail, keys, canaries. Nothing is ever overwritten."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import flask_migrate
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask

from . import bare_app, config, create_app
from .audit.trail import begin_trail
from .db import db, transaction
from .errors import Refusal
from .i18n import _l
from .keys import keyfile
from .vault import opening
from .vault.vault import KEYFILE

MACHINE_WARNING = _l("This machine can open itself; a copy of its whole disk opens everything.")


def new_instance(
    instance: Path | None = None,
    *,
    passphrase: str | None = None,
    cost: keyfile.Cost | None = None,
    schema: Callable[[Flask], None] | None = None,
    **overrides: Any,
) -> Flask:
    """Make the schema, the trail and the keys of an empty instance folder, and open it.

    With a passphrase the vault opens to who knows it; without one a machine key is made.
    Raises Refusal where there is an instance already.
    """
    settings = config.load(instance, overrides)
    book = settings.instance / KEYFILE
    if book.exists():
        raise Refusal(_l("There is an instance in this folder already. Nothing was changed."))
    settings.instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    (schema or upgrade_schema)(bare_app(settings))
    begin_trail(settings)
    keyfile.create_keyfile(book, _secret(settings, passphrase), cost)
    app = create_app(instance, passphrase=passphrase, **overrides)
    with app.app_context(), opening(opening.ALL), transaction():
        app.extensions["vault"].establish()
    return app


def _secret(settings: config.Settings, passphrase: str | None) -> keyfile.Secret:
    if passphrase is not None:
        return keyfile.passphrase_secret(passphrase)
    if settings.machine_key.exists():  # of an instance that was here before, or made beforehand
        return keyfile.machine_secret(settings.machine_key)
    return keyfile.create_machine_key(settings.machine_key, settings.instance)


def upgrade_schema(app: Flask) -> None:
    """Bring the main database to the newest schema; refuses one that holds another's tables."""
    with app.app_context():
        flask_migrate.upgrade()
        db.session.remove()


def check_schema(app: Flask) -> None:
    """Refuse a database whose schema is not that of this program: pages would break one by one."""
    with app.app_context(), db.engine.connect() as connection:
        there = set(MigrationContext.configure(connection).get_current_heads())
        ours = set(ScriptDirectory(app.extensions["migrate"].directory).get_heads())
    if there and there != ours:
        raise Refusal(
            _l("The database is of another version of the program. Run casework upgrade first.")
        )
