# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of invitations: who is invited, who comes, slips to print, the slip at the door, the
list to sign."""

import uuid
from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for

from casework import clock
from casework.access import GuardedBlueprint, Permission, blueprint, drafts, fetch
from casework.codelists import codelist, label
from casework.db import db
from casework.errors import Refusal
from casework.events import Entry, Event, listed
from casework.events import actions as events
from casework.events import forms as event_forms
from casework.i18n import _, _n, joined, use_language
from casework.people import Person, attributes_on, numbers

from . import actions, slips
from .forms import AnswersForm, InviteForm, ListForm, SlipForm
from .models import COMING, Invitation, invited

pages = GuardedBlueprint("welcome", __name__)
BOTH = ["GET", "POST"]
INVITE = Permission.INVITATION_WRITE
COLUMNS = 5  # days to sign for on one sheet
SIGNED = 20  # lines for signatures on one sheet of paper
BENEFICIARY = "BEN"
EARLIER = 50  # events whose list may be invited again


# ------------------------------------------------------------------ who is invited


@pages.route("/events/<uuid:event_id>/invitations", needs=INVITE, methods=BOTH)
def edit_invitations(event_id: uuid.UUID) -> Any:
    """Everybody who is invited, with what each answered, in one save."""
    event = events.kept(event_id)
    rows, version = invited(event), event.version
    drafts.taken_up_again()
    form = AnswersForm(version=version, over=event.details["over"])
    blueprint.hits(len(rows))
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            actions.answer(
                event, form.answer.by_id(), names=form.who.by_id(), gone=form.off(),
                version=form.seen(), over=form.over.data,
            )  # fmt: skip
            return _invitations(event, _("The answers are saved."))
    form.catch_up(version)
    said = {str(one.id): one.guest.answer for one in rows} | form.answer.data
    return render_template(
        "welcome/edit_invitations.html", form=form, event=event, rows=rows, said=said,
        gone=set(form.gone.data or ()), choices=codelist("invitation_answer").choices(),
        counts=_counts(event, rows), damaged=(event.details["invited"] or 0) - len(rows),
    )  # fmt: skip


def _counts(event: Event, rows: list[Invitation]) -> list[tuple[Any, str]]:
    coming = sum(one.guest.answer == COMING for one in rows)
    counts = [(len(rows), _("Invited")), (coming, _("Coming"))]
    places = event.details["capacity"]
    return [*counts, (places, _("Places"))] if places else counts


@pages.route("/events/<uuid:event_id>/invitations/new", needs=INVITE, methods=BOTH)
def new_invitations(event_id: uuid.UUID) -> Any:
    """Guests pasted from a spreadsheet, and people of the hub: all of them, or none."""
    event = events.kept(event_id)
    version = event.version
    drafts.taken_up_again()
    form = InviteForm(version=version)
    form.only_with_files()
    _offer_earlier(form, event)
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            entries = form.guests(_of_codes, _of_list(form))
            if not form.others.data:
                events.check_alike(event, entries)
            added = actions.invite(event, entries, version=form.seen())
            sentence = _n("%(n)s guest is invited.", "%(n)s guests are invited.", added)
            return _invitations(event, sentence)
    form.catch_up(version)
    form.ask_if_alike()
    return render_template(
        "welcome/new_invitations.html", form=form, event=event,
        kinds=codelist("organisation_kind").choices(),
    )  # fmt: skip


def _offer_earlier(form: InviteForm, event: Event) -> None:
    """The latest events of hers that have a list; none, no question."""
    latest = sa.select(Event).where(Event.site_id.in_(events.sites_kept()), Event.id != event.id)
    rows = db.session.scalars(latest.order_by(Event.first_on.desc()).limit(EARLIER))
    named = [(one.id, joined(one.details["title"], one.when))
             for one in rows if one.is_whole and one.details["listed"]]  # fmt: skip
    event_forms.offer(form.earlier, named, _("Nobody"))
    if not named:
        del form.earlier


def _of_list(form: InviteForm) -> list[Entry]:
    """Who is on the chosen list, as guests."""
    chosen = form.earlier.data if "earlier" in form else None
    if not chosen:
        return []
    rows = [(who.who, whom.body.name if whom else "")
            for _line, who, whom in listed(events.kept(uuid.UUID(chosen)))]  # fmt: skip
    return [Entry(0, who.name, whom, who.kind, who.sex, who.age_band) for who, whom in rows]


def _of_codes(typed: list[str]) -> list[Entry]:
    """People of the reader's own files by their codes, as guests. Raises Refusal (422)."""
    codes = {numbers.code_of(one) or one: one for one in typed}
    rows = sa.select(Person).where(Person.code.in_(codes), Person.strand == "hub")
    found = {one.code: one for one in db.session.scalars(rows)} if codes else {}
    if unknown := [one for code, one in codes.items() if code not in found]:
        raise Refusal(_("None of your files bears this code: %(code)s.", code=unknown[0][:12]), 422)
    return [_guest(found[code]) for code in codes]


