# SPDX-License-Identifier: AGPL-3.0-or-later
"""Today, the list of dossiers, a dossier, and putting right what it says of a person."""

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from casework.access import GuardedBlueprint, Permission, blueprint, current_user, fetch
from casework.db import db
from casework.errors import Refusal
from casework.i18n import _
from casework.people import Person
from casework.people import actions as people_actions
from casework.people import forms as people_forms
from casework.web import BaseForm, Page
from casework.web import pages as listing

from . import dossiers, essentials, today
from .forms import CorrectionForm
from .timeline import timeline_of

pages = GuardedBlueprint("desk", __name__)


@pages.route("/", needs=blueprint.SIGNED_IN)
def home() -> Any:
    where, figures = today.month_figures()
    return render_template(
        "desk/home.html", waiting=today.waiting(), recent=today.recent(), figures=figures,
        where=where, user=current_user, strand=dossiers.strand(),
    )  # fmt: skip


@pages.route("/dossiers", needs=Permission.DOSSIER_READ)
def list_dossiers() -> Any:
    show = request.args.get("show", "mine")
    show = show if show in dossiers.FILTERS else "mine"
    sort = listing.sort_of(dossiers.SORTS)
    found = dossiers.page_of(dossiers.listed(show, *sort))
    blueprint.hits(len(found))
    return render_template(
        "desk/list_dossiers.html", page=found, show=show, sort=sort,
        filters=dossiers.FILTERS.items(), form=BaseForm(),
    )  # fmt: skip


@pages.route("/dossiers/named", needs=Permission.PERSON_FIND, methods=["POST"])
def list_named() -> Any:
    """One's own people by a part of their name; posted, so that no address carries it."""
    part = request.form.get("part", "").strip()
    rows = dossiers.named(part) if len(part) > 1 else []
    blueprint.hits(len(rows))
    return render_template(
        "desk/list_dossiers.html", page=Page(rows, 1, False), show="mine", sort=None,
        filters=dossiers.FILTERS.items(), form=BaseForm(), part=part,
    )  # fmt: skip


@pages.route("/dossiers/<uuid:person_id>", needs=Permission.DOSSIER_READ)
def show_dossier(person_id: uuid.UUID) -> Any:
    return _dossier(fetch(Person, person_id))


@pages.route("/dossiers/<uuid:person_id>/name", needs=Permission.PERSON_READ, methods=["POST"])
def show_name(person_id: uuid.UUID) -> Any:
    """The same page with the name on it: asked for, and traced as such."""
    return _dossier(fetch(Person, person_id), with_name=True)


def _dossier(person: Person, with_name: bool = False) -> Any:
    return render_template(
        "desk/show_dossier.html", person=person, pairs=essentials.pairs(person),
        name=essentials.name_of(person) if with_name else None, items=timeline_of(person),
        files=list(db.session.scalars(essentials.open_files(person))), form=BaseForm(),
        strand=person.strand,
    )  # fmt: skip


@pages.route(
    "/dossiers/<uuid:person_id>/edit", needs=Permission.PERSON_EDIT, methods=["GET", "POST"]
)
def edit_person(person_id: uuid.UUID) -> Any:
    """Put right what a dossier says; figures follow in the same transaction."""
    person = fetch(Person, person_id)
    form = CorrectionForm(data={**people_forms.identity_of(person), "version": person.version})
    if form.validate_on_submit():
        try:
            people_actions.correct_person(person, form.identity(person), int(form.version.data))
            flash(_("The dossier is corrected."))
            return redirect(url_for(".show_dossier", person_id=person.id), 303)
        except Refusal as refusal:
            form.refuse(refusal)
    return render_template("desk/edit_person.html", form=form, person=person)
