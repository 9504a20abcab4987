# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of events. Titles and names stand in pages only, never in an address."""

import uuid
from functools import cache
from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for

from casework import clock
from casework.access import (
    GuardedBlueprint,
    Permission,
    Site,
    blueprint,
    current_user,
    drafts,
    fetch,
)
from casework.codelists import codelist, label
from casework.db import db
from casework.errors import Refusal
from casework.i18n import _, _n, format_day
from casework.web import Page
from casework.web import pages as listing

from . import actions, costs
from .counting import was_trained
from .forms import EventForm, PasteForm, SheetForm, offer
from .models import Event, Product, listed

pages = GuardedBlueprint("events", __name__)
BOTH = ["GET", "POST"]
MANY, SKIPPED = sa.bindparam("many", type_=sa.Integer), sa.bindparam("skipped", type_=sa.Integer)
_SITE = sa.select(Site).where(Site.id == sa.bindparam("key"))


# ------------------------------------------------------------------ the list


@cache
def _in_order(status: str) -> sa.Select[Any]:
    """The latest first; kept, so that it is prepared once."""
    chosen = sa.select(Event).order_by(Event.first_on.desc(), Event.id)
    if status:
        chosen = chosen.where(Event.status == status)
    return chosen.limit(MANY).offset(SKIPPED)


@pages.route("/events", needs=Permission.EVENT_READ)
def list_events() -> Any:
    status = request.args.get("show", "")
    status = status if status in codelist("event_status") else ""
    per, number = listing.PER_PAGE, listing.asked_number()
    values = {"many": per + 1, "skipped": (number - 1) * per}
    found = db.session.scalars(_in_order(status), values).all()
    page = Page([_row(event) for event in found[:per]], number, len(found) > per)
    blueprint.hits(len(page))
    choices = codelist("event_status").choices()
    return render_template(
        "events/list_events.html", page=page, show=status, filters=[("", _("All")), *choices],
        words=dict(choices),
    )  # fmt: skip


def _row(event: Event) -> dict[str, Any]:
    """One line; an event that does not open any more says so in its place."""
    row = {"id": event.id, "status": event.status, "awaits_word": event.awaits_word}
    if not event.is_whole:
        return {**row, "title": _("This record is damaged"), "text": format_day(event.first_on)}
    said = event.details
    place = said["place"] or label("region", said["region"])
    present = said["present"]
    came = _n("%(n)s person present", "%(n)s people present", present) if present else None
    told = [format_day(event.first_on), label("event_kind", said["kind"]), place, came]
    return {**row, "title": said["title"], "told": list(filter(None, told))}


# ------------------------------------------------------------------ one event


@pages.route("/events/<uuid:event_id>", needs=Permission.EVENT_READ)
def show_event(event_id: uuid.UUID) -> Any:
    """What it is and its numbers. No name is opened here: a coordinator reads the same page."""
    event = fetch(Event, event_id)
    rows = event.rows
    present = [row for row in rows if row["days"]]
    counts = [(len(rows), _("People on the list")), (len(present), _("People present"))]
    organisations = {row["organisation"] for row in present} - {0}
    counts.append((len(organisations), _("Organisations present")))
    if event.details["kind"] == "TRAINING":
        counts.append((sum(was_trained(row, rows) for row in rows), _("Present 80% or more")))
    return render_template(
        "events/show_event.html", event=event, said=event.details, counts=counts, label=label,
        site=_site(event.site_id), days=event.when, is_mine=actions.may_change(event),
        product=_product(event), keeps_list=event.site_id in actions.sites_kept(),
        spent=_spent(event.details["costs"] or []),
    )  # fmt: skip


def _spent(lines: costs.Costs) -> list[tuple[str, str]]:
    """Each cost in words and, below several, their sum."""
    said = [(str(what), costs.in_mad(int(sum_))) for what, sum_ in lines]
    return [*said, (_("Sum"), costs.in_mad(costs.total(lines)))] if len(said) > 1 else said


def _site(key: uuid.UUID | None) -> Site | None:
    return db.session.scalar(_SITE, {"key": key}) if key else None


def _product(event: Event) -> Product | None:
    if not (event.product_id and current_user.may(Permission.PRODUCT_READ)):
        return None
    return db.session.get(Product, event.product_id)


@pages.route("/events/<uuid:event_id>/held", needs=Permission.EVENT_WRITE, methods=["POST"])
def hold_event(event_id: uuid.UUID) -> Any:
    event = _hers(event_id)
    actions.hold(event)
    return _event(event, _("It is saved that this event took place."))


@pages.route("/events/new", needs=Permission.EVENT_WRITE, methods=BOTH)
def new_event() -> Any:
    drafts.taken_up_again()
    form = EventForm()
    _offer(form)
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            event = actions.create_event(
                id=form.record_id(), site=_site(_chosen(form.site)), **form.content()
            )
            _link(event, form)
            return _event(event, _("The event is saved."))
    return render_template("events/new_event.html", form=form)


