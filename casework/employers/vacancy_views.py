# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of vacancies: the list, a new one, what it asks for, closed and open again."""

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from casework import clock
from casework.access import blueprint, drafts, fetch
from casework.codelists import label
from casework.i18n import _, joined

from . import actions, listing
from .forms import VacancyForm
from .models import Employer
from .vacancies import Vacancy
from .views import BOTH, READ, WRITE, pages


@pages.route("/vacancies", needs=READ)
def list_vacancies() -> Any:
    show = request.args.get("show", "open")
    show = show if show in listing.STATES else "open"
    page = listing.vacancies(show)
    blueprint.hits(len(page))
    return render_template(
        "employers/list_vacancies.html", page=page, show=show, states=listing.STATES.items()
    )


@pages.route("/employers/<uuid:employer_id>/vacancies/new", needs=WRITE, methods=BOTH)
def new_vacancy(employer_id: uuid.UUID) -> Any:
    employer = fetch(Employer, employer_id)
    drafts.taken_up_again()
    form = VacancyForm(
        **({"commune": employer.business.commune} if request.method == "GET" else {})
    )
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            vacancy = actions.open_vacancy(employer, id=form.record_id(), **form.content())
            return _vacancy(vacancy, _("The vacancy is saved."))
    return render_template("employers/new_vacancy.html", form=form, employer=employer)


@pages.route("/vacancies/<uuid:vacancy_id>", needs=READ)
def show_vacancy(vacancy_id: uuid.UUID) -> Any:
    vacancy = fetch(Vacancy, vacancy_id)
    said = vacancy.business
    return render_template(
        "employers/show_vacancy.html", vacancy=vacancy, said=said, label=label,
        employer=fetch(Employer, vacancy.employer_id), today=clock.today(),
        languages=joined(*[label("language", code) for code in said.languages or ()]),
    )  # fmt: skip


@pages.route("/vacancies/<uuid:vacancy_id>/edit", needs=WRITE, methods=BOTH)
def edit_vacancy(vacancy_id: uuid.UUID) -> Any:
    vacancy = fetch(Vacancy, vacancy_id)
    version = vacancy.version
    days = {"first_on": vacancy.first_on, "last_on": vacancy.last_on}
    drafts.taken_up_again()
    form = VacancyForm(**vacancy.content(), **days, version=version)
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            actions.correct_vacancy(vacancy, version=form.seen(), **form.content())
            return _vacancy(vacancy, _("The vacancy is corrected."))
    return render_template(
        "employers/edit_vacancy.html", form=form, vacancy=vacancy, moved=form.catch_up(version)
    )


@pages.route("/vacancies/<uuid:vacancy_id>/closure", needs=WRITE, methods=["POST"])
def close_vacancy(vacancy_id: uuid.UUID) -> Any:
    vacancy = fetch(Vacancy, vacancy_id)
    actions.close_vacancy(vacancy)
    return _vacancy(vacancy, _("The vacancy is closed."))


@pages.route("/vacancies/<uuid:vacancy_id>/reopening", needs=WRITE, methods=["POST"])
def reopen_vacancy(vacancy_id: uuid.UUID) -> Any:
    vacancy = fetch(Vacancy, vacancy_id)
    actions.reopen_vacancy(vacancy)
    return _vacancy(vacancy, _("The vacancy is open again."))


def _vacancy(vacancy: Vacancy, sentence: str) -> Any:
    flash(sentence)
    return redirect(url_for("employers.show_vacancy", vacancy_id=vacancy.id), 303)
