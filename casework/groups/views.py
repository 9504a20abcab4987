# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page of guidance for a group: one form and one save for all who were there."""

import uuid
from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, url_for

from casework.access import GuardedBlueprint, Permission, blueprint, current_user, drafts
from casework.db import db
from casework.errors import Refusal
from casework.hub import Enrolment
from casework.i18n import _, _n
from casework.people import Person, numbers

from . import actions
from .forms import GroupForm

pages = GuardedBlueprint("groups", __name__)
BOTH = ["GET", "POST"]
AT_HAND = 60  # chips that a phone still shows


@pages.route("/orientations/group", needs=Permission.ORIENTATION_WRITE, methods=BOTH)
def new_group() -> Any:
    """One form and one save for all who were there; each gets a record of her own."""
    drafts.taken_up_again()
    form = GroupForm()
    form.there.choices = [(str(key), code) for key, code in _at_hand()]
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            there = _named(form.there.data or [], form.codes())
            actions.log_group(there, id=form.record_id(), **form.content())
            number = len(there)
            blueprint.hits(number)
            flash(_n("The guidance of %(n)s person is saved.",
                     "The guidance of %(n)s people is saved.", number))  # fmt: skip
            return redirect(url_for("desk.home"), 303)
    return render_template("groups/new_group.html", form=form)


def _at_hand() -> list[Any]:
    """One's own open enrolments, the last touched first, by the codes of their people."""
    mine = sa.select(Enrolment.id, Person.code).join(Person, Person.id == Enrolment.person_id)
    mine = mine.where(Enrolment.status == "open", Enrolment.owner_id == current_user.id)
    mine = mine.order_by(Enrolment.last_on.desc(), Person.code).limit(AT_HAND)
    return list(db.session.execute(mine))


def _named(ticked: list[str], codes: list[str]) -> list[Enrolment]:
    """The open enrolments ticked or named by a code. Raises Refusal (422) for any that is none."""
    joined = sa.select(Enrolment, Person.code).join(Person, Person.id == Enrolment.person_id)
    joined = joined.where(Enrolment.status == "open")
    ids = [key for one in ticked if (key := _id_of(one))]
    wanted = {numbers.code_of(one): one for one in codes}
    asked = sa.or_(Enrolment.id.in_(ids), Person.code.in_(wanted))
    found = {code: enrolment for enrolment, code in db.session.execute(joined.where(asked))}
    missing = [typed for code, typed in wanted.items() if code not in found]
    if missing:
        raise Refusal(
            _("No open enrolment of yours bears the code %(codes)s.", codes=", ".join(missing)), 422
        )
    if not {str(key) for key in ids} <= {str(one.id) for one in found.values()}:
        raise Refusal(_("One of those ticked is no longer open. Look again at who was there."))
    return list(found.values())


def _id_of(sent: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(sent)
    except ValueError:
        return None
