# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the fiction's job seekers do: 66 interviews held, 20 people in an internship, some hired,
around them employers, vacancies, people who did not come and refusals. Pure, and the same for one
seed; the figures are the published ones."""

import datetime as dt
from dataclasses import dataclass, field
from random import Random
from typing import Any

LAST = dt.date(2023, 12, 31)
SEEKERS = 62  # people with a way to an employer
MET, AGAIN = 52, 14  # people with one interview held at least, and with a second round
INTERNS, NO_INTERNS = 20, 4  # people whose internship began, and whose internship did not
HIRED = 17
WITH_VACANCY, TOGETHER = 39, 3  # ways to a vacancy, and how many apply for one

# (name, sector, size, commune, occupations, post)
EMPLOYERS = (
    ("Câblages du Détroit (fictif)", "C", "LARGE", "Tanger", ["8", "9"], "Opératrice de câblage"),
    ("Textiles du Rif (fictif)", "C", "MEDIUM", "Tétouan", ["7", "8"], "Couturier à la chaîne"),
    ("Port Logistique (fictif)", "H", "LARGE", "Fnideq", ["8", "9", "4"], "Agent de magasin"),
    ("Hôtel des Deux Mers (fictif)", "I", "MEDIUM", "Tanger", ["5", "9"], "Agente d’accueil"),
    ("Boulangerie du Souk (fictif)", "I", "MICRO", "Larache", ["5", "7"], "Aide-boulanger"),
    ("Centre d’appels Boréal (fictif)", "J", "LARGE", "Tanger", ["4", "5"], "Téléconseillère"),
    ("Jardins du Loukkos (fictif)", "A", "SMALL", "Larache", ["6", "9"], "Ouvrier maraîcher"),
    ("Bâti Nord (fictif)", "F", "SMALL", "Al Hoceïma", ["7", "9"], "Aide-électricien"),
    ("Clinique du Jasmin (fictif)", "Q", "MEDIUM", "Tétouan", ["3", "5"], "Aide-soignante"),
    ("Supérette Familiale (fictif)", "G", "MICRO", "Chefchaouen", ["5"], "Caissier"),
    ("École des Oliviers (fictif)", "P", "SMALL", "Tanger", ["2", "3"], "Animatrice scolaire"),
    ("Nettoyage Clair (fictif)", "N", "SMALL", "Ouezzane", ["9"], "Agent de propreté"),
)  # fmt: skip
REFUSALS = (("EMP", "SKILLS"), ("EMP", "LANG"), ("EMP", "FILLED"), ("EMP", "PAPERS"),
            ("PER", "FAR"), ("PER", "WAGE"), ("PER", "HOURS"), ("PER", "CARE"))  # fmt: skip
CONTRACTS = (("CDD", 6), ("CDI", 3), ("CI", 3), ("TEMP", 2))


@dataclass(eq=False)
class Offer:
    """A vacancy as a plan: at which employer, for which post, on which days."""

    employer: int
    first_on: dt.date
    last_on: dt.date
    said: dict[str, Any]


@dataclass(eq=False)
class Way:
    """One person's way to one employer. `steps` are (verb, day, content) in their order."""

    employer: int
    begun_on: dt.date
    state: str
    offer: Offer | None = None
    steps: list[tuple[str, dt.date, dict[str, Any]]] = field(default_factory=list)
    stays: list[tuple[int, str]] = field(default_factory=list)


