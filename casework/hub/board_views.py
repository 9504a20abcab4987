# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of the board of stages: who stands where, and moving her on."""

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from casework.access import Permission, blueprint, drafts, fetch
from casework.codelists import codelist, label
from casework.i18n import _
from casework.people import Person

from . import actions, board
from .forms import StageForm
from .models import Enrolment
from .views import BOTH, pages

BOARD = "board"


@pages.route("/board", needs=Permission.ENROLMENT_READ)
def show_board() -> Any:
    """All stages, or the one asked for with everybody at it."""
    show, stage = _show(request.args.get("show")), request.args.get("stage")
    alone = stage in codelist("pathway_stage")
    columns = [board.column(show, str(stage))] if alone else board.columns(show)
    blueprint.hits(sum(len(one.cards) for one in columns))
    return render_template(
        "hub/show_board.html", columns=columns, alone=alone, show=show,
        filters=board.FILTERS.items(), stages=codelist("pathway_stage").choices(),
    )  # fmt: skip


@pages.route("/enrolments/<uuid:enrolment_id>/stage", needs=Permission.ENROLMENT_MOVE, methods=BOTH)
def edit_stage(enrolment_id: uuid.UUID) -> Any:
    """Move one person: sent by the board, which it leads back to, or filled in here."""
    enrolment = fetch(Enrolment, enrolment_id)
    person, stage = fetch(Person, enrolment.person_id), enrolment.stage
    form = StageForm(seen=stage, stage=stage)
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            move = {"seen": form.seen.data or "", "on": form.on.data}
            actions.move_stage(enrolment, form.stage.data, **move)
            words = label("pathway_stage", enrolment.stage)
            flash(_("%(code)s now stands at: %(stage)s.", code=person.code, stage=words))
            return redirect(_back(form.back.data, enrolment), 303)
    form.seen.data = stage  # sent again after reading, it is meant
    return render_template(
        "hub/edit_stage.html", form=form, enrolment=enrolment, person=person,
        now=label("pathway_stage", stage), back=_back(form.back.data, enrolment),
    )  # fmt: skip


def _show(asked: str | None) -> str:
    return asked if asked in board.FILTERS else board.usual_filter()


def _back(back: str | None, enrolment: Enrolment) -> str:
    """To the board she was moved on, as it was filtered, or to her enrolment."""
    name, _slash, show = (back or "").partition("/")
    if name == BOARD:
        return url_for(".show_board", show=_show(show))
    return url_for(".show_enrolment", enrolment_id=enrolment.id)
