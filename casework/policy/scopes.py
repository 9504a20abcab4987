# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whose records: scopes, the one table of rules, and the actor they are judged by."""

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from dataclasses import field as slot
from functools import lru_cache
from typing import Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from casework.db import Sensitivity, db, field
from casework.i18n import _l

from .roles import ROLES, Permission

# ------------------------------------------------------------------ scopes


@dataclass(frozen=True)
class Grant:
    """One role of the acting user, with the sites she holds it at."""

    role: str
    sites: frozenset[UUID] = frozenset()

    @property
    def strand(self) -> str | None:
        return ROLES[self.role].strand if self.role in ROLES else None


@dataclass(frozen=True)
class Terms:
    """What a rule compares a row with: values of one actor, or places filled in when a kept
    statement runs. `shares` is None where nothing is shared with her."""

    me: Any
    sites: Any
    shares: Any
    strand: str | None


class Scope:
    """Whose records. `where` says it to the database, `holds` of one record at hand."""

    def __or__(self, other: "Scope") -> "Scope":
        return _Either(self, other)

    def __and__(self, other: "Scope") -> "Scope":
        return _Both(self, other)

    def where(self, _columns: Any, _terms: Terms) -> Any:
        return sa.false()

    def holds(self, _record: Any, _actor: "Actor", _grant: Grant) -> bool:
        return False


class _Own(Scope):
    def where(self, columns: Any, terms: Terms) -> Any:
        return sa.and_(columns.owner_id == terms.me, columns.site_id.in_(terms.sites))

    def holds(self, record: Any, actor: "Actor", grant: Grant) -> bool:
        return record.owner_id == actor.id and record.site_id in grant.sites


class _Site(Scope):
    def where(self, columns: Any, terms: Terms) -> Any:
        return columns.site_id.in_(terms.sites)

    def holds(self, record: Any, actor: "Actor", grant: Grant) -> bool:
        return record.site_id in grant.sites


class _Strand(Scope):
    def where(self, columns: Any, terms: Terms) -> Any:
        strand = getattr(columns, "strand", None)
        return sa.false() if strand is None else strand == terms.strand

    def holds(self, record: Any, actor: "Actor", grant: Grant) -> bool:
        return grant.strand is not None and getattr(record, "strand", None) == grant.strand


class _Shared(Scope):
    def where(self, columns: Any, terms: Terms) -> Any:
        return sa.false() if terms.shares is None else columns.id.in_(terms.shares)

    def holds(self, record: Any, actor: "Actor", grant: Grant) -> bool:
        return record.id in actor.shares


class _All(Scope):
    def where(self, columns: Any, terms: Terms) -> Any:
        return sa.true()

    def holds(self, record: Any, actor: "Actor", grant: Grant) -> bool:
        return True


class _Having(Scope):
    """Every row of the tables that have this column, and no row of any other."""

    def __init__(self, column: str) -> None:
        self.column = column

    def where(self, columns: Any, terms: Terms) -> Any:
        return sa.true() if hasattr(columns, self.column) else sa.false()

    def holds(self, record: Any, actor: "Actor", grant: Grant) -> bool:
        return hasattr(record, self.column)


class _Wide(Scope):
    """What the programme runs itself, whichever site helps."""

    def where(self, columns: Any, terms: Terms) -> Any:
        is_wide = getattr(columns, "is_wide", None)
        return sa.false() if is_wide is None else is_wide == sa.true()

    def holds(self, record: Any, actor: "Actor", grant: Grant) -> bool:
        return bool(getattr(record, "is_wide", False))


class _Either(Scope):
    def __init__(self, *scopes: Scope) -> None:
        self.scopes = scopes

    def where(self, columns: Any, terms: Terms) -> Any:
        return sa.or_(*(scope.where(columns, terms) for scope in self.scopes))

    def holds(self, record: Any, actor: "Actor", grant: Grant) -> bool:
        return any(scope.holds(record, actor, grant) for scope in self.scopes)


class _Both(Scope):
    def __init__(self, *scopes: Scope) -> None:
        self.scopes = scopes

    def where(self, columns: Any, terms: Terms) -> Any:
        return sa.and_(*(scope.where(columns, terms) for scope in self.scopes))

    def holds(self, record: Any, actor: "Actor", grant: Grant) -> bool:
        return all(scope.holds(record, actor, grant) for scope in self.scopes)


