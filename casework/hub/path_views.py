# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of what is noted and agreed on the way."""

import uuid
from typing import Any

from flask import abort, render_template, request, url_for

from casework.access import Permission, drafts, fetch
from casework.codelists import label
from casework.i18n import _
from casework.people import Person, records

from . import actions, agreeing
from .board_views import pages
from .diagnosis import Diagnosis
from .following import Review, Step
from .forms import (
    DiagnosisForm,
    NotedForm,
    PauseForm,
    ReviewForm,
    StepForm,
    TakeUpForm,
)
from .models import Enrolment
from .views import BOTH, to_enrolment

HERE = "/enrolments/<uuid:enrolment_id>"
WRITE = Permission.PATHWAY_WRITE


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
        is_hers=enrolment.is_open and made.may_be_mended,
    )  # fmt: skip


@pages.route(
    f"{HERE}/diagnoses/<uuid:diagnosis_id>/edit", needs=Permission.DIAGNOSIS_WRITE, methods=BOTH
)
def edit_diagnosis(enrolment_id: uuid.UUID, diagnosis_id: uuid.UUID) -> Any:
    """Put right what was written wrong; what changed since is a new diagnosis."""
    enrolment, made = of_enrolment(Diagnosis, enrolment_id, diagnosis_id)
    written, version = made.to_mend()
    drafts.taken_up_again()
    form = DiagnosisForm(**written, version=version)
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


# ------------------------------------------------------------------ pause and return


@pages.route(f"{HERE}/pause", needs=WRITE, methods=BOTH)
def new_pause(enrolment_id: uuid.UUID) -> Any:
    enrolment, form = fetch(Enrolment, enrolment_id), PauseForm()
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            actions.pause(enrolment, **form.said("on", "why"))
            return to_enrolment(enrolment, _("The enrolment is paused."))
    return render_template("hub/new_pause.html", **_shown(form, enrolment))


@pages.route(f"{HERE}/return", needs=WRITE, methods=BOTH)
def new_return(enrolment_id: uuid.UUID) -> Any:
    enrolment, form = fetch(Enrolment, enrolment_id), TakeUpForm()
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            actions.take_up(enrolment, **form.said("on"))
            return to_enrolment(enrolment, _("The enrolment is taken up again."))
    return render_template("hub/new_return.html", **_shown(form, enrolment))


# ------------------------------------------------------------------ reviews and steps


@pages.route(f"{HERE}/reviews/new", needs=WRITE, methods=BOTH)
def new_review(enrolment_id: uuid.UUID) -> Any:
    enrolment = fetch(Enrolment, enrolment_id)
    drafts.taken_up_again()
    form = ReviewForm()
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            agreeing.review(enrolment, id=form.record_id(), **form.content())
            return to_enrolment(enrolment, _("The review is saved."))
    return render_template("hub/new_review.html", **_shown(form, enrolment))


@pages.route(f"{HERE}/steps/new", needs=WRITE, methods=BOTH)
def new_step(enrolment_id: uuid.UUID) -> Any:
    enrolment = fetch(Enrolment, enrolment_id)
    drafts.taken_up_again()
    form = StepForm()
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            agreeing.agree(enrolment, id=form.record_id(), **form.content())
            return to_enrolment(enrolment, _("The agreed step is saved."))
    return render_template("hub/new_step.html", **_shown(form, enrolment))


@pages.route(f"{HERE}/reviews/<uuid:review_id>", needs=WRITE, methods=BOTH)
def edit_review(enrolment_id: uuid.UUID, review_id: uuid.UUID) -> Any:
    enrolment, review = of_enrolment(Review, enrolment_id, review_id)
    done = _correction(enrolment, review, ReviewForm, _("The review is corrected."))
    return render_template("hub/edit_review.html", **done) if isinstance(done, dict) else done


@pages.route(f"{HERE}/steps/<uuid:step_id>", needs=WRITE, methods=BOTH)
def edit_step(enrolment_id: uuid.UUID, step_id: uuid.UUID) -> Any:
    enrolment, step = of_enrolment(Step, enrolment_id, step_id)
    done = _correction(enrolment, step, StepForm, _("The step is corrected."))
    return render_template("hub/edit_step.html", **done) if isinstance(done, dict) else done


def _correction(enrolment: Enrolment, noted: Any, kind: type[NotedForm], sentence: str) -> Any:
    """What was saved leads to, or what the page shows."""
    written, version = noted.to_mend()
    drafts.taken_up_again()
    form = kind(**written, version=version)
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            agreeing.correct(noted, version=form.seen(), **form.content())
            return to_enrolment(enrolment, sentence)
    now = (written.get("what") or written["note"]) if form.catch_up(version) else None
    return {**_shown(form, enrolment), "now": now}


@pages.route(f"{HERE}/steps/<uuid:step_id>/state", needs=WRITE, methods=["POST"])
def settle_step(enrolment_id: uuid.UUID, step_id: uuid.UUID) -> Any:
    """One tap beside the step: done, dropped, or to do after all."""
    enrolment, step = of_enrolment(Step, enrolment_id, step_id)
    seen, state = request.form.get("version", ""), request.form.get("state", "")
    agreeing.settle_step(step, state, version=int(seen) if seen.isdecimal() else 0)
    return to_enrolment(
        enrolment, _("The step is kept: %(state)s.", state=label("step_state", state))
    )


def _shown(form: Any, enrolment: Enrolment) -> dict[str, Any]:
    person = fetch(Person, enrolment.person_id)
    return {"form": form, "enrolment": enrolment, "person": person}


def of_enrolment(model: Any, enrolment_id: uuid.UUID, key: uuid.UUID) -> tuple[Enrolment, Any]:
    """An enrolment and a record on it, or 404."""
    enrolment, record = fetch(Enrolment, enrolment_id), fetch(model, key)
    if record.enrolment_id != enrolment.id:
        abort(404)
    return enrolment, record
