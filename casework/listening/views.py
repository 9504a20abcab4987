# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of a listening cell. A code stands in every title; the story is below it."""

import uuid
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
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

from casework.access import GuardedBlueprint, Permission, Site, current_user, drafts, fetch
from casework.codelists import label
from casework.db import db
from casework.errors import Refusal
from casework.i18n import _
from casework.people import Person, find_people

from . import actions
from .forms import (
    AttachmentForm,
    CaseForm,
    ClosureForm,
    ContactForm,
    ReopeningForm,
    SessionForm,
)
from .models import NEXT_STEPS, Case, FirstContact, ListeningSession, sessions_of
from .timeline import timeline_of

pages = GuardedBlueprint("listening", __name__)
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


# ------------------------------------------------------------------ a case


@pages.route("/people/<uuid:person_id>/cases/new", needs=Permission.CASE_CREATE, methods=BOTH)
def new_case(person_id: uuid.UUID) -> Any:
    person = fetch(Person, person_id)
    taken_up_again()
    form = CaseForm()
    if form.validate_on_submit():
        answers = {name: form[name].data for name in ("opened_on", "referred_by", "reason")}
        answers["first_contact"] = form.first_contact.data
        opened: list[Case] = []
        if succeeds(form, lambda: opened.append(actions.open_case(person, **answers))):
            flash(_("The case is open."))
            return redirect(url_for(".show_case", case_id=opened[0].id), 303)
    return render_template("listening/new_case.html", form=form, person=person)


@pages.route("/cases/<uuid:case_id>", needs=Permission.CASE_READ)
def show_case(case_id: uuid.UUID) -> Any:
    case = fetch(Case, case_id)
    return render_template(
        "listening/show_case.html", case=case, person=fetch(Person, case.person_id),
        items=timeline_of(case),
    )  # fmt: skip


@pages.route("/cases/<uuid:case_id>/closure", needs=Permission.CASE_CLOSE, methods=BOTH)
def new_closure(case_id: uuid.UUID) -> Any:
    case = fetch(Case, case_id)
    taken_up_again()
    form = ClosureForm()
    if form.validate_on_submit():
        answers = form.closure_reason.data, form.note.data, form.closed_on.data
        if succeeds(form, lambda: actions.close_case(case, *answers)):
            flash(_("The case is closed."))
            return redirect(url_for(".show_case", case_id=case.id), 303)
    person = fetch(Person, case.person_id)
    return render_template("listening/new_closure.html", form=form, case=case, person=person)


@pages.route("/cases/<uuid:case_id>/reopening", needs=Permission.CASE_CLOSE, methods=BOTH)
def new_reopening(case_id: uuid.UUID) -> Any:
    case = fetch(Case, case_id)
    form = ReopeningForm()
    if form.validate_on_submit() and succeeds(
        form, lambda: actions.reopen_case(case, form.reopened_on.data)
    ):
        flash(_("The case is open again."))
        return redirect(url_for(".show_case", case_id=case.id), 303)
    person = fetch(Person, case.person_id)
    return render_template("listening/new_reopening.html", form=form, case=case, person=person)


# ------------------------------------------------------------------ sessions


@pages.route("/cases/<uuid:case_id>/sessions/new", needs=Permission.SESSION_WRITE, methods=BOTH)
def new_session(case_id: uuid.UUID) -> Any:
    """Record a session: everything usual is chosen already, the note is what is left to say."""
    case = fetch(Case, case_id)
    taken_up_again()
    form = SessionForm(**_usual(case))
    if form.validate_on_submit():
        content, record = form.content(), form.record_id()
        if succeeds(form, lambda: actions.log_session(case, id=record, **content)):
            flash(_("The session is saved."))
            return redirect(url_for(".show_case", case_id=case.id), 303)
    person = fetch(Person, case.person_id)
    return render_template("listening/new_session.html", form=form, case=case, person=person)


