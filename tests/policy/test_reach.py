# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a list shows, a count counts, a page opens and a rule says are one and the same."""

import gc
import uuid
import weakref

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import orm

from casework.errors import Refusal
from casework.policy import ROLES, Actor, acting, can, finding
from casework.policy.scopes import EVENTS, RULES, WIDE, criteria, reach

from .conftest import MODELS, Being, Note, Paper, Registered

COARSE = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


# Statements that live as long as the process, as those of a room that keeps its own.
KEPT = {model: sa.select(model.id) for model in MODELS}


def everything(programme, model):
    with acting(Actor.system()):
        return programme.session.scalars(sa.select(model)).all()


@COARSE
@given(data=st.data())
def test_list_object_count_and_get_never_disagree(programme, session, data):
    actor = data.draw(st.sampled_from(programme.actors), label="actor")
    model = data.draw(st.sampled_from(MODELS), label="model")
    session.expunge_all()
    allowed = {one.id for one in everything(programme, model) if _says(actor, one)}
    session.expunge_all()
    with acting(actor):
        listed = {one.id for one in session.scalars(sa.select(model))}
        assert listed == allowed
        assert set(session.scalars(sa.select(model.id))) == allowed
        assert set(session.scalars(KEPT[model])) == allowed  # though others have asked it before
        assert session.scalar(sa.select(sa.func.count()).select_from(model)) == len(allowed)
        assert session.scalar(sa.select(sa.func.count(model.id))) == len(allowed)
        inner = sa.select(model.id).subquery()
        assert session.scalar(sa.select(sa.func.count()).select_from(inner)) == len(allowed)
        other = orm.aliased(model)
        assert set(session.scalars(sa.select(other.id))) == allowed
        session.expunge_all()
        for key in sorted(programme.all_ids(model), key=str)[:20]:
            session.expunge_all()
            assert (session.get(model, key) is not None) == (key in allowed)


def test_a_kept_statement_is_asked_by_two_of_one_role_each_for_her_own(programme, session):
    first, second = programme.actor("counsellor", "O"), programme.actor("counsellor", "B")
    seen = []
    for actor in (first, second, first):
        with acting(actor):
            seen.append(set(session.scalars(KEPT[Paper])))
    assert seen[0] == seen[2]
    assert seen[0]
    assert seen[1]
    assert not (seen[0] & seen[1]) - first.shares - second.shares


def test_the_guard_keeps_no_statement_alive(programme, session):
    statement = sa.select(Note.id).join(Paper, Paper.id == Note.paper_id)
    with acting(programme.actor("counsellor", "O")):
        session.scalars(statement).all()
    gone = weakref.ref(statement)
    del statement
    gc.collect()
    assert gone() is None


def test_one_record_is_not_read_by_way_of_all_in_reach(programme, session):
    with acting(programme.actor("counsellor", "O")):
        query = sa.select(Being).where(Being.id == uuid.uuid4())
        narrowed = str(query.options(criteria(Being.__tablename__, "read", ("counsellor",), False)))
    assert "EXISTS" in narrowed
    assert " IN (SELECT" not in narrowed


def _says(actor, record):
    with acting(Actor.system()):
        return can(actor, "read", record)


@COARSE
@given(data=st.data())
def test_each_rule_is_the_same_in_sql_and_in_python(programme, session, data):
    actor = data.draw(st.sampled_from(programme.actors))
    action = data.draw(st.sampled_from(("find", "read", "write", "head")))
    model = data.draw(st.sampled_from(MODELS))
    session.expunge_all()
    with acting(Actor.system()):
        by_sql = set(session.scalars(sa.select(model.id).where(reach(model, actor, action))))
        by_python = {one.id for one in session.scalars(sa.select(model)) if can(actor, action, one)}
    assert by_sql == by_python


@COARSE
@given(data=st.data())
def test_a_bulk_change_stays_within_what_one_may_write(programme, session, data):
    actor = data.draw(st.sampled_from(programme.actors))
    session.expunge_all()
    with acting(actor):
        session.execute(sa.update(Paper).values(title="touched"))
    with acting(Actor.system()):
        touched = session.scalars(sa.select(Paper).where(Paper.title == "touched")).all()
        allowed = [one for one in session.scalars(sa.select(Paper)) if can(actor, "write", one)]
        assert {one.id for one in touched} == {one.id for one in allowed}
    session.rollback()
    before = len(programme.all_ids(Note))
    with acting(actor):
        gone = session.execute(sa.delete(Note)).rowcount
        with acting(Actor.system()):
            assert before - len(programme.all_ids(Note)) == gone
    session.rollback()


def test_only_the_rules_of_the_table_open_anything(programme, session):
    for role in ("me_officer", "dpo", "administrator"):
        assert not [key for key in RULES if key[0] == role]
    its = {action: rule for (role, action), rule in RULES.items() if role == "coordinator"}
    assert its == {"read": EVENTS, "write": WIDE}  # rows about no person
    for role in ("coordinator", "me_officer", "dpo", "administrator"):
        assert not ROLES[role].compartments
        with acting(programme.actor(role)):
            for model in MODELS:
                assert session.scalars(sa.select(model)).all() == []


def test_only_who_heads_a_site_answers_for_what_colleagues_write_there(programme, session):
    with acting(Actor.system()):
        papers = session.scalars(sa.select(Paper)).all()
    for actor in programme.actors:
        headed = {one.site_id for one in papers if can(actor, "head", one)}
        heads = {"cell_supervisor", "hub_manager"} & set(actor.held)
        assert headed == frozenset().union(*(actor.held[role] for role in heads))