@pages.route("/events/<uuid:event_id>/edit", needs=Permission.EVENT_WRITE, methods=BOTH)
def edit_event(event_id: uuid.UUID) -> Any:
    event = _hers(event_id)
    written, version = _written(event), event.version
    drafts.taken_up_again()
    form = EventForm(**written, version=version)
    _offer(form)
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            site = _site(_chosen(form.site))
            actions.correct_event(event, version=form.seen(), site=site, **form.content())
            _link(event, form)
            return _event(event, _("The event is corrected."))
    form.catch_up(version)
    return render_template("events/edit_event.html", form=form, event=event)


def _hers(event_id: uuid.UUID) -> Event:
    """An event the reader may change. Raises Refusal (404) for any other, before she types."""
    event: Event = fetch(Event, event_id)
    if not actions.may_change(event):
        raise Refusal(_("There is no such page, or it is not open to you."), 404)
    return event


def _written(event: Event) -> dict[str, Any]:
    """What the event says, as the data of its form."""
    last = event.last_on if event.last_on != event.first_on else None
    return {
        **event.details, "costs": costs.written(event.details["costs"]),
        "status": event.status, "first_on": event.first_on, "last_on": last,
        "site": str(event.site_id or ""), "product": str(event.product_id or ""),
    }  # fmt: skip


def _offer(form: EventForm) -> None:
    """The sites one may say, and for who runs the programme's events what they helped to make."""
    mine = actions.sites_kept()
    runs_all = current_user.may(Permission.PRODUCT_WRITE)
    sites = sa.select(Site).order_by(Site.number)
    if not runs_all:
        sites = sites.where(Site.id.in_(mine))
    choices = [(site.id, site.name) for site in db.session.scalars(sites)]
    offer(form.site, choices, _("No list is kept") if runs_all else "")
    if not runs_all:
        del form.product
        return
    made = [row for row in db.session.scalars(sa.select(Product)) if row.is_whole]
    titles = sorted(((row.id, row.details["title"]) for row in made), key=lambda pair: pair[1])
    offer(form.product, titles, _("Nothing"))


def _chosen(field: Any) -> uuid.UUID | None:
    return uuid.UUID(field.data) if field.data else None


def _link(event: Event, form: EventForm) -> None:
    if "product" in form and _chosen(form.product) != event.product_id:
        chosen = _chosen(form.product)
        actions.link(event, fetch(Product, chosen) if chosen else None)


def _event(event: Event, sentence: str) -> Any:
    flash(sentence)
    return redirect(url_for(".show_event", event_id=event.id), 303)


# ------------------------------------------------------------------ who came


@pages.route("/events/<uuid:event_id>/attendance", needs=Permission.ATTENDANCE_WRITE, methods=BOTH)
def edit_attendance(event_id: uuid.UUID) -> Any:
    """Everybody on the list on one page, each day a tick, one save for all."""
    event = actions.kept(event_id)
    lines, version = listed(event), event.version
    recorded = [
        f"{line.id}/{day}" for line, _who, _whom in lines for day in line.presence.days or ()
    ]
    drafts.taken_up_again()
    form = SheetForm(version=version, over=event.details["over"])
    blueprint.hits(len(lines))
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            present, gone = form.presence()
            actions.mark_presence(
                event, present, gone=gone, version=form.seen(), over=form.over.data
            )
            return _event(event, _("The attendance is saved."))
    shown = set(form.line.data or ())
    ticked = set(form.present.data or ()) | {one for one in recorded if one[:36] not in shown}
    form.catch_up(version)
    return render_template(
        "events/edit_attendance.html", form=form, event=event, lines=lines, label=label,
        ticked=ticked, gone=set(form.gone.data or ()), days=_past(event), when=event.when,
        damaged=(event.details["listed"] or 0) - len(lines),
    )  # fmt: skip


@pages.route(
    "/events/<uuid:event_id>/attendance/new", needs=Permission.ATTENDANCE_WRITE, methods=BOTH
)
def new_attendance(event_id: uuid.UUID) -> Any:
    """A list pasted from a spreadsheet, taken whole or not at all."""
    event = actions.kept(event_id)
    version, past = event.version, _past(event)
    drafts.taken_up_again()
    usual = [day.isoformat() for day in past] if request.method == "GET" else None
    form = PasteForm(version=version, days=usual, over=event.details["over"])
    form.days.offer(past)
    if not past:
        del form.days
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            days = (form.days.data or []) if past else []
            said = {"version": form.seen(), "over": form.over.data}
            entries = form.entries()
            if not form.others.data:
                actions.check_alike(event, entries)
            return _event(event, _joined(actions.add_people(event, entries, days, **said)))
    form.catch_up(version)
    form.ask_if_alike()
    return render_template(
        "events/new_attendance.html", form=form, event=event,
        kinds=codelist("organisation_kind").choices(),
    )  # fmt: skip


def _joined(added: int) -> str:
    if not added:
        return _("Everybody of this list was on it already.")
    return _n("%(n)s person joined the list.", "%(n)s people joined the list.", added)


def _past(event: Event) -> list[Any]:
    """The days of an event that have come."""
    return [day for day in event.days if day <= clock.today()]
