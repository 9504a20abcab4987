# SPDX-License-Identifier: AGPL-3.0-or-later
"""A small world of guarded records in a database of its own: cells, a hub, their staff."""

import uuid
from dataclasses import dataclass, field
from random import Random

import pytest
import sqlalchemy as sa
from sqlalchemy import orm

from casework.policy import ROLES, Actor, Guarded, acting

# The walls look at every session and every engine, so a world of its own will do.
World = orm.declarative_base()


class Site(World):
    __tablename__ = "site"
    id = sa.Column(sa.Uuid, primary_key=True)


class User(World):
    __tablename__ = "user"
    id = sa.Column(sa.Uuid, primary_key=True)


class Being(Guarded, World):
    """Reached through its registrations, as a person is."""

    __tablename__ = "test_being"
    through = "test_registration.being_id"
    id = sa.Column(sa.Uuid, primary_key=True, default=uuid.uuid4)
    strand = sa.Column(sa.String)


class Registered(Guarded, World):
    __tablename__ = "test_registration"
    id = sa.Column(sa.Uuid, primary_key=True, default=uuid.uuid4)
    strand = sa.Column(sa.String)
    being_id = sa.Column(sa.ForeignKey("test_being.id"), nullable=False)


class Paper(Guarded, World):
    __tablename__ = "test_paper"
    id = sa.Column(sa.Uuid, primary_key=True, default=uuid.uuid4)
    title = sa.Column(sa.String)
    notes = orm.relationship("Note", back_populates="paper")


class Note(Guarded, World):
    """Reached through its paper."""

    __tablename__ = "test_note"
    through = "paper_id"
    id = sa.Column(sa.Uuid, primary_key=True, default=uuid.uuid4)
    paper_id = sa.Column(sa.ForeignKey("test_paper.id"), nullable=False)
    paper = orm.relationship("Paper", back_populates="notes")


MODELS = (Being, Registered, Paper, Note)


@dataclass
class Programme:
    """Two cells and a hub, one actor of each role at each site it can be held at."""

    session: orm.Session
    sites: dict[str, uuid.UUID]
    actors: list[Actor] = field(default_factory=list)

    def actor(self, role: str, site: str = "") -> Actor:
        """The first with this role, at this site if one is named."""
        for one in self.actors:
            if role in one.held and (not site or self.sites[site] in one.sites):
                return one
        raise LookupError(role)

    def all_ids(self, model: type) -> set[uuid.UUID]:
        with acting(Actor.system()):
            return set(self.session.scalars(sa.select(model.id)))


def hire(sites: dict[str, uuid.UUID]) -> list[Actor]:
    actors = []
    for role, its in ROLES.items():
        places = [
            site for code, site in sites.items() if ("hub" if code == "T" else "cell") in its.kinds
        ]
        for site in places or [None]:
            for _twice in range(2):
                actors.append(Actor(uuid.uuid4(), role, held={role: frozenset({site} - {None})}))
    both = Actor(uuid.uuid4(), "two hats", held={
        "counsellor": frozenset({sites["O"], sites["B"]}), "hub_manager": frozenset({sites["T"]}),
    })  # fmt: skip
    return [*actors, both, Actor(uuid.uuid4(), "no role")]


def file_papers(programme: Programme, draw: Random, number: int) -> None:
    """Every file is written by someone who may: the walls are up from the first row on."""
    writers = [one for one in programme.actors if one.compartments]
    for _ in range(number):
        writer = draw.choice(writers)
        role = draw.choice(sorted(writer.held))
        where = {"site_id": draw.choice(sorted(writer.held[role])), "owner_id": writer.id}
        with acting(writer):
            strand = ROLES[role].strand
            being = Being(id=uuid.uuid4(), strand=strand)
            paper = Paper(id=uuid.uuid4(), title="kept", **where)
            papers = [paper, Registered(being_id=being.id, strand=strand, **where), being]
            notes = [Note(paper_id=paper.id) for _ in range(draw.randrange(3))]
            programme.session.add_all([*papers, *notes])
            programme.session.commit()
    owned = sorted(programme.all_ids(Paper))
    for one in programme.actors:
        one.shares = frozenset(draw.sample(owned, min(3, len(owned))))


@pytest.fixture(scope="module")
def programme():
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    World.metadata.create_all(engine)
    sites = {code: uuid.uuid4() for code in "OBT"}
    with orm.Session(engine, expire_on_commit=False) as session:
        made = Programme(session, sites, hire(sites))
        session.add_all([Site(id=site) for site in sites.values()])
        session.add_all([User(id=one.id) for one in made.actors])
        session.commit()
        file_papers(made, Random(7), 150)
        yield made
    engine.dispose()


@pytest.fixture
def session(programme):
    """The session, with nothing of an earlier actor left in it."""
    programme.session.rollback()
    programme.session.expunge_all()
    yield programme.session
    programme.session.rollback()
    programme.session.expunge_all()
