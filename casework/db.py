# SPDX-License-Identifier: AGPL-3.0-or-later
"""The main database: base class, declared fields, and the one commit of the code base."""

import datetime as dt
import enum
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event, orm

from .errors import Refusal, Stale
from .i18n import _l

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcMoment(sa.types.TypeDecorator[dt.datetime]):
    """A moment in UTC. SQLite forgets the zone, so it is put back on the way out."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return value and value.astimezone(dt.UTC)

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        if value is not None and value.tzinfo is None:
            return value.replace(tzinfo=dt.UTC)
        return value and value.astimezone(dt.UTC)


class Base(orm.DeclarativeBase):
    """Every model. The type map sits in the registry: Flask-SQLAlchemy refuses it on the class."""

    registry = orm.registry(
        metadata=sa.MetaData(naming_convention=NAMES),
        type_annotation_map={
            dt.datetime: UtcMoment(),
            bytes: sa.LargeBinary(),
            int: sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
        },
    )
    metadata = registry.metadata


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})


class Sensitivity(enum.Enum):
    """What a column may tell a thief. PERSONAL and SPECIAL live inside sealed envelopes only."""

    ROUTING = "routes work: random ids, site, owner, status, due day, version, day stamps"
    REFERENCE = "public lists and programme settings"
    STAFF = "about staff, never about a person supported"
    SECRET = "ciphertext, wrapped keys, hashes and truncated tokens"  # noqa: S105 (a description)
    PERSONAL = "about a person supported"
    SPECIAL = "health, origin, violence, beliefs: law 09-08, article 1(3)"


SEALED_ONLY = frozenset({Sensitivity.PERSONAL, Sensitivity.SPECIAL})


@dataclass(frozen=True)
class Field:
    """One declaration of a field: its label, code list and sensitivity stand nowhere else."""

    label: Any
    sensitivity: Sensitivity
    kind: type | None = None
    codes: str | None = None
    max_length: int | None = None


def field(
    label: Any, sensitivity: Sensitivity, *args: Any, codes: str | None = None, **column: Any
) -> Any:
    """A column of a model, with its declaration. Refuses to hold a person's data in clear."""
    if sensitivity in SEALED_ONLY:
        raise TypeError(f"{sensitivity.name} data live inside an envelope, never in a column")
    info = {"field": Field(label, sensitivity, codes=codes)}
    return orm.mapped_column(*args, info=info, **column)


def new_id() -> uuid.UUID:
    """A random id. Version 7 would publish the time of each visit."""
    return uuid.uuid4()


# ------------------------------------------------------------------ the unit of work


@dataclass
class _Unit:
    write: bool
    before: list[Callable[[], None]]
    after: list[Callable[[], None]]


_unit: ContextVar[_Unit | None] = ContextVar("unit", default=None)


@contextmanager
def transaction(write: bool = True) -> Iterator[None]:
    """One unit of work: everything inside is saved together, or nothing is.

    An inner use joins the outer one. A concurrent edit becomes `Stale`.
    """
    if _unit.get() is not None:
        yield
        return
    unit = _Unit(write, [], [])
    token = _unit.set(unit)
    try:
        yield
        _finish(unit)
    except orm.exc.StaleDataError as error:
        raise Stale(_l("Someone else saved this record meanwhile. Read it again.")) from error
    finally:
        db.session.rollback()
        _unit.reset(token)
    for call in unit.after:
        call()


def _finish(unit: _Unit) -> None:
    if not unit.write:
        return
    db.session.flush()
    for call in unit.before:
        call()
    db.session.commit()


_hopeful: ContextVar[bool] = ContextVar("hopeful", default=False)


@contextmanager
def hopefully() -> Iterator[None]:
    """Do the block without a way back for `unless_taken`: whoever asks tries again without it."""
    token = _hopeful.set(True)
    try:
        yield
    finally:
        _hopeful.reset(token)


@contextmanager
def unless_taken(refusal: Callable[[], Exception]) -> Iterator[None]:
    """Save what the block adds, or raise `refusal()` where another has the same unique value.

    The unit of work goes on either way, thanks to a savepoint. A page is first tried `hopefully`,
    without one, as two hardly ever save the same at once: then the IntegrityError goes up.
    """
    if _hopeful.get():
        yield
        db.session.flush()
        return
    try:
        with db.session.begin_nested():
            yield
    except sa.exc.IntegrityError as error:
        raise refusal() from error