NOBODY, OWN, SITE, STRAND, SHARED, ALL = Scope(), _Own(), _Site(), _Strand(), _Shared(), _All()
# Events and products are about no person; lists of who came are searched by those who keep one.
EVENTS, LISTS, WIDE = _Having("is_wide"), _Having("participant_id"), _Wide()
DIRECTORY = _Having("is_listed") & SITE  # employers belong to everyone who works at their hub
CALLS = _Having("places") & SITE  # what a hub offers: read by everyone there, kept by its head
PANEL = _Having("is_scored") & SITE  # what other readers gave: percentages come out
TEAM = SITE  # the team of a supervisor is the staff of her cell
SYSTEM = "system"

# The one table. `find` answers a search with a code and "ask your supervisor", nothing else.
# `head` says whose records she answers for: what her staff wrote there she may put right.
RULES: dict[tuple[str, str], Scope] = {
    ("counsellor", "find"): STRAND,
    ("counsellor", "read"): OWN | SHARED,
    ("counsellor", "write"): OWN,
    ("cell_supervisor", "find"): STRAND | LISTS,
    ("cell_supervisor", "read"): TEAM | SHARED,
    ("cell_supervisor", "write"): TEAM,
    ("cell_supervisor", "head"): TEAM,
    ("hub_adviser", "find"): STRAND | PANEL,
    ("hub_adviser", "read"): OWN | SHARED | DIRECTORY | CALLS,
    ("hub_adviser", "write"): OWN | DIRECTORY,
    ("hub_manager", "find"): STRAND | LISTS | PANEL,
    ("hub_manager", "read"): SITE | SHARED,
    ("hub_manager", "write"): SITE,
    ("hub_manager", "head"): SITE,
    ("coordinator", "read"): EVENTS,
    ("coordinator", "write"): WIDE,
    # Verification and rotation see rows, that is routing and ciphertext; the vault stays closed.
    (SYSTEM, "read"): ALL,
}


@dataclass(eq=False)
class Actor:
    """Who acts, as pages and policy see it: a snapshot, good for one request or one block."""

    id: UUID | None
    name: str = ""
    language: str | None = None
    held: Mapping[str, frozenset[UUID]] = slot(default_factory=dict)
    shares: frozenset[UUID] = frozenset()
    is_active: bool = True
    must_change_password: bool = False
    permissions: frozenset[Permission] = frozenset()
    compartments: frozenset[str] = frozenset()
    _scopes: dict[str, list[tuple[Scope, Grant]]] = slot(default_factory=dict)
    _headed: dict[tuple[str, Any], bool] = slot(default_factory=dict)

    def __post_init__(self) -> None:
        self.grants = tuple(Grant(role, sites) for role, sites in sorted(self.held.items()))
        roles = [ROLES[grant.role] for grant in self.grants if grant.role in ROLES]
        self.permissions = frozenset().union(*(role.permissions for role in roles))
        self.compartments = frozenset().union(*(role.compartments for role in roles))

    @staticmethod
    def now() -> "Actor | None":
        """Who acts here and now."""
        return acting_actor.get()

    @classmethod
    def system(cls) -> "Actor":
        """The programme itself: it may count and verify rows, and change none."""
        return cls(None, SYSTEM, held={SYSTEM: frozenset()})

    @property
    def is_system(self) -> bool:
        return SYSTEM in self.held

    @property
    def is_authenticated(self) -> bool:
        return self.id is not None

    def may(self, permission: Permission | str) -> bool:
        return permission in self.permissions

    @property
    def roles(self) -> tuple[str, ...]:
        return tuple(self.held)

    @property
    def sites(self) -> frozenset[UUID]:
        """The ids of the sites where she has a role."""
        return frozenset().union(*self.held.values())

    @property
    def strands(self) -> frozenset[str]:
        """The strands she works in: `listening`, `hub`."""
        return frozenset(grant.strand for grant in self.grants if grant.strand)

    def scopes(self, action: str) -> list[tuple[Scope, Grant]]:
        found = self._scopes.get(action)
        if found is None:
            found = [(scope(grant.role, action), grant) for grant in self.grants]
            self._scopes[action] = found
        return found

    @property
    def shape(self) -> tuple[tuple[str, ...], bool]:
        """Her roles, and whether anything is shared with her: who has the same is asked the same
        question, with other values."""
        return tuple(grant.role for grant in self.grants), bool(self.shares)


