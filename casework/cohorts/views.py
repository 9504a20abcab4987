# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of cohorts: what each is, who is in it, and one sheet for a whole group."""

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request, url_for
from markupsafe import Markup

from casework import clock
from casework.access import (
    GuardedBlueprint,
    Permission,
    User,
    blueprint,
    current_user,
    drafts,
    fetch,
)
from casework.calls import Call, my_hub, readers_at, selected
from casework.codelists import label
from casework.db import db
from casework.errors import Refusal
from casework.i18n import _, _n, format_day, joined
from casework.people import Person, numbers
from casework.web import Page

from . import actions
from .forms import CohortForm, LeaveForm, MembersForm, SessionForm, SheetForm, StrikeForm
from .models import Cohort, CohortSession, Member, members_of, sessions_of, stays

pages = GuardedBlueprint("cohorts", __name__)
READ, WRITE = Permission.COHORT_READ, Permission.COHORT_WRITE
BOTH, POST = ["GET", "POST"], ["POST"]
MOST_CODES = 200


@pages.route("/cohorts", needs=READ)
def list_cohorts() -> Any:
    page = Page.of_select(sa.select(Cohort).order_by(Cohort.last_on.desc(), Cohort.id))
    blueprint.hits(len(page))
    return render_template("cohorts/list_cohorts.html", page=page, now=clock.today())


@pages.route("/cohorts/<uuid:cohort_id>", needs=READ)
def show_cohort(cohort_id: uuid.UUID) -> Any:
    """What it is, for everyone at the hub; who is in it and who stayed, for who keeps its list."""
    cohort = fetch(Cohort, cohort_id)
    keeps, sessions = actions.keeps(cohort), sessions_of(cohort)
    members = members_of(cohort) if keeps else []
    blueprint.hits(len(members))
    return render_template(
        "cohorts/show_cohort.html", cohort=cohort, said=cohort.details, keeps=keeps, label=label,
        sessions=sessions, stays=stays(members, sessions, cohort.last_on, clock.today()),
        number=sum(one.business.left_on is None for one in members), now=clock.today(),
        member_link=_linked_to(cohort), struck=_struck(cohort) if keeps else [],
    )  # fmt: skip


def _struck(cohort: Cohort) -> list[tuple[str, str, dict[str, Any]]]:
    """(day, who struck it, what is known) of each session that was entered by mistake."""
    found = sorted(cohort.struck.values(), key=lambda one: str(one["day"]))
    people = {one["by"]: db.session.get(User, uuid.UUID(one["by"])) for one in found}
    return [
        (format_day(dt.date.fromisoformat(one["day"])), people[one["by"]].name, one)
        for one in found if people[one["by"]]
    ]  # fmt: skip


def _linked_to(cohort: Cohort) -> Any:
    """What says (id, code) of a member as the link to the page of her leaving."""

    def link(pair: tuple[uuid.UUID, str]) -> Markup:
        address = url_for(".edit_member", cohort_id=cohort.id, member_id=pair[0])
        return Markup('<a href="{}"><bdi class="whole">{}</bdi></a>').format(address, pair[1])

    return link


# ------------------------------------------------------------------ what it is


@pages.route("/cohorts/new", needs=WRITE, methods=BOTH)
def new_cohort() -> Any:
    """Made by hand, or of a call (`?call=`): its places and title are chosen already."""
    asked = request.args.get("call", type=uuid.UUID)
    call: Call | None = fetch(Call, asked) if asked else None
    drafts.taken_up_again()
    usual = {"title": call.details["title"], "places": call.places} if call else {}
    form = CohortForm(**usual)
    del form.leader
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            cohort = actions.begin_cohort(
                my_hub(WRITE), call=call, id=form.record_id(), **form.content()
            )
            return _cohort(cohort, _("The cohort is saved."))
    return render_template("cohorts/new_cohort.html", form=form)


