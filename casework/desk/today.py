# SPDX-License-Identifier: AGPL-3.0-or-later
"""What waits today, for each role: codes and figures, never a name."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import current_app, url_for

from casework import clock, events
from casework.access import Permission, Site, current_user, drafts
from casework.business import Venture
from casework.db import db
from casework.events import Event
from casework.hub import Enrolment
from casework.i18n import _, _l
from casework.indicators import CATALOGUE, Period, figure
from casework.listening import Case, number_unattached
from casework.people import Person
from casework.reminders import DueRow, due_soon

from . import dossiers

SHOWN = 3  # lines of each card, so that Today stays short on a phone
DRAFTS_SHOWN = 3
AHEAD, BACK = dt.timedelta(days=7), dt.timedelta(days=30)  # how far an event is looked for
# What the first word of an address of a form names.
NAMED: dict[str, Any] = {"people": Person, "dossiers": Person, "cases": Case,
                         "enrolments": Enrolment}  # fmt: skip
# The same of forms about no person.
OF_THE_OFFICE = {
    "applications": _l("Application"), "calls": _l("Call"), "cohorts": _l("Cohort"),
    "employers": _l("Employer"), "events": _l("Event"), "products": _l("Product"),
    "reviews": _l("Review"), "vacancies": _l("Vacancy"),
}  # fmt: skip


# What who works at no site reads first; all the others are a touch away.
HEADLINES = ("PSS-01", "PSS-02", "PSS-03", "HUB-01")


@dataclass(frozen=True)
class Unfinished:
    """A form somebody was writing: where it is, whose file it belongs to, when it was kept."""

    url: str
    title: str
    saved_at: dt.datetime


def waiting() -> list[dossiers.Row]:
    """The open dossiers in reach that have been silent longest; one more than is shown, to know
    whether there are others."""
    if not current_user.may(Permission.DOSSIER_READ):
        return []
    return dossiers.listed("quiet", many=SHOWN + 1)


def due() -> list[DueRow]:
    """What is due within a week or late, in one's own dossiers; in all, for who heads a site."""
    if not current_user.may(Permission.DOSSIER_READ):
        return []
    return due_soon(SHOWN + 1, mine=dossiers.usual_filter() == "mine")


def recent() -> list[dossiers.Row]:
    """The dossiers in reach that were touched last."""
    if not current_user.may(Permission.DOSSIER_READ):
        return []
    return dossiers.listed("all", "last", descending=True, many=SHOWN)


def stats() -> tuple[str, list[tuple[int | None, str]]]:
    """(where, figures): this month at one's own sites, or everywhere for who has none."""
    if not current_user.may(Permission.FIGURES_READ):
        return "", []
    sites = db.session.scalars(sa.select(Site).where(Site.id.in_(current_user.sites))).all()
    period = Period.around(clock.today(), 1)
    codes = {site.code for site in sites} or None
    kinds = {"cell": ("PSS-01", "PSS-03"), "hub": ("HUB-01",)}
    wanted = {code for site in sites for code in kinds[site.kind]} or set(HEADLINES)
    found = [figure(CATALOGUE[code], period, sites=codes) for code in CATALOGUE if code in wanted]
    shown: list[tuple[int | None, str]] = [(one.value, one.indicator.label) for one in found]
    return ", ".join(site.name for site in sites), shown


def open_now() -> int:
    """How many files are open in reach, at this moment."""
    return dossiers.number_open() if current_user.may(Permission.DOSSIER_READ) else 0


def contacts() -> int:
    """How many first contacts in reach belong to nobody's file yet."""
    return number_unattached()


def untold() -> int:
    """How many events that one runs are past, and nobody has said whether they took place."""
    if not current_user.may(Permission.EVENT_WRITE):
        return 0
    past = sa.select(Event).where(
        Event.status == events.models.PLANNED, Event.last_on < clock.today()
    )
    return sum(map(events.actions.may_change, db.session.scalars(past)))


class Gathering(NamedTuple):
    """An event one runs that asks for something: `days` from today to its first day; `is_bare`
    where it was held and nobody was noted as present."""

    url: str
    title: str
    first_on: dt.date
    days: int
    is_bare: bool


def gatherings() -> list[Gathering]:
    """Of the events that one runs, those of the coming week and those held in the last month whose
    list says of nobody that she was there; the first day first."""
    if not current_user.may(Permission.EVENT_WRITE):
        return []
    today = clock.today()
    soon = sa.and_(
        Event.status == events.models.PLANNED, Event.last_on >= today,
        Event.first_on <= today + AHEAD,
    )  # fmt: skip
    lately = sa.and_(Event.status == events.models.HELD, Event.last_on.between(today - BACK, today))
    chosen = sa.select(Event).where(sa.or_(soon, lately)).order_by(Event.first_on, Event.id)
    found = [one for one in db.session.scalars(chosen) if one.is_whole and _asks(one)]
    return [_gathering(one, today) for one in found[:SHOWN]]


def _asks(event: Event) -> bool:
    if event.status == events.models.PLANNED:
        return events.actions.may_change(event)
    return event.site_id in events.actions.sites_kept() and not event.details["present"]


def _gathering(event: Event, today: dt.date) -> Gathering:
    is_bare, listed = event.status == events.models.HELD, event.details["listed"]
    page = "show_event" if not is_bare else "edit_attendance" if listed else "new_attendance"
    address = url_for(f"events.{page}", event_id=event.id)
    days = (event.first_on - today).days
    return Gathering(address, event.details["title"], event.first_on, days, is_bare)


# ------------------------------------------------------------------ drafts


def unfinished() -> list[Unfinished]:
    """The forms that wait to be finished, the newest first. What is in them stays closed."""
    if not current_user.compartments:
        return []
    kept = drafts.Draft
    mine = (
        sa.select(kept.form_key, kept.saved_at, kept.is_held)
        .where(kept.user_id == current_user.id)
        .order_by(kept.saved_at.desc())
        .limit(DRAFTS_SHOWN)
    )
    now = clock.now()
    found = []
    for address, saved_at, is_held in db.session.execute(mine):
        title = _title(address) if now - saved_at < drafts.KEPT[is_held] else None
        if title:
            found.append(Unfinished(f"{address}?held=1", title, saved_at))
    return found


def _title(address: str) -> str | None:
    """The code of the file a form belongs to; None where it is out of reach by now."""
    kind, _slash, rest = address.strip("/").partition("/")
    if kind == "orientations":
        return _("Guidance for a group")
    if kind in OF_THE_OFFICE:
        return str(OF_THE_OFFICE[kind])
    try:
        key = uuid.UUID(rest.partition("/")[0])
    except ValueError:
        return _("New file or contact")
    if kind == "businesses":
        return db.session.scalar(sa.select(Venture.code).where(Venture.id == key))
    model = NAMED.get(kind)
    if model is None:
        return _("Draft")
    query = sa.select(Person.code)
    if model is not Person:
        query = query.join(model, model.person_id == Person.id)
    return db.session.scalar(query.where(model.id == key))


# ------------------------------------------------------------------ those who open no file


def keys() -> str:
    """What this machine can open, for the administrator; nothing for anyone else."""
    if not current_user.may(Permission.USER_MANAGE):
        return ""
    return str(current_app.extensions["vault"].status().sentence)


def seals() -> int | None:
    """How often the trail was sealed, for who watches over it; None for anyone else."""
    if not current_user.may(Permission.TRAIL_VERIFY):
        return None
    last = current_app.extensions["trail"].store.last_seal()
    return last[0] if last else 0
