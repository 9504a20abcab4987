# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of what a person starts. Codes stand in every title; what it is, below."""

import uuid
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from casework import clock
from casework.access import GuardedBlueprint, Permission, blueprint, drafts, fetch
from casework.codelists import label
from casework.errors import Refusal
from casework.i18n import _
from casework.people import Person, records
from casework.web import forms

from . import actions
from .counting import is_shared
from .deeds import AeRegistration, TradingStart, VentureSupport, registrations_of
from .forms import RegistrationForm, StartForm, SupportForm, VentureForm
from .lives import due_of
from .models import Venture, owners_in_reach
from .timeline import timeline_of
from .twins import Twin, twins_of

pages = GuardedBlueprint("business", __name__)
BOTH = ["GET", "POST"]
WRITE = Permission.BUSINESS_WRITE


# ------------------------------------------------------------------ registrations


@pages.route("/people/<uuid:person_id>/registrations/new", needs=WRITE, methods=BOTH)
def new_registration(person_id: uuid.UUID) -> Any:
    person = fetch(Person, person_id)
    drafts.taken_up_again()
    form = RegistrationForm().new().quiet()
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            actions.register(person, id=form.record_id(), **form.content())
            return _dossier(person, _("The registration is saved."))
    return render_template("business/new_registration.html", form=form, person=person)


@pages.route(
    "/people/<uuid:person_id>/registrations/<uuid:registration_id>", needs=WRITE, methods=BOTH
)
def edit_registration(person_id: uuid.UUID, registration_id: uuid.UUID) -> Any:
    """Correct what one wrote. The earlier wording stays under the new one."""
    person, record = fetch(Person, person_id), fetch(AeRegistration, registration_id)
    if record.person_id != person.id:
        abort(404)
    written, version = record.content(), record.version
    drafts.taken_up_again()
    form = RegistrationForm(**written, version=version).quiet().mending(record)
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            said = form.content() | {"why": form.reason_given()}
            actions.correct_registration(record, version=form.seen(), **said)
            return _dossier(person, _("The registration is corrected."))
    return render_template(
        "business/edit_registration.html", form=form, person=person,
        now=written["note"] if form.catch_up(version) else None,
    )  # fmt: skip


# ------------------------------------------------------------------ businesses


@pages.route("/people/<uuid:person_id>/businesses/new", needs=WRITE, methods=BOTH)
def new_venture(person_id: uuid.UUID) -> Any:
    """Who bears the same number already comes before saving, and is the way on or no wall."""
    person = fetch(Person, person_id)
    drafts.taken_up_again()
    form, twins = VentureForm(**_usual(person)), []
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            twins = twins_of(form.content(), person=person)
            blueprint.hits(len(twins))
            same = _said_the_same(twins)
            if same:
                venture = actions.join(person, same.venture_id, form.since.data)
                return _venture(venture, _("She is an owner of this business now."))
            _check_seen(form, twins)
            begun = form.said("legal_form", "since") | form.content()
            venture = actions.begin(person, id=form.record_id(), **begun)
            return _venture(venture, _("The file %(code)s is open.", code=venture.code))
    return render_template("business/new_venture.html", form=form, person=person, twins=twins)


def _usual(person: Person) -> dict[str, Any]:
    """What her last registration says of her business."""
    last = records.newest_whole(one for one in registrations_of(person) if records.opens(one))
    if request.method != "GET" or last is None or not last.stands:
        return {}
    said = last.business
    return {
        "activity": said.activity, "isic_section": said.isic_section, "rnae": said.number,
        "legal_form": "AE", "since": said.held_on,
    }  # fmt: skip


def _said_the_same(twins: list[Twin]) -> Twin | None:
    """The one chosen. Raises Refusal where its file is not open: a number alone opens none."""
    chosen = next((twin for twin in twins if twin.code == request.form.get("same")), None)
    if chosen and not chosen.reachable:
        sentence = _("%(code)s is followed by a colleague. Ask your supervisor to add her.",
                     code=chosen.code)  # fmt: skip
        raise Refusal(sentence, 403)
    return chosen


def _check_seen(form: VentureForm, twins: list[Twin]) -> None:
    """Raises Refusal for twins that were not shown before; from now on they were."""
    before = set((form.seen_codes.data or "").split(","))
    form.seen_codes.data = ",".join(twin.code for twin in twins)
    if not {twin.code for twin in twins} <= before:
        raise Refusal(_("This business may have a file already. Look below first."))


