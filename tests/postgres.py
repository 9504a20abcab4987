# SPDX-License-Identifier: AGPL-3.0-or-later
"""A PostgreSQL server for the tests: the one we are given, or a private one for this run."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

import psycopg
import sqlalchemy as sa
from psycopg.pq import TransactionStatus


def binaries() -> Path | None:
    """The folder of initdb and pg_ctl, newest server first."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    if found:
        return found[0].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


def available() -> bool:
    return bool(os.environ.get("CASEWORK_TEST_POSTGRES")) or binaries() is not None


@contextmanager
def server() -> Iterator[sa.URL]:
    """The address of a server on which databases may be created."""
    given = os.environ.get("CASEWORK_TEST_POSTGRES")
    if given:
        yield sa.make_url(given).set(drivername="postgresql+psycopg")
        return
    with _private_server() as url:
        yield url


@contextmanager
def _private_server() -> Iterator[sa.URL]:
    """A server on a socket of its own, gone when the run ends. PostgreSQL refuses to be root."""
    tools = binaries()
    assert tools is not None
    owner = _owner()
    folder = Path(tempfile.mkdtemp(prefix="casework-pg-"))
    if owner:
        os.chown(folder, pwd.getpwnam(owner).pw_uid, -1)
    data, user = folder / "data", owner or pwd.getpwuid(os.getuid()).pw_name

    def run(*command: str) -> None:
        subprocess.run(command, check=True, user=owner, cwd=folder, stdout=subprocess.DEVNULL)

    run(f"{tools}/initdb", "-D", f"{data}", "-U", user, "-A", "trust", "-N", "--locale=C.UTF-8")
    options = f"-k {folder} -c listen_addresses='' -c fsync=off -c max_connections=60"
    run(f"{tools}/pg_ctl", "-D", f"{data}", "-o", options, "-l", f"{folder}/log", "-w", "start")
    try:
        yield sa.URL.create(
            "postgresql+psycopg", username=user, database="postgres", query={"host": f"{folder}"}
        )
    finally:
        run(f"{tools}/pg_ctl", "-D", f"{data}", "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _owner() -> str | None:
    if os.getuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


@contextmanager
def database(url: sa.URL, name: str) -> Iterator[sa.URL]:
    """An empty database of that name, dropped afterwards."""
    admin = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
        # No test pulls the plug of this server: its commits need not wait for the disk.
        connection.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    try:
        yield url.set(database=name)
    finally:
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


Rows = dict[str, list[dict[str, Any]]]


class States:
    """A database for the whole run, and what it held at moments that tests begin from. To empty
    and to fill is one call of the server's own: quicker than a database per test, and than
    TRUNCATE, which makes a new file of each table and index."""

    def __init__(self, engine: sa.Engine, tables: Sequence[sa.Table]) -> None:
        self.engine, self._tables = engine, tables
        self._kept: dict[str, str] = {}  # state: the words that fill it again
        self._names: tuple[str, ...] = ()  # the tables that `emptied` empties

    def fill(self, rows: Rows) -> None:
        """Put these rows into the new database, and keep that state as `new`."""
        with self.engine.begin() as connection:
            for table in self._tables:
                if rows.get(table.name):
                    connection.execute(sa.insert(table), rows[table.name])
        self.keep("new")

    def keep(self, state: str) -> None:
        """What every table holds now, under this name."""
        schema, words = f"kept_{len(self._kept)}", []
        with self.engine.begin() as connection:
            says = connection.connection.cursor().execute
            says(f"CREATE SCHEMA {schema}")
            for name in self._all(connection):
                if says(f'SELECT FROM "{name}" LIMIT 1').fetchone() is not None:
                    says(f'CREATE TABLE {schema}."{name}" AS TABLE public."{name}"')
                    words.append(f'INSERT INTO "{name}" SELECT * FROM {schema}."{name}"')
            says(_function(schema, words))
        self._kept[state] = schema

    def put_back(self, state: str) -> None:
        """Every table as it was then."""
        with self.engine.begin() as connection:
            says = connection.connection.cursor().execute  # past the walls: nobody acts here
            names = self._all(connection)
            if names != self._names:
                says(_function("emptied", [f'DELETE FROM "{name}"' for name in reversed(names)]))
                self._names = names
            says(f"SELECT emptied(), {self._kept[state]}()")

    def _all(self, connection: sa.Connection) -> tuple[str, ...]:
        """What is pointed at comes first."""
        ours = [table.name for table in self._tables]
        found = connection.connection.cursor().execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        )
        return (*ours, *sorted({name for (name,) in found} - set(ours)))


def _function(name: str, words: Sequence[str]) -> str:
    """A function of the server, which remembers how it does each of these."""
    body = "; ".join([*words, "NULL"])
    return (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS void LANGUAGE plpgsql AS "
        f"$$ BEGIN {body}; END $$"
    )


class Lent(psycopg.Connection[Any]):
    """A connection to the database of the run that outlives who asked for it: a new one costs a
    process of the server, which has every table to learn again. One that is not at rest, or that
    broke, is let go of like any other."""

    waiting: ClassVar[list["Lent"]] = []
    inherited: ClassVar[list[Any]] = []
    database = ""

    @classmethod
    def lend(cls, conninfo: str = "", **asked: Any) -> psycopg.Connection[Any]:
        """In the place of `psycopg.connect`."""
        if asked.get("dbname") != cls.database:
            return psycopg.Connection.connect(conninfo, **asked)
        return cls.waiting.pop() if cls.waiting else cls.connect(conninfo, **asked)

    def close(self) -> None:
        if not self.closed and self.info.transaction_status == TransactionStatus.IDLE:
            self.waiting.append(self)
        else:
            super().close()

    @classmethod
    def leave_to_parent(cls) -> None:
        """After a fork: what waits is the parent's, and to be forgotten is to be closed."""
        cls.inherited.append(cls.waiting)
        cls.waiting = []

    @classmethod
    def end(cls) -> None:
        cls.database = ""
        for one in cls.waiting:
            psycopg.Connection.close(one)


os.register_at_fork(after_in_child=Lent.leave_to_parent)


@contextmanager
def lending(name: str) -> Iterator[None]:
    """Connections to the database of this name are lent as long as this lasts."""
    connect, Lent.database = psycopg.connect, name
    psycopg.connect = Lent.lend
    yield
    psycopg.connect = connect
    Lent.end()
