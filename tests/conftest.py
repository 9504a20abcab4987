# SPDX-License-Identifier: AGPL-3.0-or-later
"""Real parts for every test: a ready instance copied per test, on SQLite and on PostgreSQL."""

import contextvars
import copy
import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
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
from xdist.scheduler import LoadScopeScheduling

from casework import clock, config, create_app
from casework.audit import store as trail_store
from casework.audit.trail import Trail
from casework.ceremony import new_instance
from casework.db import db
from casework.policy import Actor, acting
from casework.vault.vault import Vault

from . import postgres
from .instances import CHEAP, close, create_all
from .postgres import Rows, States
from .served import served, visit

__all__ = ["CHEAP", "close", "served", "visit"]

# The one without windows draws the same pages with half the work.
CHROMIUMS = ("chromium-headless-shell", "chromium", "chromium-browser")
CHROMIUM = next(filter(None, map(shutil.which, CHROMIUMS)), None)
CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
LEFT_OUT: list[str] = []
# What takes longest comes first, so that no worker is left alone with it at the end.
COSTLY = ("test_every_page.py", "test_main_job.py", "_story.py", "test_measures.py",
          "test_law_of_the_figures.py", "test_command_line.py", "test_browser.py")  # fmt: skip
ROOM = 512 * 2**20  # bytes of memory that the instances of a run may take


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Which worker runs what, unless one asks otherwise: a test goes where there is time, but those
    that share something costly go together."""
    if config.getoption("dist") != "load":
        return None
    config.option.loadscopereorder = False  # the order below
    return Together(config, log)


class Together(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        place = nodeid.partition("::")[0]
        return place if place.endswith(COSTLY) else nodeid


def pytest_configure(config: pytest.Config) -> None:
    """Say what has to be left out; refuse to leave out what CI requires."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # a hundred processes are started of the same
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


def pytest_collection_finish() -> None:
    """What is imported stays: it need not be looked through for what may go."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Words do not depend on the database: a page is read in every language on SQLite, and in
    French on PostgreSQL."""
    told = [item for item in items if _is_told_already(item)]
    if told:
        config.hook.pytest_deselected(items=told)
        items[:] = [item for item in items if not _is_told_already(item)]
    items.sort(key=lambda item: not item.path.name.endswith(COSTLY))


def _is_told_already(item: pytest.Item) -> bool:
    said = getattr(getattr(item, "callspec", None), "params", {})
    return said.get("database_kind") == "postgres" and said.get("language") in ("ar", "en")


@dataclass(frozen=True)
class Template:
    """An instance made once, copied for each test. `rows` are what PostgreSQL holds of it."""

    folder: Path
    machine_key: Path
    rows: Rows


@pytest.fixture(scope="session")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder in memory where there is room: an instance asks at each commit that all be on the
    disk, and no test pulls the plug."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK) or shutil.disk_usage(memory).free < ROOM:
        yield tmp_path_factory.mktemp("quick")
        return
    with tempfile.TemporaryDirectory(prefix="casework-", dir=memory) as made:
        yield Path(made)


@pytest.fixture(scope="session")
def template(quick: Path) -> Template:
    folder = quick / "template"
    folder.mkdir()
    instance, machine_key = folder / "instance", folder / "machine-key"
    app = new_instance(instance, schema=create_all, machine_key=machine_key, **CHEAP)
    with app.app_context(), acting(Actor.system()), db.engine.connect() as connection:
        rows = {
            table.name: [dict(row._mapping) for row in connection.execute(sa.select(table))]
            for table in db.metadata.sorted_tables
        }
    close(app)
    return Template(instance, machine_key, rows)


@pytest.fixture(scope="session")
def states(template: Template) -> Iterator[States]:
    """The database of PostgreSQL for this run, and the states it can be put back to."""
    name = f"casework_test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    with postgres.server() as url, postgres.database(url, name) as made, postgres.lending(name):
        engine = sa.create_engine(made)
        db.metadata.create_all(engine)
        trail_store.make(made.render_as_string(hide_password=False))
        found = States(engine, db.metadata.sorted_tables)
        found.fill(template.rows)
        yield found
        engine.dispose()


@pytest.fixture(scope="session")
def postgres_url(states: States) -> sa.URL:
    return states.engine.url


@pytest.fixture(scope="session")
def place(quick: Path) -> Path:
    """Where the instance of each test lies, one after the other: what stands over it may stay."""
    return quick / "instance"


@dataclass(frozen=True)
class Shelf:
    """Instances in which something was made once, and what was given then."""

    folder: Path
    given: dict[str, Any]


@pytest.fixture(scope="session")
def shelf(quick: Path) -> Shelf:
    return Shelf(quick / "shelf", {})


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
        states = request.getfixturevalue("states")
        states.put_back("new")
        chosen["database_url"] = states.engine.url.render_as_string(hide_password=False)
    return chosen


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
def made_once(
    app: Flask, instance: Path, database_kind: str, request: pytest.FixtureRequest
) -> Callable[[Callable[[], Any]], Any]:
    """`made_once(make)`: what `make()` makes in a new instance and gives. It is made once for the
    run, on this database and this day, and then put back as it was."""
    states = request.getfixturevalue("states") if database_kind == "postgres" else None
    shelf = request.getfixturevalue("shelf")

    def give(make: Callable[[], Any]) -> Any:
        key = f"{make.__module__}.{make.__qualname__} {clock.today()} {database_kind}"
        if key in shelf.given:
            if states:
                states.put_back(key)
            shutil.copytree(shelf.folder / key, instance, dirs_exist_ok=True)
        else:
            shelf.given[key] = make()
            close(app)
            if states:
                states.keep(key)
            shutil.copytree(instance, shelf.folder / key)
            Trail.init_app(app)
        return copy.deepcopy(shelf.given[key])

    return give


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
