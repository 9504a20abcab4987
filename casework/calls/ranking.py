# SPDX-License-Identifier: AGPL-3.0-or-later
"""From scores to a ranking: each reader's weighted percentage, their mean and how far they part.

It orders and decides nothing. Who reads for a call sees what others gave an application only once
she has given her own.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

import sqlalchemy as sa

from casework.access import current_user
from casework.db import db
from casework.people import Person
from casework.policy import finding

from .models import Application, Call, Review, answers_to, reviews_of


class Line(NamedTuple):
    """One application in the ranking. `mean` and `spread` are None where they are not to be seen
    or not yet there; `rank` is shared by equal means."""

    application: Application
    person: Person
    mean: float | None
    spread: float | None
    scored: int
    readers: int
    rank: int | None = None
    is_tied: bool = False


def percentage(review: Review, call: Call) -> float:
    """What one reader gave, of all she could have given, by the weights of the criteria."""
    said = call.details
    weights = [one["weight"] for one in said["criteria"] or []]
    given = sum(weight * score for weight, score in zip(weights, review.told.scores, strict=True))
    return 100 * given / (sum(weights) * said["scale"])


def summary(marks: Iterable[float]) -> tuple[float | None, float | None]:
    """Their mean, and how far the highest lies from the lowest, to one decimal."""
    given = list(marks)
    if not given:
        return None, None
    return round(sum(given) / len(given), 1), round(max(given) - min(given), 1)


def standing(call: Call) -> list[Line]:
    """The applications in the reader's reach, the best mean first; those without one last."""
    by_application: dict[object, list[Review]] = defaultdict(list)
    for review in reviews_of(call):
        by_application[review.application_id].append(review)
    lines = [
        _line(application, person, by_application[application.id], call)
        for application, person in answers_to(call)
    ]
    lines.sort(key=lambda line: (line.mean is None, -(line.mean or 0), line.person.code))
    means = [line.mean for line in lines]
    return [
        line if line.mean is None else line._replace(
            rank=means.index(line.mean) + 1, is_tied=means.count(line.mean) > 1
        )
        for line in lines
    ]  # fmt: skip


def _line(application: Application, person: Person, reviews: list[Review], call: Call) -> Line:
    scored = [one for one in reviews if one.is_scored]
    waits = any(one.owner_id == current_user.id and not one.is_scored for one in reviews)
    mean, spread = (None, None) if waits else summary(percentage(one, call) for one in scored)
    return Line(application, person, mean, spread, len(scored), len(reviews))


def marks_of(review: Review, call: Call) -> list[float]:
    """What all readers who finished gave the application of a review, the highest first; nothing
    for who has not given her own. Percentages come out: no reader, no criterion, no note."""
    if not review.is_scored:
        return []
    others = sa.select(Review).where(
        Review.application_id == review.application_id, Review.is_scored.is_(True)
    )
    found = [one for one in db.session.scalars(finding(others)) if one.is_whole]
    return sorted((round(percentage(one, call), 1) for one in found), reverse=True)
