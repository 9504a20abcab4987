# SPDX-License-Identifier: AGPL-3.0-or-later
"""Businesses that ask for a grant, and a manager who decides."""

import datetime as dt

import pytest

from casework.access import User
from casework.access import actions as access
from casework.business import Venture
from casework.db import transaction
from casework.funding import GrantRequest, actions
from tests.business.conftest import Started, _the_day, open_vault, programme, sign_in
from tests.business.conftest import app as business_app
from tests.listening.conftest import PASSWORD, one

__all__ = ["_the_day", "app", "open_vault", "programme", "sign_in", "started"]

ASKED = {"asked_on": dt.date(2026, 2, 2), "centimes": 2_000_000, "purpose": "Machine à coudre"}
DECIDED, PAID = dt.date(2026, 2, 9), dt.date(2026, 2, 16)

app = business_app


class Funded(Started):
    """What is asked for; hired besides: samira, who heads the hub."""

    def asked(self, venture, by="omar", **changes):
        with self.acting(by):
            return actions.ask(one(Venture, venture), **{**ASKED, **changes}).id

    def step(self, verb, key, by="samira", **said):
        with self.acting(by):
            request = one(GrantRequest, key)
            verb(request, version=request.version, **said)

    def granted(self, key, centimes=2_000_000, by="samira"):
        self.step(actions.decide, key, by, on=DECIDED, granted=centimes)

    def paid(self, key, by="omar", **changes):
        said = {"on": PAID, "proof": "TRANSFER", "reference": "VIR-17", **changes}
        self.step(actions.pay, key, by, **said)


@pytest.fixture
def started(programme):
    with transaction():
        user, _password = access.create_user("samira", "Samira", password=PASSWORD)
        programme.users["samira"] = user.id
        access.grant(one(User, user.id), "hub_manager", programme.site_of("omar"))
    return Funded(programme)