# Who acts, for the guard; and the mark of a statement that passed it. Both are set in `guard`.
acting_actor: ContextVar[Actor | None] = ContextVar("acting", default=None)
PASSED = object()

# Deliberately left for its own issue: break-glass joins `RULES` as a scope that ends by itself.


def scope(role: str, action: str) -> Scope:
    """Whose records a role may do this to. What is not in the table is nobody's."""
    return RULES.get((role, action), NOBODY)


# ------------------------------------------------------------------ guarded records

GUARDED: dict[str, type] = {}


class Guarded:
    """A record in somebody's reach: `class Case(Vaulted, Guarded, Base)`.

    It gets `site_id` and `owner_id`, or says `through` what it is reached: `through = "case_id"`,
    a column of its own that names its parent; or `through = "registration.person_id"`, a column
    of another guarded table that names it.
    """

    through: ClassVar[str] = ""

    def __init_subclass__(cls, **options: Any) -> None:
        if not cls.through:
            routing = Sensitivity.ROUTING
            for name, label, target in (
                ("site_id", _l("Site"), "site.id"),
                ("owner_id", _l("Followed by"), "user.id"),
            ):
                if name not in vars(cls):
                    setattr(cls, name, field(label, routing, sa.ForeignKey(target), index=True))
        super().__init_subclass__(**options)
        GUARDED[cls.__tablename__] = cls  # type: ignore[attr-defined]
        for known in (link_of, chain_of, criteria, _kept_inside):
            known.cache_clear()


@lru_cache
def link_of(model: Any) -> tuple[str, Any, str] | None:
    """(own column, other model, its column) by which a record is reached; None: by itself."""
    table, _dot, column = model.through.rpartition(".")
    if not column:
        return None
    if table:
        return "id", GUARDED[table], column
    target = next(iter(model.__table__.c[column].foreign_keys)).column
    return column, GUARDED[target.table.name], target.name


@lru_cache
def chain_of(table: str) -> frozenset[str]:
    """The tables that the criteria of this one name."""
    link = link_of(GUARDED[table])
    return frozenset({table}) | (chain_of(link[1].__tablename__) if link else frozenset())


def reach(model: Any, actor: Actor, action: str) -> Any:
    """The condition on `model` that keeps what is in this actor's reach."""
    return _reach(model, _rules(actor, action), model)


def _rules(actor: Actor, action: str) -> list[tuple[Scope, Terms]]:
    shares = actor.shares or None
    return [
        (rule, Terms(actor.id, grant.sites, shares, grant.strand))
        for rule, grant in actor.scopes(action)
    ]


def _reach(model: Any, rules: list[tuple[Scope, Terms]], columns: Any) -> Any:
    link = link_of(model)
    if link is None:
        return sa.or_(sa.false(), *(rule.where(columns, terms) for rule, terms in rules))
    ours, parent, theirs = link
    # Asked of one row at a time, by an index: a list of all she may reach would have to be made
    # to read a single record.
    other = parent.__table__.alias()
    near = sa.exists().where(other.c[theirs] == getattr(columns, ours))
    return near.where(_reach(parent, rules, other.c)).correlate_except(other)


@lru_cache(4096)
def criteria(table: str, action: str, roles: tuple[str, ...], has_shares: bool) -> Any:
    """What the guard adds to a statement that names this table, for every actor of this shape.

    The values are those of whoever acts when the statement runs.
    """
    rules = [(scope(role, action), _places(role, has_shares)) for role in roles]
    model = GUARDED[table]
    return orm.with_loader_criteria(
        model, _reach(model, rules, model), include_aliases=True, propagate_to_loaders=False
    )


