# SPDX-License-Identifier: AGPL-3.0-or-later
"""The same programme as for the listening cells and the hub, with what its people start."""

import datetime as dt
from contextlib import contextmanager

import pytest

from casework.access import User
from casework.access import actions as access
from casework.business import Venture, actions
from casework.db import db, transaction
from casework.people import Person
from tests.listening.conftest import PASSWORD, TODAY, _the_day, one, open_vault, programme, sign_in

__all__ = ["_the_day", "open_vault", "programme", "sign_in", "started"]

ICE = "001561191000066"
REGISTERED = {
    "held_on": dt.date(2026, 2, 2), "ae_registration": "FIRST", "ae_evidence": "NUMBER",
    "number": "AE 12-34", "activity": "Couture", "isic_section": "C",
}  # fmt: skip
VENTURE = {"name": "Les Paniers", "activity": "Couture", "isic_section": "C"}
SUPPORT = {"held_on": dt.date(2026, 2, 10), "support_type": "GRANT", "centimes": 1_000_000}
START = {"held_on": dt.date(2026, 3, 1), "start_evidence": "SALE"}


class Started:
    """What people start, written down as one of the hub's advisers; samira heads the hub."""

    def __init__(self, programme):
        self.programme = programme

    @contextmanager
    def acting(self, by):
        """A unit of work of this adviser, who finds nothing at hand that a colleague opened."""
        db.session.expunge_all()
        with self.programme.acting(by), transaction():
            yield
        db.session.expunge_all()

    def person(self, by="omar", **identity):
        return self.programme.person(by=by, **identity)

    def registered(self, person, by="omar", **changes):
        with self.acting(by):
            return actions.register(one(Person, person), **{**REGISTERED, **changes}).id

    def venture(self, person=None, by="omar", since=dt.date(2026, 1, 5), form="PROJ", **changes):
        person = person or self.person(by)
        with self.acting(by):
            said = {"legal_form": form, "since": since, **VENTURE, **changes}
            return actions.begin(one(Person, person), **said).id

    def joined(self, person, venture, by="samira", since=dt.date(2026, 1, 5)):
        with self.acting(by):
            actions.join(one(Person, person), venture, since)

    def helped(self, venture, by="omar", **changes):
        with self.acting(by):
            return actions.log_support(one(Venture, venture), **{**SUPPORT, **changes}).id

    def begun(self, venture, by="omar", **changes):
        with self.acting(by):
            return actions.log_start(one(Venture, venture), **{**START, **changes}).id

    def change(self, verb, model, key, by="omar", **changes):
        """Correct a record by one of the verbs of `actions`, on the version it has."""
        with self.acting(by):
            row = one(model, key)
            content = row.content() if hasattr(row, "content") else {}
            verb(row, version=row.version, **{**content, **changes})

    @contextmanager
    def see(self, model, key, by="omar"):
        """Act as this adviser, with one record at hand: `with started.see(…) as row`."""
        with self.acting(by):
            yield one(model, key)


def head_hired(programme):
    """samira, who heads the hub."""
    with transaction():
        user, _password = access.create_user("samira", "Samira", password=PASSWORD)
        programme.users["samira"] = user.id
        access.grant(one(User, user.id), "hub_manager", programme.site_of("omar"))


@pytest.fixture
def started(programme):
    head_hired(programme)
    return Started(programme)


assert START["held_on"] < TODAY