@pages.route("/cohorts/<uuid:cohort_id>/edit", needs=WRITE, methods=BOTH)
def edit_cohort(cohort_id: uuid.UUID) -> Any:
    cohort = _kept(cohort_id)
    version, written = cohort.version, cohort.details
    written |= {"first_on": cohort.first_on, "last_on": cohort.last_on, "places": cohort.places}
    drafts.taken_up_again()
    form = CohortForm(**written, leader=str(cohort.owner_id), version=version)
    if current_user.may(Permission.CALL_WRITE):
        there = readers_at(cohort.site_id)
        form.leader.choices = [(str(user.id), user.details["name"]) for user in there]
    else:
        del form.leader
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            actions.correct_cohort(cohort, version=form.seen(), **form.content())
            if "leader" in form:
                actions.lead(cohort, uuid.UUID(form.leader.data))
            return _cohort(cohort, _("The cohort is corrected."))
    form.catch_up(version)
    return render_template("cohorts/edit_cohort.html", form=form, cohort=cohort)


def _kept(cohort_id: uuid.UUID) -> Cohort:
    """A cohort whose list the reader keeps. Raises Refusal (404) for any other."""
    cohort: Cohort = fetch(Cohort, cohort_id)
    if not actions.keeps(cohort):
        raise Refusal(_("There is no such page, or it is not open to you."), 404)
    return cohort


# ------------------------------------------------------------------ who is in it


@pages.route("/cohorts/<uuid:cohort_id>/members/new", needs=WRITE, methods=BOTH)
def new_members(cohort_id: uuid.UUID) -> Any:
    """By their codes, or all who were selected; all or none."""
    cohort = _kept(cohort_id)
    drafts.taken_up_again()
    joined = max(cohort.first_on, min(clock.today(), cohort.last_on))
    form = MembersForm(joined_on=joined, over=cohort.details["over"], selected=bool(cohort.call_id))
    if cohort.call_id is None:
        del form.selected
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            said = form.said("joined_on", "over")
            added = actions.take_in(cohort, _people(form, cohort), **said)
            return _cohort(cohort, _n("%(n)s person joined the group.",
                                      "%(n)s people joined the group.", added))  # fmt: skip
    return render_template("cohorts/new_members.html", form=form, cohort=cohort)


def _people(form: MembersForm, cohort: Cohort) -> list[Person]:
    """Whom the form names. Raises Refusal (422), which says the codes that nobody bears here."""
    typed = (form.codes.data or "").split()
    if len(typed) > MOST_CODES:
        raise Refusal(_("At most %(n)s codes fit.", n=MOST_CODES), 422)
    codes = {one: numbers.code_of(one) for one in typed}
    known = [code for code in codes.values() if code]
    found = db.session.scalars(sa.select(Person).where(Person.code.in_(known))).all()
    unknown = [one for one, code in codes.items() if code not in {each.code for each in found}]
    if unknown:
        raise Refusal(_("None of your files bears: %(codes)s.", codes=joined(*unknown)), 422)
    chosen = list(found)
    if "selected" in form and form.selected.data:
        chosen += selected(fetch(Call, cohort.call_id))
    if not chosen:
        raise Refusal(_("Say whom to take in."), 422)
    return chosen


@pages.route("/cohorts/<uuid:cohort_id>/members/<uuid:member_id>", needs=WRITE, methods=BOTH)
def edit_member(cohort_id: uuid.UUID, member_id: uuid.UUID) -> Any:
    """The day she left the group, and why."""
    cohort, member = _kept(cohort_id), _member(cohort_id, member_id)
    told, version = member.business, member.version
    form = LeaveForm(
        left_on=told.left_on or clock.today(), cohort_leave=told.cohort_leave, version=version
    )
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            said = form.said("left_on", "cohort_leave")
            actions.leave(member, version=form.seen(), **said)
            return _cohort(cohort, _("It is saved that %(code)s left.", code=told.code))
    form.catch_up(version)
    return render_template("cohorts/edit_member.html", form=form, cohort=cohort, member=member)


@pages.route("/cohorts/<uuid:cohort_id>/members/<uuid:member_id>/back", needs=WRITE, methods=POST)
def return_member(cohort_id: uuid.UUID, member_id: uuid.UUID) -> Any:
    cohort, member = _kept(cohort_id), _member(cohort_id, member_id)
    actions.come_back(member)
    return _cohort(cohort, _("%(code)s is in the group.", code=member.business.code))


def _member(cohort_id: uuid.UUID, member_id: uuid.UUID) -> Member:
    member: Member = fetch(Member, member_id)
    return member if member.cohort_id == cohort_id else abort(404)


