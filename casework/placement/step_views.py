# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of steps: interviews, internships, hires, and the months after."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from casework.access import drafts, fetch
from casework.employers import Vacancy
from casework.i18n import _
from casework.web import forms as web

from . import actions
from .forms import HireForm, InternshipForm, InterviewForm, StayForm
from .models import Application
from .steps import Hire, Internship, Interview
from .views import BOTH, WRITE, pages

HERE = "/applications/<uuid:application_id>"
ONE = "<uuid:step_id>"


@pages.route(f"{HERE}/interviews/new", needs=WRITE, methods=BOTH)
def new_interview(application_id: uuid.UUID) -> Any:
    shown = _new(
        application_id, lambda: InterviewForm().new(), actions.log_interview,
        _("The interview is saved."),
    )  # fmt: skip
    return _saved(shown) or render_template("placement/new_interview.html", **shown)


@pages.route(f"{HERE}/interviews/{ONE}", needs=WRITE, methods=BOTH)
def edit_interview(application_id: uuid.UUID, step_id: uuid.UUID) -> Any:
    def form(written: dict[str, Any], version: int) -> InterviewForm:
        hour = dt.time.fromisoformat(written["hour"]) if written["hour"] else None
        return InterviewForm(**{**written, "hour": hour}, version=version)

    step = _of(Interview, application_id, step_id)
    shown = _edit(step, form, actions.correct_interview, _("The interview is corrected."))
    return _saved(shown) or render_template("placement/edit_interview.html", **shown)


@pages.route(f"{HERE}/internships/new", needs=WRITE, methods=BOTH)
def new_internship(application_id: uuid.UUID) -> Any:
    shown = _new(
        application_id, lambda: InternshipForm().new(), actions.log_internship,
        _("The internship is saved."),
    )  # fmt: skip
    return _saved(shown) or render_template("placement/new_internship.html", **shown)


@pages.route(f"{HERE}/internships/{ONE}", needs=WRITE, methods=BOTH)
def edit_internship(application_id: uuid.UUID, step_id: uuid.UUID) -> Any:
    def form(written: dict[str, Any], version: int) -> InternshipForm:
        amount = web.in_dirhams(written["centimes"])
        return InternshipForm(**written, amount=amount, version=version)

    step = _of(Internship, application_id, step_id)
    shown = _edit(step, form, actions.correct_internship, _("The internship is corrected."))
    return _saved(shown) or render_template("placement/edit_internship.html", **shown)


@pages.route(f"{HERE}/hires/new", needs=WRITE, methods=BOTH)
def new_hire(application_id: uuid.UUID) -> Any:
    application = fetch(Application, application_id)
    shown = _new(
        application_id, lambda: HireForm(**_usual(application)).new().quiet(),
        actions.log_hire, _("The hire is saved. The application is closed."),
    )  # fmt: skip
    return _saved(shown) or render_template("placement/new_hire.html", **shown)


def _usual(application: Application) -> dict[str, Any]:
    """The contract that the vacancy offers."""
    if request.method != "GET" or application.vacancy_id is None:
        return {}
    return {"contract_type": fetch(Vacancy, application.vacancy_id).business.contract_type}


@pages.route(f"{HERE}/hires/{ONE}", needs=WRITE, methods=BOTH)
def edit_hire(application_id: uuid.UUID, step_id: uuid.UUID) -> Any:
    def form(written: dict[str, Any], version: int) -> HireForm:
        made: HireForm = HireForm(**written, version=version).quiet()
        return made

    step = _of(Hire, application_id, step_id)
    shown = _edit(step, form, actions.correct_hire, _("The hire is corrected."))
    return _saved(shown) or render_template("placement/edit_hire.html", **shown)


@pages.route(f"{HERE}/hires/{ONE}/stays/<int:months>", needs=WRITE, methods=BOTH)
def new_stay(application_id: uuid.UUID, step_id: uuid.UUID, months: int) -> Any:
    """Whether she is still there, so many months after."""
    hire = _of(Hire, application_id, step_id)
    known, version = hire.stays.get(months, {}), hire.version
    drafts.taken_up_again()
    form = StayForm(stay=known.get("stay"), note=known.get("note"), version=version)
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            actions.note_stay(hire, version=form.seen(), months=months, **form.content())
            return _back(application_id, _("The answer is kept."))
    form.catch_up(version)
    return render_template(
        "placement/new_stay.html", form=form, months=months, due=hire.due_after(months),
        application=fetch(Application, application_id),
    )  # fmt: skip


# ------------------------------------------------------------------ what they share


def _new(application_id: uuid.UUID, make: Callable[[], Any], log: Any, sentence: str) -> Any:
    """A new step. In a closed application the sentence says so; its page has the way on."""
    application = fetch(Application, application_id)
    drafts.taken_up_again()
    form = make()
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            log(application, id=form.record_id(), **form.content())
            return _back(application_id, sentence)
    return {"form": form, "application": application}


def _edit(step: Any, make: Callable[[Any, int], Any], correct: Any, sentence: str) -> Any:
    """Put a step right. The earlier wording stays under the new one."""
    written, version = step.content(), step.version
    drafts.taken_up_again()
    form = make(written, version).mending(step)
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            correct(step, version=form.seen(), why=form.reason_given(), **form.content())
            return _back(step.application_id, sentence)
    return {
        "form": form, "application": fetch(Application, step.application_id),
        "now": written["note"] if form.catch_up(version) else None,
    }  # fmt: skip


def _saved(shown: Any) -> Any:
    """The answer, where a form was saved; nothing where its page is to be shown."""
    return None if isinstance(shown, dict) else shown


def _of(model: Any, application_id: uuid.UUID, step_id: uuid.UUID) -> Any:
    step = fetch(model, step_id)
    if step.application_id != application_id:
        abort(404)
    return step


def _back(application_id: uuid.UUID, sentence: str) -> Any:
    flash(sentence)
    return redirect(url_for("placement.show_application", application_id=application_id), 303)