def _guest(person: Person) -> Entry:
    about = attributes_on(person, clock.today())
    sex, age = about["sex"], about["age_band"]
    return Entry(
        0, person.full_name, kind=BENEFICIARY, sex=sex if sex in ("F", "M") else None,
        age_band=age if age != "UNK" else None,
    )  # fmt: skip


@pages.route("/events/<uuid:event_id>/invitations/list", needs=INVITE, methods=BOTH)
def new_list(event_id: uuid.UUID) -> Any:
    """From the invitations to the attendance list, in one save."""
    event = events.kept(event_id)
    version = event.version
    form = ListForm(version=version, over=event.details["over"])
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            added, unnamed = actions.put_on_list(
                event, version=form.seen(), silent_too=form.silent.data,
                over=form.over.data,
            )  # fmt: skip
            flash(_n("%(n)s person joined the list.", "%(n)s people joined the list.", added))
            if unnamed:
                flash(
                    _n(
                        "%(n)s organisation has not said whom it sends.",
                        "%(n)s organisations have not said whom they send.",
                        unnamed,
                    ),
                    "warning",
                )
            return redirect(url_for("events.show_event", event_id=event.id), 303)
    form.catch_up(version)
    return render_template("welcome/new_list.html", form=form, event=event)


def _invitations(event: Event, sentence: str) -> Any:
    flash(sentence)
    return redirect(url_for(".edit_invitations", event_id=event.id), 303)


# ------------------------------------------------------------------ slips


@pages.route("/events/<uuid:event_id>/slips", needs=INVITE)
def show_slips(event_id: uuid.UUID) -> Any:
    """Slips to cut out, eight on a sheet. A slip says the event and a number, and nobody."""
    event = events.kept(event_id)
    cut = [
        (number, slips.picture(url_for(".scan_slip", code=code, _external=True)))
        for number, code in actions.with_slips(event)
    ]
    blueprint.hits(len(cut))
    return render_template("welcome/show_slips.html", event=event, slips=cut, said=on_paper(event))


@pages.route("/slips/<code>", needs=Permission.ATTENDANCE_WRITE, methods=BOTH)
def scan_slip(code: str) -> Any:
    """What the camera of a keeper's phone opens: who it is, and one button."""
    invitation = actions.of_slip(code)
    if invitation is None:
        raise Refusal(
            _("This slip is not known, or its list is not yours. Look for the name on the list."),
            404,
        )
    event = events.kept(invitation.event_id)
    # Asked of nobody who is just saying it: a refused form is of somebody who is not there yet.
    shown = request.method == "GET"
    is_here, number = actions.presence_today(event, invitation) if shown else (False, None)
    form = SlipForm(over=event.details["over"])
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            actions.arrive(event, invitation, form.who.data, form.over.data)
            flash(_("Present today."))
            return redirect(url_for(".scan_slip", code=code), 303)
    _only_what_is_asked(form, invitation)
    return render_template(
        "welcome/scan_slip.html", form=form, event=event, guest=invitation.guest, is_here=is_here,
        number=number, problem=_problem(event),
    )  # fmt: skip


def _problem(event: Event) -> str:
    """Why slips of the event admit nobody today; empty if they do."""
    try:
        actions.check_slip(event)
    except Refusal as refusal:
        return str(refusal)
    return ""


def _only_what_is_asked(form: SlipForm, invitation: Invitation) -> None:
    if invitation.guest.name:
        del form.who
    if not form.errors:
        del form.over


# ------------------------------------------------------------------ on paper


@pages.route("/events/<uuid:event_id>/paper", needs=Permission.EVENT_READ)
def show_paper(event_id: uuid.UUID) -> Any:
    """The list to sign, in French and in Arabic on one sheet; names for who may read them."""
    event = fetch(Event, event_id)
    lines = []
    if event.site_id in events.sites_kept():
        lines = [(who.who.name, whom.body.name if whom else "") for _l, who, whom in listed(event)]
    blueprint.hits(len(lines))
    blank = max(SIGNED - len(lines), 5 if lines else SIGNED)
    return render_template(
        "welcome/show_paper.html", event=event, lines=lines, blank=blank, said=on_paper(event),
        days=_columns(event),
    )  # fmt: skip


def _columns(event: Event) -> list[str]:
    """A place to sign for each day, as day and month in figures, while they fit on a sheet; else
    one for the sheet, which is printed for each day."""
    days = event.days if len(event.days) <= COLUMNS else event.days[:1]
    return [f"{day:%d/%m}" for day in days]


def on_paper(event: Event) -> dict[str, dict[str, str]]:
    """What a sheet says, in each of its two languages."""
    return {name: _in(name, event) for name in ("fr", "ar")}


def _in(language: str, event: Event) -> dict[str, str]:
    details = event.details
    with use_language(language):
        return {
            "heading": _("Attendance list"),
            "kind": label("event_kind", details["kind"]),
            "days": event.when,
            "region": label("region", details["region"]),
            "number": _("No."),
            "name": _("Name"),
            "organisation": _("Organisation"),
            "signature": _("Signature"),
            "each_day": _("Sign for each day you are present."),
            "notice": _("The names stay with the organiser; only numbers are published."),
            "slip": _("Show this slip at the entrance."),
            "opinion": _("What did you think of this event? Scan and answer: no name is asked."),
        }
