# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two cells and a hub with their staff, and people registered there."""

import datetime as dt
from dataclasses import dataclass, field

import pytest

from casework import clock
from casework.access import Site, User, acting_as, actions
from casework.db import db, transaction
from casework.people import register_person

PASSWORD = "quatre petits poissons bleus"
LONG_AGO = dt.date(2019, 1, 1)  # roles hold since then, whatever day a test freezes
AGREED = {"CARE": "yes", "STATS": "yes"}


@dataclass
class Programme:
    """Ids of sites by code, of users by name."""

    sites: dict = field(default_factory=dict)
    users: dict = field(default_factory=dict)

    def site(self, code):
        return db.session.get_one(Site, self.sites[code])

    def user(self, name):
        return db.session.get_one(User, self.users[name])

    def acting(self, name):
        return acting_as(self.user(name))

    def register(self, by="salma", consents=AGREED, **identity):
        """A person registered by this user at her own site; gives her id."""
        site = self.site(STAFF[by][1])
        with self.acting(by), transaction():
            identity = {"given": "Mohamed", "family": "Benali", **identity}
            return register_person(site, identity, consents).id


# name: (role, site)
STAFF = {
    "salma": ("counsellor", "OUJ"),
    "nora": ("counsellor", "OUJ"),
    "said": ("cell_supervisor", "OUJ"),
    "hind": ("counsellor", "BER"),
    "omar": ("hub_adviser", "TTA"),
    "adil": ("coordinator", None),
}


@pytest.fixture
def programme(app):
    made = Programme()
    with clock.frozen(LONG_AGO), transaction():
        for code, kind in (("OUJ", "cell"), ("BER", "cell"), ("TTA", "hub")):
            names = {"fr": f"Site {code}", "ar": f"موقع {code}", "en": f"Site {code}"}
            made.sites[code] = actions.create_site(code, kind, names).id
        for name, (role, site) in STAFF.items():
            user, _password = actions.create_user(name, f"Nom {name}", password=PASSWORD)
            made.users[name] = user.id
            actions.grant(user, role, made.site(site) if site else None)
    return made
