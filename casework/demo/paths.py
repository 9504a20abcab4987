# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the fiction's people of the hub agree on and leave for: a plan beside theirs with a draw of
its own, the same for one seed."""

import datetime as dt
from random import Random
from typing import Any

STEPS = (
    ("Porter le CV à trois entreprises de la zone", "HER"),
    ("Préparer ensemble l’entretien", "BOTH"),
    ("Demander l’attestation de travail au dernier employeur", "HER"),
    ("Appeler le centre de formation", "ADVISER"),
    ("Chiffrer le matériel nécessaire", "HER"),
    ("Vérifier l’équivalence du diplôme", "PARTNER"),
)
REVIEWS = ("Garde le rythme malgré les refus.", "A besoin de temps pour la garde des enfants.",
           "Deux pistes sérieuses, à suivre ensemble.", None)  # fmt: skip
LEAVING = {
    "EMP": {"WORK": 5, "TRAIN": 2, "MOVED": 1, "LOST": 2, "NOWISH": 1, "END": 3},
    "SELF": {"BIZ": 5, "WORK": 2, "LOST": 2, "MOVED": 1, "REFER": 1, "END": 3},
}


def give_reasons(guided: list[Any], seed: int) -> None:
    """Each who leaves a path of the hub has a reason; one whose business trades has that one."""
    draw = Random(seed + 50)  # noqa: S311 (a fiction needs no secrecy, it needs to repeat)
    for plan in guided:
        reasons = LEAVING.get(plan.opening["pathway"], LEAVING["SELF"])
        plan.leaves = draw.choices(list(reasons), list(reasons.values()))[0]
        if plan.steps and any(one.start for one in plan.steps.businesses):
            plan.leaves = "BIZ"


def a_review(draw: Random, today: dt.date) -> dict[str, Any]:
    """One of the last weeks; the next one is due soon, later or already."""
    return {
        "held_on": today - dt.timedelta(days=draw.randint(5, 50)),
        "progress": draw.choices(("WELL", "SLOW", "STUCK", "TURN"), (5, 4, 1, 1))[0],
        "next_on": today + dt.timedelta(days=draw.randint(-4, 60)),
        "note": draw.choice(REVIEWS),
    }


def a_step(draw: Random, today: dt.date) -> dict[str, Any]:
    what, who = draw.choice(STEPS)
    return {
        "held_on": today - dt.timedelta(days=draw.randint(5, 40)),
        "what": what,
        "step_by": who,
        "due_on": today + dt.timedelta(days=draw.randint(-4, 30)),
    }
