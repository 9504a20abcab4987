# SPDX-License-Identifier: AGPL-3.0-or-later
"""Three walls round the guarded tables.

The *guard* narrows each ORM statement to the acting user's reach. The *write check* asks `can()`
for each record about to be saved. The *tripwire* refuses any other statement that names a guarded
table: raw text, plain tables, bulk inserts. No acting user: nothing is read.
"""

import re
import weakref
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event, orm
from sqlalchemy.sql import visitors

from casework.db import Base
from casework.errors import Refusal
from casework.i18n import _

from .scopes import (
    GUARDED,
    PASSED,
    Actor,
    Guarded,
    acting_actor,
    can,
    chain_of,
    criteria,
    forget,
    holds,
    link_of,
    reached_through,
)


class PolicyError(Exception):
    """The code asked for records in a way that no rule covers: a fault of ours, never of a user."""


# The session whose writes were checked and are on their way.
_checked_by: ContextVar[orm.Session | None] = ContextVar("checked by", default=None)


@contextmanager
def acting(actor: Actor | None) -> Iterator[None]:
    """Let the walls judge by this actor inside the block."""
    token = acting_actor.set(actor)
    try:
        yield
    finally:
        acting_actor.reset(token)


def finding(statement: Any) -> Any:
    """The reviewed door of search: the statement reaches the whole strand, for a code and a site.

    Every use of it is listed in `tests/policy/test_doors.py`.
    """
    return statement.execution_options(casework_action="find")


# ------------------------------------------------------------------ the guard


@event.listens_for(orm.Session, "do_orm_execute")
def _guard(state: orm.ORMExecuteState) -> None:
    if not (state.is_orm_statement or state.is_column_load or state.is_relationship_load):
        return  # plain tables: the tripwire sees to them
    if not (state.is_select or state.is_update or state.is_delete):
        return
    actor = acting_actor.get()
    if actor is None:
        return  # no mark: the tripwire refuses what names a guarded table
    if state.is_update and isinstance(state.parameters, list):
        return  # many rows by key: criteria would not be added
    action = state.execution_options.get("casework_action", "read")
    if not state.is_select:
        action = "write"
        forget(state.session)
    # A column load reads again a row that passed already; its own statement is SQLAlchemy's.
    narrow, covered = None, frozenset(GUARDED)
    if not state.is_column_load:
        narrow, covered = _narrowed(state.statement, action, actor)
    if narrow is not None:
        state.statement = narrow
    state.update_execution_options(casework_guard=PASSED, casework_covered=covered)


# A statement that a room keeps is narrowed once for each shape of actor, and so prepared once.
_kept: "weakref.WeakKeyDictionary[Any, dict[Any, Any]]" = weakref.WeakKeyDictionary()


def _narrowed(statement: Any, action: str, actor: Actor) -> tuple[Any, frozenset[str]]:
    """The statement within this actor's reach (None: it names nothing guarded, as it is), and
    the guarded tables that its condition covers."""
    known = _kept.setdefault(statement, {})
    key = (action, actor.shape, len(GUARDED))
    if key not in known:
        named = _named(statement)
        added = [criteria(table, action, *actor.shape) for table in named]
        known[key] = (statement.options(*added) if named else None, _covered(named))
    return known[key]


def _named(statement: Any) -> frozenset[str]:
    """The guarded tables a statement names, with those that its loaders may add.

    Cheap and not the last word: the tripwire holds the finished SQL against it.
    """
    tables = {part.name for part in visitors.iterate(statement) if isinstance(part, sa.Table)}
    if statement._with_options:
        tables = set().union(*(_related(name, len(GUARDED)) for name in tables))
    return frozenset(name for name in tables if name in GUARDED)


