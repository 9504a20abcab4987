# SPDX-License-Identifier: AGPL-3.0-or-later
"""Holding the planned events through the product's own verbs: the coordinator plans those of the
programme and writes down what it made, the head of a site keeps the lists."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import sqlalchemy as sa

from casework import clock
from casework.access import Site
from casework.db import db
from casework.events import Event, add_people, create_event
from casework.events.actions import create_product, link

from .gatherings import Gathering, gatherings, products

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
