# SPDX-License-Identifier: AGPL-3.0-or-later
"""One process on two databases: a statement that a room keeps passes the guard on each of them.

A driver of PostgreSQL writes the names of parameters into the statement, SQLite's does not: one
named after a guarded table, of which the statement knows nothing, passed here and not there.
"""

import os
import random

import pytest
import sqlalchemy as sa
from sqlalchemy import orm

from casework.policy import PolicyError, acting
from tests import postgres

from .conftest import MODELS, Paper, Programme, Site, User, World, file_papers, hire

KEPT = {model: sa.select(model.id) for model in MODELS}  # for the whole process, as a room's own
NAMED = sa.bindparam("test_being", type_=sa.Uuid())

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(not postgres.available(), reason="no PostgreSQL server"),
]


def filled(engine, sites, staff):
    """The same programme in another database."""
    World.metadata.create_all(engine)
    with orm.Session(engine, expire_on_commit=False) as session:
        session.add_all([Site(id=site) for site in sites.values()])
        session.add_all([User(id=one.id) for one in staff])
        session.commit()
        made = Programme(session, sites, staff)
        file_papers(made, random.Random(11), 20)
    return engine


@pytest.fixture
def engines(programme):
    """SQLite and PostgreSQL, each with files of the same colleagues."""
    staff = hire(programme.sites)
    with postgres.server() as url, postgres.database(url, f"casework_two_{os.getpid()}") as made:
        both = [sa.create_engine("sqlite://", poolclass=sa.StaticPool), sa.create_engine(made)]
        yield [filled(engine, programme.sites, staff) for engine in both], staff
        for engine in both:
            engine.dispose()


def found(engine, actor, model):
    """What a kept statement finds, and what a fresh one does."""
    with orm.Session(engine) as session, acting(actor):
        return set(session.scalars(KEPT[model])), set(session.scalars(sa.select(model.id)))


@pytest.mark.parametrize("turned", [False, True])
def test_a_kept_statement_passes_on_the_second_database_as_on_the_first(engines, turned):
    both, staff = engines
    seen = {}
    for turn in range(4):
        engine = both[(turn + turned) % 2]
        for actor in staff:
            for model in MODELS:
                kept, fresh = found(engine, actor, model)
                assert kept == fresh
                assert seen.setdefault((engine, actor, model), kept) == kept
    assert all(any(ids for (where, *_who), ids in seen.items() if where is one) for one in both)


def test_a_parameter_may_bear_the_name_of_a_table(engines):
    both, staff = engines
    writer = next(one for one in staff if one.compartments)
    mine = sa.select(Paper).where(Paper.owner_id == NAMED)
    for engine in both:
        with orm.Session(engine) as session, acting(writer):
            there = set(session.scalars(sa.select(Paper.id).where(Paper.owner_id == writer.id)))
            rows = session.scalars(mine, {"test_being": writer.id}).all()
            assert there
            assert {row.id for row in rows} == there


@pytest.mark.parametrize("words", [
    "SELECT id FROM test_paper WHERE id = :test_paper",
    "SELECT (test_paper), :test_paper FROM test_paper",
    "SELECT 5 %(test_paper) FROM test_being",
])  # fmt: skip
def test_a_table_beside_such_a_parameter_is_still_seen(engines, words):
    both, staff = engines
    said = sa.text(words)
    values = {"test_paper": str(staff[0].id)} if ":test_paper" in words else {}
    for engine in both:
        refused = pytest.raises(PolicyError, match="did not pass")
        with orm.Session(engine) as session, acting(staff[0]), refused:
            session.execute(said, values)


def test_where_nobody_acts_it_is_said_on_both(engines):
    both, staff = engines
    for engine in both:
        assert found(engine, staff[0], Paper)
        with orm.Session(engine) as session, pytest.raises(PolicyError, match="nobody acts"):
            session.scalars(KEPT[Paper])
