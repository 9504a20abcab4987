# SPDX-License-Identifier: AGPL-3.0-or-later
"""What happened on a person's ways to work, told as days: for her dossier and for a page."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from flask import url_for

from casework.codelists import label
from casework.i18n import _, _n, format_day, format_number, joined
from casework.people import Person, records

from .models import Application, applications_of
from .steps import Hire, Internship, Interview, Step, steps_of

Item = tuple[dt.date, dict[str, Any]]
Say = Callable[[Any], Item]


def told_of(person: Person) -> Iterator[tuple[Any, Say]]:
    """Each application and each step, and what says it as (day, item). Saying raises Damaged."""
    for application in applications_of(person):
        yield application, _say_beginning
        for step in steps_of(application):
            yield step, _leading(application)


def timeline_of(application: Application) -> list[dict[str, Any]]:
    """What happened on one of them, the newest first. What does not open says so in its place."""
    steps = steps_of(application)
    told = [_with_way(one) for one in steps if one.is_whole]
    told += [_say_move(one) for one in application.moves if "step" not in one]
    told.sort(key=lambda one: one[0], reverse=True)
    return [_damaged() for one in steps if not one.is_whole] + [item for _day, item in told]


def _with_way(step: Any) -> Item:
    """A step in words, with the way to put it right for who may."""
    day, item = say(step)
    way = _way(step)
    return day, {**item, "correct": way} if way else item


def say(step: Any) -> Item:
    """A step in words."""
    said = step.told
    item = {Interview: _interview, Internship: _internship, Hire: _hire}[type(step)](said)
    item["text"] = "\n".join(filter(None, (said.note, getattr(said, "reason", None)))) or None
    kind = step.CODED[0]
    item["earlier"] = step.wordings(kind)
    if not step.stands:
        item["then"] = str(Step.MISTAKE)
    return said.held_on, item


def _interview(said: Any) -> dict[str, Any]:
    titles = {
        "PLANNED": _("Job interview planned"), "HELD": _("Job interview held"),
        "NOSHOW": _("No-show at the interview"), "CANCEL": _("Job interview cancelled"),
    }  # fmt: skip
    when = records.dated(said.held_on, said.hour, said.place)
    return {"title": titles[said.interview_outcome], "when": when}


def _internship(said: Any) -> dict[str, Any]:
    until = _("until %(day)s", day=format_day(said.ends_on)) if said.ends_on else None
    state = label("internship_state", said.internship_state)
    paid = None
    if said.centimes:
        paid = _("%(amount)s MAD a month", amount=format_number(said.centimes / 100))
    about = joined(said.supervisor, paid)
    when = records.dated(said.held_on, until)
    return {
        "title": _("Internship: %(state)s", state=state), "when": when, "about": about
    }  # fmt: skip


def _hire(said: Any) -> dict[str, Any]:
    details = label("contract_type", said.contract_type), label("hire_evidence", said.hire_evidence)
    stays = [
        _n("After %(n)s month: %(stay)s", "After %(n)s months: %(stay)s", one["months"],
           stay=label("stay", one["stay"]))
        for one in said.stays or ()
    ]  # fmt: skip
    when = records.dated(said.held_on, *details)
    item = {"title": _("Hired"), "when": when, "about": joined(*stays)}
    if said.hire_evidence == "PERSON":
        item["then"] = _("Not counted: a contract or the employer’s confirmation is missing.")
    return item


def _way(step: Any) -> tuple[str, str] | None:
    """Whoever follows her goes on with what lasts; the rest is put right by who may."""
    endpoint = {Interview: "interview", Internship: "internship", Hire: "hire"}[type(step)]
    url = url_for(f"placement.edit_{endpoint}", application_id=step.application_id, step_id=step.id)
    if isinstance(step, Interview) and step.is_planned:
        return url, _("Say what came of it")
    if isinstance(step, Internship) and step.told.internship_state in ("PLAN", "RUN"):
        return url, _("Say how it goes on")
    return (url, _("Correct")) if step.may_be_mended else None


def _say_move(step: dict[str, str]) -> Item:
    day = dt.date.fromisoformat(step["on"])
    who = label("refused_by", step.get("refused_by"))
    when = records.dated(day, who, label("refusal_reason", step.get("refusal_reason")))
    text = "\n".join(filter(None, (step.get("note"), step.get("reason")))) or None
    return day, {"title": label("application_state", step["state"]), "when": when, "text": text}


def _say_beginning(application: Application) -> Item:
    what, url = application.business, _page(application)
    when = records.dated(application.begun_on, application.state)
    title = _("Application for a job")
    return application.begun_on, {"title": title, "when": when, "about": what.post, "url": url}


def _leading(application: Application) -> Say:
    """On a person's line of days, a step leads to its application and is put right there."""

    def leading(step: Any) -> Item:
        day, item = say(step)
        about = joined(application.business.post, item.get("about"))
        return day, {**item, "about": about, "url": _page(application)}

    return leading


def _page(application: Application) -> str:
    return url_for("placement.show_application", application_id=application.id)


def _damaged() -> dict[str, Any]:
    return {
        "title": _("This record is damaged"),
        "text": _("It cannot be opened. The rest of the file is whole. Tell your supervisor."),
    }
