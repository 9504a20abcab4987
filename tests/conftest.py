# SPDX-License-Identifier: AGPL-3.0-or-later
"""Real parts for every test: a ready instance copied per test, on SQLite and on PostgreSQL."""

import contextvars
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.globals import _cv_app
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from playwright.sync_api import Browser, sync_playwright
from werkzeug.routing import Rule

from casework import config, create_app
from casework.audit import store as trail_store
from casework.audit.trail import Trail
from casework.ceremony import new_instance
from casework.db import db
from casework.policy import Actor, acting
from casework.vault.vault import Vault

from . import postgres

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
# A cheap password hash: the tests sign in thousands of times.
CHEAP = {"password_memory_kib": 64, "password_rounds": 1}
LEFT_OUT: list[str] = []
REFILLED_BY: dict[sa.URL, sa.Engine] = {}


def pytest_configure(config: pytest.Config) -> None:
    """Say what has to be left out; refuse to leave out what CI requires."""
    if not postgres.available():
        LEFT_OUT.append("postgres")
    if not CHROMIUM:
        LEFT_OUT.append("browser")
    required = set(os.environ.get("CASEWORK_TEST_REQUIRE", "").split(","))
    if required & set(LEFT_OUT):
        pytest.exit(f"Required here but missing: {', '.join(LEFT_OUT)}.", returncode=1)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if LEFT_OUT:
        words = {"postgres": "every PostgreSQL test", "browser": "every browser test"}
        left = " and ".join(words[name] for name in LEFT_OUT)
        terminalreporter.write_line(f"!!! LEFT OUT: {left}: nothing to run it with !!!", red=True)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Whatever touches a database runs on both."""
    if "database_kind" in metafunc.fixturenames:
        marks = [pytest.mark.skipif(not postgres.available(), reason="no PostgreSQL server")]
        metafunc.parametrize(
            "database_kind",
            ["sqlite", pytest.param("postgres", marks=[*marks, pytest.mark.postgres])],
            scope="session",
        )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Words do not depend on the database: a page is read in every language on SQLite, and in
    French on PostgreSQL."""
    told = [item for item in items if _is_told_already(item)]
    if told:
        config.hook.pytest_deselected(items=told)
        items[:] = [item for item in items if not _is_told_already(item)]


def _is_told_already(item: pytest.Item) -> bool:
    said = getattr(getattr(item, "callspec", None), "params", {})
    return said.get("database_kind") == "postgres" and said.get("language") in ("ar", "en")


@dataclass(frozen=True)
class Template:
    """An instance made once, copied for each test. `rows` are what PostgreSQL must hold again."""

    folder: Path
    machine_key: Path
    rows: dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    folder = tmp_path_factory.mktemp("template")
    instance, machine_key = folder / "instance", folder / "machine-key"
    app = new_instance(instance, schema=create_all, machine_key=machine_key, **CHEAP)
    with app.app_context(), acting(Actor.system()), db.engine.connect() as connection:
        rows = {
            table.name: [dict(row._mapping) for row in connection.execute(sa.select(table))]
            for table in db.metadata.sorted_tables
        }
    close(app)
    return Template(instance, machine_key, rows)


def create_all(app: Flask) -> None:
    """The schema of the models at once; that the migrations lead to the same has its own test."""
    with app.app_context():
        db.create_all()


def close(app: Flask) -> None:
    """Let go of threads and connections, as a server that stops."""
    with app.app_context():
        for name in ("trail",):
            if name in app.extensions:
                app.extensions[name].close()
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.URL]:
    name = f"casework_test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    with postgres.server() as url, postgres.database(url, name) as made:
        engine = sa.create_engine(made)
        db.metadata.create_all(engine)
        engine.dispose()
        trail_store.make(made.render_as_string(hide_password=False))
        yield made
        for engine in REFILLED_BY.values():
            engine.dispose()


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the instance of each test lies, one after the other: what stands over it may stay."""
    return tmp_path_factory.mktemp("place") / "instance"


@pytest.fixture
def instance(template: Template, place: Path) -> Path:
    """A ready instance folder, as new."""
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(template.folder, place)
    return place


@pytest.fixture
def settings(
    template: Template, instance: Path, database_kind: str, request: pytest.FixtureRequest
) -> dict[str, Any]:
    """What `create_app` needs to open this test's instance, on the database asked for."""
    chosen: dict[str, Any] = {"machine_key": template.machine_key, **CHEAP}
    if database_kind == "postgres":
        url = request.getfixturevalue("postgres_url")
        refill(url, template.rows)
        chosen["database_url"] = url.render_as_string(hide_password=False)
    return chosen


