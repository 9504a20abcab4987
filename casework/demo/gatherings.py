# SPDX-License-Identifier: AGPL-3.0-or-later
"""The events of the fictional programme and what it made, as a plan. Pure, the same for one seed.

Its totals are those of the published sheet: 3 fairs, 4 employer workshops with 8 enterprises and
54 people, 7 trainings of 392 representatives, 17 ministries and 11 institutions… Every
organisation is fictional by its very name, in both scripts.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from casework.events import Entry

from .names import full_name

D = dt.date
# kind of organisation: (name in French, name in Arabic)
ORGANISATIONS = {
    "MIN": ("Ministère fictif", "وزارة خيالية"),
    "INST": ("Institution publique fictive", "مؤسسة عمومية خيالية"),
    "LOCAL": ("Commune fictive", "جماعة خيالية"),
    "EMP": ("Entreprise fictive", "مقاولة خيالية"),
    "ASSO": ("Association fictive", "جمعية خيالية"),
    "UNIV": ("Université fictive", "جامعة خيالية"),
    "INTL": ("Organisation internationale fictive", "منظمة دولية خيالية"),
}
NORTH, EAST, SOUTH = "01", "02", "09"
AGES = ("18_24", "25_29", "30_34", "35_59", "35_59", None)
# (title, first day, days, kind, region, place, topic, site that keeps the list)
OURS = (
    ("Salon de l’emploi et de l’entrepreneuriat social", D(2019, 11, 14), 2, "FAIR", "Tanger"),
    ("Salon de l’entrepreneuriat social", D(2021, 10, 21), 2, "FAIR", "Tétouan"),
    ("Salon régional de l’emploi", D(2023, 5, 18), 3, "FAIR", "Tanger"),
    ("Recruter autrement : première rencontre", D(2020, 2, 12), 1, "EMPLOYER", "Tanger"),
    ("Recruter autrement : l’accueil en entreprise", D(2021, 3, 17), 1, "EMPLOYER", "Tétouan"),
    ("Jeunes migrants et métiers en tension", D(2022, 6, 9), 1, "EMPLOYER", "Tanger"),
    ("Embaucher : droits et démarches", D(2023, 2, 22), 1, "EMPLOYER", "Al Hoceïma"),
    ("La diversité au travail", D(2022, 11, 16), 1, "DIVERSITY", "Tanger"),
)
TRAININGS = (
    ("Collecter les données migratoires", D(2019, 9, 16), "DATA", NORTH, "Tanger"),
    ("Analyser les données migratoires", D(2020, 10, 5), "DATA", EAST, "Oujda"),
    ("Diffuser les données migratoires", D(2021, 5, 24), "DATA", SOUTH, "Agadir"),
    ("Indicateurs et données de genre", D(2022, 3, 14), "DATA", NORTH, "Tanger"),
    ("Migration et planification territoriale", D(2021, 11, 8), "GOV", EAST, "Oujda"),
    ("Accueil et droits", D(2022, 9, 19), "RIGHTS", EAST, "Berkane"),
    ("Santé et orientation", D(2023, 6, 5), "HEALTH", SOUTH, "Agadir"),
)
TRAINING_DAYS = 5
SYMPOSIA = (
    ("Migration et développement : premier symposium", D(2021, 12, 1)),
    ("Migration et développement : second symposium", D(2023, 11, 22)),
)
STRATEGIES = (
    ("Plan national de renforcement des capacités", D(2020, 12, 9)),
    ("Stratégie d’intégration professionnelle inclusive", D(2022, 12, 7)),
)
TOOL = "Outil d’orientation en santé"
TOOL_WORKSHOPS = (D(2022, 4, 6), D(2022, 7, 6))
MADE = (
    ("VIDEO", "Travailler ensemble", NORTH, D(2021, 6, 18)),
    ("VIDEO", "Une place pour chacune et chacun", NORTH, D(2022, 12, 18)),
    ("STUDY", "Cartographie du secteur privé", NORTH, D(2020, 6, 30)),
    ("STUDY", "Étude de suivi du secteur privé", NORTH, D(2022, 10, 14)),
    ("TOOL", TOOL, EAST, D(2022, 9, 30)),
    ("PLAN", "Plan de développement régional fictif", EAST, D(2020, 7, 15)),
    ("PLAN", "Plan d’action migration et développement fictif", SOUTH, D(2021, 4, 20)),
    ("PLAN", "Feuille de route régionale fictive", NORTH, D(2021, 9, 28)),
    ("PLAN", "Plan stratégique santé fictif 2021-2025", None, D(2021, 11, 30)),
    ("PLAN", "Plan d’action régional santé fictif 2022", EAST, D(2022, 3, 31)),
)
AREAS = (
    "Accueil", "Éducation", "Santé", "Logement", "Emploi", "Formation", "Entrepreneuriat",
    "Données", "Coopération", "Culture", "Protection",
)  # fmt: skip


# Events with guests and opinions: (title, how many more were invited than came)
WITH_GUESTS = (("La diversité au travail", 6), ("Embaucher : droits et démarches", 4))
COMMENTS = (
    "Des exemples concrets, merci.", "La salle était petite.", "لقاء مفيد، شكرا.",
    "Plus de temps pour les questions.", "أتمنى لقاء آخر قريبا.",
)  # fmt: skip
OPEN_WEEK = "Semaine portes ouvertes du HUB"
QUESTIONS = ("USEFUL", "CLEAR", "HELD", "HEARD", "AGAIN")


@dataclass
class Guests:
    """Who was invited to an event of the plan besides those who came, and what guests thought of
    it: marks by question, and a comment."""

    title: str
    absent: list[Entry]
    opinions: list[tuple[dict[str, str | None], str | None]]


@dataclass
class Gathering:
    """One event of the plan. `groups` are people with how many of its first days they came."""

    said: dict[str, Any]
    first_on: dt.date
    last_on: dt.date
    site: str
    is_wide: bool = False
    makes: str | None = None
    groups: list[tuple[list[Entry], int]] = field(default_factory=list)


def gatherings(seed: int = 1, scale: int = 1) -> Iterator[Gathering]:
    """Every event of the programme, `scale` times over, the same for the same seed."""
    for copy in range(scale):
        draw = Random(seed + 31 * copy)  # noqa: S311 (a fiction needs to repeat, not to be secret)
        crowd = _Crowd(draw, copy)
        yield from _of_the_hub(draw, crowd)
        yield from _trainings(draw, crowd)
        yield from _of_the_programme(draw, crowd)


def products(scale: int = 1) -> Iterator[dict[str, Any]]:
    """What the programme made, `scale` times over."""
    for copy in range(scale):
        for kind, title, region, done_on in MADE:
            yield {"kind": kind, "title": _again(title, copy), "region": region, "done_on": done_on}
        for place, title in enumerate(AREAS):
            day = D(2019 + place % 5, 2 + place % 10, 15)
            yield {"kind": "AREA", "title": _again(title, copy), "done_on": day}


def guests(seed: int = 1) -> Iterator[Guests]:
    """Invitations and opinions of two events, drawn apart from everything else."""
    draw = Random(seed + 500)  # noqa: S311
    crowd = _Crowd(draw, 0)
    for place, (title, more) in enumerate(WITH_GUESTS):
        absent = crowd.of("EMP", more, 1, after=60 + 10 * place)
        yield Guests(title, absent, [_opinion(draw) for _one in range(9 + 5 * place)])


def open_week(seed: int = 1) -> list[Entry]:
    """Who is invited to the week that is still to be held."""
    crowd = _Crowd(Random(seed + 501), 0)  # noqa: S311
    return crowd.of("EMP", 6, 1, after=80) + crowd.of("ASSO", 3, 2, after=80)


def _opinion(draw: Random) -> tuple[dict[str, str | None], str | None]:
    marks = {question: draw.choice(("2", "3", "4", "4", "5", "5", None)) for question in QUESTIONS}
    return {**marks, "USEFUL": marks["USEFUL"] or "4"}, draw.choice((*COMMENTS, None, None, None))


def _again(title: str, copy: int) -> str:
    return title if copy == 0 else f"{title} ({copy + 1})"


class _Crowd:
    """People of fictional organisations, no two alike within one."""

    def __init__(self, draw: Random, copy: int) -> None:
        self._draw, self._copy = draw, copy
        self._taken: set[tuple[str, str]] = set()

    def of(self, kind: str, organisations: int, each: int, after: int = 0) -> list[Entry]:
        """`each` new people of so many organisations of a kind, numbered after `after`."""
        names = range(1 + after, 1 + after + organisations)
        return [self._person(kind, number) for number in names for _ in range(each)]

    def _person(self, kind: str, number: int) -> Entry:
        french, arabic = ORGANISATIONS[kind]
        number += 1000 * self._copy
        organisation = f"{french} {number} – {arabic} {number}"
        while True:
            sex = self._draw.choice("FFM")
            name = full_name(self._draw, "moroccan", sex)
            whole = f"{name['given']} {name['family']}"
            if (organisation, whole) not in self._taken:
                self._taken.add((organisation, whole))
                age = self._draw.choice(AGES)
                return Entry(0, whole, organisation, kind, sex, age)


def _of_the_hub(draw: Random, crowd: _Crowd) -> Iterator[Gathering]:
    """Fairs without a list, and 54 people at the employers' workshops: 8 enterprises and others."""
    came = crowd.of("EMP", 8, 4) + crowd.of("ASSO", 4, 3) + crowd.of("UNIV", 2, 3)
    came += crowd.of("LOCAL", 2, 2)
    draw.shuffle(came)
    parts = {kind: 0 for _title, _day, _days, kind, _place in OURS}
    for title, day, days, kind, place in OURS:
        part, parts[kind] = parts[kind], parts[kind] + 1
        groups = []
        if kind == "EMPLOYER":
            groups = [(came[part::4] + draw.sample(came, 3), 1)]
        elif kind == "DIVERSITY":
            groups = [(draw.sample(came, 18), 1)]
        said = {"kind": kind, "title": title, "region": NORTH, "place": place, "topic": "WORK",
                "capacity": 400 if kind == "FAIR" else 40}  # fmt: skip
        yield Gathering(said, day, day + dt.timedelta(days - 1), "TTA", groups=groups)


