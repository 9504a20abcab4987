# SPDX-License-Identifier: AGPL-3.0-or-later
"""How Alembic meets our database: one connection, one transaction, batches for SQLite."""

from alembic import context
from flask import current_app

database = current_app.extensions["migrate"].db


def belongs(item: object, _name: str, kind: str, _reflected: bool, _compared: object) -> bool:
    """Whether the schema holds this: the throw-away tables of a bench do not count."""
    return not (kind == "table" and item.info.get("bench"))


def run() -> None:
    """Bring the schema to the wanted step in one transaction."""
    arguments = current_app.extensions["migrate"].configure_args
    with database.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            include_object=belongs,
            **arguments,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
