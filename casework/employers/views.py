# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of the directory. Codes stand in every title and address; names, below."""

import uuid
from typing import Any

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request, url_for

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
from casework.i18n import _, joined

from . import actions, listing
from .forms import ContactForm, EmployerForm, ExchangeForm
from .models import Employer, Exchange
from .timeline import timeline_of
from .twins import Twin, twins_of
from .vacancies import vacancies_of

pages = GuardedBlueprint("employers", __name__)
BOTH = ["GET", "POST"]
READ, WRITE = Permission.EMPLOYER_READ, Permission.EMPLOYER_WRITE


# ------------------------------------------------------------------ the directory


@pages.route("/employers", needs=READ)
def list_employers() -> Any:
    show = request.args.get("show", "listed")
    show = show if show in listing.SHOWN else "listed"
    sector, hires = _asked("sector", "isic_section"), _asked("hires", "isco_major")
    return _list(show=show, sector=sector, hires=hires)


@pages.route("/employers/named", needs=READ, methods=["POST"])
def list_named() -> Any:
    """By a part of the name; posted, so that no address carries it."""
    return _list(show="listed", part=request.form.get("part", "").strip())


def _asked(name: str, codes: str) -> str:
    said = request.args.get(name, "")
    return said if said in codelist(codes) else ""


def _list(show: str, sector: str = "", hires: str = "", part: str = "") -> Any:
    page = listing.employers(show, sector, hires, part)
    blueprint.hits(len(page))
    sectors, occupations = listing.filters()
    return render_template(
        "employers/list_employers.html", page=page, show=show, sector=sector, hires=hires,
        part=part, shown=listing.SHOWN.items(), sectors=sectors, occupations=occupations,
    )  # fmt: skip


@pages.route("/employers/new", needs=WRITE, methods=BOTH)
def new_employer() -> Any:
    """Who is there already comes before saving; it is no wall."""
    drafts.taken_up_again()
    form, twins = EmployerForm().new(), list[Twin]()
    site = form.at(_hubs())
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            twins = twins_of(form.content(), but=form.record_id())  # itself, sent twice
            _check_seen(form, twins)
            employer = actions.note_employer(site, id=form.record_id(), **form.content())
            return _employer(employer, _("The employer is in the directory."))
    return render_template("employers/new_employer.html", form=form, twins=twins)


def _hubs() -> list[tuple[uuid.UUID, str]]:
    mine = sa.select(Site).where(Site.id.in_(current_user.sites), Site.kind == "hub")
    return [(site.id, site.name) for site in db.session.scalars(mine.order_by(Site.number))]


def _check_seen(form: EmployerForm, twins: list[Twin]) -> None:
    """Raises Refusal for twins that were not shown before; from now on they were."""
    before = set((form.seen_twins.data or "").split(","))
    found = {str(twin.employer_id) for twin in twins}
    form.seen_twins.data = ",".join(sorted(found))
    if not found <= before:
        raise Refusal(_("This employer may be in the directory already. Look below first."))


@pages.route("/employers/<uuid:employer_id>", needs=READ)
def show_employer(employer_id: uuid.UUID) -> Any:
    employer = fetch(Employer, employer_id)
    said = employer.business
    return render_template(
        "employers/show_employer.html", employer=employer, said=said,
        hires=joined(*[label("isco_major", code) for code in said.hires or ()]),
        contacts=sorted(employer.contacts, key=lambda one: one["name"].casefold()),
        vacancies=vacancies_of(employer), items=timeline_of(employer), label=label,
        today=clock.today(),
    )  # fmt: skip


@pages.route("/employers/<uuid:employer_id>/edit", needs=WRITE, methods=BOTH)
def edit_employer(employer_id: uuid.UUID) -> Any:
    employer = fetch(Employer, employer_id)
    version, twins = employer.version, list[Twin]()
    drafts.taken_up_again()
    form = EmployerForm(**employer.content(), is_gone=not employer.is_listed, version=version)
    del form.site
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            twins = twins_of(form.content(), but=employer.id)
            _check_seen(form, twins)
            listed = not form.is_gone.data
            said = form.content()
            actions.correct_employer(employer, version=form.seen(), is_listed=listed, **said)
            return _employer(employer, _("The employer is corrected."))
    return render_template(
        "employers/edit_employer.html", form=form, employer=employer, twins=twins,
        moved=form.catch_up(version),
    )  # fmt: skip


# ------------------------------------------------------------------ contacts, exchanges


@pages.route("/employers/<uuid:employer_id>/contacts/new", needs=WRITE, methods=BOTH)
def new_contact(employer_id: uuid.UUID) -> Any:
    employer = fetch(Employer, employer_id)
    version = employer.version
    drafts.taken_up_again()
    form = ContactForm(version=version).new()
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            said = form.content()
            actions.add_contact(employer, version=form.seen(), id=form.record_id(), **said)
            return _employer(employer, _("The contact is saved."))
    form.catch_up(version)
    return render_template("employers/new_contact.html", form=form, employer=employer)


@pages.route("/employers/<uuid:employer_id>/contacts/<key>", needs=WRITE, methods=BOTH)
def edit_contact(employer_id: uuid.UUID, key: str) -> Any:
    """Put a contact right, or erase her."""
    employer = fetch(Employer, employer_id)
    version = employer.version
    known = employer.contact(key)
    if not known and request.method == "GET":
        abort(404)
    drafts.taken_up_again()
    form = ContactForm(**{**known, "version": version})
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            if form.is_gone.data:
                actions.strike_contact(employer, key)
                return _employer(employer, _("The contact is erased."))
            actions.correct_contact(employer, key, version=form.seen(), **form.content())
            return _employer(employer, _("The contact is saved."))
    form.catch_up(version)
    return render_template("employers/edit_contact.html", form=form, employer=employer)


@pages.route("/employers/<uuid:employer_id>/exchanges/new", needs=WRITE, methods=BOTH)
def new_exchange(employer_id: uuid.UUID) -> Any:
    employer = fetch(Employer, employer_id)
    drafts.taken_up_again()
    form = ExchangeForm()
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            actions.log_exchange(employer, id=form.record_id(), **form.content())
            return _employer(employer, _("The exchange is saved."))
    return render_template("employers/new_exchange.html", form=form, employer=employer)


@pages.route(
    "/employers/<uuid:employer_id>/exchanges/<uuid:exchange_id>", needs=WRITE, methods=BOTH
)
def edit_exchange(employer_id: uuid.UUID, exchange_id: uuid.UUID) -> Any:
    employer, exchange = fetch(Employer, employer_id), fetch(Exchange, exchange_id)
    if exchange.employer_id != employer.id:
        abort(404)
    written, version = exchange.to_mend()
    drafts.taken_up_again()
    form = ExchangeForm(**written, version=version)
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            actions.correct_exchange(exchange, version=form.seen(), **form.content())
            return _employer(employer, _("The exchange is corrected."))
    return render_template(
        "employers/edit_exchange.html", form=form, employer=employer,
        now=written["note"] if form.catch_up(version) else None,
    )  # fmt: skip


def _employer(employer: Employer, sentence: str) -> Any:
    flash(sentence)
    return redirect(url_for("employers.show_employer", employer_id=employer.id), 303)
