# SPDX-License-Identifier: AGPL-3.0-or-later
"""Searching, registering, and keeping what a person agrees to. No name is ever in an address."""

import uuid
from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for

from casework.access import (
    GuardedBlueprint,
    Permission,
    Site,
    blueprint,
    current_user,
    fetch,
)
from casework.codelists import codelist
from casework.db import db
from casework.errors import Refusal
from casework.i18n import _, format_day

from . import actions, matching
from .forms import ConsentForm, RegistrationForm, SearchForm
from .models import HOW, Person, answers_of

pages = GuardedBlueprint("people", __name__)
BOTH = ["GET", "POST"]


@pages.route("/people/search", needs=Permission.PERSON_FIND, methods=BOTH)
def search_people() -> Any:
    form, found = SearchForm(), None
    if form.validate_on_submit():
        found = matching.find_people({"q": form.q.data, "birth_year": form.year})
        blueprint.hits(len(found.matches))
    return render_template("people/search_people.html", form=form, found=found)


@pages.route("/people/new", needs=Permission.PERSON_CREATE, methods=BOTH)
def new_person() -> Any:
    """Likely duplicates come before saving and never stand in the way of it."""
    form, twins = _registration_form(), []
    if form.validate_on_submit():
        try:
            actions.check_care(form.care.data)
            twins = matching.likely_duplicates(form.identity())
            blueprint.hits(len(twins))
            if all_seen(form, twins):
                person = actions.register_person(_site(form), form.identity(), form.consents())
                return _dossier(person, _("The file %(code)s is open.", code=person.code))
            form.refuse(Refusal(_("This person may have a file already. Look below first.")))
        except Refusal as refusal:
            form.refuse(refusal)
    refused_care = form.care.data == "no"
    return render_template(
        "people/new_person.html", form=form, twins=twins, refused_care=refused_care
    )


def all_seen(form: RegistrationForm, twins: list[matching.Match]) -> bool:
    """Whether each possible duplicate was shown before; from now on these were."""
    before = set((form.seen.data or "").split(","))
    codes = {twin.code for twin in twins}
    form.seen.data = ",".join(sorted(codes))
    return codes <= before


def _registration_form() -> RegistrationForm:
    form = RegistrationForm()
    sites = _sites()
    form.site.choices = [(str(site.id), site.name) for site in sites]
    if len(sites) < 2:
        del form.site
    return form


def _sites() -> list[Site]:
    mine = sa.select(Site).where(Site.id.in_(current_user.sites)).order_by(Site.number)
    return list(db.session.scalars(mine))


def _site(form: RegistrationForm) -> Site:
    wanted = form.site.data if "site" in form else None
    for site in _sites():
        if wanted in (None, str(site.id)):
            return site
    raise Refusal(_("Your account has no site to register people at."), 403)


@pages.route("/people/<uuid:person_id>/consents", needs=Permission.CONSENT_WRITE, methods=BOTH)
def edit_consent(person_id: uuid.UUID) -> Any:
    person = fetch(Person, person_id)
    form = ConsentForm(data={"purpose": request.args.get("purpose")})
    if form.validate_on_submit():
        try:
            answer = form.purpose.data, form.answer.data
            actions.record_consent(person, *answer, on=form.on.data, how=form.how.data)
            return _dossier(person, _("The answer is kept."))
        except Refusal as refusal:
            form.refuse(refusal)
    return render_template(
        "people/edit_consent.html", person=person, form=form, items=_given(person)
    )


def _given(person: Person) -> list[dict[str, str]]:
    """Her answers as lines of a timeline, the newest first."""
    said = [row.consent for row in reversed(answers_of(person))]
    purposes, answers = codelist("consent_type"), codelist("consent_answer")
    return [
        {
            "title": f"{purposes.label(one.purpose)} – {answers.label(one.answer)}",
            "when": f"{format_day(one.on)} · {HOW[one.how]}",
        }
        for one in said
    ]


def _dossier(person: Person, sentence: str) -> Any:
    flash(sentence)
    return redirect(url_for("desk.show_dossier", person_id=person.id), 303)
