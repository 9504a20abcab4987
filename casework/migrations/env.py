# SPDX-License-Identifier: AGPL-3.0-or-later
"""How Alembic meets our database: one connection, one transaction, batches for SQLite."""

from alembic import context
from flask import current_app

database = current_app.extensions["migrate"].db


def run() -> None:
    """Bring the schema to the wanted step in one transaction."""
    arguments = current_app.extensions["migrate"].configure_args
    with database.engine.connect() as connection:
        context.configure(connection=connection, target_metadata=database.metadata, **arguments)
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