@lru_cache
def _related(table: str, _count: int) -> frozenset[str]:
    """The table, and every table that its records are related to, near or far."""
    steps: dict[str, set[str]] = {}
    for mapper in Base.registry.mappers:
        for link in mapper.relationships:
            through = {link.secondary.name} if isinstance(link.secondary, sa.Table) else set()
            steps.setdefault(mapper.local_table.name, set()).update(
                through, {link.mapper.local_table.name}
            )
    found, waiting = {table}, [table]
    while waiting:
        new = steps.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return frozenset(found)


@lru_cache
def _covered(named: frozenset[str]) -> frozenset[str]:
    return frozenset().union(*map(chain_of, named))


# ------------------------------------------------------------------ the write check


@event.listens_for(orm.Session, "before_flush")
def _check_writes(session: orm.Session, _context: Any, _instances: Any) -> None:
    changed = [
        one for one in session.dirty if isinstance(one, Guarded) and session.is_modified(one)
    ]
    for record in (*session.new, *session.deleted):
        if isinstance(record, Guarded):
            _require(record, record)
    for record in changed:
        _require(record, record)
        _require(record, _as_it_was(record))
    _checked_by.set(session)


def _is_flushing() -> bool:
    """Whether the statement at hand is a write that was checked: inside the flush, however it
    ends, and not a moment longer."""
    session = _checked_by.get()
    return session is not None and session._flushing


@event.listens_for(orm.Session, "after_transaction_end")
def _ended(session: orm.Session, _transaction: orm.SessionTransaction) -> None:
    """After a unit of work, a savepoint, and each flush, which is a part of either: what was just
    written may have moved a file."""
    forget(session)


@event.listens_for(orm.Session, "after_flush")
def _flushed(_session: orm.Session, _context: Any) -> None:
    _checked_by.set(None)


def _require(record: Any, view: Any) -> None:
    actor = acting_actor.get()
    if actor is None:
        raise PolicyError(f"nobody acts: a row of {record.__tablename__} cannot be saved")
    if not (can(actor, "write", record) if view is record else _could(actor, record, view)):
        raise Refusal(_("You may not change this file. Ask your supervisor."), 403)


class _AsItWas:
    """The columns that decide about reach, with the values the database still holds."""

    def __init__(self, record: Any, names: Iterable[str]) -> None:
        old = sa.inspect(record).committed_state
        for name in names:
            setattr(self, name, old.get(name, getattr(record, name)))


def _as_it_was(record: Any) -> _AsItWas:
    link = link_of(type(record))
    deciding = ("id", "site_id", "owner_id", "strand", "is_wide", "is_listed")
    names = ("id", link[0]) if link else deciding
    return _AsItWas(record, [name for name in names if hasattr(record, name)])


def _could(actor: Actor, record: Any, view: Any) -> bool:
    link = link_of(type(record))
    if link is None:
        return holds(actor, "write", view)
    ours, parent, theirs = link
    return reached_through(actor, "write", record, parent, theirs, getattr(view, ours))


# ------------------------------------------------------------------ the tripwire

# Definitions of tables hold no row; migrations need them before anyone can act.
HARMLESS = {"CREATE", "DROP", "ALTER", "PRAGMA", "TRUNCATE", "LOCK", "VACUUM", "ANALYZE"}
# The guarded tables that each compiled statement names, once it was found to be mapped.
_checked: "weakref.WeakKeyDictionary[Any, frozenset[str]]" = weakref.WeakKeyDictionary()


@event.listens_for(sa.Engine, "before_cursor_execute")
def _tripwire(
    _connection: Any, _cursor: Any, sql: str, _parameters: Any, context: Any, _many: bool
) -> None:
    if _is_flushing() or not _names_guarded(sql, len(GUARDED)):
        return
    actor = acting_actor.get()
    if actor is not None and actor.is_system and sql.lstrip()[:6].upper() == "SELECT":
        return
    if actor is None:  # said as such: the statement itself may be as it should
        raise PolicyError("nobody acts: a statement on guarded records is refused")
    options = context.execution_options if context is not None else {}
    covered = options.get("casework_covered", frozenset(GUARDED))
    if options.get("casework_guard") is not PASSED or not _whole(context.compiled, covered):
        raise PolicyError("a statement on guarded records did not pass the guard")


