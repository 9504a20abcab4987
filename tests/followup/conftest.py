# SPDX-License-Identifier: AGPL-3.0-or-later
"""What people started, with what is asked of it later."""

import datetime as dt

import pytest

from casework.business import Venture
from casework.followup import log_follow_up
from tests.business.conftest import Started, _the_day, head_hired, open_vault, programme, sign_in
from tests.listening.conftest import one

__all__ = ["_the_day", "open_vault", "programme", "sign_in", "started"]

BEGUN = dt.date(2024, 12, 1)  # long enough ago for a year and its follow-up
FOUND = {"follow_up": "M12", "held_on": dt.date(2025, 12, 1), "venture_state": "ACTIVE"}


class Followed(Started):
    """Businesses that trade, and what was found out about them."""

    def trading(self, by="omar", begun=BEGUN, person=None, **changes):
        """A business helped and started on that day; gives its id."""
        key = self.venture(person, by=by, since=begun, **changes)
        self.helped(key, by=by, held_on=begun)
        self.begun(key, by=by, held_on=begun)
        return key

    def found(self, venture, by="omar", **changes):
        with self.acting(by):
            return log_follow_up(one(Venture, venture), **{**FOUND, **changes}).id


@pytest.fixture
def started(programme):
    head_hired(programme)
    return Followed(programme)
