# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of the hub. A code stands in every title; what was said is below it."""

import uuid
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from casework import clock
from casework.access import GuardedBlueprint, Permission, drafts, fetch
from casework.codelists import label
from casework.db import db
from casework.i18n import _
from casework.people import Person, records

from . import actions
from .diagnosis import diagnoses_of
from .following import to_do
from .forms import EndForm, EnrolmentForm, OrientationForm
from .models import Enrolment, OrientationSession, orientations_of
from .timeline import timeline_of

pages = GuardedBlueprint("hub", __name__)
BOTH = ["GET", "POST"]


# ------------------------------------------------------------------ an enrolment


@pages.route(
    "/people/<uuid:person_id>/enrolments/new", needs=Permission.ENROLMENT_CREATE, methods=BOTH
)
def new_enrolment(person_id: uuid.UUID) -> Any:
    person = Person.followed(person_id)
    drafts.taken_up_again()
    form = EnrolmentForm()
    if form.validate_on_submit():
        answers = form.said("opened_on", "pathway", "legal_form", "situation")
        with drafts.kept_if_refused(form):
            enrolment = actions.enrol(person, **answers)
            return to_enrolment(enrolment, _("The enrolment is saved."))
    return render_template(
        "hub/new_enrolment.html", form=form, person=person, former=_former(person), label=label
    )


def _former(person: Person) -> list[Enrolment]:
    """The paths she paused or left: she may come back to one."""
    hers = db.session.scalars(Enrolment.of(person))
    return [one for one in hers if not one.is_open and records.opens(one)]


@pages.route("/enrolments/<uuid:enrolment_id>", needs=Permission.ENROLMENT_READ)
def show_enrolment(enrolment_id: uuid.UUID) -> Any:
    enrolment = fetch(Enrolment, enrolment_id)
    return render_template(
        "hub/show_enrolment.html", enrolment=enrolment, label=label,
        person=fetch(Person, enrolment.person_id), items=timeline_of(enrolment),
        diagnosis=records.newest_whole(diagnoses_of(enrolment)), steps=to_do(enrolment),
        today=clock.today(),
    )  # fmt: skip


@pages.route(
    "/enrolments/<uuid:enrolment_id>/closure", needs=Permission.ENROLMENT_CLOSE, methods=BOTH
)
def new_closure(enrolment_id: uuid.UUID) -> Any:
    enrolment = fetch(Enrolment, enrolment_id)
    form = EndForm()
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            said = {"reason": form.exit_reason.data, "note": form.exit_note.data or None}
            actions.close_enrolment(enrolment, form.closed_on.data, **said)
            return to_enrolment(enrolment, _("The enrolment is closed."))
    person = fetch(Person, enrolment.person_id)
    return render_template("hub/new_closure.html", form=form, enrolment=enrolment, person=person)


# ------------------------------------------------------------------ orientations


@pages.route(
    "/enrolments/<uuid:enrolment_id>/orientations/new",
    needs=Permission.ORIENTATION_WRITE,
    methods=BOTH,
)
def new_orientation(enrolment_id: uuid.UUID) -> Any:
    """Record an orientation: everything usual is chosen already."""
    enrolment = fetch(Enrolment, enrolment_id)
    drafts.taken_up_again()
    form = OrientationForm(**(_usual(enrolment) if request.method == "GET" else {}))
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            actions.log_orientation(enrolment, id=form.record_id(), **form.content())
            return to_enrolment(enrolment, _("The guidance is saved."))
    person = fetch(Person, enrolment.person_id)
    return render_template(
        "hub/new_orientation.html", form=form, enrolment=enrolment, person=person
    )


@pages.route(
    "/enrolments/<uuid:enrolment_id>/orientations/<uuid:session_id>",
    needs=Permission.ORIENTATION_WRITE,
    methods=BOTH,
)
def edit_orientation(enrolment_id: uuid.UUID, session_id: uuid.UUID) -> Any:
    """Correct what one wrote. The earlier wording stays under the new one."""
    enrolment, session = fetch(Enrolment, enrolment_id), fetch(OrientationSession, session_id)
    if session.enrolment_id != enrolment.id:
        abort(404)
    written, version = session.to_mend()
    drafts.taken_up_again()
    form = OrientationForm(**written, version=version)
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            actions.correct_orientation(session, version=form.seen(), **form.content())
            return to_enrolment(enrolment, _("The guidance is corrected."))
    return render_template(
        "hub/edit_orientation.html", form=form, enrolment=enrolment,
        person=fetch(Person, enrolment.person_id),
        now=written["note"] if form.catch_up(version) else None,
    )  # fmt: skip


def _usual(enrolment: Enrolment) -> dict[str, Any]:
    """What the last orientation of this enrolment was like."""
    last = records.newest_whole(orientations_of(enrolment))
    found = last.content() if last else {}
    return {name: found[name] for name in ("orientation_format", "topics") if found.get(name)}


def to_enrolment(enrolment: Enrolment, sentence: str) -> Any:
    """Back to the page of an enrolment, which says what was done."""
    flash(sentence)
    return redirect(url_for(".show_enrolment", enrolment_id=enrolment.id), 303)
