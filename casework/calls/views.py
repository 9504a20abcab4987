# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of calls. Codes stand in every list; a reader sees a number and a copy."""

import uuid
from typing import Any

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request, url_for

from casework import clock
from casework.access import GuardedBlueprint, Permission, blueprint, current_user, drafts, fetch
from casework.codelists import label
from casework.db import db
from casework.errors import Refusal
from casework.i18n import _, _n
from casework.people import Person
from casework.policy import ROLES
from casework.staff import models as staff
from casework.web import Page
from casework.web import pages as listing

from . import actions
from .eligibility import ages_asked, checks
from .forms import ApplicationForm, CallForm, DecisionForm, ReadersForm, ReviewForm, as_lines
from .models import Application, Call, Review, reviews_of
from .ranking import marks_of, standing

pages = GuardedBlueprint("calls", __name__)
BOTH = ["GET", "POST"]
CALLS, WRITE = Permission.CALL_READ, Permission.CALL_WRITE


# ------------------------------------------------------------------ calls


@pages.route("/calls", needs=CALLS)
def list_calls() -> Any:
    """The latest first, and what waits to be read."""
    newest = sa.select(Call).order_by(Call.closes_on.desc(), Call.id)
    page = Page.of_select(newest)
    to_read = sa.select(Review).where(
        Review.owner_id == current_user.id, Review.is_scored.is_(False)
    )
    mine = db.session.scalars(to_read.order_by(Review.id).limit(listing.PER_PAGE)).all()
    blueprint.hits(len(page) + len(mine))
    return render_template("calls/list_calls.html", page=page, to_read=mine, now=clock.today())


@pages.route("/calls/<uuid:call_id>", needs=CALLS)
def show_call(call_id: uuid.UUID) -> Any:
    call = fetch(Call, call_id)
    lines, heads = standing(call), current_user.may(WRITE)
    mine = [one for one in reviews_of(call) if one.owner_id == current_user.id]
    blueprint.hits(len(lines) + len(mine))
    return render_template(
        "calls/show_call.html", call=call, said=call.details, lines=lines, mine=mine,
        heads=heads, ages=ages_asked(call.details), label=label,
        free=call.places - actions.taken(call) if heads else None,
        first=next(iter(actions.waiting(call)), None) if heads else None, now=clock.today(),
    )  # fmt: skip


@pages.route("/calls/new", needs=WRITE, methods=BOTH)
def new_call() -> Any:
    drafts.taken_up_again()
    form = CallForm()
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            call = actions.begin_call(my_hub(WRITE), id=form.record_id(), **form.content())
            return _call(call, _("The call is saved."))
    return render_template("calls/new_call.html", form=form)


def my_hub(needed: Permission) -> staff.Site:
    """The hub where she may do this: the first, where there are several."""
    mine = [one.sites for one in current_user.grants if needed in ROLES[one.role].permissions]
    keys = frozenset().union(*mine)
    found = sa.select(staff.Site).where(staff.Site.id.in_(keys)).order_by(staff.Site.number)
    return db.session.scalars(found.limit(1)).one()


@pages.route("/calls/<uuid:call_id>/edit", needs=WRITE, methods=BOTH)
def edit_call(call_id: uuid.UUID) -> Any:
    call = fetch(Call, call_id)
    version, written = call.version, call.details
    written |= {"opens_on": call.opens_on, "closes_on": call.closes_on, "places": call.places}
    written["criteria"] = as_lines(written["criteria"])
    drafts.taken_up_again()
    form = CallForm(**written, version=version)
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            actions.correct_call(call, version=form.seen(), **form.content())
            return _call(call, _("The call is corrected."))
    form.catch_up(version)
    return render_template("calls/edit_call.html", form=form, call=call)


@pages.route("/calls/<uuid:call_id>/readers", needs=WRITE, methods=BOTH)
def edit_readers(call_id: uuid.UUID) -> Any:
    """Who reads; sent again later, new applications and new readers get what is missing."""
    call = fetch(Call, call_id)
    version, readers = call.version, readers_at(call.site_id)
    form = ReadersForm(readers=call.details["readers"], version=version)
    form.readers.choices = [(str(user.id), user.details["name"]) for user in readers]
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            chosen = [uuid.UUID(key) for key in form.readers.data or ()]
            made = actions.hand_out(call, chosen, version=form.seen())
            return _call(call, _n("%(n)s copy was handed out.", "%(n)s copies were handed out.",
                                  made))  # fmt: skip
    form.catch_up(version)
    return render_template("calls/edit_readers.html", form=form, call=call)


def readers_at(site_id: uuid.UUID) -> list[staff.User]:
    """The colleagues of a hub who may score, by their names."""
    roles = [name for name, role in ROLES.items() if Permission.REVIEW_WRITE in role.permissions]
    given = staff.RoleGrant
    there = sa.select(given.user_id).where(
        given.site_id == site_id, given.role.in_(roles),
        sa.or_(given.until.is_(None), given.until > clock.now()),
    )  # fmt: skip
    chosen = sa.select(staff.User).where(staff.User.id.in_(there), staff.User.is_active)
    found = db.session.scalars(chosen)
    return sorted(found, key=lambda user: str(user.details["name"]))


# ------------------------------------------------------------------ applications


