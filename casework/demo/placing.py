# SPDX-License-Identifier: AGPL-3.0-or-later
"""The directory of the fiction's hub and its job seekers' ways, by the product's own verbs."""

import datetime as dt
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from random import Random
from typing import Any

import sqlalchemy as sa

from casework import clock
from casework.access import Site
from casework.db import db
from casework.employers import (
    Employer,
    Vacancy,
    add_contact,
    log_exchange,
    note_employer,
    open_vacancy,
)
from casework.employers.actions import close_vacancy
from casework.hub import Enrolment
from casework.hub.actions import diagnose
from casework.people import Person, record_consent
from casework.placement import Application, actions

from .seekers import EMPLOYERS, Offer, Way, a_profile, an_offer

Acting = Callable[[str], AbstractContextManager[None]]
BEFORE = dt.date(2019, 1, 2)
OPEN_NOW = 6  # vacancies open on the day of the demo
LOG = {"interview": actions.log_interview, "internship": actions.log_internship,
       "hire": actions.log_hire}  # fmt: skip


def direct(acting: Acting, login: str, ways: list[Way], seed: int) -> "Directory":
    """Write the employers and the vacancies down, as one of the hub's advisers."""
    made = Directory(seed)
    with acting(login):
        site = db.session.scalars(sa.select(Site).where(Site.code == "TTA")).one()
        for place in range(len(EMPLOYERS)):
            made.employers.append(made.employer(site.id, place))
        for offer in dict.fromkeys(way.offer for way in ways if way.offer):
            made.offers[offer] = made.vacancy(offer)
        made.open_today()
    return made


class Directory:
    """Ids of employers by their place, of vacancies by their plan."""

    def __init__(self, seed: int) -> None:
        self.draw = Random(seed + 43)  # noqa: S311
        self.employers: list[uuid.UUID] = []
        self.offers: dict[Offer, uuid.UUID] = {}

    def employer(self, site_id: uuid.UUID, place: int) -> uuid.UUID:
        name, sector, size, commune, hires, _post = EMPLOYERS[place]
        with clock.frozen(BEFORE):
            made = note_employer(
                site_id, name=name, isic_section=sector, employer_size=size, commune=commune,
                hires=hires,
            )  # fmt: skip
            add_contact(made, version=made.version, name="Nadia Fictive", function="RH")
        day = dt.date(2023, self.draw.randint(1, 11), self.draw.randint(1, 28))
        with clock.frozen(day):
            result = self.draw.choice(("HIRED", "READY", "READY", "INFO", "NONEED"))
            log_exchange(made, held_on=day, employer_exchange="STUDY", study_result=result)
        return made.id

    def vacancy(self, offer: Offer) -> uuid.UUID:
        employer = db.session.get_one(Employer, self.employers[offer.employer])
        with clock.frozen(offer.first_on):
            made = open_vacancy(
                employer, first_on=offer.first_on, last_on=offer.last_on, **offer.said
            )
        return made.id

    def open_today(self) -> None:
        """Some to hold people against on the day of the demo."""
        today = clock.today()
        for place in self.draw.sample(range(len(EMPLOYERS)), OPEN_NOW):
            days = [today - dt.timedelta(days=9), today + dt.timedelta(self.draw.randint(10, 40))]
            employer = db.session.get_one(Employer, self.employers[place])
            said = an_offer(self.draw, place)
            open_vacancy(employer, first_on=days[0], last_on=days[1], **said)

    def close(self) -> None:
        """The vacancies of the programme's years take nobody any more."""
        for key in self.offers.values():
            vacancy = db.session.get_one(Vacancy, key)
            if vacancy.status == "open":
                close_vacancy(vacancy)

    def walk_all(self, theirs: list[tuple[int, uuid.UUID, Way]]) -> None:
        """The ways of one adviser's people."""
        for _owner, key, way in theirs:
            self.walk(db.session.get_one(Person, key), way)

    def walk(self, person: Person, way: Way) -> None:
        """One person's way, each step on its day."""
        employer = db.session.get_one(Employer, self.employers[way.employer])
        where = db.session.get_one(Vacancy, self.offers[way.offer]) if way.offer else employer
        with clock.frozen(way.begun_on):
            made = actions.apply_for(person, where, on=way.begun_on, state=way.state)
        for verb, day, said in way.steps:
            with clock.frozen(day):
                _step(made, verb, day, said, way)


def tell(draw: Random) -> None:
    """What the people who go on to this day can do and want, and whether employers may know."""
    for path in db.session.scalars(Enrolment.still_open()).all():
        person = db.session.get_one(Person, path.person_id)
        day = clock.today() - dt.timedelta(days=draw.randint(1, 50))
        answer = "yes" if draw.random() < 0.8 else "no"
        record_consent(person, actions.SHARING, answer, day, "oral")
        if draw.random() < 0.85:
            diagnose(path, held_on=day, **a_profile(draw))
        if answer == "yes" and draw.random() < 0.3:
            _apply_now(draw, person, day)


def _apply_now(draw: Random, person: Person, day: dt.date) -> None:
    """An application under way, with an interview planned for one of the next days."""
    employers = db.session.scalars(sa.select(Employer).order_by(Employer.code)).all()
    where = draw.choice(employers)
    occupation = (where.business.hires or [None])[0]
    made = actions.apply_for(person, where, on=day, isco_major=occupation)
    coming = clock.today() + dt.timedelta(days=draw.randint(0, 9))
    said = {"held_on": coming, "interview_outcome": "PLANNED", "hour": "10:00"}
    actions.log_interview(made, **said)


def _step(made: Application, verb: str, day: dt.date, said: dict[str, Any], way: Way) -> None:
    if verb == "move":
        actions.move(made, version=made.version, on=day, **said)
        return
    step = LOG[verb](made, **{"held_on": day, **said})
    for months, stay in way.stays if verb == "hire" else ():
        on = step.due_after(months)
        with clock.frozen(on):
            actions.note_stay(step, version=step.version, months=months, on=on, stay=stay)
