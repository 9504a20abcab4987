# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of what is agreed and noted on the way: the career diagnosis."""

import uuid
from typing import Any

from flask import abort, render_template, request, url_for

from casework.access import Permission, current_user, drafts, fetch
from casework.i18n import _
from casework.people import Person, records

from . import actions
from .board_views import pages
from .diagnosis import Diagnosis
from .forms import DiagnosisForm
from .models import Enrolment
from .views import BOTH, to_enrolment

HERE = "/enrolments/<uuid:enrolment_id>"


# ------------------------------------------------------------------ the career diagnosis


@pages.route(f"{HERE}/diagnoses/new", needs=Permission.DIAGNOSIS_WRITE, methods=BOTH)
def new_diagnosis(enrolment_id: uuid.UUID) -> Any:
    """The last one stands in the form already: what did not change needs no tap."""
    enrolment = fetch(Enrolment, enrolment_id)
    person = fetch(Person, enrolment.person_id)
    drafts.taken_up_again()
    form = DiagnosisForm(**(_as_last_told(person) if request.method == "GET" else {}))
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            actions.diagnose(enrolment, id=form.record_id(), **form.content())
            return to_enrolment(enrolment, _("The diagnosis is saved."))
    return render_template("hub/new_diagnosis.html", form=form, enrolment=enrolment, person=person)


def _as_last_told(person: Person) -> dict[str, Any]:
    last = Diagnosis.newest_of(person)
    if last is None:
        spoken = person.identity.languages if records.opens(person) else None
        return {"languages_fluent": spoken}
    told = last.content()
    return {name: told[name] for name in told if name not in ("held_on", "note")}


@pages.route(f"{HERE}/diagnoses/<uuid:diagnosis_id>", needs=Permission.ENROLMENT_READ)
def show_diagnosis(enrolment_id: uuid.UUID, diagnosis_id: uuid.UUID) -> Any:
    enrolment, made = of_enrolment(Diagnosis, enrolment_id, diagnosis_id)
    return render_template(
        "hub/show_diagnosis.html", enrolment=enrolment, diagnosis=made,
        person=fetch(Person, enrolment.person_id),
        is_hers=enrolment.is_open and made.author_id == current_user.id,
    )  # fmt: skip


@pages.route(
    f"{HERE}/diagnoses/<uuid:diagnosis_id>/edit", needs=Permission.DIAGNOSIS_WRITE, methods=BOTH
)
def edit_diagnosis(enrolment_id: uuid.UUID, diagnosis_id: uuid.UUID) -> Any:
    """Put right what was written wrong; what changed since is a new diagnosis."""
    enrolment, made = of_enrolment(Diagnosis, enrolment_id, diagnosis_id)
    version = made.version
    drafts.taken_up_again()
    form = DiagnosisForm(**made.content(), version=version)
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            actions.correct_diagnosis(made, version=form.seen(), **form.content())
            return to_enrolment(enrolment, _("The diagnosis is corrected."))
    return render_template(
        "hub/edit_diagnosis.html", form=form, enrolment=enrolment,
        person=fetch(Person, enrolment.person_id),
        now=url_for(".show_diagnosis", enrolment_id=enrolment.id, diagnosis_id=made.id)
        if form.catch_up(version) else None,
    )  # fmt: skip


def of_enrolment(model: Any, enrolment_id: uuid.UUID, key: uuid.UUID) -> tuple[Enrolment, Any]:
    """An enrolment and a record on it, or 404."""
    enrolment, record = fetch(Enrolment, enrolment_id), fetch(model, key)
    if record.enrolment_id != enrolment.id:
        abort(404)
    return enrolment, record
