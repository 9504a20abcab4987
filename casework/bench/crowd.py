# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pages of who heads a hub of five thousand people: what she waits for, at the slow end.

Server time by the clock on the wall, the 95th percentile of many requests. A page is bounded by
its fifty lines; the order of the list is not.
"""

import datetime as dt
import statistics
import uuid
from collections.abc import Iterator

from flask import current_app

from casework import clock
from casework.access import Site, acting_as
from casework.access import actions as access
from casework.db import db, learn_sizes, transaction
from casework.hub import enrol, log_orientation
from casework.hub.actions import move_stage
from casework.hub.stages import FIRST, STAGES
from casework.people import register_person

from .pages import PASSWORD, Browser
from .stopwatch import Ratio, Sizes, wall

HEAD, ADVISER = "head", "adviser"
BATCH, GOAL = 500, 150.0  # people in one transaction; milliseconds
PAGES = {
    "the first page of dossiers": "/dossiers?show=all",
    "a page in the middle": "/dossiers?show=all&page={middle}",
    "by code": "/dossiers?show=all&sort=code",
    "those without contact": "/dossiers?show=quiet",
    "Today": "/",
    "the board of stages": "/board?show=all",
    "everybody at one stage": "/board?show=all&stage=PLAN",
}


def measure(sizes: Sizes) -> Iterator[Ratio]:
    """Each page of the manager, one after the other."""
    _fill(sizes.crowd)
    browser = Browser(current_app)
    browser.sign_in(HEAD)
    for name, path in PAGES.items():
        address = path.format(middle=sizes.crowd // 100)
        browser.read(address)  # warm
        took = [wall(lambda address=address: browser.read(address)) for _ in range(sizes.requests)]
        slow = statistics.quantiles(took, n=20)[-1] * 1000
        yield Ratio(f"{name}, {sizes.crowd:,} people in reach, p95", slow, GOAL, unit="ms")


def _fill(people: int) -> None:
    with transaction():
        names = {code: "Tanger" for code in ("fr", "ar", "en")}
        site = access.create_site("TNG", "hub", names)
        for login, role in ((HEAD, "hub_manager"), (ADVISER, "hub_adviser")):
            user, _password = access.create_user(login, login.title(), password=PASSWORD)
            access.grant(user, role, site)
        key = site.id
    for start in range(0, people, BATCH):
        _receive(key, start, min(BATCH, people - start))
    with transaction():
        learn_sizes()


def _receive(site: uuid.UUID, start: int, number: int) -> None:
    """Each came once, in the last ninety days."""
    with acting_as(access.find_user(ADVISER)), transaction():
        place = db.session.get_one(Site, site)
        for turn in range(start, start + number):
            with clock.frozen(clock.today() - dt.timedelta(turn % 90)):
                said = {"given": f"Nour {turn}", "family": "Halabi", "sex": "M"}
                person = register_person(place, said, {"CARE": "yes", "STATS": "yes"})
                path = enrol(person, pathway="EMP")
                log_orientation(path, held_on=clock.today(), orientation_format="INDIV")
                move_stage(path, STAGES[turn % len(STAGES)], seen=FIRST)
    db.session.remove()
