# SPDX-License-Identifier: AGPL-3.0-or-later
"""Businesses whose owners plan: versions of a canvas and of a plan, written by an adviser."""

import pytest

from casework.business import Venture
from casework.db import db
from casework.plans import CanvasVersion, PlanVersion, actions
from tests.business.conftest import Started, _the_day, head_hired, open_vault, programme, sign_in
from tests.listening.conftest import one

__all__ = ["_the_day", "open_vault", "programme", "sign_in", "started"]

CANVAS = {"segments": "Femmes du quartier\nÉcoles", "value": "Retouches en deux jours"}
PLAN = {
    "summary": "Ouvrir avant l’été.",
    "needs": {"EQUIP": 1_800_000, "RENT": 600_000},
    "resources": {"OWN": 900_000, "GRANT": 1_000_000},
    "forecast": {"SALES": 9_600_000, "GOODS": 3_600_000},
}


class Planned(Started):
    """What is planned."""

    def saved(self, venture, by="omar", model=CanvasVersion, seen=None, **content):
        """A version saved on the newest there is, unless `seen` says another; gives its id."""
        with self.acting(by):
            business = one(Venture, venture)
            seen = model.newest_number(business) if seen is None else seen
            said = content or (CANVAS if model is CanvasVersion else PLAN)
            return actions.save(model, business, seen=seen, **said).id

    def planned(self, venture, **more):
        return self.saved(venture, model=PlanVersion, **more)

    def versions(self, venture, model=CanvasVersion, by="omar"):
        """(number, parts) of each version, the first one first."""
        with self.acting(by):
            chosen = model.of(one(Venture, venture))
            return [(row.number, row.parts()) for row in db.session.scalars(chosen)][::-1]

    def current(self, venture, model=CanvasVersion, by="omar"):
        """The number of the one that holds."""
        with self.acting(by):
            found = model.current(one(Venture, venture))
            return found and found.number


@pytest.fixture
def started(programme):
    head_hired(programme)
    return Planned(programme)