def seek_work(guided: list[Any], seed: int, scale: int) -> None:
    """Give people of the hub their ways, with a draw of its own: nobody else changes."""
    draw = Random(seed + 53)  # noqa: S311 (a fiction needs no secrecy, it needs to repeat)
    fitting = [plan for plan in guided if plan.opening["pathway"] == "EMP" and _is_early(plan)]
    chosen = draw.sample(fitting, SEEKERS * scale)
    for plan in chosen:
        state = draw.choice(("PROP", "PROP", "APPL"))
        employer = draw.randrange(len(EMPLOYERS))
        plan.way = Way(employer, _later(draw, plan.meetings[0].held_on, 3, 30), state)
        plan.consents["REFER"] = "yes" if state == "PROP" else "no"
    _offers(draw, [plan.way for plan in chosen[: WITH_VACANCY * scale]])
    met = chosen[: MET * scale]
    for place, plan in enumerate(met):
        _meet(draw, plan.way, rounds=2 if place < AGAIN * scale else 1)
    for plan in chosen[MET * scale :]:
        _miss(draw, plan.way)
    interns = chosen[:: len(chosen) // ((INTERNS + NO_INTERNS) * scale)]
    for place, plan in enumerate(interns[: (INTERNS + NO_INTERNS) * scale]):
        _intern(draw, plan.way, begins=place < INTERNS * scale)
    hired = draw.sample(met, HIRED * scale)
    for plan in hired:
        _hire(draw, plan.way)
    for plan in chosen:
        _end(draw, plan.way)


def _is_early(plan: Any) -> bool:
    """Whether her way has the time to end within the programme, and she is old enough."""
    said = plan.identity
    year = said.get("birth_year") or (said["born"].year if said.get("born") else None)
    born = year or said["age_estimated_on"].year - said["age_estimate"]
    first: dt.date = plan.meetings[0].held_on
    return born <= first.year - 18 and first < dt.date(2023, 5, 1)


def _later(draw: Random, day: dt.date, least: int, most: int) -> dt.date:
    """So many days later, on a working day, within the programme."""
    found = day + dt.timedelta(days=draw.randint(least, most))
    found += dt.timedelta(days=(7 - found.weekday()) % 7 if found.weekday() > 4 else 0)
    return min(found, LAST)


def _offers(draw: Random, ways: list[Way]) -> None:
    """Those who apply at about the same time apply for one vacancy together."""
    ways = sorted(ways, key=lambda way: way.begun_on)
    for start in range(0, len(ways), TOGETHER):
        some = ways[start : start + TOGETHER]
        first = some[0].begun_on - dt.timedelta(days=7)
        last = some[-1].begun_on + dt.timedelta(days=21)
        offer = Offer(some[0].employer, first, last, an_offer(draw, some[0].employer))
        for way in some:
            way.employer, way.offer = offer.employer, offer


def an_offer(draw: Random, employer: int) -> dict[str, Any]:
    """What a vacancy of this employer asks for."""
    _name, _sector, _size, commune, occupations, post = EMPLOYERS[employer]
    return {
        "title": post,
        "places": TOGETHER + draw.randint(0, 3),
        "isco_major": occupations[0],
        "contract_type": draw.choice(("CDD", "CDI", "CI")),
        "languages": draw.choice((["ary"], ["fr"], ["ary", "fr"], None)),
        "education": draw.choice(("1", "2", "3", None)),
        "licence": True if draw.random() < 0.15 else None,
        "commune": commune,
    }


def a_profile(draw: Random) -> dict[str, Any]:
    """What somebody told of herself in a career diagnosis; much of it stays unsaid."""
    near, other = draw.sample(EMPLOYERS, 2)
    commune, occupations = near[3], near[4]
    return {
        "work_situation": draw.choice(("SEEK", "SEEK", "INF", "HOME")),
        "education": draw.choice(("N", "1", "2", "3", "3", "5", None)),
        "isco_wanted": sorted({occupations[0], other[4][0]}),
        "isco_known": occupations[1:] if draw.random() < 0.5 else None,
        "languages_fluent": draw.choice((["ary"], ["ary", "fr"], ["ary", "fr"], ["fr"])),
        "languages_basic": ["es"] if draw.random() < 0.3 else None,
        "driving_licence": draw.choice(("HAS", "HASNOT", "HASNOT", None)),
        "commune": commune if draw.random() < 0.8 else None,
        "mobility": draw.choice(("COMMUNE", "PROVINCE", "REGION", None)),
    }


def _last(way: Way) -> dt.date:
    return way.steps[-1][1] if way.steps else way.begun_on


def _meet(draw: Random, way: Way, rounds: int) -> None:
    for _turn in range(rounds):
        day = _later(draw, _last(way), 3, 20)
        way.steps.append(("interview", day, {"interview_outcome": "HELD"}))


def _miss(draw: Random, way: Way) -> None:
    outcome = draw.choice(("NOSHOW", "NOSHOW", "CANCEL"))
    day = _later(draw, way.begun_on, 3, 20)
    way.steps.append(("interview", day, {"interview_outcome": outcome}))


def _intern(draw: Random, way: Way, begins: bool) -> None:
    first = _later(draw, _last(way), 5, 25)
    last = min(first + dt.timedelta(days=draw.choice((11, 25, 60))), LAST)
    state = (
        draw.choice(("DONE", "DONE", "DONE", "LEFT")) if begins else draw.choice(("NOT", "PLAN"))
    )
    said = {"internship_state": state, "ends_on": last, "supervisor": "Nadia Fictive"}
    if draw.random() < 0.6:
        said["centimes"] = draw.randrange(10, 31) * 10_000
    way.steps.append(("internship", last if begins else first, {"held_on": first, **said}))


def _hire(draw: Random, way: Way) -> None:
    kinds, weights = zip(*CONTRACTS, strict=True)
    day = _later(draw, _last(way), 5, 30)
    evidence = draw.choice(("CONTRACT", "CONTRACT", "EMPLOYER"))
    contract = draw.choices(kinds, weights)[0]
    way.steps.append(("hire", day, {"contract_type": contract, "hire_evidence": evidence}))
    for months in (1, 3, 6):
        stay = draw.choices(("THERE", "LEFT", "UNKNOWN"), (7, 2, 2))[0]
        way.stays.append((months, stay))
        if stay == "LEFT":
            break


def _end(draw: Random, way: Way) -> None:
    """What led to no hire ends in a refusal or a retreat."""
    if any(verb == "hire" for verb, _day, _said in way.steps):
        return
    day = _later(draw, _last(way), 3, 20)
    said = {"state": "WITHDR"}
    if draw.random() < 0.7:
        by, why = draw.choice(REFUSALS)
        said = {"state": "REFUS", "refused_by": by, "refusal_reason": why}
    way.steps.append(("move", day, said))
