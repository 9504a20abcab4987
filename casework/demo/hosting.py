# SPDX-License-Identifier: AGPL-3.0-or-later
"""Holding the planned events through the product's own verbs: the coordinator plans those of the
programme and writes down what it made, the head of a site keeps the lists."""

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import sqlalchemy as sa

from casework import clock
from casework.access import Site
from casework.db import db
from casework.events import Event, add_people, create_event
from casework.events.actions import create_product, link
from casework.welcome import answer, give, invite, open_survey
from casework.welcome.models import invited

from .gatherings import (
    OPEN_WEEK,
    Gathering,
    Guests,
    gatherings,
    guests,
    open_week,
    products,
)

Acting = Callable[[str], AbstractContextManager[Any]]


def host(acting: Acting, coordinator: str, heads: dict[str, str], seed: int, scale: int) -> None:
    """Hold every event of the plan. `acting(login)` opens one unit of work of a colleague."""
    with acting(coordinator):
        made = [_make(one) for one in products(scale)]
    tools = [product for product in made if product.details["kind"] == "TOOL"]
    planned = list(gatherings(seed, scale))
    held = {}
    for login in [coordinator, *heads.values()]:
        mine = [
            one for one in planned if login == (coordinator if one.is_wide else heads[one.site])
        ]
        with acting(login):
            for one in mine:
                event = _hold(one)
                held[id(one)] = event.id
                if one.makes:
                    link(event, tools[0])
    for site, login in heads.items():
        with acting(login):
            for one in planned:
                if one.site == site and one.groups:
                    _list(db.session.get_one(Event, held[id(one)]), one)
    by_title = {one.said["title"]: one for one in planned}
    with acting(heads["TTA"]):
        for party in guests(seed):
            one = by_title[party.title]
            _welcome(db.session.get_one(Event, held[id(one)]), one, party)
        _open_week(seed)


def _make(said: dict[str, Any]) -> Any:
    with clock.frozen(said["done_on"]):
        return create_product(**said)


def _hold(one: Gathering) -> Event:
    place = db.session.scalar(sa.select(Site).where(Site.code == one.site))
    with clock.frozen(one.last_on):
        return create_event(
            first_on=one.first_on, last_on=one.last_on, status="held", site=place, **one.said
        )


def _list(event: Event, one: Gathering) -> None:
    with clock.frozen(one.last_on):
        for people, days in one.groups:
            present = [day.isoformat() for day in event.days[:days]]
            add_people(event, people, present, version=event.version)


def _welcome(event: Event, one: Gathering, party: Guests) -> None:
    """Invite those who came and some who did not; afterwards ask what it was like."""
    came = [entry for people, _days in one.groups for entry in people]
    with clock.frozen(one.first_on - dt.timedelta(14)):
        invite(event, [*came, *party.absent], version=event.version)
        rows = invited(event)
        silent = {row.id: "declined" for row in rows[len(came) :: 2]}
        answer(event, {row.id: "coming" for row in rows[: len(came)]} | silent,
               version=event.version)  # fmt: skip
    with clock.frozen(one.last_on):
        survey = open_survey(event, one.last_on + dt.timedelta(14))
        for marks, comment in party.opinions:
            give(survey, marks, comment)


def _open_week(seed: int) -> None:
    """What the hub invites to this week: nothing of it is counted before it was held."""
    site, today = db.session.scalar(sa.select(Site).where(Site.code == "TTA")), clock.today()
    event = create_event(
        first_on=today, last_on=today + dt.timedelta(6), site=site, kind="EMPLOYER",
        title=OPEN_WEEK, region="01", place="Tanger", topic="WORK", capacity=40,
        agenda="9 h 30 : accueil\n10 h : tables rondes\n12 h : rencontres",
        costs=[["Location de la salle", 350_000], ["Pauses", 180_000]],
    )  # fmt: skip
    invite(event, open_week(seed), version=event.version)
    rows = invited(event)
    answer(event, {row.id: "coming" for row in rows[::2]}, version=event.version)
