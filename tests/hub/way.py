# SPDX-License-Identifier: AGPL-3.0-or-later
"""One person's enrolment, acted on by an adviser."""

from casework.db import db, transaction
from casework.hub import Enrolment, enrol
from casework.people import Person
from tests.listening.conftest import TODAY, one


class Way:
    """One person's enrolment, acted on by an adviser."""

    def __init__(self, programme, by="omar", **more):
        self.programme, self.by = programme, by
        self.person = programme.person(by=by)
        self.id = programme.enrolment(by=by, person=self.person, **more)

    def does(self, verb, *said, by=None, key=None, **more):
        """Run a verb on the enrolment in a unit of work of its own."""
        db.session.expunge_all()
        with self.programme.acting(by or self.by), transaction():
            made = verb(one(Enrolment, key or self.id), *said, **more)
            return getattr(made, "id", made)

    def sees(self, look):
        return self.does(lambda enrolment: look(enrolment))

    def enrolled(self, pathway):
        db.session.expunge_all()
        with self.programme.acting(self.by), transaction():
            return enrol(one(Person, self.person), pathway=pathway, opened_on=TODAY).id
