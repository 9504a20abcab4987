# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of a listening cell. A code stands in every title; the story is below it."""

import uuid
from typing import Any

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request, url_for

from casework.access import (
    GuardedBlueprint,
    Permission,
    Site,
    blueprint,
    current_user,
    drafts,
    fetch,
)
from casework.codelists import label
from casework.db import db
from casework.errors import Refusal
from casework.i18n import _
from casework.people import Person, find_people, records

from . import actions, contacts
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


# ------------------------------------------------------------------ a case


@pages.route("/people/<uuid:person_id>/cases/new", needs=Permission.CASE_CREATE, methods=BOTH)
def new_case(person_id: uuid.UUID) -> Any:
    person = Person.followed(person_id)
    drafts.taken_up_again()
    form = CaseForm()
    if form.validate_on_submit():
        answers = form.said("opened_on", "first_contact", "referred_by", "reason")
        with drafts.kept_if_refused(form):
            return _case(actions.open_case(person, **answers), _("The case is open."))
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
    drafts.taken_up_again()
    form = ClosureForm()
    if form.validate_on_submit():
        answers = form.closure_reason.data, form.note.data, form.closed_on.data
        with drafts.kept_if_refused(form):
            actions.close_case(case, *answers)
            return _case(case, _("The case is closed."))
    person = fetch(Person, case.person_id)
    return render_template("listening/new_closure.html", form=form, case=case, person=person)


@pages.route("/cases/<uuid:case_id>/reopening", needs=Permission.CASE_CLOSE, methods=BOTH)
def new_reopening(case_id: uuid.UUID) -> Any:
    case = fetch(Case, case_id)
    form = ReopeningForm()
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            actions.reopen_case(case, form.reopened_on.data)
            return _case(case, _("The case is open again."))
    person = fetch(Person, case.person_id)
    return render_template("listening/new_reopening.html", form=form, case=case, person=person)


def _case(case: Case, sentence: str) -> Any:
    flash(sentence)
    return redirect(url_for(".show_case", case_id=case.id), 303)


# ------------------------------------------------------------------ sessions


@pages.route("/cases/<uuid:case_id>/sessions/new", needs=Permission.SESSION_WRITE, methods=BOTH)
def new_session(case_id: uuid.UUID) -> Any:
    """Record a session: everything usual is chosen already, the note is what is left to say."""
    case = fetch(Case, case_id)
    drafts.taken_up_again()
    form = SessionForm(**(_usual(case) if request.method == "GET" else {}))
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            actions.log_session(case, id=form.record_id(), **form.content())
            return _case(case, _("The session is saved."))
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
    written, version = session.to_mend()
    drafts.taken_up_again()
    form = SessionForm(**written, version=version)
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            actions.correct_session(session, version=form.seen(), **form.content())
            return _case(case, _("The session is corrected."))
    return render_template(
        "listening/edit_session.html", form=form, case=case,
        person=fetch(Person, case.person_id),
        now=written["note"] if form.catch_up(version) else None,
    )  # fmt: skip


def _usual(case: Case) -> dict[str, Any]:
    """What the last session of this case was like; a first one is a first reception."""
    last = records.newest_whole(sessions_of(case))
    if last is None:
        return {"session_type": "FIRST"}
    found = last.content()
    if found["session_type"] == "FIRST":
        found["session_type"] = "INDIV"
    usual = ("session_type", "session_format", "language", "interpreter")
    return {name: found[name] for name in usual if found[name]}


# ------------------------------------------------------------------ anonymous contacts


@pages.route("/contacts", needs=Permission.CONTACT_READ)
def list_contacts() -> Any:
    found = contacts.unattached()
    blueprint.hits(len(found))
    return render_template("listening/list_contacts.html", page=found)


@pages.route("/contacts/new", needs=Permission.CONTACT_CREATE, methods=BOTH)
def new_contact() -> Any:
    """Someone came or called and gave no name."""
    drafts.taken_up_again()
    form = ContactForm()
    _offer_sites(form)
    if form.validate_on_submit():
        site = uuid.UUID(form.site.data)
        with drafts.kept_if_refused(form):
            contact = actions.record_contact(site, id=form.record_id(), **form.content())
            return _contact(contact, _("The contact is saved."))
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
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            actions.attach_contact(contact, _person_by(form.code.data))
            return _contact(contact, _("The contact now belongs to this case file."))
    return render_template("listening/edit_contact.html", form=form, contact=contact)


def _contact(contact: FirstContact, sentence: str) -> Any:
    flash(sentence)
    return redirect(url_for(".show_contact", contact_id=contact.id), 303)


def _person_by(code: str) -> Person:
    """The one person in reach with this code. Raises Refusal (422) for any other text."""
    for match in find_people({"code": code}).matches:
        if match.reason == "code" and match.person is not None:
            return match.person
    raise Refusal(_("No case file of yours has this code. Check it."), 422)
