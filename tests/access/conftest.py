# SPDX-License-Identifier: AGPL-3.0-or-later
"""Staff of two cells and a hub, and a browser that signs in as one of them."""

import re
import uuid
from dataclasses import dataclass, field

import pytest
import sqlalchemy as sa

from casework.access import Guarded, Site, acting_as, actions
from casework.db import Base, Sensitivity, db, transaction
from casework.db import field as column
from casework.vault import Vaulted, envelope, new_subject, sealed

PASSWORD = "quatre petits poissons bleus"


class Leaflet(Vaulted, Guarded, Base):
    """A guarded, sealed record of the tests' own."""

    __tablename__ = "test_leaflet"

    title: sa.orm.Mapped[str | None] = column("Title", Sensitivity.ROUTING, sa.String(40))
    story = envelope(text=sealed("Text", str, Sensitivity.SPECIAL))


@dataclass
class Staff:
    """Users by role, and the sites they work at."""

    sites: dict[str, uuid.UUID] = field(default_factory=dict)
    users: dict[str, uuid.UUID] = field(default_factory=dict)

    def user(self, role):
        return db.session.get_one(actions.User, self.users[role])

    def hire(self, login, role, site=None):
        """Someone more, who must choose a password; (user, one-time password)."""
        with transaction():
            user, once = actions.create_user(login, login)
            actions.grant(user, role, db.session.get_one(Site, self.sites[site]) if site else None)
            self.users[login] = user.id
        return user, once

    def leaflet(self, role="counsellor", text="in confidence", site="OUJ"):
        """A leaflet written by someone with this role; gives its id."""
        with acting_as(self.user(role)), transaction():
            made = Leaflet(
                subject_id=new_subject(), site_id=self.sites[site], owner_id=self.users[role]
            )
            made.story.text = text
            db.session.add(made)
        return made.id


PLACES = {"counsellor": "OUJ", "cell_supervisor": "OUJ", "hub_adviser": "TTA", "hub_manager": "TTA"}


@pytest.fixture
def staff(made_once):
    return made_once(make_staff)


def make_staff():
    found = Staff()
    with transaction():
        for code, kind in (("OUJ", "cell"), ("BER", "cell"), ("TTA", "hub")):
            names = {"fr": f"Site {code}", "ar": f"موقع {code}", "en": f"Site {code}"}
            found.sites[code] = actions.create_site(code, kind, names).id
        for role in actions.ROLES:
            user, _password = actions.create_user(role, f"Nom de {role}", password=PASSWORD)
            found.users[role] = user.id
            place = PLACES.get(role)
            site = db.session.get_one(Site, found.sites[place]) if place else None
            actions.grant(user, role, site)
    return found


@pytest.fixture
def sign_in(app, staff):
    """`browser = sign_in("counsellor")`: a client of its own, with an open session."""

    def enter(login, password=PASSWORD, client=None, **more):
        browser = client or app.test_client()
        answer = post(browser, "/sign-in", login=login, password=password, **more)
        assert answer.status_code == 303, answer.text
        browser.entered = answer
        return browser

    return enter


def token(page):
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    return found.group(1) if found else ""


def post(browser, url, page=None, **data):
    """Post a form of the page at the same address, or of another page."""
    shown = browser.get(page or url, follow_redirects=True)
    return browser.post(url, data={"csrf_token": token(shown.text), **data})
