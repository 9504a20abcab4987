# SPDX-License-Identifier: AGPL-3.0-or-later
"""The same programme as for the strands, with the employers of its hub."""

import datetime as dt
from contextlib import contextmanager

import pytest

from casework.db import db, transaction
from casework.employers import (
    Employer,
    add_contact,
    log_exchange,
    note_employer,
    open_vacancy,
)
from tests.listening.conftest import STAFF, TODAY, _the_day, one, open_vault, programme, sign_in

__all__ = ["_the_day", "directory", "open_vault", "programme", "sign_in"]

EMPLOYER = {"name": "Câblages du Détroit", "isic_section": "C", "commune": "Tanger",
            "hires": ["8", "9"]}  # fmt: skip
VACANCY = {"title": "Opérateur de câblage", "places": 2, "isco_major": "8", "languages": ["fr"],
           "education": "2", "first_on": dt.date(2026, 2, 1), "last_on": dt.date(2026, 4, 1),
           "contract_type": "CDD", "commune": "Tanger"}  # fmt: skip
CALL = {"held_on": dt.date(2026, 2, 20), "employer_exchange": "CALL"}


class Directory:
    """Employers and vacancies, written down as one of the hub's advisers."""

    def __init__(self, programme):
        self.programme = programme

    @contextmanager
    def acting(self, by="omar"):
        """A unit of work of this colleague, who finds nothing at hand that another opened."""
        db.session.expunge_all()
        with self.programme.acting(by), transaction():
            yield
        db.session.expunge_all()

    def employer(self, by="omar", **changes):
        with self.acting(by):
            site = self.programme.sites[STAFF[by][1]]
            return note_employer(site, **{**EMPLOYER, **changes}).id

    def vacancy(self, employer=None, by="omar", **changes):
        employer = employer or self.employer(by)
        with self.acting(by):
            return open_vacancy(one(Employer, employer), **{**VACANCY, **changes}).id

    def contact(self, employer, by="omar", **said):
        with self.acting(by):
            row = one(Employer, employer)
            add_contact(row, version=row.version, **{"name": "Nadia Fictive", **said})

    def exchange(self, employer, by="omar", **changes):
        with self.acting(by):
            return log_exchange(one(Employer, employer), **{**CALL, **changes}).id

    @contextmanager
    def see(self, model, key, by="omar"):
        with self.acting(by):
            yield one(model, key)


@pytest.fixture
def directory(programme):
    return Directory(programme)


assert VACANCY["first_on"] < TODAY
