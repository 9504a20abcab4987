# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two cells and a hub on a day in March, their staff, people registered there, a browser."""

import datetime as dt
import re
from dataclasses import dataclass, field

import pytest

from casework import bare_app, clock, config, facts
from casework.access import Site, User, acting_as, actions
from casework.db import db, transaction
from casework.facts import Question
from casework.hub import Enrolment, enrol, log_orientation
from casework.listening import Case, log_session, open_case
from casework.people import Person, register_person
from casework.vault import opening
from casework.vault.vault import Vault
from tests.conftest import CHEAP

PASSWORD = "quatre petits poissons bleus"
LONG_AGO = dt.date(2019, 1, 1)  # roles hold since then
OPENED = dt.date(2026, 1, 5)
TODAY = dt.date(2026, 3, 12)
AGREED = {"CARE": "yes", "STATS": "yes"}
# name: (role, site)
STAFF = {
    "salma": ("counsellor", "OUJ"),
    "nora": ("counsellor", "OUJ"),
    "said": ("cell_supervisor", "OUJ"),
    "hind": ("counsellor", "BER"),
    "omar": ("hub_adviser", "TTA"),
    "lina": ("hub_adviser", "TTA"),
    "adil": ("coordinator", None),
}
SESSION = {"held_on": TODAY, "session_type": "INDIV", "session_format": "PERSON"}
ORIENTATION = {"held_on": TODAY, "orientation_format": "INDIV"}


@pytest.fixture(autouse=True)
def _the_day():
    with clock.frozen(TODAY):
        yield


@pytest.fixture(scope="session")
def open_vault(template):
    """For rules on plain objects: keys, and no database."""
    settings = config.load(template.folder, {"machine_key": template.machine_key, **CHEAP})
    app = bare_app(settings)
    Vault.init_app(app)
    with app.app_context(), opening(opening.ALL):
        yield


@dataclass
class Programme:
    """Ids of sites by code, of users by name; people, cases and enrolments made on demand."""

    sites: dict = field(default_factory=dict)
    users: dict = field(default_factory=dict)

    def acting(self, name):
        return acting_as(db.session.get_one(User, self.users[name]))

    def site_of(self, name):
        return db.session.get_one(Site, self.sites[STAFF[name][1]])

    def person(self, by="salma", consents=AGREED, **identity):
        """Somebody registered by this user at her own site; gives the id."""
        identity = {"given": "Mohamed", "family": "Benali", "sex": "M", **identity}
        site = self.site_of(by)
        with self.acting(by), transaction():
            return register_person(site, identity, consents).id

    def case(self, by="salma", person=None, opened_on=OPENED, **more):
        person = person or self.person(by)
        with self.acting(by), transaction():
            return open_case(
                one(Person, person), opened_on=opened_on, first_contact="WALKIN", **more
            ).id

    def session(self, case, by="salma", **changes):
        with self.acting(by), transaction():
            return log_session(one(Case, case), **{**SESSION, **changes}).id

    def enrolment(self, by="omar", person=None, opened_on=OPENED, **more):
        person = person or self.person(by)
        with self.acting(by), transaction():
            more = {"pathway": "SELF", **more}
            return enrol(one(Person, person), opened_on=opened_on, **more).id

    def orientation(self, enrolment, by="omar", **changes):
        with self.acting(by), transaction():
            return log_orientation(one(Enrolment, enrolment), **{**ORIENTATION, **changes}).id

    def code(self, person, by="salma"):
        with self.acting(by), transaction(write=False):
            return one(Person, person).code


def one(model, key):
    return db.session.get_one(model, key)


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
            actions.grant(user, role, one(Site, made.sites[site]) if site else None)
    return made


def torn_at_its_end(box):
    """A box that can no longer be opened: another last byte than it has."""
    return box[:-1] + bytes([box[-1] ^ 1])


def counted(kind, measure="facts", by=(), first=LONG_AGO, last=TODAY):
    """What the cube answers about a kind of facts."""
    with transaction(write=False):
        return facts.count(Question((kind,), first, last, measure=measure, by=by))


@pytest.fixture
def sign_in(programme, app):
    """`browser = sign_in("salma")`: a client with an open session."""

    def enter(name, language="fr"):
        browser = app.test_client()
        assert send(browser, "/sign-in", login=name, password=PASSWORD).status_code == 303
        browser.get(f"/?lang={language}")
        return browser

    return enter


def token(page):
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    return found.group(1) if found else ""


def send(browser, url, **data):
    """Open the form at this address, fill in these fields and send it."""
    shown = browser.get(url, follow_redirects=True)
    return browser.post(url, data={"csrf_token": token(shown.text), **data})
