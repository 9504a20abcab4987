# SPDX-License-Identifier: AGPL-3.0-or-later
"""The list of businesses, and the pages of a follow-up, which the page of its business tells."""

import uuid
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from casework.access import GuardedBlueprint, Permission, blueprint, drafts, fetch
from casework.business import FollowUp, Venture
from casework.i18n import _
from casework.web import pages as listing_of

from . import actions, listing
from .forms import FollowUpForm, in_hours

pages = GuardedBlueprint("followup", __name__)
BOTH = ["GET", "POST"]
WRITE = Permission.FOLLOW_UP_WRITE


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
    form.fitting()
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            actions.correct_follow_up(record, version=form.seen(), **form.content())
            return _venture(venture, _("The follow-up is corrected."))
    return render_template(
        "followup/edit_follow_up.html", form=form, venture=venture,
        now=written["note"] if form.catch_up(version) else None,
    )  # fmt: skip


def _venture(venture: Venture, sentence: str) -> Any:
    flash(sentence)
    return redirect(url_for("business.show_venture", venture_id=venture.id), 303)
