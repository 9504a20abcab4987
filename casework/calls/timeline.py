# SPDX-License-Identifier: AGPL-3.0-or-later
"""A person's applications to calls, told as days for her dossier."""

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

from .models import Application, Call

Item = tuple[dt.date, dict[str, Any]]


def told_of(person: Person) -> Iterator[tuple[Any, Callable[[Any], Item]]]:
    """Each application and what was decided on it, the last first, and what says it as (day,
    item). Saying raises Damaged."""
    for application, call in db.session.execute(_hers(), {"person": person.id}):
        if application.is_whole and application.told.decided_on:
            yield application, partial(_say_decided, call)
        yield application, partial(_say_applied, call)


@cache
def _hers() -> sa.Select[Any]:
    """With the call, where the reader's hub is the one that opened it."""
    chosen = sa.select(Application, Call).outerjoin(Call, Call.id == Application.call_id)
    chosen = chosen.where(Application.person_id == sa.bindparam("person"))
    return chosen.order_by(Application.id)


def _say_applied(call: Call | None, application: Application) -> Item:
    day = application.told.held_on
    title = _("Applied to a call")
    return day, {"title": title, "when": records.dated(day), **_where(call, application)}


def _say_decided(call: Call | None, application: Application) -> Item:
    told = application.told
    state = label("application_status", application.status)
    why = label("application_refusal", told.refusal)
    return told.decided_on, {
        "title": _("Call for applications: %(state)s", state=state),
        "when": records.dated(told.decided_on, why),
        **_where(call, application),
    }


def _where(call: Call | None, application: Application) -> dict[str, Any]:
    title = call.details["title"] if call and call.is_whole else None
    url = url_for("calls.show_application", application_id=application.id)
    return {"about": title, "url": url if call else None}
