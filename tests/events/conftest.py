# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two cells and a hub on a day in March, those who run events there, and lists of people."""

import datetime as dt
from dataclasses import dataclass, field

import pytest

from casework import clock
from casework.access import Site, User, acting_as, actions
from casework.db import db, transaction
from casework.events import Event, add_people, create_event
from casework.events.pasting import read
from casework.facts import Question, count
from tests.listening.conftest import PASSWORD, send, token

LONG_AGO = dt.date(2019, 1, 1)
TODAY = dt.date(2026, 3, 12)
HELD_ON = dt.date(2026, 2, 10)
# name: (role, site)
STAFF = {
    "hind": ("hub_manager", "TTA"),
    "nawal": ("cell_supervisor", "OUJ"),
    "mounia": ("cell_supervisor", "BER"),
    "omar": ("hub_adviser", "TTA"),
    "amina": ("coordinator", None),
    "karim": ("me_officer", None),
}
EVENT = {"kind": "EMPLOYER", "title": "Recruter autrement", "region": "01", "place": "Tanger"}
THREE = (
    "Leïla Fictive; Société Une; Entreprise; F\n"
    "Karim Fictif; Société Une; EMP; M\n"
    "Sana Fictive; Ministère fictif 1; Ministère; F; 35-59 ans"
)

__all__ = ["PASSWORD", "send", "token"]


@pytest.fixture(autouse=True)
def _the_day():
    with clock.frozen(TODAY):
        yield


@dataclass
class Programme:
    """Ids of sites by code, of users by name; events and lists made on demand."""

    sites: dict = field(default_factory=dict)
    users: dict = field(default_factory=dict)

    def acting(self, name):
        return acting_as(db.session.get_one(User, self.users[name]))

    def site(self, code):
        return db.session.get_one(Site, self.sites[code]) if code else None

    def event(self, by="hind", site="", first_on=HELD_ON, status="held", **changes):
        """An event, held unless said otherwise, kept by its maker's site; gives its id."""
        site = site or STAFF[by][1]
        with self.acting(by), transaction():
            said = {**EVENT, **changes}
            made = create_event(first_on=first_on, status=status, site=self.site(site), **said)
            return made.id

    def people(self, event, text=THREE, days=None, by="hind", **more):
        """Put these people on the list, present on the first day unless days are said."""
        entries, problems = read(text)
        assert not problems
        with self.acting(by), transaction():
            row = one(Event, event)
            days = [row.first_on.isoformat()] if days is None else days
            return add_people(row, entries, days, version=row.version, **more)


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


def counted(kind, measure="facts", by=(), first=LONG_AGO, last=TODAY, **only):
    """What the cube answers about a kind of facts."""
    asked = {name: (code,) for name, code in only.items()}
    with transaction(write=False):
        return count(Question((kind,), first, last, measure=measure, by=by, only=asked))


@pytest.fixture
def sign_in(programme, app):
    """`browser = sign_in("hind")`: a client with an open session."""

    def enter(name, language="fr"):
        browser = app.test_client()
        assert send(browser, "/sign-in", login=name, password=PASSWORD).status_code == 303
        browser.get(f"/?lang={language}")
        return browser

    return enter