@lru_cache(4096)
def _names_guarded(sql: str, _count: int) -> bool:
    first = sql.split(None, 1)[0].upper() if sql.strip() else ""
    return first not in HARMLESS and bool(_pattern(_count).search(sql))


@lru_cache
def _pattern(_count: int) -> re.Pattern[str]:
    """The names of guarded tables, wherever they stand: but not as the name of a parameter, which
    PostgreSQL's driver writes `%(person)s` where SQLite's writes a question mark."""
    names = rf"\b(?:{'|'.join(GUARDED)})\b" if GUARDED else "(?!)"
    return re.compile(rf"(?<!%\(){names}|{names}(?!\)s)", re.IGNORECASE)


def _whole(compiled: Any, covered: frozenset[str]) -> bool:
    """Whether every guarded table in a marked statement stands there as a mapped record.

    A plain table or a text inside an ORM statement gets no criteria. The policy's own checks are
    plain, and made nowhere else. Asked once per compiled statement: SQLAlchemy keeps those.
    """
    if compiled is None:
        return False
    named = _checked.get(compiled)
    if named is None:
        if "FULL OUTER JOIN" in compiled.string:  # criteria stand in ON, which keeps every row
            return False
        statement = compiled.statement
        if "compile_state_plugin" in statement._propagate_attrs and not _is_mapped(statement):
            return False
        named = frozenset(_pattern(len(GUARDED)).findall(compiled.string))
        _checked[compiled] = named
    return covered >= named


def _is_mapped(statement: Any) -> bool:
    """Each select by itself: plain columns only of a table that is there as a mapped record."""
    waiting, seen = [statement], set()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        mapped, plain = _tables_of(one, waiting)
        if plain - mapped:
            return False
    return True


def _tables_of(select: Any, nested: list[Any]) -> tuple[set[str], set[str]]:
    """Guarded tables of a statement by how they are named; selects within it go to `nested`."""
    mapped: set[str] = set()
    plain: set[str] = set()
    joined = [join[0] for join in getattr(select, "_setup_joins", ())]
    around = (*getattr(select, "_prefixes", ()), *getattr(select, "_suffixes", ()))
    sources = [*joined, *getattr(select, "_from_obj", ()), getattr(select, "table", None),
               *(words[0] for words in around)]  # fmt: skip
    for part in [*sources, *_parts_of(select, nested)]:
        if "parententity" in getattr(part, "_annotations", ()):
            mapped |= _guarded_names(part)
        elif isinstance(part, _NAMING) or any(part is source for source in sources):
            plain |= _guarded_names(part)
    return mapped, plain


_NAMING = (sa.ColumnClause, sa.TextClause, sa.Join)


def _parts_of(select: Any, nested: list[Any]) -> Iterator[Any]:
    stack = list(select.get_children())
    while stack:
        part = stack.pop()
        if isinstance(part, sa.SelectBase):
            nested.append(part)
        else:
            yield part
            stack.extend(part.get_children())


def _guarded_names(part: Any) -> set[str]:
    """The guarded tables that a source, a column or a text names; an alias is another table."""
    if isinstance(part, sa.Join):
        sides = (part.left, part.right)
        return {
            n
            for one in sides
            if "parententity" not in one._annotations
            for n in _guarded_names(one)
        }
    if isinstance(part, sa.TextClause) or getattr(part, "is_literal", False):
        text = getattr(part, "text", None) or part.name
        return {f"{name} in text" for name in _pattern(len(GUARDED)).findall(text)}
    source = part.table if isinstance(part, sa.ColumnClause) else part
    name = getattr(getattr(source, "element", source), "name", None)
    if name not in GUARDED:
        return set()
    return {name if isinstance(source, sa.Table) else f"{name} apart"}
