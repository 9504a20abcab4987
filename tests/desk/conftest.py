# SPDX-License-Identifier: AGPL-3.0-or-later
"""A small programme made through the product's own verbs: two cells, a hub, a few people."""

from dataclasses import dataclass, field

import pytest

from casework import clock
from casework.access import Site, acting_as
from casework.access import actions as access
from casework.business import actions as business
from casework.db import db, transaction
from casework.hub import enrol, log_orientation
from casework.listening import log_session, open_case
from casework.people import Person, register_person

from ..web.manners import token

PASSWORD = "quatre petits poissons bleus"
STAFF = {
    "salma": ("counsellor", "OUJ"), "houda": ("counsellor", "BER"),
    "nawal": ("cell_supervisor", "OUJ"), "yassine": ("hub_adviser", "TTA"),
    "amina": ("coordinator", None), "karim": ("me_officer", None), "admin": ("administrator", None),
}  # fmt: skip


@dataclass
class Programme:
    """Sites and colleagues by name; `heard` and `guided` record people as one of them."""

    sites: dict = field(default_factory=dict)
    users: dict = field(default_factory=dict)

    def heard(self, login, days, sex="F", consents=None, **identity):
        """A person of a listening cell with a session on each of these days; her id."""
        with acting_as(self.user(login)), clock.frozen(days[0]), transaction():
            site = db.session.get_one(Site, self.sites[STAFF[login][1]])
            said = {"given": "Nour", "family": "Halabi", "sex": sex, **identity}
            person = register_person(site, said, {"CARE": "yes", "STATS": "yes"} | (consents or {}))
            case = open_case(person, first_contact="WALKIN", opened_on=days[0])
            for day in days:
                with clock.frozen(day):
                    log_session(case, held_on=day, session_type="INDIV", session_format="PERSON",
                                note="En confiance.")  # fmt: skip
            return person.id

    def guided(self, login, days, sex="M", **identity):
        """A person of the hub with an orientation on each of these days; her id."""
        with acting_as(self.user(login)), clock.frozen(days[0]), transaction():
            site = db.session.get_one(Site, self.sites["TTA"])
            said = {"given": "Prince", "family": "Okafor", "sex": sex, **identity}
            person = register_person(site, said, {"CARE": "yes", "STATS": "yes"})
            enrolment = enrol(person, pathway="EMP", opened_on=days[0])
            for day in days:
                with clock.frozen(day):
                    log_orientation(enrolment, held_on=day, orientation_format="INDIV",
                                    topics=["EMP"])  # fmt: skip
            return person.id

    def started(self, login, person, day):
        """What this person of the hub starts, all on one day: registered, helped, trading."""
        with acting_as(self.user(login)), clock.frozen(day), transaction():
            person = db.session.get_one(Person, person)
            business.register(person, held_on=day, ae_registration="FIRST", ae_evidence="CERT",
                              isic_section="C")  # fmt: skip
            venture = business.begin(person, legal_form="AE", activity="Couture", since=day,
                                     isic_section="C")  # fmt: skip
            business.log_support(venture, held_on=day, support_type="GRANT")
            business.log_start(venture, held_on=day, start_evidence="SALE")
            return venture.id

    def user(self, login):
        return access.find_user(login)


def make_programme():
    made = Programme()
    with transaction():
        for code, kind in (("OUJ", "cell"), ("BER", "cell"), ("TTA", "hub")):
            names = {"fr": f"Site {code}", "ar": f"موقع {code}", "en": f"Site {code}"}
            made.sites[code] = access.create_site(code, kind, names).id
        for login, (role, place) in STAFF.items():
            user, _password = access.create_user(login, login.title(), password=PASSWORD)
            site = db.session.get_one(Site, made.sites[place]) if place else None
            access.grant(user, role, site)
            made.users[login] = user.id
    return made


@pytest.fixture
def programme(made_once):
    return made_once(make_programme)


@pytest.fixture
def sign_in(app, programme):
    """`browser = sign_in("salma")`: a client with an open session."""

    def enter(login, language="fr"):
        browser = app.test_client()
        page = browser.get(f"/sign-in?lang={language}", follow_redirects=True)
        answer = browser.post(
            "/sign-in",
            data={"login": login, "password": PASSWORD, "csrf_token": token(page.text)},
            headers={"Sec-Fetch-Site": "same-origin"},
        )
        assert answer.status_code == 303, answer.text
        return browser

    return enter
