# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of placement. Codes stand in every title and address; what was said, below."""

import datetime as dt
import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from casework import clock
from casework.access import GuardedBlueprint, Permission, blueprint, drafts, fetch
from casework.codelists import label
from casework.employers import Employer, Vacancy, names_of
from casework.i18n import _
from casework.people import Person

from . import actions, listing
from .forms import AboutForm, ApplicationForm, MoveForm, key_of
from .models import Application
from .steps import STAYS, Hire
from .timeline import timeline_of

pages = GuardedBlueprint("placement", __name__)
BOTH = ["GET", "POST"]
READ, WRITE = Permission.PLACEMENT_READ, Permission.PLACEMENT_WRITE


# ------------------------------------------------------------------ an application


@pages.route("/applications", needs=READ)
def list_applications() -> Any:
    show = request.args.get("show", "open")
    show = show if show in listing.SHOWN else "open"
    page = listing.applications(show)
    blueprint.hits(len(page))
    return render_template(
        "placement/list_applications.html", page=page, show=show, shown=listing.SHOWN.items(),
        employers=dict(names_of({one.employer_id for one, _code in page})),
    )  # fmt: skip


@pages.route("/people/<uuid:person_id>/applications/new", needs=WRITE, methods=BOTH)
def new_application(person_id: uuid.UUID) -> Any:
    person = fetch(Person, person_id)
    drafts.taken_up_again()
    form = ApplicationForm(where=_asked()).quiet()
    form.offer(listing.places_to_apply())
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            where = _where(form.where.data)
            made = actions.apply_for(person, where, id=form.record_id(), **form.content())
            return _application(made, _("The application is saved."))
    return render_template("placement/new_application.html", form=form, person=person)


def _asked() -> str:
    """The vacancy or the employer named by the address, as the form names it."""
    for name in ("vacancy", "employer"):
        if request.args.get(name):
            return f"{name[0]}:{request.args[name]}"
    return ""


def _where(chosen: str) -> Employer | Vacancy:
    key = key_of(chosen, "v")
    found: Employer | Vacancy = fetch(Vacancy, key) if key else fetch(Employer, key_of(chosen, "e"))
    return found


@pages.route("/applications/<uuid:application_id>", needs=READ)
def show_application(application_id: uuid.UUID) -> Any:
    application = fetch(Application, application_id)
    vacancy_id = application.vacancy_id
    return render_template(
        "placement/show_application.html", application=application, said=application.business,
        person=fetch(Person, application.person_id), label=label,
        employer=fetch(Employer, application.employer_id),
        vacancy=fetch(Vacancy, vacancy_id) if vacancy_id else None,
        items=timeline_of(application), due=_due(application),
    )  # fmt: skip


@pages.route("/applications/<uuid:application_id>/edit", needs=WRITE, methods=BOTH)
def edit_application(application_id: uuid.UUID) -> Any:
    """Put right what it is about; figures follow in the same transaction."""
    application = fetch(Application, application_id)
    version = application.version
    drafts.taken_up_again()
    form = AboutForm(**application.content(), version=version)
    if application.vacancy_id:
        del form.post
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            actions.correct_application(application, version=form.seen(), **form.content())
            return _application(application, _("The application is corrected."))
    return render_template(
        "placement/edit_application.html", form=form, application=application,
        moved=form.catch_up(version),
    )  # fmt: skip


def _due(application: Application) -> list[tuple[Hire, int, dt.date, str]]:
    """(hire, months, day, what is known) of the months after a hire, those that are over."""
    return [
        (hire, months, hire.due_after(months), _known(hire, months))
        for hire in actions.hires_of(application)
        if hire.is_whole and hire.stands
        for months in STAYS
        if months in hire.stays
        or (months in hire.to_ask and hire.due_after(months) <= clock.today())
    ]  # fmt: skip


def _known(hire: Hire, months: int) -> str:
    return label("stay", hire.stays.get(months, {}).get("stay"))


@pages.route("/applications/<uuid:application_id>/moves/new", needs=WRITE, methods=BOTH)
def new_move(application_id: uuid.UUID) -> Any:
    application = fetch(Application, application_id)
    version = application.version
    drafts.taken_up_again()
    form = MoveForm(version=version)
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            said = form.content()
            actions.move(application, version=form.seen(), id=form.record_id(), **said)
            return _application(application, _("The step is saved."))
    form.catch_up(version)
    return render_template("placement/new_move.html", form=form, application=application)


@pages.route("/applications/<uuid:application_id>/reopening", needs=WRITE, methods=["POST"])
def reopen(application_id: uuid.UUID) -> Any:
    application = fetch(Application, application_id)
    actions.reopen(application)
    return _application(application, _("The application is open again."))


def _application(application: Application, sentence: str) -> Any:
    flash(sentence)
    return redirect(url_for("placement.show_application", application_id=application.id), 303)
