# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of grants: what waits at the hub, what was asked for a business, and its steps."""

import uuid
from typing import Any

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request, url_for

from casework.access import (
    GuardedBlueprint,
    Permission,
    User,
    blueprint,
    current_user,
    drafts,
    fetch,
)
from casework.business import Venture, timeline
from casework.codelists import codelist, label
from casework.db import db
from casework.i18n import _
from casework.people import records
from casework.web import Page, forms
from casework.web import pages as listing

from . import actions
from .forms import AskForm, DecideForm, PayForm, WithdrawForm
from .models import ASKED, GrantRequest, requests_of
from .timeline import say_request

pages = GuardedBlueprint("funding", __name__)
BOTH = ["GET", "POST"]
READ, WRITE, DECIDE = Permission.GRANT_READ, Permission.GRANT_WRITE, Permission.GRANT_DECIDE


@pages.route("/grants", needs=READ)
def list_grants() -> Any:
    """The requests in reach at one state, the longest waiting first, told apart by what they ask
    for."""
    show = request.args.get("show", ASKED)
    show = show if show in codelist("grant_status") else ASKED
    chosen = sa.select(GrantRequest, Venture.code).join(
        Venture, Venture.id == GrantRequest.venture_id
    )
    chosen = chosen.where(GrantRequest.status == show)
    number, per = listing.asked_number(), listing.PER_PAGE
    ordered = chosen.order_by(GrantRequest.asked_on, GrantRequest.id)
    found = db.session.execute(ordered.limit(per + 1).offset((number - 1) * per))
    rows = [
        (one, code, timeline.money(one.business.centimes) if records.opens(one) else None)
        for one, code in found.all()
    ]
    page = Page(rows[:per], number, len(rows) > per)
    blueprint.hits(len(page))
    return render_template(
        "funding/list_grants.html", page=page, show=show,
        filters=[(code, label("grant_status", code)) for code in codelist("grant_status").codes],
    )  # fmt: skip


@pages.route("/businesses/<uuid:venture_id>/grants", needs=READ)
def show_grants(venture_id: uuid.UUID) -> Any:
    venture = fetch(Venture, venture_id)
    whole = [one for one in requests_of(venture) if records.opens(one)]
    items = [item for _day, item in map(say_request, whole)]
    return render_template("funding/show_grants.html", venture=venture, items=items)


@pages.route("/businesses/<uuid:venture_id>/grants/new", needs=WRITE, methods=BOTH)
def new_grant(venture_id: uuid.UUID) -> Any:
    venture = fetch(Venture, venture_id)
    drafts.taken_up_again()
    form = AskForm().new()
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            asked = actions.ask(venture, id=form.record_id(), **form.content())
            return _grant(asked, _("The request is saved. Your manager decides."))
    return render_template("funding/new_grant.html", form=form, venture=venture)


@pages.route("/businesses/<uuid:venture_id>/grants/<uuid:grant_id>", needs=READ)
def show_grant(venture_id: uuid.UUID, grant_id: uuid.UUID) -> Any:
    venture, grant = _asked(venture_id, grant_id)
    return render_template(
        "funding/show_grant.html", venture=venture, grant=grant, said=grant.business,
        item=say_request(grant)[1], author=_name(grant.author_id.hex),
        decided_by=_name(grant.business.decided_by),
        may_decide=current_user.may(DECIDE) and grant.author_id != current_user.id,
        may_change=grant.status == ASKED and current_user.may(WRITE) and grant.may_be_mended,
        withdrawn_by=_name(grant.business.withdrawn_by),
    )  # fmt: skip


@pages.route("/businesses/<uuid:venture_id>/grants/<uuid:grant_id>/edit", needs=WRITE, methods=BOTH)
def edit_grant(venture_id: uuid.UUID, grant_id: uuid.UUID) -> Any:
    """Put right what was asked. The earlier wording stays under the new one."""
    venture, grant = _still_asked(venture_id, grant_id)
    version, written = grant.version, grant.content()
    drafts.taken_up_again()
    form = AskForm(**written, amount=forms.in_dirhams(written["centimes"]), version=version)
    form.mending(grant)
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            said = form.content() | {"why": form.reason_given()}
            actions.correct(grant, version=form.seen(), **said)
            return _grant(grant, _("The request is corrected."))
    form.catch_up(version)
    return render_template("funding/edit_grant.html", form=form, venture=venture, grant=grant,
                           item=say_request(grant)[1])  # fmt: skip


@pages.route(
    "/businesses/<uuid:venture_id>/grants/<uuid:grant_id>/withdraw", needs=WRITE, methods=BOTH
)
def withdraw_grant(venture_id: uuid.UUID, grant_id: uuid.UUID) -> Any:
    venture, grant = _still_asked(venture_id, grant_id)
    version = grant.version
    drafts.taken_up_again()
    form = WithdrawForm(version=version)
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            actions.withdraw(grant, version=form.seen(), why=form.why.data)
            return _grant(grant, _("The request is withdrawn."))
    form.catch_up(version)
    return render_template("funding/withdraw_grant.html", form=form, venture=venture, grant=grant,
                           item=say_request(grant)[1])  # fmt: skip


def _still_asked(venture_id: uuid.UUID, grant_id: uuid.UUID) -> tuple[Venture, GrantRequest]:
    """A request that may be changed. Raises Refusal before anything is typed."""
    venture, grant = _asked(venture_id, grant_id)
    if request.method == "GET":
        grant.check_step(ASKED)
        grant.check_mender()
    return venture, grant


@pages.route(
    "/businesses/<uuid:venture_id>/grants/<uuid:grant_id>/decide", needs=DECIDE, methods=BOTH
)
def decide_grant(venture_id: uuid.UUID, grant_id: uuid.UUID) -> Any:
    venture, grant = _asked(venture_id, grant_id)
    version, asked = grant.version, forms.in_dirhams(grant.business.centimes)
    drafts.taken_up_again()
    form = DecideForm(amount=asked, version=version)
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            actions.decide(grant, version=form.seen(), **form.content())
            return _grant(grant, _("The decision is saved."))
    form.catch_up(version)
    return render_template("funding/decide_grant.html", form=form, venture=venture, grant=grant,
                           item=say_request(grant)[1])  # fmt: skip


@pages.route("/businesses/<uuid:venture_id>/grants/<uuid:grant_id>/pay", needs=WRITE, methods=BOTH)
def pay_grant(venture_id: uuid.UUID, grant_id: uuid.UUID) -> Any:
    venture, grant = _asked(venture_id, grant_id)
    version = grant.version
    drafts.taken_up_again()
    form = PayForm(version=version)
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            actions.pay(grant, version=form.seen(), **form.content())
            return _grant(grant, _("The payment is saved, and counted as a support."))
    form.catch_up(version)
    return render_template("funding/pay_grant.html", form=form, venture=venture, grant=grant,
                           item=say_request(grant)[1])  # fmt: skip


def _name(hexed: str | None) -> str | None:
    """The name of a colleague, for who took a step."""
    colleague = db.session.get(User, uuid.UUID(hexed)) if hexed else None
    return colleague.name if colleague else None


def _asked(venture_id: uuid.UUID, grant_id: uuid.UUID) -> tuple[Venture, GrantRequest]:
    venture, grant = fetch(Venture, venture_id), fetch(GrantRequest, grant_id)
    if grant.venture_id != venture.id:
        abort(404)
    return venture, grant


def _grant(grant: GrantRequest, sentence: str) -> Any:
    flash(sentence)
    where = url_for(".show_grant", venture_id=grant.venture_id, grant_id=grant.id)
    return redirect(where, 303)
