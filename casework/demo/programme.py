# SPDX-License-Identifier: AGPL-3.0-or-later
"""The fictional programme as a plan: who comes, where, when. Pure, and the same for one seed.

Its totals are those of the published sheet: 663 people in the listening cells and 1,855
people oriented at the hub from 2019 to 2023, and what they start (`businesses`). Its shape is
realistic: a slow start, quiet Augusts, people who come back years later, several languages.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from .businesses import Steps, start_businesses
from .names import full_name
from .paths import give_reasons
from .planning import plan_ahead
from .seekers import Way, seek_work

FIRST, LAST = dt.date(2019, 1, 1), dt.date(2023, 12, 31)
PEOPLE_HEARD, PEOPLE_ORIENTED = 663, 1855
OPEN_SINCE = dt.date(2023, 12, 1)  # who came to the hub since then goes on to this day
ANONYMOUS_CONTACTS, REGISTERED_ONLY = 41, 25

# How busy each year and each month is; August and the winter holidays are quiet.
YEARS = {2019: 2, 2020: 3, 2021: 6, 2022: 8, 2023: 7}
MONTHS = (9, 9, 11, 8, 8, 10, 7, 3, 10, 11, 10, 7)
SATURDAY = 5
CELL_SHARE = {"OUJ": 0.62, "BER": 0.38}

# population group: (weight in a cell, weight at the hub, tradition, countries, languages)
GROUPS = {
    "HOST": (34, 62, "moroccan", ("MA",), ("ary", "rif", "fr")),
    "RET": (8, 14, "moroccan", ("MA",), ("ary", "fr", "es")),
    "MIG_IRR": (30, 6, "sahel", ("GN", "ML", "CI", "CM", "NG"), ("fr", "ff", "bm", "en")),
    "MIG_REG": (12, 13, "sahel", ("SN", "CI", "CD", "GN", "CM"), ("fr", "wo", "ln")),
    "ASY": (8, 2, "levant", ("SY", "YE"), ("ar",)),
    "REF": (5, 2, "levant", ("SY",), ("ar", "en")),
    "UNK": (3, 1, "sahel", ("ML",), ("fr",)),
}
NOTES = (
    "Écoute et mise en confiance. Nous avons parlé du quotidien et de ce qui aide.",
    "A dormi un peu mieux. Exercice de respiration repris ensemble.",
    "Fatigue et inquiétude pour les papiers. Informations données sur les démarches.",
    "Point sur la santé des enfants. Prochaine étape choisie ensemble.",
    "Moment difficile cette semaine. Personne de confiance rappelée avec son accord.",
    "Se sent plus entourée. Souhaite reprendre une activité.",
)
ORIENTATION_NOTES = (
    "Idée d’activité précisée. Documents à réunir notés ensemble.",
    "Statut d’auto-entrepreneur expliqué, plafonds et cotisations.",
    "CV relu. Trois offres à regarder cette semaine.",
    "Besoin d’une formation courte en gestion. Dates proposées.",
)


@dataclass
class Meeting:
    """One session or orientation: the day it was held, and what was recorded of it."""

    held_on: dt.date
    details: dict[str, Any]


@dataclass
class Plan:
    """One person’s way through the programme; `owner` is her counsellor’s place in the team."""

    strand: str
    site: str
    owner: int
    identity: dict[str, Any]
    consents: dict[str, str]
    opening: dict[str, Any]
    meetings: list[Meeting]
    closure: tuple[dt.date, str] | None = None
    goes_on: bool = False
    steps: "Steps | None" = None
    way: "Way | None" = None
    moves: list[tuple[dt.date, str]] = field(default_factory=list)
    leaves: str | None = None


def plans(seed: int = 1, scale: int = 1) -> Iterator[Plan]:
    """Everyone of the programme, `scale` times over, the same for the same seed."""
    draw = Random(seed)  # noqa: S311 (a fiction needs no secrecy, it needs to repeat)
    for _ in range(PEOPLE_HEARD * scale):
        yield heard(draw, attended=True)
    for _ in range(REGISTERED_ONLY * scale):
        yield heard(draw, attended=False)
    guided = [oriented(draw) for _ in range(PEOPLE_ORIENTED * scale)]
    plan_ahead(start_businesses(guided, seed, scale))
    seek_work(guided, seed, scale)
    ways = Random(seed + 40)  # noqa: S311
    for plan in guided:
        plan.goes_on = plan.meetings[-1].held_on >= OPEN_SINCE
        plan.moves = _moves(ways, plan)
    give_reasons(guided, seed)
    yield from guided


def _moves(draw: Random, plan: Plan) -> list[tuple[dt.date, str]]:
    """The stages she comes to: with each orientation one further, in place when she trades."""
    days = [meeting.held_on for meeting in plan.meetings]
    days = days[draw.randrange(2) :] + days[-1:] * draw.randrange(2)
    moves = list(zip(days, ("DIAGNOSIS", "PLAN", "DOING"), strict=False))
    starts = [one.start for one in plan.steps.businesses if one.start] if plan.steps else []
    if starts:
        moves.append((max(starts[0]["held_on"], days[-1] if days else FIRST), "SETTLED"))
    return moves


def contacts(seed: int = 1, scale: int = 1) -> Iterator[tuple[str, int, Meeting]]:
    """Anonymous contacts before any case: (site, place of the counsellor, what was recorded)."""
    draw = Random(seed + 7)  # noqa: S311
    for _ in range(ANONYMOUS_CONTACTS * scale):
        details = _first_contact(draw)
        yield _cell(draw), draw.randrange(3), Meeting(a_day(draw), details)


def contacts_of_the_month(draw: Random, today: dt.date) -> list[Meeting]:
    """The anonymous contacts a counsellor had lately: two, on working days of this month."""
    days = [today.replace(day=number) for number in range(1, today.day + 1)]
    working = [day for day in days if day.weekday() < SATURDAY] or [today]
    chosen = draw.sample(working, min(2, len(working)))
    return [Meeting(day, _first_contact(draw)) for day in sorted(chosen)]


def _first_contact(draw: Random) -> dict[str, Any]:
    return {
        "first_contact": draw.choice(("PHONE", "WALKIN")),
        "language": draw.choice(("ary", "fr")),
    }


def heard(draw: Random, *, attended: bool) -> Plan:
    """A person of a listening cell. Without `attended` she never came to an appointment."""
    group = _group(draw, 0)
    first = a_day(draw)
    identity = person(draw, group, first, women=0.71)
    days = _meeting_days(draw, first, again=0.68, late_return=0.12)
    language = identity["languages"][0]
    meetings = [
        Meeting(day, _session(draw, language, place, attended=attended))
        for place, day in enumerate(days if attended else days[:1])
    ]
    if attended and draw.random() < 0.15:
        meetings.append(_missed(draw, meetings[-1].held_on, language))
    plan = Plan(
        "listening", _cell(draw), draw.randrange(3), identity, _consents(draw),
        {"opened_on": first, "first_contact": _how(draw)}, meetings,
    )  # fmt: skip
    return _ending(draw, plan)


def oriented(draw: Random) -> Plan:
    """A person of the hub: one or more orientations."""
    group = _group(draw, 1)
    first = a_day(draw)
    identity = person(draw, group, first, women=0.44)
    days = _meeting_days(draw, first, again=0.3, late_return=0.04)
    pathway = draw.choices(("EMP", "SELF", "BIZ"), (3, 4, 3))[0]
    meetings = [Meeting(day, _orientation(draw, pathway)) for day in days]
    return Plan(
        "hub", "TTA", draw.randrange(4), identity, _consents(draw),
        {"opened_on": first, "pathway": pathway}, meetings,
    )  # fmt: skip


def person(draw: Random, group: str, met_on: dt.date, women: float) -> dict[str, Any]:
    """Who she is: fictional name, age told in one of the ways people tell it, languages."""
    _cell_weight, _hub_weight, tradition, countries, languages = GROUPS[group]
    sex = "F" if draw.random() < women else "M"
    first_language = draw.choices(languages, range(len(languages), 0, -1))[0]
    second = draw.choice(languages)
    identity = {
        **full_name(draw, tradition, sex),
        "sex": sex if draw.random() < 0.99 else "U",
        "languages": list(dict.fromkeys((first_language, second))),
        "disability": draw.choices(("NO", "YES", "UNK", "PNS"), (86, 6, 5, 3))[0],
        "population_group": group,
        "nationality": draw.choice(countries) if group != "UNK" else None,
    }
    if draw.random() < 0.8:
        identity["phones"] = [f"+2126{draw.randrange(10_000_000, 99_999_999)}"]
    return identity | _age(draw, met_on)


def _age(draw: Random, met_on: dt.date) -> dict[str, Any]:
    year = draw.choices(
        range(1952, 2009), [1 + (1978 <= y <= 2002) * 6 for y in range(1952, 2009)]
    )[0]
    told = draw.random()
    if told < 0.5:
        return {"born": dt.date(year, draw.randint(1, 12), draw.randint(1, 28))}
    if told < 0.8:
        return {"birth_year": year}
    return {"age_estimate": met_on.year - year, "age_estimated_on": met_on}


def a_day(draw: Random) -> dt.date:
    """A working day of the programme, busier in some years and months than in others."""
    year = draw.choices(list(YEARS), list(YEARS.values()))[0]
    month = draw.choices(range(1, 13), MONTHS)[0]
    return _working_day(dt.date(year, month, draw.randint(1, 28)))


def _working_day(day: dt.date) -> dt.date:
    """Saturday and Sunday move back to Friday, and stay in the year."""
    if day <= FIRST + dt.timedelta(days=3):
        return day
    return day - dt.timedelta(days=max(0, day.weekday() - 4))


def _meeting_days(draw: Random, first: dt.date, again: float, late_return: float) -> list[dt.date]:
    days = [first]
    while draw.random() < again and len(days) < 14:
        days.append(days[-1] + dt.timedelta(days=draw.choice((7, 7, 14, 14, 21, 28))))
    if draw.random() < late_return:
        days.append(days[-1] + dt.timedelta(days=draw.randint(250, 700)))
    kept = [_working_day(day) for day in days if day <= LAST]
    return sorted({max(day, first) for day in kept})


def a_session(draw: Random, language: str) -> dict[str, Any]:
    """A follow-up session that was held."""
    return _session(draw, language, 1, attended=True)


def _session(draw: Random, language: str, place: int, *, attended: bool) -> dict[str, Any]:
    kind = "FIRST" if place == 0 else draw.choices(("INDIV", "FOLLOW", "FAMILY"), (7, 3, 1))[0]
    spoken = language in ("ary", "fr", "ar", "en")
    return {
        "session_type": kind,
        "session_format": draw.choices(("PERSON", "PHONE", "VIDEO", "HOME"), (12, 4, 1, 1))[0],
        "attendance": "attended" if attended else "no_show",
        "minutes": draw.choice((30, 45, 45, 60, 60, 90)) if attended else None,
        "language": language,
        "interpreter": "none" if spoken else draw.choice(("present", "phone", "missing")),
        "note": draw.choice(NOTES) if attended else None,
    }


def _missed(draw: Random, after: dt.date, language: str) -> Meeting:
    day = min(_working_day(after + dt.timedelta(days=14)), LAST)
    return Meeting(max(day, after), _session(draw, language, 1, attended=False))


def an_orientation(draw: Random, pathway: str) -> dict[str, Any]:
    """A career guidance session that was held."""
    return _orientation(draw, pathway)


def _orientation(draw: Random, pathway: str) -> dict[str, Any]:
    topics = {"EMP": ("EMP", "VOC"), "SELF": ("AE", "FIN"), "BIZ": ("BIZ", "FIN")}[pathway]
    return {
        "orientation_format": draw.choices(("INDIV", "GROUP"), (3, 1))[0],
        "topics": list(topics[: draw.randint(1, 2)]),
        "attendance": "attended",
        "minutes": draw.choice((30, 45, 60, 120)),
        "note": draw.choice(ORIENTATION_NOTES),
    }


def _consents(draw: Random) -> dict[str, str]:
    return {
        "CARE": "yes",
        "STATS": draw.choices(("yes", "no", "not_asked"), (90, 6, 4))[0],
        "CONTACT": draw.choices(("yes", "no"), (8, 2))[0],
    }


def _ending(draw: Random, plan: Plan) -> Plan:
    """Most cases are closed by the end of 2023; a few go on to this day."""
    if draw.random() < 0.1 and plan.meetings[-1].held_on.year == LAST.year:
        plan.goes_on = True
        return plan
    day = min(plan.meetings[-1].held_on + dt.timedelta(days=draw.randint(10, 80)), LAST)
    reasons = ("GOALS", "REQUEST", "MOVED", "LEFT", "LOST", "END")
    plan.closure = day, draw.choices(reasons, (9, 3, 3, 2, 3, 2))[0]
    return plan


def _how(draw: Random) -> str:
    return draw.choices(("WALKIN", "REFERRED", "PHONE", "OUTREACH"), (4, 4, 2, 1))[0]


def _cell(draw: Random) -> str:
    return draw.choices(list(CELL_SHARE), list(CELL_SHARE.values()))[0]


def _group(draw: Random, strand: int) -> str:
    return draw.choices(list(GROUPS), [weights[strand] for weights in GROUPS.values()])[0]