def refill(url: sa.URL, rows: dict[str, list[dict[str, Any]]]) -> None:
    """Back to what a new instance holds: quicker than a database per test, and than TRUNCATE, which
    makes a new file of each table and index."""
    if url not in REFILLED_BY:  # one connection for the run: a new one has every table to learn
        REFILLED_BY[url] = sa.create_engine(url)
    with REFILLED_BY[url].begin() as connection:
        ours = [table.name for table in reversed(db.metadata.sorted_tables)]
        others = set(sa.inspect(connection).get_table_names()) - set(ours)
        emptied = "; ".join(f'DELETE FROM "{name}"' for name in (*others, *ours))
        connection.connection.cursor().execute(emptied)  # past the walls: nobody acts here
        for table in db.metadata.sorted_tables:
            if rows.get(table.name):
                connection.execute(sa.insert(table), rows[table.name])


class Visitor(FlaskClient):
    """A browser. Its requests see nothing of the test's own application context, as in a server:
    another `g`, another database session. The frozen clock and the language stay."""

    def open(self, *arguments: Any, **options: Any) -> Any:
        return contextvars.copy_context().run(self._open_apart, *arguments, **options)

    def _open_apart(self, *arguments: Any, **options: Any) -> Any:
        _cv_app.set(None)
        return super().open(*arguments, **options)


class Compiled(BytecodeCache):
    """Templates are compiled once for the run: each test makes an application of its own."""

    known: ClassVar[dict[str, bytes]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.known:
            bucket.bytecode_from_string(self.known[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.known[bucket.key] = bucket.bytecode_to_string()


class KnownRule(Rule):
    """An address of a page, its builder compiled once for the run: two thousand tests make an
    application each, and half of what that takes is this."""

    known: ClassVar[dict[Any, Any]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Any:
        if self.defaults:
            return super()._compile_builder(append_unknown)
        key = (*self._trace, append_unknown)
        if key not in self.known:
            self.known[key] = super()._compile_builder(append_unknown)
        return self.known[key]


Flask.url_rule_class = KnownRule


class Standing:
    """An application that stands for the whole run over one instance after the other. What an
    application learns is kept, templates and statements compiled; what a test did to it is not."""

    known: ClassVar[dict[str, "Standing"]] = {}

    def __init__(self, instance: Path, settings: dict[str, Any]) -> None:
        self.app = an_application(instance, settings)
        self._config, self._extensions = dict(self.app.config), dict(self.app.extensions)
        self._shell = dict(vars(self.app.extensions["web"]))

    def over(self, instance: Path, settings: dict[str, Any]) -> None:
        """Stand over another instance: new keys, new trail, the settings as they were."""
        self.app.config.clear()
        self.app.config.update(self._config, CASEWORK=config.load(instance, settings))
        self.app.extensions = dict(self._extensions)
        vars(self.app.extensions["web"]).update(self._shell)
        Vault.init_app(self.app)
        Trail.init_app(self.app)


def an_application(instance: Path, settings: dict[str, Any]) -> Flask:
    """An application over this instance, as the tests want it."""
    app = create_app(instance, **settings)
    app.jinja_env.bytecode_cache = Compiled()
    app.testing = True
    app.test_client_class = Visitor
    return app


@pytest.fixture
def app(instance: Path, settings: dict[str, Any], database_kind: str) -> Iterator[Flask]:
    """The application over a fresh instance, inside its context."""
    standing = Standing.known.get(database_kind)
    if standing is None:
        standing = Standing.known[database_kind] = Standing(instance, settings)
    else:
        standing.over(instance, settings)
    with standing.app.app_context():
        yield standing.app
    close(standing.app)


@pytest.fixture
def own_app(instance: Path, settings: dict[str, Any]) -> Iterator[Flask]:
    """An application of this test alone, which may be given pages more."""
    app = an_application(instance, settings)
    with app.app_context():
        yield app
    close(app)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Debian chromium for the whole run; without it these tests are left out, loudly."""
    if CHROMIUM is None:
        pytest.skip("no chromium: browser tests left out")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield launched
        launched.close()