def _trainings(draw: Random, crowd: _Crowd) -> Iterator[Gathering]:
    """392 representatives trained: 224 of 17 ministries and 11 institutions on migration data, 168
    of communes, associations and universities on other topics. Some came to two, or too seldom."""
    informed = crowd.of("MIN", 17, 8) + crowd.of("INST", 11, 8)
    others = crowd.of("LOCAL", 6, 12, after=2) + crowd.of("ASSO", 5, 12, after=4)
    others += crowd.of("UNIV", 3, 12, after=2)
    for people in (informed, others):
        draw.shuffle(people)
    numbers = {"DATA": 0, "OTHER": 0}
    for title, day, topic, region, place in TRAININGS:
        group = "DATA" if topic == "DATA" else "OTHER"
        pool, of = (informed, 4) if group == "DATA" else (others, 3)
        part, numbers[group] = numbers[group], numbers[group] + 1
        trained = pool[part::of]
        seldom = crowd.of("LOCAL", 1, 4, after=20 + part)
        most = TRAINING_DAYS - 1
        groups = [(trained[3:], TRAINING_DAYS), (trained[:3], most), (draw.sample(pool, 4), most)]
        said = {"kind": "TRAINING", "title": title, "region": region, "place": place,
                "topic": topic, "capacity": 80}  # fmt: skip
        last = day + dt.timedelta(TRAINING_DAYS - 1)
        site = "OUJ" if region == EAST else "TTA"
        yield Gathering(said, day, last, site, is_wide=True, groups=[*groups, (seldom, 2)])


