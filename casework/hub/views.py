# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of the hub. A code stands in every title; what was said is below it."""

import uuid
from collections.abc import Callable
from typing import Any

from flask import (
    abort,
    after_this_request,
    flash,
    g,
    redirect,
    render_template,
    request,
    url_for,
)

from casework.access import GuardedBlueprint, Permission, current_user, drafts, fetch
from casework.codelists import label
from casework.errors import Refusal
from casework.i18n import _
from casework.people import Person

from . import actions
from .forms import EndForm, EnrolmentForm, OrientationForm
from .models import Enrolment, OrientationSession, orientations_of
from .timeline import timeline_of

pages = GuardedBlueprint("hub", __name__)
BOTH = ["GET", "POST"]


def taken_up_again() -> None:
    """A form opened anew begins with the draft its writer left, unless she wants it empty."""
    if request.method == "GET" and not g.get("held") and "fresh" not in request.args:
        g.held = drafts.draft_of(request.path)


def succeeds(form: Any, verb: Callable[[], Any]) -> bool:
    """Do what the form asks. A refusal stands on the form, which keeps what was typed; so does
    the server, sealed, in case the page is left."""
    try:
        verb()
    except Refusal as refusal:
        form.refuse(refusal)
        if "record" in form:
            form.record.data = str(uuid.uuid4())  # nothing was made: sent again, it is another
        writer, path, typed = current_user.id, request.path, request.form

        @after_this_request
        def keep(response: Any) -> Any:  # after the page's own transaction was rolled back
            drafts.hold(writer, path, typed)
            return response

        return False
    return True


# ------------------------------------------------------------------ an enrolment


@pages.route(
    "/people/<uuid:person_id>/enrolments/new", needs=Permission.ENROLMENT_CREATE, methods=BOTH
)
def new_enrolment(person_id: uuid.UUID) -> Any:
    person = fetch(Person, person_id)
    taken_up_again()
    form = EnrolmentForm()
    if form.validate_on_submit():
        names = ("opened_on", "pathway", "legal_form", "situation")
        answers = {name: form[name].data for name in names}
        made: list[Enrolment] = []
        if succeeds(form, lambda: made.append(actions.enrol(person, **answers))):
            flash(_("The enrolment is saved."))
            return redirect(url_for(".show_enrolment", enrolment_id=made[0].id), 303)
    return render_template("hub/new_enrolment.html", form=form, person=person)


@pages.route("/enrolments/<uuid:enrolment_id>", needs=Permission.ENROLMENT_READ)
def show_enrolment(enrolment_id: uuid.UUID) -> Any:
    enrolment = fetch(Enrolment, enrolment_id)
    return render_template(
        "hub/show_enrolment.html", enrolment=enrolment, label=label,
        person=fetch(Person, enrolment.person_id), items=timeline_of(enrolment),
    )  # fmt: skip


@pages.route(
    "/enrolments/<uuid:enrolment_id>/closure", needs=Permission.ENROLMENT_CLOSE, methods=BOTH
)
def new_closure(enrolment_id: uuid.UUID) -> Any:
    enrolment = fetch(Enrolment, enrolment_id)
    form = EndForm()
    if form.validate_on_submit() and succeeds(
        form, lambda: actions.close_enrolment(enrolment, form.closed_on.data)
    ):
        flash(_("The enrolment is closed."))
        return redirect(url_for(".show_enrolment", enrolment_id=enrolment.id), 303)
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
    taken_up_again()
    form = OrientationForm(**_usual(enrolment))
    if form.validate_on_submit():
        content, record = form.content(), form.record_id()
        if succeeds(form, lambda: actions.log_orientation(enrolment, id=record, **content)):
            flash(_("The guidance is saved."))
            return redirect(url_for(".show_enrolment", enrolment_id=enrolment.id), 303)
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
    written = {**session.content(), "version": session.version}
    taken_up_again()
    form = OrientationForm(**written)
    if form.validate_on_submit():
        content, seen = form.content(), _number(form.version.data)
        verb = actions.correct_orientation
        if succeeds(form, lambda: verb(session, version=seen, **content)):
            flash(_("The guidance is corrected."))
            return redirect(url_for(".show_enrolment", enrolment_id=enrolment.id), 303)
    moved = form.version.data != str(written["version"])
    form.version.data = str(written["version"])  # sent again after reading, it is meant
    return render_template(
        "hub/edit_orientation.html", form=form, enrolment=enrolment,
        person=fetch(Person, enrolment.person_id), now=written["note"] if moved else None,
    )  # fmt: skip


def _usual(enrolment: Enrolment) -> dict[str, Any]:
    """What the last orientation of this enrolment was like."""
    for last in orientations_of(enrolment):
        if not last.is_whole:
            continue
        business = last.business
        found = {"orientation_format": business.orientation_format, "topics": business.topics}
        return {name: value for name, value in found.items() if value}
    return {}


def _number(version: Any) -> int:
    """The version a form was opened at; nought, which no record has, for anything else."""
    text = str(version)
    return int(text) if text.isdecimal() and len(text) < 10 else 0
