# SPDX-License-Identifier: AGPL-3.0-or-later
"""The list of businesses, their owners, and the pages of a follow-up, which the page of its
business tells."""

import uuid
from typing import Any

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request, url_for

from casework.access import GuardedBlueprint, Permission, blueprint, drafts, fetch
from casework.business import FollowUp, Venture, models
from casework.business import actions as business
from casework.db import db
from casework.errors import Refusal
from casework.i18n import _
from casework.people import Person, numbers
from casework.web import pages as listing_of

from . import actions, listing
from .forms import FollowUpForm, LegalFormForm, OwnerForm, in_hours

pages = GuardedBlueprint("followup", __name__)
BOTH = ["GET", "POST"]
WRITE, OWN = Permission.FOLLOW_UP_WRITE, Permission.BUSINESS_WRITE


@pages.route("/businesses", needs=Permission.BUSINESS_READ)
def list_ventures() -> Any:
    show = request.args.get("show", "all")
    show = show if show in listing.FILTERS else "all"
    asked = request.args.get("sort")
    sort = listing_of.sort_of(listing.SORTS) if asked else ("last", True)
    found, owners = listing.page_of(show, *sort)
    blueprint.hits(len(found))
    lines = [
        ((row.venture_id, row.code), owners[row.venture_id], row.last_on, row.supports, row.since,
         row.status)
        for row in found
    ]  # fmt: skip
    return render_template(
        "followup/list_ventures.html", page=found, lines=lines, show=show, sort=sort,
        filters=listing.FILTERS.items(),
    )  # fmt: skip


# ------------------------------------------------------------------ legal form and owners


@pages.route("/businesses/<uuid:venture_id>/forms/new", needs=OWN, methods=BOTH)
def new_form(venture_id: uuid.UUID) -> Any:
    """From which day it has which legal form."""
    venture = fetch(Venture, venture_id)
    form = LegalFormForm(version=venture.version)
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            said = form.said("legal_form", "on")
            actions.take_form(venture, version=form.seen(), **said)
            return _venture(venture, _("The legal form is saved."))
    form.catch_up(venture.version)
    return render_template("followup/new_form.html", form=form, venture=venture)


@pages.route("/businesses/<uuid:venture_id>/owners/new", needs=OWN, methods=BOTH)
def new_owner(venture_id: uuid.UUID) -> Any:
    venture = fetch(Venture, venture_id)
    form = OwnerForm()
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            business.join(_person_of(form.code.data), venture.id, form.since.data)
            return _venture(venture, _("The owner is added."))
    return render_template("followup/new_owner.html", form=form, venture=venture)


def _person_of(typed: str | None) -> Person:
    code = numbers.code_of(typed or "")
    found: Person | None = db.session.scalar(sa.select(Person).where(Person.code == code))
    if found is None:
        raise Refusal(_("None of your files bears this code."), 422)
    return found


@pages.route(
    "/businesses/<uuid:venture_id>/owners/<uuid:owner_id>/leave", needs=OWN, methods=["POST"]
)
def leave(venture_id: uuid.UUID, owner_id: uuid.UUID) -> Any:
    venture, owner = fetch(Venture, venture_id), fetch(models.VentureOwner, owner_id)
    if owner.venture_id != venture.id:
        abort(404)
    actions.leave(venture, owner)
    if models.owners_in_reach(venture):
        return _venture(venture, _("The owner is taken away."))
    flash(_("The owner is taken away."))
    return redirect(url_for(".list_ventures"), 303)


# ------------------------------------------------------------------ follow-ups


@pages.route("/businesses/<uuid:venture_id>/follow-ups/new", needs=WRITE, methods=BOTH)
def new_follow_up(venture_id: uuid.UUID) -> Any:
    """`at` in the address is what is to be asked; the form lets choose another."""
    venture = fetch(Venture, venture_id)
    drafts.taken_up_again()
    at = request.args.get("at") if request.method == "GET" else None
    form = FollowUpForm(follow_up=at).new().fitting()
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            actions.log_follow_up(venture, id=form.record_id(), **form.content())
            return _venture(venture, _("The follow-up is saved."))
    return render_template("followup/new_follow_up.html", form=form, venture=venture)


@pages.route(
    "/businesses/<uuid:venture_id>/follow-ups/<uuid:follow_up_id>", needs=WRITE, methods=BOTH
)
def edit_follow_up(venture_id: uuid.UUID, follow_up_id: uuid.UUID) -> Any:
    """Correct what one wrote. The earlier wording stays under the new one."""
    venture, record = fetch(Venture, venture_id), fetch(FollowUp, follow_up_id)
    if record.venture_id != venture.id:
        abort(404)
    written, version = record.content(), record.version
    drafts.taken_up_again()
    form = FollowUpForm(**written, hours=in_hours(written["minutes"]), version=version)
    form.fitting().mending(record)
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            said = form.content() | {"why": form.reason_given()}
            actions.correct_follow_up(record, version=form.seen(), **said)
            return _venture(venture, _("The follow-up is corrected."))
    return render_template(
        "followup/edit_follow_up.html", form=form, venture=venture,
        now=written["note"] if form.catch_up(version) else None,
    )  # fmt: skip


def _venture(venture: Venture, sentence: str) -> Any:
    flash(sentence)
    return redirect(url_for("business.show_venture", venture_id=venture.id), 303)