# ------------------------------------------------------------------ its sessions


@pages.route("/cohorts/<uuid:cohort_id>/sessions/new", needs=WRITE, methods=BOTH)
def new_session(cohort_id: uuid.UUID) -> Any:
    cohort = _kept(cohort_id)
    drafts.taken_up_again()
    form = SessionForm()
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            said = form.said("held_on", "topic")
            actions.plan_session(cohort, id=form.record_id(), **said)
            return _cohort(cohort, _("The session of the group is saved."))
    return render_template("cohorts/new_session.html", form=form, cohort=cohort)


@pages.route("/cohorts/<uuid:cohort_id>/sessions/<uuid:session_id>", needs=WRITE, methods=BOTH)
def edit_attendance(cohort_id: uuid.UUID, session_id: uuid.UUID) -> Any:
    """Everybody of the group on one page, a tick each, one save for all."""
    cohort, session = _kept(cohort_id), _session(cohort_id, session_id)
    version, key = session.version, str(session.id)
    members = [one for one in members_of(cohort) if one.is_in_on(session.held_on)]
    came = {str(one.id) for one in members if key in (one.business.came or ())}
    drafts.taken_up_again()
    form = SheetForm(version=version)
    blueprint.hits(len(members))
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            present, shown = form.presence()
            actions.mark(cohort, session, present, shown, version=form.seen())
            return _cohort(cohort, _("The attendance is saved."))
    shown = set(form.line.data or ())
    ticked = set(form.present.data or ()) | (came - shown)
    form.catch_up(version)
    return render_template(
        "cohorts/edit_attendance.html", form=form, cohort=cohort, session=session,
        members=members, ticked=ticked, is_to_come=session.held_on > clock.today(),
    )  # fmt: skip


@pages.route("/cohorts/<uuid:cohort_id>/sessions/<uuid:session_id>/edit", needs=WRITE, methods=BOTH)
def edit_session(cohort_id: uuid.UUID, session_id: uuid.UUID) -> Any:
    """Another day or topic; who came stays noted."""
    cohort, session = _kept(cohort_id), _session(cohort_id, session_id)
    version = session.version
    drafts.taken_up_again()
    written = {"held_on": session.held_on, "topic": session.details["topic"]}
    form = SessionForm(**written, version=version)
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            said = form.said("held_on", "topic")
            actions.correct_session(cohort, session, version=form.seen(), **said)
            return _cohort(cohort, _("The session of the group is corrected."))
    form.catch_up(version)
    return render_template("cohorts/edit_session.html", form=form, cohort=cohort, session=session)


@pages.route(
    "/cohorts/<uuid:cohort_id>/sessions/<uuid:session_id>/strike", needs=WRITE, methods=BOTH
)
def strike_session(cohort_id: uuid.UUID, session_id: uuid.UUID) -> Any:
    cohort = _kept(cohort_id)
    if str(session_id) in cohort.struck:  # a second touch of the same button
        return _cohort(cohort, _("The session of the group is struck."))
    session = _session(cohort_id, session_id)
    version = session.version
    drafts.taken_up_again()
    form = StrikeForm(version=version)
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            actions.strike_session(cohort, session, version=form.seen(), why=form.why.data)
            return _cohort(cohort, _("The session of the group is struck."))
    form.catch_up(version)
    return render_template("cohorts/strike_session.html", form=form, cohort=cohort, session=session)


@pages.route("/cohorts/<uuid:cohort_id>/sessions/<uuid:session_id>/back", needs=WRITE, methods=POST)
def return_session(cohort_id: uuid.UUID, session_id: uuid.UUID) -> Any:
    cohort = _kept(cohort_id)
    actions.restore_session(cohort, session_id)
    return _cohort(cohort, _("The session of the group counts again."))


def _session(cohort_id: uuid.UUID, session_id: uuid.UUID) -> CohortSession:
    session: CohortSession = fetch(CohortSession, session_id)
    return session if session.cohort_id == cohort_id else abort(404)


def _cohort(cohort: Cohort, sentence: str) -> Any:
    flash(sentence)
    return redirect(url_for(".show_cohort", cohort_id=cohort.id), 303)
