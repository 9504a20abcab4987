# SPDX-License-Identifier: AGPL-3.0-or-later
"""Today, the list of dossiers, a dossier, and putting right what it says of a person."""

import uuid
from collections.abc import Iterable
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from casework.access import GuardedBlueprint, Permission, blueprint, current_user, fetch
from casework.business import Venture
from casework.db import db
from casework.errors import Refusal
from casework.hub import Diagnosis
from casework.i18n import _
from casework.people import Person, records
from casework.people import forms as people_forms
from casework.placement import Application
from casework.staff import may_change
from casework.web import Page
from casework.web import pages as listing

from . import actions, dossiers, essentials, sharing, today, ways
from .forms import CorrectionForm, SharingForm
from .timeline import timeline_of

pages = GuardedBlueprint("desk", __name__)
BOTH = ["GET", "POST"]
MAY_WRITE = {"listening": Permission.SESSION_WRITE, "hub": Permission.ORIENTATION_WRITE}


@pages.route("/", needs=blueprint.SIGNED_IN)
def home() -> Any:
    where, figures = today.stats()
    due, silent = today.due(), today.waiting()
    shown = due[: today.SHOWN]
    named = {row.person_id for row in shown}  # one line for each file
    waiting = [row for row in silent if row.person_id not in named]
    return render_template(
        "desk/home.html", due=shown,
        waiting=waiting[: max(today.SHOWN - len(due), 1)], more_wait=len(silent) > today.SHOWN,
        recent=today.recent(), figures=figures,
        where=where, open_now=today.open_now(), contacts=today.contacts(),
        untold=today.untold(), gatherings=today.gatherings(),
        unfinished=today.unfinished(), keys=today.keys(),
        seals=today.seals(), user=current_user, strand=dossiers.strand(),
        writes=current_user.may(MAY_WRITE[dossiers.strand()]),
    )  # fmt: skip


@pages.route("/menu", needs=blueprint.SIGNED_IN)
def show_menu() -> Any:
    """Every way there is for this reader, by subject: a bar holds only the first of them."""
    return render_template("desk/show_menu.html", subjects=ways.open_ways())


# ------------------------------------------------------------------ lists


@pages.route("/dossiers", needs=Permission.DOSSIER_READ)
def list_dossiers() -> Any:
    show = request.args.get("show", dossiers.usual_filter())
    show = show if show in dossiers.FILTERS else dossiers.usual_filter()
    sort = listing.sort_of(dossiers.SORTS) if request.args.get("sort") else ("last", True)
    found = dossiers.page_of(show, *sort)
    return _list(found, show=show, sort=sort)


@pages.route("/dossiers/named", needs=Permission.PERSON_FIND, methods=["POST"])
def list_named() -> Any:
    """One's own people by a part of their name; posted, so that no address carries it."""
    part = request.form.get("part", "").strip()
    rows, damaged = dossiers.named(part) if len(part) > 1 else ([], 0)
    return _list(Page(rows, 1, False), part=part, damaged=damaged)


def _list(found: Page[dossiers.Row], show: str = "mine", **more: Any) -> Any:
    blueprint.hits(len(found))
    sites = dossiers.site_names()
    return render_template(
        "desk/list_dossiers.html", page=found, show=show, filters=dossiers.FILTERS.items(),
        strand=dossiers.strand(), sites=sites, lines=_cells(found, bool(sites)),
        **{"sort": None, "part": "", "damaged": 0, **more},
    )  # fmt: skip


def _cells(rows: Iterable[dossiers.Row], with_site: bool) -> list[tuple[Any, ...]]:
    return [
        (
            (row.person_id, row.code), *([row.site_id] if with_site else ()),
            row.last_on, row.meetings, row.since, row.state,
        )
        for row in rows
    ]  # fmt: skip


@pages.route("/dossiers/open", needs=Permission.DOSSIER_READ)
def list_open() -> Any:
    """From Today to the form of a meeting in two taps: whose file is it?"""
    found = dossiers.at_work()
    blueprint.hits(len(found))
    return render_template("desk/list_open.html", page=found, strand=dossiers.strand())


# ------------------------------------------------------------------ one dossier


@pages.route("/dossiers/<uuid:person_id>", needs=Permission.DOSSIER_READ)
def show_dossier(person_id: uuid.UUID) -> Any:
    return _dossier(fetch(Person, person_id))