_gathering: ContextVar[bool] = ContextVar("gathering", default=False)


@contextmanager
def gathering() -> Iterator[None]:
    """Do a batch: what a verb changes of a record waits for what is written next, and one statement
    does for all of it. Never a page: what is wrong has to be said while its form is at hand."""
    token = _gathering.set(True)
    try:
        yield
    finally:
        _gathering.reset(token)


def send_changes() -> None:
    """Write what a verb changed, so that what is wrong with it is said here and not at the end;
    in a batch (`gathering`) with what is written next."""
    if not _gathering.get():
        db.session.flush()


def before_commit(call: Callable[[], None]) -> None:
    """Run once everything is flushed, just before the commit of this unit of work."""
    _current_unit().before.append(call)


def on_commit(call: Callable[[], None]) -> None:
    """Run once this unit of work is durable; never if it is rolled back."""
    _current_unit().after.append(call)


def _current_unit() -> _Unit:
    unit = _unit.get()
    if unit is None:
        raise RuntimeError("no unit of work is open")
    return unit


# ------------------------------------------------------------------ the two engines

FIRST_TABLE = "vault_state"  # made by the first step of the schema, and never empty
SAMPLE = 400  # rows of an index that SQLite looks at to learn how it is spread


def engine_options(url: str) -> dict[str, Any]:
    """How to talk to the database of this address."""
    quiet = {"hide_parameters": True}  # an error is logged, never the values it stumbled on
    if not url.startswith("sqlite"):
        return {**quiet, "pool_pre_ping": True, "pool_size": 8}
    return {**quiet, "connect_args": {"timeout": 15}}


def check_database(url: str, instance: Path) -> None:
    """Whether the database is there and holds our schema: to open a missing file is to make an
    empty one. Raises Refusal."""
    there = tables_of(url, instance)
    if there is None:
        raise Refusal(_l("The database of this instance is missing."))
    if FIRST_TABLE not in there:
        raise Refusal(_l("The database of this instance is empty or of another programme."))


def tables_of(url: str, instance: Path) -> set[str] | None:
    """The tables of a database, which nothing is done to; None where a SQLite file is missing.

    Raises Refusal where it cannot be read.
    """
    at = sa.make_url(url)
    if at.get_backend_name() == "sqlite" and "uri" not in at.query:
        return _tables_of_file(instance / (at.database or ""))
    engine = sa.create_engine(at, poolclass=sa.NullPool)
    return set(sa.inspect(engine).get_table_names())


def _tables_of_file(path: Path) -> set[str] | None:
    """Not by an engine of ours: its first words would change a file that may be another's."""
    if not path.is_file():
        return None
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)) as file:
            rows = file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            return {name for (name,) in rows}
    except sqlite3.Error:
        sentence = _l("The database cannot be used: it is missing, busy or not ours.")
        raise Refusal(sentence) from None


def learn_sizes() -> None:
    """Let SQLite measure its tables in this unit of work, so that it picks the index that leads
    to the fewest rows. A sample of each index is enough; PostgreSQL does so by itself.
    """
    if db.engine.dialect.name != "sqlite":
        return
    for words in (f"PRAGMA analysis_limit={SAMPLE}", "ANALYZE"):
        db.session.execute(sa.text(words))


@event.listens_for(sa.Engine, "connect")
def _prepare(connection: Any, record: Any) -> None:
    if connection.__class__.__module__ != "sqlite3":
        return
    connection.isolation_level = None  # we say BEGIN ourselves, see _begin
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "secure_delete=ON",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(sa.Engine, "begin")
def _begin(connection: sa.Connection) -> None:
    """On SQLite a unit that will write says so at once: reading first would end in a lock error."""
    if connection.dialect.name != "sqlite":
        return
    unit = _unit.get()
    immediate = unit is not None and unit.write
    words = "BEGIN IMMEDIATE" if immediate else "BEGIN"
    try:  # said to the driver itself: every unit of work begins with it
        connection.connection.cursor().execute(words)
    except sqlite3.OperationalError as error:
        raise sa.exc.OperationalError(words, None, error) from error
