# SPDX-License-Identifier: AGPL-3.0-or-later
"""One vacancy held against ten thousand sealed profiles, against opening as many envelopes.

The raw limit is the bulk opening alone: the same rows in the same process, nothing compared. The
whole page of whoever heads the hub is timed by the clock on the wall, keys cold.
"""

import uuid
from collections.abc import Iterator
from random import Random

from flask import current_app

from casework import clock
from casework.access import Site, acting_as
from casework.access import actions as access
from casework.db import db, learn_sizes, transaction
from casework.employers import Vacancy, note_employer, open_vacancy
from casework.hub import Diagnosis, enrol
from casework.hub.actions import diagnose
from casework.matching import candidates
from casework.people import register_person
from casework.vault import open_rows

from .pages import PASSWORD, Browser
from .stopwatch import Ratio, Sizes, medians, wall

HEAD, ADVISER = "matching-head", "matching-adviser"
BATCH, GOAL = 500, 1_000.0  # people in one transaction; milliseconds
ROUNDS = 5


def measure(sizes: Sizes) -> Iterator[Ratio]:
    """The comparison against the raw limit, then the page as a person waits for it."""
    vacancy = _fill(sizes.rows)
    with acting_as(access.find_user(HEAD)), transaction(write=False):
        took = medians(ROUNDS, raw=_open_all, matched=lambda: _match(vacancy))
    each = took["matched"] / sizes.rows * 1e6
    yield Ratio(
        f"one vacancy against {sizes.rows:,} profiles / opening as many envelopes",
        took["matched"] / took["raw"], 2, detail=f"{each:.0f} µs a profile",
    )  # fmt: skip
    browser = Browser(current_app)
    browser.sign_in(HEAD)
    address = f"/vacancies/{vacancy}/people"
    browser.read(address)  # warm but for the keys
    waits = []
    for _round in range(ROUNDS):
        current_app.extensions["vault"].ring.forget()
        waits.append(wall(lambda: browser.read(address)) * 1000)
    yield Ratio(
        f"page of people for a vacancy, {sizes.rows:,} profiles, keys cold", sorted(waits)[-2],
        GOAL, unit="ms",
    )  # fmt: skip


def _open_all() -> None:
    for _row, said in open_rows(Diagnosis.newest(), Diagnosis.business):
        _ = said


def _match(vacancy: uuid.UUID) -> None:
    found, _compared = candidates(db.session.get_one(Vacancy, vacancy))
    assert found
    db.session.expunge_all()


def _fill(people: int) -> uuid.UUID:
    """A hub with so many people who told of themselves and agreed; the id of a vacancy there."""
    with transaction():
        names = {code: "Larache" for code in ("fr", "ar", "en")}
        site = access.create_site("LAR", "hub", names)
        for login, role in ((HEAD, "hub_manager"), (ADVISER, "hub_adviser")):
            user, _password = access.create_user(login, login.title(), password=PASSWORD)
            access.grant(user, role, site)
        key = site.id
    draw = Random(5)  # noqa: S311 (a measure needs no secrecy, it needs to repeat)
    for start in range(0, people, BATCH):
        _receive(key, draw, min(BATCH, people - start))
    with acting_as(access.find_user(ADVISER)), transaction():
        employer = note_employer(key, name="Atelier fictif", isic_section="C")
        made = open_vacancy(
            employer, first_on=clock.today(), title="Couture", places=2, isco_major="7",
            languages=["fr", "ary"], education="2", licence=True, commune="Larache",
        ).id  # fmt: skip
    with transaction():
        learn_sizes()
    return made


def _receive(site: uuid.UUID, draw: Random, number: int) -> None:
    with acting_as(access.find_user(ADVISER)), transaction():
        place = db.session.get_one(Site, site)
        for turn in range(number):
            said = {"given": f"Nour {turn}", "family": "Halabi", "sex": "F"}
            agreed = {"CARE": "yes", "REFER": draw.choice(("yes", "yes", "no"))}
            path = enrol(register_person(place, said, agreed), pathway="EMP")
            diagnose(path, held_on=clock.today(), **_profile(draw))
    db.session.remove()


def _profile(draw: Random) -> dict[str, object]:
    return {
        "education": draw.choice(("N", "1", "2", "3", "5", None)),
        "isco_wanted": draw.sample("123456789", 2),
        "isco_known": draw.sample("123456789", 1),
        "languages_fluent": draw.choice((["ary"], ["ary", "fr"], ["fr", "en"])),
        "driving_licence": draw.choice(("HAS", "HASNOT", None)),
        "commune": draw.choice(("Larache", "Tanger", None)),
        "mobility": draw.choice(("COMMUNE", "REGION", None)),
        "skills": "Quelques années d’atelier, le soin des machines, le travail en équipe. " * 3,
    }