@pages.route("/dossiers/<uuid:person_id>/name", needs=Permission.PERSON_READ, methods=["POST"])
def show_name(person_id: uuid.UUID) -> Any:
    """The same page with the name on it: asked for, and traced as such."""
    return _dossier(fetch(Person, person_id), with_name=True)


def _dossier(person: Person, with_name: bool = False) -> Any:
    businesses = current_user.may(Permission.BUSINESS_READ)
    guided = current_user.may(Permission.ENROLMENT_READ)
    return render_template(
        "desk/show_dossier.html", person=person, pairs=essentials.pairs(person),
        name=essentials.name_of(person) if with_name else None, items=timeline_of(person),
        files=list(db.session.scalars(essentials.open_files(person))),
        is_whole=essentials.is_whole(person), strand=person.strand,
        ventures=list(db.session.scalars(Venture.of(person))) if businesses else [],
        diagnosis=Diagnosis.newest_of(person) if guided else None,
        applications=_applications(person),
    )  # fmt: skip


def _applications(person: Person) -> list[Application]:
    """Her ways to an employer that open; one that does not says so in her line of days."""
    if not current_user.may(Permission.PLACEMENT_READ):
        return []
    return [one for one in db.session.scalars(Application.of(person)) if records.opens(one)]


@pages.route("/dossiers/<uuid:person_id>/edit", needs=Permission.PERSON_EDIT, methods=BOTH)
def edit_person(person_id: uuid.UUID) -> Any:
    """Put right what a dossier says; figures follow in the same transaction."""
    person = fetch(Person, person_id)
    version = person.version
    form = CorrectionForm(data={**people_forms.identity_of(person), "version": version})
    if form.validate_on_submit():
        try:
            changes = form.identity(person)
            actions.correct_person(person, changes, form.seen(), form.since.data)
            flash(_("The dossier is corrected."))
            return redirect(url_for(".show_dossier", person_id=person.id), 303)
        except Refusal as refusal:
            form.refuse(refusal)
    moved = form.catch_up(version)
    return render_template("desk/edit_person.html", form=form, person=person, moved=moved)


@pages.route("/people/<uuid:person_id>/consents", needs=Permission.CONSENT_WRITE, methods=BOTH)
def edit_consent(person_id: uuid.UUID) -> Any:
    """Record an answer; figures follow in the same transaction."""
    person = fetch(Person, person_id)
    form = people_forms.ConsentForm(data={"purpose": request.args.get("purpose")})
    if form.validate_on_submit():
        try:
            answer = form.purpose.data, form.answer.data, form.on.data, form.how.data
            actions.record_consent(person, *answer)
            flash(_("The answer is kept."))
            return redirect(url_for(".show_dossier", person_id=person.id), 303)
        except Refusal as refusal:
            form.refuse(refusal)
    return render_template(
        "desk/edit_consent.html", person=person, form=form, items=essentials.answers_given(person)
    )


# ------------------------------------------------------------------ read by a colleague


@pages.route("/dossiers/<uuid:person_id>/sharing", needs=Permission.PERSON_EDIT, methods=BOTH)
def edit_sharing(person_id: uuid.UUID) -> Any:
    """Who reads it besides who follows it, until when; and one more."""
    person, form = _followed(person_id), SharingForm()
    others = sharing.colleagues(person)
    form.colleague.choices = [(str(one.id), one.details["name"]) for one in others]
    if form.validate_on_submit():
        try:
            sharing.share(person, uuid.UUID(form.colleague.data), form.until.data)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return _sharing(person, _("The file is shared."))
    return render_template(
        "desk/edit_sharing.html", person=person, form=form, others=others,
        shared=sharing.shared_with(person),
    )  # fmt: skip


@pages.route(
    "/dossiers/<uuid:person_id>/sharing/<uuid:user_id>/end",
    needs=Permission.PERSON_EDIT, methods=["POST"],
)  # fmt: skip
def end_sharing(person_id: uuid.UUID, user_id: uuid.UUID) -> Any:
    person = _followed(person_id)
    sharing.end(person, user_id)
    return _sharing(person, _("The file is shared no longer."))


def _followed(person_id: uuid.UUID) -> Person:
    """A person whose file the reader may change. Raises Refusal (404) for any other."""
    person: Person = fetch(Person, person_id)
    if not may_change(person):
        raise Refusal(_("There is no such page, or it is not open to you."), 404)
    return person


def _sharing(person: Person, sentence: str) -> Any:
    flash(sentence)
    return redirect(url_for(".edit_sharing", person_id=person.id), 303)
