# SPDX-License-Identifier: AGPL-3.0-or-later
"""No statement on a guarded table goes round the guard."""

import contextlib

import pytest
import sqlalchemy as sa
from sqlalchemy import event, orm

from casework.policy import Actor, PolicyError, acting

from .conftest import Note, Paper, User

papers, notes = Paper.__table__, Note.__table__

ROUND_THE_GUARD = {
    "text": lambda: sa.text("SELECT * FROM test_paper"),
    "text with a comment": lambda: sa.text("/* */ SELECT * FROM test_paper"),
    "text with a cte": lambda: sa.text("WITH a AS (SELECT * FROM test_paper) SELECT * FROM a"),
    "text in other letters": lambda: sa.text('select * from "TEST_PAPER"'),
    "table": lambda: sa.select(papers),
    "alias": lambda: sa.select(papers.alias()),
    "insert": lambda: sa.insert(papers),
    "update": lambda: sa.update(papers).values(title="x"),
    "delete": lambda: sa.delete(notes),
    "orm insert": lambda: sa.insert(Paper),
    "table beside a mapped record": lambda: sa.select(User.id, notes.c.id).where(sa.true()),
    "table in a subquery": lambda: sa.select(User.id).where(User.id.in_(sa.select(papers.c.id))),
    "table in a scalar": lambda: sa.select(User.id, sa.select(papers.c.id).scalar_subquery()),
    "table in exists": lambda: sa.select(User.id).where(
        sa.exists(sa.select(sa.literal(1)).select_from(papers))
    ),
    "table joined": lambda: sa.select(Paper.id).join(notes, notes.c.paper_id == Paper.id),
    "alias joined": lambda: sa.select(User.id).join(papers.alias("p"), sa.true()),
    "text as a condition": lambda: sa.select(User.id).where(
        sa.text("id IN (SELECT id FROM test_paper)")
    ),
    "literal column": lambda: sa.select(
        User.id, sa.literal_column("(SELECT max(title) FROM test_paper)")
    ),
    "bare names": lambda: sa.select(
        User.id, sa.table("test_paper", sa.column("title")).c.title
    ).where(sa.true()),
    "tables joined below": lambda: sa.select(User.id).select_from(
        sa.join(User.__table__, papers, sa.true())
    ),
    "its own table in a subquery": lambda: sa.select(Paper.id).where(
        sa.exists(sa.select(papers.alias("p").c.id))
    ),
    "its own table again": lambda: sa.select(Paper.id).where(
        Paper.id.in_(sa.select(papers.c.id).correlate(None))
    ),
    "from statement": lambda: sa.select(Paper).from_statement(sa.text("SELECT * FROM test_paper")),
    "full outer join": lambda: (
        sa.select(Paper.id).select_from(User).outerjoin(Paper, Paper.owner_id == User.id, full=True)
    ),
    "full join below": lambda: sa.select(Paper.id).select_from(
        orm.join(User, Paper, Paper.owner_id == User.id, full=True)
    ),
    "text behind": lambda: sa.select(Paper.id).suffix_with(
        sa.text("union all select id from test_paper")
    ),
    "text before": lambda: sa.select(Paper.id).prefix_with(
        sa.text("(SELECT max(title) FROM test_paper),")
    ),
    "rows into another table": lambda: sa.insert(User).from_select(["id"], sa.select(Paper.id)),
}


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
@pytest.mark.parametrize("statement", ROUND_THE_GUARD.values(), ids=ROUND_THE_GUARD)
def test_it_is_refused(programme, session, statement):
    with acting(programme.actor("cell_supervisor", "O")), pytest.raises(PolicyError):
        session.execute(statement()).all()


def test_a_bare_connection_is_refused(programme, session):
    with acting(programme.actor("cell_supervisor", "O")), pytest.raises(PolicyError):
        session.connection().exec_driver_sql("SELECT * FROM test_paper")
    with pytest.raises(PolicyError):
        session.connection().execute(sa.select(papers))


def test_many_rows_by_key_are_refused(programme, session):
    key = next(iter(programme.all_ids(Paper)))
    with acting(programme.actor("cell_supervisor", "O")), pytest.raises(PolicyError):
        session.execute(sa.update(Paper), [{"id": key, "title": "x"}])


def test_bulk_mappings_are_refused(programme, session):
    with acting(programme.actor("cell_supervisor", "O")), pytest.raises(PolicyError):
        session.bulk_insert_mappings(Paper, [{"title": "x"}])


def test_without_an_acting_user_nothing_is_read_or_written(programme, session):
    for ask in (sa.select(Paper), sa.select(sa.func.count(Note.id)), sa.delete(Note)):
        with pytest.raises(PolicyError):
            session.execute(ask)
    with pytest.raises(PolicyError):
        session.get(Paper, next(iter(programme.all_ids(Paper))))
    session.add(Paper(title="x"))
    with pytest.raises(PolicyError):
        session.flush()


def test_the_system_reads_rows_and_writes_none(programme, session):
    with acting(Actor.system()):
        assert session.execute(sa.select(papers)).all()
        with pytest.raises(PolicyError):
            session.execute(sa.update(papers).values(title="x"))
        assert session.execute(sa.update(Paper).values(title="x")).rowcount == 0


def test_a_flush_that_fails_leaves_the_tripwire_up(programme, session):
    actor = programme.actor("counsellor", "O")
    with acting(actor):
        twice = next(iter(session.scalars(sa.select(Paper.id))))
        session.add(Paper(id=twice, site_id=programme.sites["O"], owner_id=actor.id))
        with pytest.raises(sa.exc.IntegrityError):
            session.flush()
        session.rollback()
        with pytest.raises(PolicyError):
            session.execute(sa.text("SELECT * FROM test_paper"))


@pytest.mark.parametrize("ends", ["with an error", "with nothing to write"])
def test_a_flush_that_never_began_leaves_the_tripwire_up(programme, session, ends):
    def meddle(_session, _context, _instances):
        if ends == "with an error":
            raise RuntimeError
        session.expunge(paper)

    actor = programme.actor("counsellor", "O")
    with acting(actor):
        paper = Paper(site_id=programme.sites["O"], owner_id=actor.id)
        session.add(paper)
        event.listen(session, "before_flush", meddle)
        with contextlib.suppress(RuntimeError):
            session.flush()
        with pytest.raises(PolicyError):
            session.connection().execute(sa.select(papers)).all()
