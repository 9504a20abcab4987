# SPDX-License-Identifier: AGPL-3.0-or-later
"""The programme of the events, with guests and opinions on demand."""

import pytest

from casework.db import db, transaction
from casework.events import Event
from casework.events.pasting import read
from casework.welcome import answer, invite, slips
from casework.welcome.models import invited
from tests.events.conftest import (  # noqa: F401 (fixtures)
    HELD_ON,
    TODAY,
    _the_day,
    counted,
    one,
    programme,
    sign_in,
    token,
)

GUESTS = (
    "Leïla Fictive; Société Une; Entreprise; F\n"
    "Karim Fictif; Société Une; EMP; M\n"
    "; Ministère fictif 1; Ministère"
)


def send(browser, url, token_from=None, **data):
    """Fill in the form at this address and send it; its token from another page where it has
    none."""
    shown = browser.get(token_from or url, follow_redirects=True)
    return browser.post(url, data={"csrf_token": token(shown.text), **data})


class Guests:
    """Whom an event invites, by the product's own verbs."""

    def __init__(self, made):
        self.programme = made

    def event(self, **changes):
        """Today's workshop, to which three are invited."""
        said = {"first_on": TODAY, "status": "planned", **changes}
        event = self.programme.event(**said)
        self.invite(event)
        return event

    def invite(self, event, text=GUESTS, by="hind"):
        entries, problems = read(text, alone=True)
        assert not problems
        with self.programme.acting(by), transaction():
            row = one(Event, event)
            return invite(row, entries, version=row.version)

    def rows(self, event, by="hind"):
        """(id, name or organisation, answer) of each, by number."""
        db.session.expunge_all()
        with self.programme.acting(by), transaction(write=False):
            return [
                (row.id, row.guest.name or row.guest.organisation, row.guest.answer)
                for row in invited(one(Event, event))
            ]

    def answer(self, event, *answers, by="hind", **more):
        rows = self.rows(event, by)
        with self.programme.acting(by), transaction():
            row = one(Event, event)
            said = {key: code for (key, _name, _old), code in zip(rows, answers, strict=False)}
            answer(row, said, version=row.version, **more)

    def slip(self, event, place=0):
        return slips.code_of(self.rows(event)[place][0])


@pytest.fixture
def guests(programme):  # noqa: F811 (a fixture)
    return Guests(programme)


__all__ = ["GUESTS", "HELD_ON", "counted", "one", "send"]