def _of_the_programme(draw: Random, crowd: _Crowd) -> Iterator[Gathering]:
    """Two symposia of 124 people, two strategy workshops, two workshops that built the tool."""
    came = (
        crowd.of("UNIV", 6, 9, after=10) + crowd.of("INTL", 5, 8) + crowd.of("ASSO", 5, 6, after=20)
    )
    draw.shuffle(came)
    for part, (title, day) in enumerate(SYMPOSIA):
        again = draw.sample(came[1 - part :: 2], 9)
        said = {"kind": "SYMPOSIUM", "title": title, "region": NORTH, "place": "Tanger",
                "topic": "GOV", "capacity": 90}  # fmt: skip
        groups = [(came[part::2] + again, 1)]
        yield Gathering(said, day, day + dt.timedelta(1), "TTA", is_wide=True, groups=groups)
    for title, day in STRATEGIES:
        said = {"kind": "STRATEGY", "title": title, "region": NORTH, "place": "Tanger",
                "topic": "GOV"}  # fmt: skip
        yield Gathering(said, day, day, "", is_wide=True)
    builders = crowd.of("INST", 2, 4, after=20) + crowd.of("ASSO", 2, 4, after=30)
    for part, day in enumerate(TOOL_WORKSHOPS):
        said = {"kind": "REFTOOL", "title": f"{TOOL} : atelier {part + 1}", "region": EAST,
                "place": "Oujda", "topic": "HEALTH"}  # fmt: skip
        yield Gathering(said, day, day, "OUJ", is_wide=True, makes=TOOL, groups=[(builders, 1)])
