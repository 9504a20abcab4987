# SPDX-License-Identifier: AGPL-3.0-or-later
"""Businesses that ask for a grant, and a manager who decides."""

import datetime as dt

import pytest

from casework.business import Venture
from casework.funding import GrantRequest, actions
from tests.business.conftest import Started, _the_day, head_hired, open_vault, programme, sign_in
from tests.listening.conftest import one

__all__ = ["_the_day", "open_vault", "programme", "sign_in", "started"]

ASKED = {"asked_on": dt.date(2026, 2, 2), "centimes": 2_000_000, "purpose": "Machine à coudre"}
DECIDED, PAID = dt.date(2026, 2, 9), dt.date(2026, 2, 16)


class Funded(Started):
    """What is asked for."""

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
    head_hired(programme)
    return Funded(programme)
