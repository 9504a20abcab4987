# SPDX-License-Identifier: AGPL-3.0-or-later
"""A PostgreSQL server for the tests: the one we are given, or a private one for this run."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import sqlalchemy as sa


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
