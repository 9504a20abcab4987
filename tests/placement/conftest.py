# SPDX-License-Identifier: AGPL-3.0-or-later
"""The hub with its employers, and people on their ways to them."""

import datetime as dt

import pytest

from casework.employers import Employer, Vacancy
from casework.people import Person
from casework.placement import Application, actions
from tests.employers.conftest import (
    Directory,
    _the_day,
    open_vault,
    programme,
    sign_in,
)
from tests.listening.conftest import one

__all__ = ["_the_day", "open_vault", "programme", "sign_in", "ways"]

BEGUN = dt.date(2026, 2, 5)
# fmt: off
MET = {"held_on": dt.date(2026, 2, 10), "interview_outcome": "HELD"}
INTERNED = {"held_on": dt.date(2026, 2, 16), "ends_on": dt.date(2026, 3, 6),
            "internship_state": "DONE", "supervisor": "Nadia Fictive", "centimes": 150_000}
HIRED = {"held_on": dt.date(2026, 3, 2), "contract_type": "CDD", "hire_evidence": "CONTRACT"}
AGREED = {"CARE": "yes", "STATS": "yes", "REFER": "yes"}


class Ways(Directory):
    """Ways to work, written down as one of the hub's advisers."""

    def person(self, by="omar", consents=AGREED, **identity):
        return self.programme.person(by=by, consents=consents, **identity)

    def applied(self, person=None, vacancy=None, employer=None, by="omar", on=BEGUN, **said):
        person = person or self.person(by)
        model, key = (Employer, employer) if employer else (Vacancy, vacancy or self.vacancy())
        with self.acting(by):
            return actions.apply_for(one(Person, person), one(model, key), on=on, **said).id

    def do(self, verb, application, usual, by="omar", **changes):
        """One of the verbs that add a step to an application."""
        with self.acting(by):
            return verb(one(Application, application), **{**usual, **changes}).id

    def interview(self, application, **changes):
        return self.do(actions.log_interview, application, MET, **changes)

    def internship(self, application, **changes):
        return self.do(actions.log_internship, application, INTERNED, **changes)

    def hire(self, application, **changes):
        return self.do(actions.log_hire, application, HIRED, **changes)

    def moved(self, application, state, by="omar", on=BEGUN, **said):
        with self.acting(by):
            row = one(Application, application)
            actions.move(row, version=row.version, state=state, on=on, **said)

    def change(self, verb, model, key, by="omar", **changes):
        """Put a step right by one of the verbs, on the version it has."""
        with self.acting(by):
            row = one(model, key)
            verb(row, version=row.version, **{**row.content(), **changes})

    def state(self, application, by="omar"):
        with self.see(Application, application, by) as row:
            return row.status


@pytest.fixture
def ways(programme):
    return Ways(programme)
