# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of satisfaction: the form anybody may answer, and what came of it."""

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from casework.access import Permission, blueprint, drafts, fetch
from casework.codelists import codelist, label
from casework.db import db, transaction
from casework.errors import Refusal
from casework.events import Event
from casework.events import actions as events
from casework.i18n import _
from casework.staff import acting_as_system

from . import opinions, slips
from .forms import OpinionForm, SurveyForm
from .models import Survey
from .views import BOTH, on_paper, pages

RUN = Permission.SURVEY_WRITE


@pages.route("/events/<uuid:event_id>/opinions", needs=RUN)
def show_survey(event_id: uuid.UUID) -> Any:
    """Its address while it is open, its results once it is closed."""
    event = _run(event_id)
    survey = opinions.survey_of(event)
    if survey is None:
        return redirect(url_for(".new_survey", event_id=event.id), 303)
    number = opinions.how_many(survey)
    blueprint.hits(number)
    return render_template(
        "welcome/show_survey.html", event=event, survey=survey, number=number,
        enough=opinions.ENOUGH, said=on_paper(event), found=_found(survey), **_address(survey),
    )  # fmt: skip


def _address(survey: Survey) -> dict[str, Any]:
    address = url_for(".give_opinion", code=survey.details["token"], _external=True)
    return {"address": address, "picture": slips.picture(address)}


def _found(survey: Survey) -> dict[str, Any] | None:
    """The results as a table and as a picture."""
    results = opinions.results(survey)
    if results is None:
        return None
    rows = [
        (label(opinions.QUESTIONS, one.question), one.mean, one.answered, *one.counts)
        for one in results[0]
    ]
    marks = [(words, "number") for _code, words in codelist(opinions.MARKS).choices()]
    columns = [(_("Question"),), (_("Mean"), "number"), (_("Answers"), "number"), *marks]
    means = [row[:2] for row in rows]
    return {"rows": rows, "means": means, "columns": columns, "comments": results[1]}


@pages.route("/events/<uuid:event_id>/opinions/new", needs=RUN, methods=BOTH)
def new_survey(event_id: uuid.UUID) -> Any:
    event = _run(event_id)
    form = SurveyForm(obj=opinions.survey_of(event))
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            opinions.open_survey(event, form.last_on.data)
            return _survey(event, _("The form is open until the end of this day."))
    return render_template("welcome/new_survey.html", form=form, event=event)


@pages.route("/events/<uuid:event_id>/opinions/close", needs=RUN, methods=["POST"])
def close_survey(event_id: uuid.UUID) -> Any:
    event = _run(event_id)
    survey = opinions.survey_of(event)
    if survey:
        opinions.close(survey)
    return _survey(event, _("The form is closed."))


def _run(event_id: uuid.UUID) -> Event:
    """An event that the reader runs. Raises Refusal (404) for any other."""
    event: Event = fetch(Event, event_id)
    if not events.may_change(event):
        raise Refusal(_("There is no such page, or it is not open to you."), 404)
    return event


def _survey(event: Event, sentence: str) -> Any:
    flash(sentence)
    return redirect(url_for(".show_survey", event_id=event.id), 303)


# ------------------------------------------------------------------ for anybody


@pages.route("/opinion/<code>", needs=blueprint.PUBLIC, methods=BOTH)
def give_opinion(code: str) -> Any:
    """The form, for whoever has its address: no session, no trace, nothing that tells who."""
    with acting_as_system(), transaction(write=request.method == "POST"):
        survey = opinions.found(code)
        if survey is None:
            raise Refusal(
                _("There is no form at this address. Check it, or ask the organiser."), 404
            )
        event = db.session.get_one(Event, survey.event_id)
        said = {"title": event.details["title"], "when": event.when}
        form, state = OpinionForm(), "thanks" if "thanks" in request.args else "open"
        if survey.is_over and state == "open":
            state = "closed"
        elif form.validate_on_submit() and _is_kept(survey, form):
            state = "given"
    if state == "given":
        return redirect(url_for(".give_opinion", code=code, thanks=1), 303)
    page = render_template("welcome/give_opinion.html", form=form, state=state, **said)
    return page, 410 if state == "closed" else 200


def _is_kept(survey: Survey, form: OpinionForm) -> bool:
    try:
        opinions.check_pace(survey)
        opinions.give(survey, form.marks(), form.comment.data, form.record_id())
    except Refusal as refusal:
        form.refuse(refusal)
        return False
    return True