@pages.route("/businesses/<uuid:venture_id>", needs=Permission.BUSINESS_READ)
def show_venture(venture_id: uuid.UUID) -> Any:
    venture = fetch(Venture, venture_id)
    form = label("legal_form", venture.form_on(clock.today()))
    due = [(at, label("follow_up", at), day) for at, day in due_of(venture, clock.today())]
    return render_template(
        "business/show_venture.html", venture=venture, what=venture.business, legal_form=form,
        sector=label("isic_section", venture.business.isic_section),
        owners=owners_in_reach(venture), items=timeline_of(venture), due=due,
        shared=is_shared(venture),
        status=label("venture_status", venture.status),
    )  # fmt: skip


@pages.route("/businesses/<uuid:venture_id>/edit", needs=WRITE, methods=BOTH)
def edit_venture(venture_id: uuid.UUID) -> Any:
    """Put right what a business is; figures follow in the same transaction."""
    venture = fetch(Venture, venture_id)
    version, twins = venture.version, list[Twin]()
    drafts.taken_up_again()
    form = VentureForm(**venture.content(), version=version).as_it_stands()
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            twins = twins_of(form.content(), but=venture.id)
            _check_seen(form, twins)
            actions.correct(venture, version=form.seen(), **form.content())
            return _venture(venture, _("The business is corrected."))
    moved = form.catch_up(version)
    return render_template(
        "business/edit_venture.html", form=form, venture=venture, twins=twins, moved=moved
    )


# ------------------------------------------------------------------ support, start


@pages.route(
    "/businesses/<uuid:venture_id>/supports/new", needs=Permission.SUPPORT_WRITE, methods=BOTH
)
def new_support(venture_id: uuid.UUID) -> Any:
    venture = fetch(Venture, venture_id)
    drafts.taken_up_again()
    form = SupportForm().new()
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            actions.log_support(venture, id=form.record_id(), **form.content())
            return _venture(venture, _("The support is saved."))
    return render_template("business/new_support.html", form=form, venture=venture)


@pages.route(
    "/businesses/<uuid:venture_id>/supports/<uuid:support_id>",
    needs=Permission.SUPPORT_WRITE,
    methods=BOTH,
)
def edit_support(venture_id: uuid.UUID, support_id: uuid.UUID) -> Any:
    venture, support = _of_venture(VentureSupport, venture_id, support_id)
    written, version = support.content(), support.version
    drafts.taken_up_again()
    form = SupportForm(**written, amount=forms.in_dirhams(written["centimes"]), version=version)
    form.mending(support)
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            said = form.content() | {"why": form.reason_given()}
            actions.correct_support(support, version=form.seen(), **said)
            return _venture(venture, _("The support is corrected."))
    return render_template(
        "business/edit_support.html", form=form, venture=venture,
        now=written["note"] if form.catch_up(version) else None,
    )  # fmt: skip


@pages.route("/businesses/<uuid:venture_id>/starts/new", needs=WRITE, methods=BOTH)
def new_start(venture_id: uuid.UUID) -> Any:
    venture = fetch(Venture, venture_id)
    drafts.taken_up_again()
    form = StartForm().new().quiet()
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            actions.log_start(venture, id=form.record_id(), **form.content())
            return _venture(venture, _("The start of trading is saved."))
    return render_template("business/new_start.html", form=form, venture=venture)


@pages.route("/businesses/<uuid:venture_id>/starts/<uuid:start_id>", needs=WRITE, methods=BOTH)
def edit_start(venture_id: uuid.UUID, start_id: uuid.UUID) -> Any:
    venture, start = _of_venture(TradingStart, venture_id, start_id)
    written, version = start.content(), start.version
    drafts.taken_up_again()
    form = StartForm(**written, version=version).quiet().mending(start)
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            said = form.content() | {"why": form.reason_given()}
            actions.correct_start(start, version=form.seen(), **said)
            return _venture(venture, _("The start of trading is corrected."))
    return render_template(
        "business/edit_start.html", form=form, venture=venture,
        now=written["note"] if form.catch_up(version) else None,
    )  # fmt: skip


def _of_venture(model: Any, venture_id: uuid.UUID, key: uuid.UUID) -> tuple[Venture, Any]:
    venture, record = fetch(Venture, venture_id), fetch(model, key)
    if record.venture_id != venture.id:
        abort(404)
    return venture, record


def _venture(venture: Venture, sentence: str) -> Any:
    flash(sentence)
    return redirect(url_for(".show_venture", venture_id=venture.id), 303)


def _dossier(person: Person, sentence: str) -> Any:
    flash(sentence)
    return redirect(url_for("desk.show_dossier", person_id=person.id), 303)
