# SPDX-License-Identifier: AGPL-3.0-or-later
"""The list of an event of a hundred people: its one screen, and its one save with all its facts.

Server time by the clock on the wall, the 95th percentile of many requests.
"""

import re
import statistics
from collections.abc import Callable, Iterator

from flask import current_app

from casework import clock
from casework.access import acting_as
from casework.access import actions as access
from casework.db import learn_sizes, transaction
from casework.events import Entry, add_people, create_event
from casework.welcome import invite
from casework.welcome.actions import with_slips

from .pages import PASSWORD, Browser
from .stopwatch import Ratio, Sizes, wall

KEEPER, PEOPLE = "keeper", 100
SCREEN, SAVE = 150.0, 300.0  # milliseconds
LINE = re.compile(r'name="line" value="([^"]+)"')
VERSION = re.compile(r'name="version" value="(\d+)"')


def measure(sizes: Sizes) -> Iterator[Ratio]:
    """Everybody present, then nobody, in turn: each save changes all hundred lines and facts."""
    event, slips = _event()
    browser = Browser(current_app)
    browser.sign_in(KEEPER)
    path, today = f"{event}/attendance", clock.today().isoformat()

    def record(turn: int) -> float:
        shown = browser.read(path).text
        lines = LINE.findall(shown)
        ticks = [f"{line}/{today}" for line in lines] if turn % 2 == 0 else []
        found = VERSION.search(shown)
        answers = {
            "line": lines,
            "present": ticks,
            "version": found[1] if found else "",
            "over": "",
        }
        return wall(lambda: browser.send(path, answers))

    browser.read(path)  # warm
    record(1)
    yield _slow("the screen", SCREEN, sizes, lambda _turn: wall(lambda: browser.read(path)))
    yield _slow("one save of all", SAVE, sizes, record)
    scan = [f"/slips/{code}" for _number, code in slips]
    yield _slow("one slip scanned", SAVE, sizes, lambda turn: wall(
        lambda: browser.send(scan[turn % PEOPLE], {})))  # fmt: skip


def _slow(name: str, goal: float, sizes: Sizes, ask: Callable[[int], float]) -> Ratio:
    took = [ask(turn) for turn in range(max(2, sizes.requests))]
    slow = statistics.quantiles(took, n=20)[-1] * 1000
    return Ratio(f"attendance of {PEOPLE} people, {name}, p95", slow, goal, unit="ms")


def _event() -> tuple[str, list[tuple[int, str]]]:
    """An event of today with its list and its invitations; its address and its slips."""
    with transaction():
        names = {code: "Tétouan" for code in ("fr", "ar", "en")}
        site = access.create_site("TET", "hub", names)
        user, _password = access.create_user(KEEPER, KEEPER.title(), password=PASSWORD)
        access.grant(user, "hub_manager", site)
    people = [
        Entry(n, f"Nour {n} Halabi", f"Société {n % 20}", "EMP", "FM"[n % 2], "25_29")
        for n in range(1, PEOPLE + 1)
    ]
    with acting_as(access.find_user(KEEPER)), transaction():
        event = create_event(
            first_on=clock.today(), status="held", site=site, kind="EMPLOYER", title="Mesure",
            region="01",
        )  # fmt: skip
        add_people(event, people, [], version=event.version)
        invite(event, people, version=event.version)
        made = f"/events/{event.id}", with_slips(event)
    with transaction():
        learn_sizes()
    return made
