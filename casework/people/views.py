# SPDX-License-Identifier: AGPL-3.0-or-later
"""Searching and registering. No name is ever in an address."""

from typing import Any

import sqlalchemy as sa
from flask import flash, g, redirect, render_template, request, url_for

from casework.access import GuardedBlueprint, Permission, Site, blueprint, current_user, drafts
from casework.audit import trace
from casework.db import db
from casework.errors import Refusal
from casework.i18n import _

from . import actions, matching
from .forms import RegistrationForm, SearchForm

pages = GuardedBlueprint("people", __name__)
BOTH = ["GET", "POST"]
TOO_MANY = "many"  # among the codes shown before: that a name has too many bearers to list


@pages.route("/people/search", needs=Permission.PERSON_FIND, methods=BOTH)
def search_people() -> Any:
    form, found = SearchForm(), None
    if form.validate_on_submit():
        found = _traced_search(matching.understood(form.q.data, form.year))
        blueprint.hits(len(found.matches))
    return render_template("people/search_people.html", form=form, found=found)


def _traced_search(query: dict[str, Any]) -> matching.Found:
    """Search, having said in the trail by which kinds of words; never by which words."""
    asked = "_".join(name for name in ("code", "phone", "document", "name") if query.get(name))
    year = "_year" if query.get("birth_year") else ""
    mark = trace("search", kind=asked + year)
    found = matching.find_people(query)
    mark.done(hits=len(found.matches))
    return found


@pages.route("/people/new", needs=Permission.PERSON_CREATE, methods=BOTH)
def new_person() -> Any:
    """Likely duplicates come before saving and never stand in the way of it."""
    form, twins = _registration_form(), None
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            actions.check_care(form.care.data)
            twins = matching.likely_duplicates(form.identity())
            blueprint.hits(len(twins.matches))
            _check_seen(form, twins)
            answers = form.identity(), form.consents(), form.how.data
            person = actions.register_person(_site(form), *answers)
            flash(_("The file %(code)s is open.", code=person.code))
            return redirect(url_for("desk.show_dossier", person_id=person.id), 303)
    # Her words come back when asked for: whoever sits at the desk now may read the screen.
    draft = request.method == "GET" and not g.get("held") and drafts.draft_of(request.path)
    return render_template(
        "people/new_person.html", form=form, twins=twins.matches if twins else [],
        refused_care=form.care.data == "no", draft=draft,
    )  # fmt: skip


def _check_seen(form: RegistrationForm, twins: matching.Found) -> None:
    """Raises Refusal for possible duplicates that were not shown before; from now on they were."""
    before = set((form.seen.data or "").split(","))
    marks = {twin.code for twin in twins.matches} | ({TOO_MANY} if twins.too_many else set())
    form.seen.data = ",".join(sorted(marks))
    if not marks <= before:
        raise Refusal(
            _("This person may have a file already. Look below first.")
            if twins.matches
            else _("Many people bear this name. Add a year of birth, or save again.")
        )


def _registration_form() -> RegistrationForm:
    form = RegistrationForm()
    if request.method == "GET":
        form.seen.data = ""  # what was shown beside a draft may have changed since
    sites = _sites()
    form.site.choices = [(str(site.id), site.name) for site in sites]
    if len(sites) < 2:
        del form.site
    return form


def _sites() -> list[Site]:
    mine = sa.select(Site).where(Site.id.in_(current_user.sites)).order_by(Site.number)
    return list(db.session.scalars(mine))


def _site(form: RegistrationForm) -> Site:
    wanted = form.site.data if "site" in form else None
    for site in _sites():
        if wanted in (None, str(site.id)):
            return site
    raise Refusal(_("Your account has no site to register people at."), 403)
