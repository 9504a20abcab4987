# SPDX-License-Identifier: AGPL-3.0-or-later
"""The groups somebody is in, told as days for her dossier: joined, came, left.

Only within the reader's reach: who leads a group and who heads the hub keep its list.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any

import sqlalchemy as sa
from flask import url_for

from casework.codelists import label
from casework.db import db
from casework.i18n import _
from casework.people import Person, records

from .models import Cohort, CohortSession, Member, sessions_of

Item = tuple[dt.date, dict[str, Any]]


def told_of(person: Person) -> Iterator[tuple[Any, Callable[[Any], Item]]]:
    """Each group she is in and the sessions she came to, the last first, and what says it as (day,
    item). Saying raises Damaged."""
    for member, cohort in db.session.execute(_hers(), {"person": person.id}):
        if records.opens(member):
            if member.business.left_on:
                yield member, partial(_say_left, cohort)
            for session in reversed(_came_to(cohort, member)):
                yield session, partial(_say_came, cohort)
        yield member, partial(_say_joined, cohort)


def _came_to(cohort: Cohort, member: Member) -> list[CohortSession]:
    came = set(member.business.came or ())
    met = sessions_of(cohort) if came else []
    return [one for one in met if str(one.id) in came and member.is_in_on(one.held_on)]


@cache
def _hers() -> sa.Select[Any]:
    chosen = sa.select(Member, Cohort).join(Cohort, Cohort.id == Member.cohort_id)
    return chosen.where(Member.person_id == sa.bindparam("person")).order_by(Cohort.first_on)


def _say_joined(cohort: Cohort, member: Member) -> Item:
    day = member.business.joined_on
    return day, {"title": _("Joined a cohort"), "when": records.dated(day), **_where(cohort)}


def _say_left(cohort: Cohort, member: Member) -> Item:
    told = member.business
    when = records.dated(told.left_on, label("cohort_leave", told.cohort_leave))
    return told.left_on, {"title": _("Left a cohort"), "when": when, **_where(cohort)}


def _say_came(cohort: Cohort, session: CohortSession) -> Item:
    day, topic = session.held_on, session.details["topic"]
    return day, {
        "title": _("Came to a session of a cohort"), "when": records.dated(day), "text": topic,
        **_where(cohort),
    }  # fmt: skip


def _where(cohort: Cohort) -> dict[str, Any]:
    title = cohort.details["title"] if cohort.is_whole else None
    return {"about": title, "url": url_for("cohorts.show_cohort", cohort_id=cohort.id)}
