# SPDX-License-Identifier: AGPL-3.0-or-later
"""The board: a column for each stage, with the open enrolments that stand there.

Counted by SQL. Only the cards shown are opened, for the pathway on them; so there is no choice by
pathway, which is sealed: it would open everybody's file to show ten.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from casework import clock
from casework.access import current_user
from casework.codelists import label
from casework.db import db
from casework.i18n import _l
from casework.people import Person, records
from casework.web import Page
from casework.web import pages as listing

from .models import Enrolment
from .stages import STAGES

PER_COLUMN = 10
FILTERS = {"mine": _l("My people"), "all": _l("All in my reach")}
OPEN = records.Status.OPEN
MANY, SKIPPED = sa.bindparam("many", type_=sa.Integer), sa.bindparam("skipped", type_=sa.Integer)
STAGE = sa.bindparam("stage", type_=sa.String)
READER = sa.bindparam("reader", callable_=lambda: current_user.id, type_=sa.Uuid(), unique=True)


class Card(NamedTuple):
    """One enrolment on the board: a code, a pathway and days; no name."""

    enrolment_id: uuid.UUID
    code: str
    stage: str
    since: dt.date
    pathway: str | None

    @property
    def days(self) -> int:
        """How long she has stood at this stage."""
        return (clock.today() - self.since).days


class Column(NamedTuple):
    """One stage: how many stand there, and those shown, who stood there longest first."""

    stage: str
    words: str
    number: int
    cards: Page[Card]


def usual_filter() -> str:
    """One's own people, or all in reach for who heads a hub and follows nobody herself."""
    return "all" if "hub_manager" in current_user.roles else "mine"


def columns(show: str) -> list[Column]:
    """The whole board, with the first cards of each column."""
    numbers = _numbers(show)
    shown = [_found(show, stage, PER_COLUMN + 1, 0) for stage in STAGES]
    pages = [Page(found[:PER_COLUMN], 1, len(found) > PER_COLUMN) for found in shown]
    return [_column(*one, numbers) for one in zip(STAGES, pages, strict=True)]


def column(show: str, stage: str) -> Column:
    """One column alone, the page of it that the address asks for."""
    per, number = listing.PER_PAGE, listing.asked_number()
    found = _found(show, stage, per + 1, (number - 1) * per)
    return _column(stage, Page(found[:per], number, len(found) > per), _numbers(show))


def _column(stage: str, page: Page[Any], numbers: dict[str, int]) -> Column:
    cards = [_card(enrolment, code) for enrolment, code in page]
    words = label("pathway_stage", stage)
    return Column(stage, words, numbers.get(stage, 0), Page(cards, page.number, page.more))


def _card(enrolment: Enrolment, code: str) -> Card:
    """An enrolment that does not open any more can still be moved, and says no pathway."""
    pathway = label("pathway", enrolment.business.pathway) if enrolment.is_whole else None
    return Card(enrolment.id, code, enrolment.stage, enrolment.stage_since, pathway)


def _numbers(show: str) -> dict[str, int]:
    return {stage: number for stage, number in db.session.execute(_counted(show))}


def _found(show: str, stage: str, many: int, skipped: int) -> Sequence[Any]:
    values = {"stage": stage, "many": many, "skipped": skipped}
    return db.session.execute(_standing(show), values).all()


# Kept, so that each is prepared once.


@lru_cache
def _counted(show: str) -> sa.Select[Any]:
    counted = sa.select(Enrolment.stage, sa.func.count(Enrolment.id))
    return _filtered(counted, show).group_by(Enrolment.stage)


@lru_cache
def _standing(show: str) -> sa.Select[Any]:
    standing = sa.select(Enrolment, Person.code).join(Person, Person.id == Enrolment.person_id)
    standing = _filtered(standing, show).where(Enrolment.stage == STAGE)
    return standing.order_by(Enrolment.stage_since, Enrolment.id).limit(MANY).offset(SKIPPED)


def _filtered(query: sa.Select[Any], show: str) -> sa.Select[Any]:
    query = query.where(Enrolment.status == OPEN)
    return query.where(Enrolment.owner_id == READER) if show == "mine" else query