@pages.route("/people/<uuid:person_id>/calls", needs=Permission.APPLICATION_WRITE)
def list_openings(person_id: uuid.UUID) -> Any:
    """The calls open today, each with how the person fits it."""
    person, today = fetch(Person, person_id), clock.today()
    still = sa.select(Call).where(Call.opens_on <= today, Call.closes_on >= today)
    calls = db.session.scalars(still.order_by(Call.closes_on, Call.id).limit(listing.PER_PAGE))
    there = sa.select(Application).where(Application.person_id == person.id)
    made = {one.call_id: one for one in db.session.scalars(there)}
    found = [(call, checks(call, person, today), made.get(call.id))
             for call in calls if call.is_whole]  # fmt: skip
    blueprint.hits(len(found))
    return render_template("calls/list_openings.html", person=person, found=found)


@pages.route(
    "/people/<uuid:person_id>/calls/<uuid:call_id>",
    needs=Permission.APPLICATION_WRITE,
    methods=BOTH,
)
def new_application(person_id: uuid.UUID, call_id: uuid.UUID) -> Any:
    """What is asked and what is known stand above the form, before anything is written."""
    person, call = fetch(Person, person_id), fetch(Call, call_id)
    drafts.taken_up_again()
    form = ApplicationForm().quiet()
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            made = actions.apply(person, call, id=form.record_id(), **form.content())
            return _application(made, _("The application is saved."))
    return render_template(
        "calls/new_application.html", form=form, person=person, call=call,
        checks=checks(call, person, clock.today()),
    )  # fmt: skip


@pages.route("/calls/applications/<uuid:application_id>", needs=Permission.APPLICATION_READ)
def show_application(application_id: uuid.UUID) -> Any:
    application, person, call = _whole(application_id)
    line = next((one for one in standing(call) if one.application is application), None)
    return render_template(
        "calls/show_application.html", application=application, person=person, call=call,
        told=application.business, label=label, line=line,
        checks=checks(call, person, application.business.held_on),
    )  # fmt: skip


@pages.route(
    "/calls/applications/<uuid:application_id>/edit",
    needs=Permission.APPLICATION_WRITE,
    methods=BOTH,
)
def edit_application(application_id: uuid.UUID) -> Any:
    application, person, call = _whole(application_id)
    version = application.version
    drafts.taken_up_again()
    form = ApplicationForm(**application.content(), version=version).quiet()
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            actions.correct_application(application, version=form.seen(), **form.content())
            return _application(application, _("The application is corrected."))
    form.catch_up(version)
    return render_template(
        "calls/edit_application.html", form=form, application=application, person=person,
        checks=checks(call, person, application.business.held_on),
    )  # fmt: skip


@pages.route(
    "/calls/applications/<uuid:application_id>/decision",
    needs=Permission.APPLICATION_DECIDE,
    methods=BOTH,
)
def edit_decision(application_id: uuid.UUID) -> Any:
    """A person's decision, which may be taken anew: a place got free, someone withdrew."""
    application, person, call = _whole(application_id)
    version, told = application.version, application.business
    drafts.taken_up_again()
    form = DecisionForm(
        status=request.args.get("status", application.status), refusal=told.refusal,
        note=told.note, version=version,
    ).quiet()  # fmt: skip
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            said = form.answers(("refusal", "note", "reason"))
            actions.decide(application, form.status.data, version=form.seen(), **said)
            return _call(call, _("The decision on %(code)s is saved.", code=person.code))
    form.catch_up(version)
    return render_template(
        "calls/edit_decision.html", form=form, application=application, person=person, call=call
    )


@pages.route(
    "/calls/applications/<uuid:application_id>/told",
    needs=Permission.APPLICATION_WRITE,
    methods=["POST"],
)
def tell(application_id: uuid.UUID) -> Any:
    application: Application = fetch(Application, application_id)
    actions.tell(application)
    return _application(application, _("It is saved that the person was told."))


def _whole(application_id: uuid.UUID) -> tuple[Application, Person, Call]:
    application: Application = fetch(Application, application_id)
    return application, fetch(Person, application.person_id), fetch(Call, application.call_id)


# ------------------------------------------------------------------ readers


@pages.route("/reviews/<uuid:review_id>", needs=Permission.REVIEW_WRITE, methods=BOTH)
def edit_review(review_id: uuid.UUID) -> Any:
    """A reader's own copy; once her scores are given she sees what others gave."""
    review: Review = fetch(Review, review_id)
    if review.owner_id != current_user.id:
        abort(404)
    call, version = fetch(Call, review.call_id), review.version
    drafts.taken_up_again()
    form = ReviewForm(scores=review.business.scores, note=review.business.note, version=version)
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            if form.seen() != version and not review.is_scored:
                raise Refusal(_("This review was changed meanwhile. Read it again before saving."))
            actions.score(review, form.given(), form.note.data)
            flash(_("Your scores are given. Those of the others are below."))
            return redirect(url_for(".edit_review", review_id=review.id), 303)
    form.catch_up(version)
    return render_template(
        "calls/edit_review.html", form=form, review=review, call=call,
        marks=marks_of(review, call), handed=review.business.handed,
    )  # fmt: skip


def _call(call: Call, sentence: str) -> Any:
    flash(sentence)
    return redirect(url_for(".show_call", call_id=call.id), 303)


def _application(application: Application, sentence: str) -> Any:
    flash(sentence)
    return redirect(url_for(".show_application", application_id=application.id), 303)
