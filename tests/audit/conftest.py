# SPDX-License-Identifier: AGPL-3.0-or-later
import os
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from casework.audit import Trail
from casework.audit.lines import Scribe
from casework.audit.store import Store, make

TABLES = "trail_lane, trail_line, trail_seal, trail_sealed"


class Bench:
    """A trail of the test's own, its rows within reach of whoever holds the database."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder
        self.keys = os.urandom(32), os.urandom(32)
        self.opened: list[Trail] = []
        self.trail = self.another()

    def another(self) -> Trail:
        """The same trail as another process opens it."""
        seals_file = self.folder / "trail-seals.jsonl"
        self.opened.append(Trail(Store(self.url), Scribe(*self.keys), seals_file))
        return self.opened[-1]

    def change(self, statement: sa.Executable | str) -> None:
        """Behind the trail's back."""
        if isinstance(statement, str):
            statement = sa.text(statement)
        engine = sa.create_engine(self.url, poolclass=sa.NullPool)
        with engine.begin() as connection:
            connection.execute(statement)

    def pause(self) -> None:
        """All that is queued is written and sealed; the next line wakes the writer again."""
        self.trail._writer.close()


@pytest.fixture
def bench(tmp_path, database_kind, request):
    url = f"sqlite:///{tmp_path / 'trail.db'}"
    if database_kind == "postgres":
        url = request.getfixturevalue("postgres_url").render_as_string(hide_password=False)
    make(url)
    made = Bench(url, tmp_path)
    if database_kind == "postgres":
        made.change(f"TRUNCATE {TABLES}")
    yield made
    for trail in made.opened:
        trail.close()


@pytest.fixture
def trail(bench):
    """The trail, and an application that has nothing else."""
    app = Flask("trail-only")
    app.extensions["trail"] = bench.trail
    with app.app_context():
        yield bench.trail
