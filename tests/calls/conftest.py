# SPDX-License-Identifier: AGPL-3.0-or-later
"""The same programme as for the hub, with who heads it."""

import datetime as dt
from contextlib import contextmanager

import pytest

from casework import clock
from casework.access import actions as access
from casework.calls import Application, Call, Review, actions
from casework.db import db, transaction
from casework.people import Person
from tests.listening.conftest import (
    LONG_AGO,
    PASSWORD,
    STAFF,
    TODAY,
    _the_day,
    one,
    open_vault,
    programme,
    sign_in,
)

__all__ = ["_the_day", "calls", "open_vault", "programme", "sign_in"]

CALL = {
    "opens_on": dt.date(2026, 3, 1), "closes_on": dt.date(2026, 3, 31), "places": 1,
    "title": "Cohorte printemps", "age_from": 18, "age_to": 35, "pathways": ["SELF", "BIZ"],
    "criteria": [{"name": "Motivation", "weight": 1}, {"name": "Projet", "weight": 3}], "scale": 5,
}  # fmt: skip
ASKED = {"held_on": TODAY, "project": "Ouvrir un atelier de couture.", "background": "Deux ans."}


class Calls:
    """Calls of the hub, opened by hind's colleague who heads it."""

    def __init__(self, programme):
        self.programme = programme

    @contextmanager
    def acting(self, by):
        db.session.expunge_all()
        with self.programme.acting(by), transaction():
            yield
        db.session.expunge_all()

    def call(self, **changes):
        with self.acting("head"):
            return actions.begin_call(self.programme.site_of("omar"), **{**CALL, **changes}).id

    def person(self, by="omar", **identity):
        him = self.programme.person(by=by, **{"birth_year": 2000, **identity})
        self.programme.enrolment(by=by, person=him)
        return him

    def application(self, call, by="omar", person=None, **changes):
        person = person or self.person(by)
        with self.acting(by):
            made = actions.apply(one(Person, person), one(Call, call), **{**ASKED, **changes})
            return made.id

    def correct(self, application, by="omar", **changes):
        with self.acting(by):
            row = one(Application, application)
            actions.correct_application(row, version=row.version, **{**ASKED, **changes})

    def correct_call(self, call, by="head", version=None, **changes):
        with self.acting(by):
            row = one(Call, call)
            seen = version or row.version
            actions.correct_call(row, version=seen, **{**CALL, **changes})

    def hand_out(self, call, *readers):
        with self.acting("head"):
            there = one(Call, call)
            keys = [self.programme.users[name] for name in readers]
            return actions.hand_out(there, keys, version=there.version)

    def reviews(self, by):
        """The ids of a reader's copies by their applications."""
        with self.acting(by):
            mine = self.programme.users[by]
            return {row.application_id: row.id for row in db.session.query(Review)
                    if row.owner_id == mine}  # fmt: skip

    def score(self, by, application, *scores, note=None):
        review = self.reviews(by)[application]
        with self.acting(by):
            actions.score(one(Review, review), list(scores), note)

    def decide(self, application, status, **said):
        with self.acting("head"):
            row = one(Application, application)
            actions.decide(row, status, version=row.version, **said)


@pytest.fixture
def calls(programme):
    with clock.frozen(LONG_AGO), transaction():
        user, _password = access.create_user("head", "Nom head", password=PASSWORD)
        programme.users["head"] = user.id
        access.grant(user, "hub_manager", programme.site_of("omar"))
    assert "head" not in STAFF
    return Calls(programme)
