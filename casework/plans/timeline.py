# SPDX-License-Identifier: AGPL-3.0-or-later
"""The canvas and the plan of her businesses, on the days of a person: the newest version of each,
which leads to the others."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from flask import url_for

from casework.business import Venture
from casework.db import db
from casework.i18n import _, format_number
from casework.people import Person, records

from .models import CanvasVersion, PlanVersion, Version

PAPERS: dict[str, type[Version]] = {"canvas": CanvasVersion, "plan": PlanVersion}


def told_of(
    person: Person,
) -> Iterator[tuple[Any, Callable[[Any], tuple[dt.date, dict[str, Any]]]]]:
    """The newest version of each paper of her businesses, and what says it as (day, item). Saying
    raises Damaged."""
    for venture in db.session.scalars(Venture.of(person)).all():
        for model in PAPERS.values():
            newest = db.session.scalars(model.of(venture).limit(1)).first()
            if newest is not None:
                yield newest, _naming(venture)


def _naming(venture: Venture) -> Callable[[Any], tuple[dt.date, dict[str, Any]]]:
    def say(version: Version) -> tuple[dt.date, dict[str, Any]]:
        said = version.told
        day: dt.date = said.written_on
        number = format_number(version.number)
        is_canvas = isinstance(version, CanvasVersion)
        title = _("Canvas, version %(number)s", number=number)
        if not is_canvas:
            title = _("Business plan, version %(number)s", number=number)
        kind = "canvas" if is_canvas else "plan"
        return day, {
            "title": title,
            "when": records.dated(day, venture.code),
            "about": said.remark,
            "then": None if version.stands else _("Entered by mistake"),
            "url": url_for("plans.show_plan", venture_id=venture.id, kind=kind),
        }

    return say
