# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the oriented people of the fiction start: a plan beside theirs, the same for one seed.

Its totals are those of the published sheet: 530 people registered as auto-entrepreneurs, 599
businesses supported, 28 people who started one, from 2019 to 2023.
"""

import datetime as dt
from dataclasses import dataclass, field
from random import Random
from typing import Any

LAST = dt.date(2023, 12, 31)
REGISTERED, SUPPORTED, STARTED = 530, 599, 28
SHARED = 12  # businesses with a second owner
STARTED_FIRST = 4  # businesses that traded before they were helped: kept, not counted
RENEWED = 30
ADULT_SINCE = 2000  # the last year of birth of who registers

# activity, section of ISIC, the names such businesses bear
TRADES = (
    ("Couture et retouches", "C", ("Fil d’Or", "Atelier Nour", "Les Deux Aiguilles")),
    ("Pâtisserie à domicile", "C", ("Douceurs du Nord", "Miel et Amandes")),
    ("Vente de vêtements", "G", ("Friperie du Marché", "Boutique Salam")),
    ("Vente en ligne", "G", ("Souk Direct", "Panier du Rif")),
    ("Petite restauration", "I", ("Chez Mama", "Snack du Port", "Le Petit Tajine")),
    ("Transport de marchandises", "H", ("Livraison Express",)),
    ("Réparation de téléphones", "S", ("Tanger Mobile", "Clinique du Téléphone")),
    ("Coiffure", "S", ("Salon Yasmine", "Coiffure Awa")),
    ("Électricité du bâtiment", "F", ("Lumière du Détroit",)),
    ("Peinture du bâtiment", "F", ("Couleurs du Nord",)),
    ("Élevage et maraîchage", "A", ("Jardin de Fahs", "Ferme des Trois Sœurs")),
    ("Conception de sites", "J", ("Web Détroit",)),
    ("Soutien scolaire", "P", ("Réussir Ensemble",)),
)
COMMUNES = ("Tanger", "Tétouan", "Al Hoceïma", "Larache", "Chefchaouen", "Fnideq", "Ouezzane")
SUPPORTS = (("TRAIN", 9), ("COACH", 7), ("PLAN", 6), ("GRANT", 3), ("KIT", 2), ("LEGAL", 2),
            ("ACCT", 2), ("MARKET", 1))  # fmt: skip


@dataclass
class Business:
    """One business as a plan; who comes second joins it by the plan of the first."""

    begun_on: dt.date
    opening: dict[str, Any]
    form_changed_on: dt.date | None = None
    supports: list[dict[str, Any]] = field(default_factory=list)
    start: dict[str, Any] | None = None
    follow_ups: list[dict[str, Any]] = field(default_factory=list)
    grant: dict[str, Any] | None = None
    papers: list[tuple[str, dt.date, dict[str, Any]]] = field(default_factory=list)


@dataclass
class Steps:
    """What one person starts: her registrations, her business, or one she joins."""

    registrations: list[dict[str, Any]] = field(default_factory=list)
    businesses: list[Business] = field(default_factory=list)
    joins: Business | None = None


def start_businesses(guided: list[Any], seed: int, scale: int) -> list[Any]:
    """Give these people of the hub their steps, with a draw of its own: nobody else changes. Gives
    those whose business was helped."""
    draw = Random(seed + 23)  # noqa: S311 (a fiction needs no secrecy, it needs to repeat)
    adults = [plan for plan in guided if _is_adult(plan) and _first(plan) < dt.date(2023, 10, 1)]
    wanting = [plan for plan in adults if plan.opening["pathway"] != "EMP"]
    registered = draw.sample(wanting, REGISTERED * scale)
    for plan in registered:
        _steps(plan).registrations.append(_registration(draw, plan))
    for plan in draw.sample(registered, RENEWED * scale):
        _renew(draw, plan)
    helped = _helped(draw, wanting, registered, SUPPORTED * scale)
    for plan in helped:
        _steps(plan).businesses.append(_business(draw, plan))
    shared = _share(draw, helped, wanting, SHARED * scale)
    _start(draw, [plan for plan in helped if id(plan) not in shared], scale)
    _ask_for_grants([plan.steps.businesses[0] for plan in helped])
    _live(Random(seed + 36), [plan.steps.businesses[0] for plan in helped])  # noqa: S311
    return helped


def _helped(draw: Random, wanting: list[Any], registered: list[Any], many: int) -> list[Any]:
    """Most of the registered are helped, and others whose idea is not registered yet."""
    most = draw.sample(registered, min(len(registered), many * 7 // 10))
    known = {id(plan) for plan in registered}
    others = [plan for plan in wanting if id(plan) not in known]
    return most + draw.sample(others, many - len(most))


def _is_adult(plan: Any) -> bool:
    said = plan.identity
    year = said.get("birth_year") or (said["born"].year if said.get("born") else None)
    return (year or said["age_estimated_on"].year - said["age_estimate"]) <= ADULT_SINCE


def _first(plan: Any) -> dt.date:
    day: dt.date = plan.meetings[0].held_on
    return day


def _steps(plan: Any) -> Steps:
    plan.steps = plan.steps or Steps()
    steps: Steps = plan.steps
    return steps


def _later(draw: Random, day: dt.date, least: int, most: int) -> dt.date:
    """So many days later, on a working day, within the programme."""
    found = day + dt.timedelta(days=draw.randint(least, most))
    found += dt.timedelta(days=(7 - found.weekday()) % 7 if found.weekday() > 4 else 0)
    return min(found, LAST)


def _registration(draw: Random, plan: Any) -> dict[str, Any]:
    by_number = draw.random() < 0.7
    activity, section, _names = draw.choice(TRADES)
    doubtful = plan.identity["population_group"] in ("MIG_IRR", "ASY")
    return {
        "held_on": _later(draw, _first(plan), 10, 90),
        "ae_registration": "FIRST",
        "ae_evidence": "NUMBER" if by_number else "CERT",
        "number": f"AE{draw.randrange(10**6, 10**7)}" if by_number else None,
        "activity": activity,
        "isic_section": section,
        "reason": "Titre de séjour vu lors de l’inscription." if doubtful else None,
    }


def _renew(draw: Random, plan: Any) -> None:
    first = _steps(plan).registrations[0]
    day = _later(draw, first["held_on"], 370, 500)
    if day < LAST:
        again = {**first, "held_on": day, "ae_registration": "RENEW"}
        _steps(plan).registrations.append(again)


def _business(draw: Random, plan: Any) -> Business:
    begun = _later(draw, _first(plan), 5, 40)
    registrations = _steps(plan).registrations
    activity, section, names = draw.choice(TRADES)
    if registrations:
        activity, section = (registrations[0][name] for name in ("activity", "isic_section"))
        names = next(names for what, _section, names in TRADES if what == activity)
    opening = {
        "name": draw.choice(names) if draw.random() < 0.7 else None,
        "activity": activity,
        "isic_section": section,
        "commune": draw.choice(COMMUNES),
        "rnae": registrations[0]["number"] if registrations else None,
        "legal_form": "PROJ" if draw.random() < 0.8 else "INF",
    }
    made = Business(begun, opening, supports=_supports(draw, begun))
    if registrations:
        made.form_changed_on = max(registrations[0]["held_on"], begun)
    elif draw.random() < 0.15:
        opening |= {"ice": _ice(draw), "legal_form": draw.choice(("COOP", "SARL", "SARLAU", "PP"))}
    return made


def _ice(draw: Random) -> str:
    """Fifteen figures whose check holds; no real one is meant."""
    bare = f"999{draw.randrange(10**6):06}{draw.randrange(1, 3):04}"
    return f"{bare}{97 - int(bare + '00') % 97:02}"


def _supports(draw: Random, begun: dt.date) -> list[dict[str, Any]]:
    kinds, weights = zip(*SUPPORTS, strict=True)
    chosen = dict.fromkeys(draw.choices(kinds, weights, k=draw.choice((1, 1, 2))))
    day, found = begun, []
    for kind in chosen:
        day = _later(draw, day, 3, 45)
        given = draw.randrange(3, 30) * 100_000 if kind in ("GRANT", "KIT") else None
        found.append({"held_on": day, "support_type": kind, "centimes": given})
    return found


def _share(draw: Random, helped: list[Any], wanting: list[Any], many: int) -> set[int]:
    """Somebody followed by the same adviser owns it too; she comes later in the plan. Gives the
    plans whose business is shared, by their identity."""
    shared: set[int] = set()
    place = {id(plan): number for number, plan in enumerate(wanting)}
    free = [plan for plan in wanting if plan.steps is None]
    for plan in draw.sample(helped, many * 3):
        later = [
            one for one in free if one.owner == plan.owner and place[id(one)] > place[id(plan)]
        ]
        if len(shared) < many and later:
            other = draw.choice(later)
            _steps(other).joins = _steps(plan).businesses[0]
            free.remove(other)
            shared.add(id(plan))
    return shared


def _start(draw: Random, helped: list[Any], scale: int) -> None:
    """So many people start after support, and some businesses traded before it. One owner each."""
    early = [plan for plan in helped if _last_support(plan) < dt.date(2023, 6, 1)]
    chosen = draw.sample(early, (STARTED + STARTED_FIRST) * scale)
    for number, plan in enumerate(chosen):
        made = plan.steps.businesses[0]
        made.start = {"start_evidence": draw.choice(("INVOICE", "SALE", "SALE", "VISIT"))}
        if number < STARTED * scale:
            made.start["held_on"] = _later(draw, _last_support(plan), 20, 150)
        else:
            made.start |= {
                "held_on": made.begun_on,
                "reason": "Vendait déjà au marché avant de venir.",
            }


def _last_support(plan: Any) -> dt.date:
    day: dt.date = plan.steps.businesses[0].supports[-1]["held_on"]
    return day


def _ask_for_grants(businesses: list[Business]) -> None:
    """Some of those that got a grant had asked for it, for as much or for more; some others wait
    for an answer, or were refused."""
    given = [(made, said) for made in businesses for said in made.supports
             if said["support_type"] == "GRANT"]  # fmt: skip
    for number, (made, said) in enumerate(given[:8]):
        made.grant = _request(said["held_on"], said["centimes"] + number % 2 * 200_000)
    without = [made for made in businesses if all(made is not other for other, _said in given)]
    for made in without[:4]:
        made.grant = _request(made.supports[-1]["held_on"] + dt.timedelta(days=30), 1_200_000)


def _request(day: dt.date, centimes: int) -> dict[str, Any]:
    asked_on = min(day, LAST) - dt.timedelta(days=21)
    return {"asked_on": asked_on, "centimes": centimes, "purpose": "Matériel de départ."}


def _live(draw: Random, businesses: list[Business]) -> None:
    """What was found out about those that trade: most live, some are not heard of any more."""
    for made in businesses:
        if made.start:
            made.follow_ups = _follow_ups(draw, made.begun_on, made.start["held_on"])


def _follow_ups(draw: Random, begun_on: dt.date, started_on: dt.date) -> list[dict[str, Any]]:
    hours = draw.choice((0, 0, 0, 0, 22))
    found = [{"held_on": begun_on, "follow_up": "BASE", "minutes": hours * 60}]
    for asked, months in (("M3", 3), ("M6", 6), ("M12", 12), ("M24", 24)):
        if draw.random() < 0.12:
            continue  # nobody came to ask
        day = started_on + dt.timedelta(days=months * 30 + draw.randint(8, 24))
        state = draw.choices(("ACTIVE", "DORMANT", "CLOSED", "UNKNOWN"), (80, 7, 6, 7))[0]
        said: dict[str, Any] = {"held_on": day, "follow_up": asked, "venture_state": state}
        if state == "CLOSED":
            closed = day - dt.timedelta(days=draw.randint(5, 60))
            found.append({**said, "closed_on": max(closed, started_on)})
            return found
        if state == "ACTIVE":
            hours += draw.choice((0, 0, 0, 11, 22, 44))
            said["turnover_band"] = draw.choice(("NONE", "T50", "T50", "T100", "T100", "T200"))
        if state != "UNKNOWN":
            said["minutes"] = hours * 60 if state == "ACTIVE" else 0
        found.append(said)
    return found
