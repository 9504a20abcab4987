# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two cells and a hub with their staff, and people registered there."""

import datetime as dt
import re
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
    "hafsa": ("hub_manager", "TTA"),
    "adil": ("coordinator", None),
}


@pytest.fixture
def programme(made_once):
    return made_once(make_programme)


def make_programme():
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


@pytest.fixture
def sign_in(programme, app):
    """`browser = sign_in("salma")`: a client with an open session."""

    def enter(name):
        browser = app.test_client()
        answer = post(browser, "/sign-in", login=name, password=PASSWORD)
        assert answer.status_code == 303, answer.text
        return browser

    return enter


def post(browser, url, page=None, **data):
    """Fill in the form at this address and send it."""
    shown = browser.get(page or url, follow_redirects=True).text
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', shown)
    return browser.post(url, data={"csrf_token": found.group(1) if found else "", **data})
