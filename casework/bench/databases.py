# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where the measures keep their rows: a file, or a database of their own on the server at hand."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa


@contextmanager
def throw_away(url: str, folder: Path) -> Iterator[str]:
    """The address of an empty database of the kind that `url` names; dropped at the end."""
    at = sa.make_url(url)
    if at.get_backend_name() == "sqlite":
        yield f"sqlite:///{folder / 'bench.db'}"
        return
    name = f"casework_bench_{os.getpid()}"
    server = sa.create_engine(at, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)
    _say(server, f'CREATE DATABASE "{name}"')
    try:
        yield at.set(database=name).render_as_string(hide_password=False)
    finally:
        _say(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def _say(server: sa.Engine, statement: str) -> None:
    with server.connect() as connection:
        connection.exec_driver_sql(statement)