def _places(role: str, has_shares: bool) -> Terms:
    shares = _place("shares", lambda: _acting().shares) if has_shares else None
    strand = ROLES[role].strand if role in ROLES else None
    sites = _place("sites", lambda: _acting().held[role])
    return Terms(_place("me", lambda: _acting().id), sites, shares, strand)


def _place(name: str, value: Callable[[], Any]) -> Any:
    return _Place(f"acting_{name}", callable_=value, type_=sa.Uuid(), unique=True)


class _Place(sa.BindParameter[Any]):
    """A value found when the statement runs.

    SQLAlchemy looks its parameters up in dicts each time; two copies of one place would be told
    apart by building an SQL comparison, a fifth of what a small statement costs.
    """

    inherit_cache = True

    def __eq__(self, other: Any) -> Any:
        if isinstance(other, _Place):
            return hash(self) == hash(other)
        return super().__eq__(other)

    __hash__ = sa.BindParameter.__hash__


def _acting() -> Actor:
    actor = acting_actor.get()
    if actor is None:  # the guard lets no such statement pass
        raise LookupError("nobody acts")
    return actor


def holds(actor: Actor, action: str, record: Any) -> bool:
    """The same for a record that is reached by itself; also asked of its former values."""
    # A plain loop: `any` over a generator would double the time of a question asked per row.
    for rule, grant in actor.scopes(action):  # noqa: SIM110
        if rule.holds(record, actor, grant):
            return True
    return False


def can(actor: Actor, action: str, record: Any) -> bool:
    """Whether this record is in the actor's reach for `find`, `read`, `write` or `head`."""
    if all(rule is NOBODY for rule, _grant in actor.scopes(action)):
        return False  # most head nothing: no row has to be asked for that
    link = link_of(type(record))
    if link is None:
        return holds(actor, action, record)
    ours, parent, theirs = link
    key = getattr(record, ours)
    if action != "head":
        return reached_through(actor, action, record, parent, theirs, key)
    # Asked of each line of a page, and the same for all that hangs on one file.
    place = f"{parent.__tablename__}.{theirs}", key
    if place not in actor._headed:
        actor._headed[place] = reached_through(actor, action, record, parent, theirs, key)
    return actor._headed[place]


def reached_through(
    actor: Actor, action: str, record: Any, parent: Any, theirs: str, key: Any
) -> bool:
    """Whether the rows of `parent` that a record is reached through are in reach."""
    session = orm.object_session(record) or db.session()
    known = session.identity_map.get(orm.util.identity_key(parent, key)) if theirs == "id" else None
    near = [known] if known is not None else [
        one for one in session.new if type(one) is parent and getattr(one, theirs) == key
    ]  # fmt: skip
    if near:
        return any(can(actor, action, one) for one in near)
    # Asked of each record of a save, and the same for all that hangs on one file: a yes holds
    # until the save is written (`forget`).
    reached, place = session.info.setdefault(REACHED, {}), (action, parent, theirs, key)
    if reached.get(place) is actor:
        return True
    if actor is acting_actor.get():
        query = _kept_inside(parent, theirs, action, *actor.shape)
    else:
        query = _inside(parent, theirs, _rules(actor, action))
    with session.no_autoflush:
        is_near = session.scalar(query, {"sought": key}) is not None
    if is_near:
        reached[place] = actor
    return is_near


REACHED = "casework_reached"


def forget(session: orm.Session) -> None:
    """Ask anew who reaches what, in this session."""
    session.info.pop(REACHED, None)


@lru_cache(4096)
def _kept_inside(
    parent: Any, theirs: str, action: str, roles: tuple[str, ...], has_shares: bool
) -> sa.Select[Any]:
    """The question for every actor of this shape: asked at each write, it is put once."""
    return _inside(parent, theirs, [(scope(role, action), _places(role, has_shares))
                                    for role in roles])  # fmt: skip


def _inside(parent: Any, theirs: str, rules: list[tuple[Scope, Terms]]) -> sa.Select[Any]:
    other = parent.__table__.alias()
    found = sa.select(sa.literal(1)).where(other.c[theirs] == sa.bindparam("sought"))
    found = found.where(_reach(parent, rules, other.c)).limit(1)
    return found.execution_options(casework_guard=PASSED)