@pages.route(
    "/cases/<uuid:case_id>/sessions/<uuid:session_id>",
    needs=Permission.SESSION_WRITE,
    methods=BOTH,
)
def edit_session(case_id: uuid.UUID, session_id: uuid.UUID) -> Any:
    """Correct what one wrote. The earlier wording stays under the new one."""
    case, session = fetch(Case, case_id), fetch(ListeningSession, session_id)
    if session.case_id != case.id:
        abort(404)
    written = {**session.content(), "version": session.version}
    taken_up_again()
    form = SessionForm(**written)
    if form.validate_on_submit():
        content, seen = form.content(), _number(form.version.data)
        if succeeds(form, lambda: actions.correct_session(session, version=seen, **content)):
            flash(_("The session is corrected."))
            return redirect(url_for(".show_case", case_id=case.id), 303)
    moved = form.version.data != str(written["version"])
    form.version.data = str(written["version"])  # sent again after reading, it is meant
    return render_template(
        "listening/edit_session.html", form=form, case=case,
        person=fetch(Person, case.person_id), now=written["note"] if moved else None,
    )  # fmt: skip


def _usual(case: Case) -> dict[str, Any]:
    """What the last session of this case was like; a first one is a first reception."""
    for last in sessions_of(case):
        if not last.is_whole:
            continue
        story = last.story
        kind = "INDIV" if story.session_type == "FIRST" else story.session_type
        found = {
            "session_type": kind, "session_format": story.session_format,
            "language": story.language, "interpreter": story.interpreter,
        }  # fmt: skip
        return {name: value for name, value in found.items() if value}
    return {"session_type": "FIRST"}


def _number(version: Any) -> int:
    """The version a form was opened at; nought, which no record has, for anything else."""
    text = str(version)
    return int(text) if text.isdecimal() and len(text) < 10 else 0


# ------------------------------------------------------------------ anonymous contacts


@pages.route("/contacts/new", needs=Permission.CONTACT_CREATE, methods=BOTH)
def new_contact() -> Any:
    """Someone came or called and gave no name."""
    taken_up_again()
    form = ContactForm()
    _offer_sites(form)
    if form.validate_on_submit():
        content, record, site = form.content(), form.record_id(), uuid.UUID(form.site.data)
        made: list[FirstContact] = []
        verb = actions.record_contact
        if succeeds(form, lambda: made.append(verb(site, id=record, **content))):
            flash(_("The contact is saved."))
            return redirect(url_for(".show_contact", contact_id=made[0].id), 303)
    return render_template("listening/new_contact.html", form=form)


def _offer_sites(form: ContactForm) -> None:
    """One's own cells; the question is left out where there is only one."""
    mine = sa.select(Site).where(Site.id.in_(current_user.sites), Site.kind == "cell")
    form.site.choices = [(str(site.id), site.name) for site in db.session.scalars(mine)]
    if not form.site.data or form.site.data == "None":
        form.site.data = form.site.choices[0][0]


@pages.route("/contacts/<uuid:contact_id>", needs=Permission.CONTACT_READ)
def show_contact(contact_id: uuid.UUID) -> Any:
    contact = fetch(FirstContact, contact_id)
    person = fetch(Person, contact.person_id) if contact.person_id else None
    return render_template(
        "listening/show_contact.html", contact=contact, person=person, label=label,
        steps=[NEXT_STEPS[step] for step in contact.story.next_steps or ()],
    )  # fmt: skip


@pages.route("/contacts/<uuid:contact_id>/person", needs=Permission.CONTACT_CREATE, methods=BOTH)
def edit_contact(contact_id: uuid.UUID) -> Any:
    """Say whose first contact it was, by the code of her file."""
    contact = fetch(FirstContact, contact_id)
    form = AttachmentForm()
    if form.validate_on_submit() and succeeds(
        form, lambda: actions.attach_contact(contact, _person_by(form.code.data))
    ):
        flash(_("The contact now belongs to this case file."))
        return redirect(url_for(".show_contact", contact_id=contact.id), 303)
    return render_template("listening/edit_contact.html", form=form, contact=contact)


def _person_by(code: str) -> Person:
    """The one person in reach with this code. Raises Refusal (422) for any other text."""
    for match in find_people({"code": code}).matches:
        if match.reason == "code" and match.person is not None:
            return match.person
    raise Refusal(_("No case file of yours has this code. Check it."), 422)
