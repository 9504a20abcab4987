# SPDX-License-Identifier: AGPL-3.0-or-later
"""A small instance with one sealed model, opened by a machine key."""

import datetime as dt
import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Mapped

from casework import bare_app
from casework.config import load
from casework.db import Sensitivity, db, field, transaction
from casework.keys.keyfile import create_keyfile, create_machine_key
from casework.policy import Actor, acting
from casework.vault import Vaulted, envelope, new_subject, opening, sealed, tokens
from casework.vault.vault import Vault

from .. import postgres

PERSONAL, SPECIAL = Sensitivity.PERSONAL, Sensitivity.SPECIAL


def digits(value: str) -> str | None:
    """The last nine digits: enough for a test."""
    return "".join(one for one in value if one.isdigit())[-9:] or None


class Heron(Vaulted, db.Model):
    """Stands for any sealed record."""

    __tablename__ = "heron"
    __table_args__ = {"info": {"test": True}}  # no migration makes this table

    realm: Mapped[str] = field("Realm", Sensitivity.ROUTING, sa.String(20), default="hub")
    identity = envelope(
        given=sealed("Given name", str, PERSONAL),
        family=sealed("Family name", str, PERSONAL),
        given_ar=sealed("Given name in Arabic", str, PERSONAL),
        family_ar=sealed("Family name in Arabic", str, PERSONAL),
        phones=sealed("Phones", list, PERSONAL),
        document=sealed("Document", str, PERSONAL),
        born=sealed("Born on", dt.date, PERSONAL),
        age=sealed("Age", int, PERSONAL),
        link=sealed("Link", uuid.UUID, PERSONAL),
        seen=sealed("Seen at", dt.datetime, PERSONAL),
    )
    story = envelope(
        narrative=sealed("Narrative", str, SPECIAL), answers=sealed("Answers", dict, SPECIAL)
    )
    find = tokens(
        realm="realm",
        phone=tokens.exact("identity.phones", normal=digits),
        document=tokens.exact("identity.document", normal=str.upper),
        name=tokens.name(
            ("identity.given", "identity.family"), ("identity.given_ar", "identity.family_ar")
        ),
        family_year=tokens.family_year(
            "identity.family", "identity.family_ar", year="identity.born"
        ),
    )


@dataclass(frozen=True)
class Place:
    instance: Path
    machine_key: Path


def app_over(place: Place, url: str = "", **settings: object) -> Flask:
    """The bare application over an instance, with its vault opened."""
    chosen = {"machine_key": place.machine_key, "database_url": url, **settings}
    app = bare_app(load(place.instance, chosen, environ={}))
    Vault.init_app(app)
    return app


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = Place(tmp_path / "instance", tmp_path / "elsewhere" / "machine-key")
    made.instance.mkdir()
    secret = create_machine_key(made.machine_key, made.instance)
    create_keyfile(made.instance / "keyfile.json", secret)
    return made


@pytest.fixture
def database_url(database_kind: str, request: pytest.FixtureRequest) -> str:
    """Empty for SQLite in the instance."""
    if database_kind == "sqlite":
        return ""
    url: sa.URL = request.getfixturevalue("own_postgres")
    return url.render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def own_postgres() -> Iterator[sa.URL]:
    """A database of these tests' own: they plant keys that no other instance knows."""
    with postgres.server() as url, postgres.database(url, f"casework_vault_{os.getpid()}") as made:
        yield made


@pytest.fixture(autouse=True)
def as_the_programme() -> Iterator[None]:
    """Drills read the rows of guarded tables too, in the name of the system."""
    with acting(Actor.system()):
        yield


@pytest.fixture
def app(place: Place, database_url: str) -> Iterator[Flask]:
    made = app_over(place, database_url)
    with made.app_context():
        db.drop_all()
        db.create_all()
        with transaction():
            made.extensions["vault"].establish()
        with opening(opening.ALL):
            yield made
        db.session.remove()
        db.drop_all()
        db.engine.dispose()


def add_heron(**identity: object) -> uuid.UUID:
    """One record, saved."""
    with transaction():
        heron = Heron(subject_id=new_subject(), realm="hub", identity=identity)
        db.session.add(heron)
    db.session.expunge_all()
    return heron.id