def test_hub_staff_open_no_story_and_cell_staff_no_business():
    for role in ROLES.values():
        assert not {"story", "business"} <= role.compartments
    assert "story" not in ROLES["hub_manager"].compartments
    assert "business" not in ROLES["cell_supervisor"].compartments


def test_a_supervisor_reads_her_team_and_no_other(programme, session):
    supervisor = programme.actor("cell_supervisor", "O")
    with acting(supervisor):
        seen = session.scalars(sa.select(Paper)).all()
        assert {one.site_id for one in seen if one.id not in supervisor.shares} == supervisor.sites


def test_joins_and_subqueries_are_confined(programme, session):
    actor = programme.actor("counsellor", "O")
    allowed = {one.id for one in everything(programme, Note) if _says(actor, one)}
    session.expunge_all()
    with acting(actor):
        joined = sa.select(Note.id).join(Paper, Paper.id == Note.paper_id)
        assert set(session.scalars(joined)) == allowed
        nested = sa.select(Paper.id).where(Paper.id.in_(sa.select(Note.paper_id)))
        mine = {one.id for one in session.scalars(sa.select(Paper))}
        assert set(session.scalars(nested)) <= mine
        loaded = session.scalars(sa.select(Paper).options(orm.selectinload(Paper.notes))).all()
        assert {note.id for paper in loaded for note in paper.notes} == allowed


def test_a_lazy_load_reaches_no_further_than_a_list(programme, session):
    other, actor = programme.actor("cell_supervisor", "O"), programme.actor("counsellor", "B")
    with acting(other):
        paper = session.scalars(sa.select(Paper).join(Note)).first()
    with acting(actor):
        assert paper.notes == [] or paper.id in actor.shares


def test_finding_shows_the_strand_and_reading_does_not(programme, session):
    actor = programme.actor("counsellor", "O")
    with acting(actor):
        found = session.scalars(finding(sa.select(Being))).all()
        read = session.scalars(sa.select(Being)).all()
        assert session.scalars(finding(sa.select(Paper))).all() == []
    assert {one.strand for one in found} == {"listening"}
    assert len(found) > len(read)


# ------------------------------------------------------------------ writing


def test_nobody_writes_where_she_may_not(programme, session):
    counsellor, manager = programme.actor("counsellor", "O"), programme.actor("hub_manager")
    with acting(counsellor):
        session.add(Paper(site_id=programme.sites["B"], owner_id=counsellor.id))
        with pytest.raises(Refusal):
            session.flush()
        session.rollback()
        session.add(Paper(site_id=programme.sites["O"], owner_id=manager.id))
        with pytest.raises(Refusal):
            session.flush()


def test_what_is_shared_is_read_and_not_changed(programme, session):
    shared = next(one for one in programme.actors if "counsellor" in one.held and one.shares)
    with acting(shared):
        paper = next(
            one for one in session.scalars(sa.select(Paper))
            if one.id in shared.shares and one.owner_id != shared.id
        )  # fmt: skip
        paper.title = "changed"
        with pytest.raises(Refusal):
            session.flush()


def test_making_it_one_s_own_does_not_make_it_one_s_own(programme, session):
    shared = next(one for one in programme.actors if "counsellor" in one.held and one.shares)
    with acting(shared):
        paper = next(
            one for one in session.scalars(sa.select(Paper))
            if one.id in shared.shares and one.owner_id != shared.id
        )  # fmt: skip
        paper.owner_id, paper.site_id = shared.id, next(iter(shared.sites))
        with pytest.raises(Refusal):
            session.flush()


def test_a_note_is_written_where_its_paper_may_be(programme, session):
    actor, other = programme.actor("counsellor", "O"), programme.actor("counsellor", "B")
    with acting(actor):
        paper = next(one for one in session.scalars(sa.select(Paper)) if one.owner_id == actor.id)
        session.add(Note(paper_id=paper.id))
        session.flush()
    with acting(other):
        session.add(Note(paper_id=paper.id))
        with pytest.raises(Refusal):
            session.flush()


def test_a_new_being_and_its_registration_come_together(programme, session):
    actor = programme.actor("counsellor", "O")
    being = Being(id=uuid.uuid4(), strand="listening")
    with acting(actor):
        session.add(being)
        with pytest.raises(Refusal):
            session.flush()
        session.rollback()
        session.add(being)
        session.add(
            Registered(
                being_id=being.id, strand="listening",
                site_id=programme.sites["O"], owner_id=actor.id,
            )
        )  # fmt: skip
        session.flush()
        assert can(actor, "read", being)


@pytest.mark.parametrize("how", ["handed over", "by statement", "deleted"])
def test_what_was_in_reach_a_moment_ago_is_asked_anew(programme, session, how):
    """A yes is kept only until something is written."""
    actor, head = programme.actor("counsellor", "O"), programme.actor("cell_supervisor", "O")
    where = {"strand": "listening", "site_id": programme.sites["O"], "owner_id": actor.id}
    being = Being(id=uuid.uuid4(), strand="listening")
    place = Registered(being_id=being.id, **where)
    with acting(actor):
        session.add_all([being, place])
        session.flush()
        assert can(actor, "read", being)
        assert can(actor, "read", being)  # kept
    with acting(head):
        assert can(head, "read", being)
        if how == "handed over":
            place.owner_id = head.id
        elif how == "deleted":
            session.delete(place)
        else:
            gone = sa.delete(Registered).where(Registered.id == place.id)
            session.execute(gone.execution_options(synchronize_session=False))
        session.flush()
        assert can(head, "read", being) is (how == "handed over")
    with acting(actor):
        assert not can(actor, "read", being)
