# SPDX-License-Identifier: AGPL-3.0-or-later
"""The door, one's own account, and the administrator's pages."""

import uuid
from typing import Any

import sqlalchemy as sa
from flask import abort, flash, g, jsonify, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from casework import clock
from casework.db import db
from casework.errors import Refusal
from casework.i18n import _
from casework.policy import ROLES, Permission
from casework.staff import GuardedBlueprint, Site, User, current_user, drafts, models, sessions
from casework.staff import blueprint as around
from casework.web import errors as error_pages

from . import actions
from .forms import (
    GrantForm,
    PasswordForm,
    SignInForm,
    SiteForm,
    UnlockForm,
    UserForm,
)

PUBLIC, SIGNED_IN = around.PUBLIC, around.SIGNED_IN
pages = GuardedBlueprint("access", __name__)
BOTH = ["GET", "POST"]

# ------------------------------------------------------------------ the door


@pages.route("/sign-in", needs=PUBLIC, methods=BOTH)
def sign_in() -> Any:
    if g.get("carried"):  # called in the place of a page that needs a session
        form = SignInForm(formdata=None, carried=g.carried)
        return render_template("access/sign_in.html", form=form)
    form = SignInForm()
    if form.validate_on_submit():
        try:
            token = actions.sign_in(
                form.login.data or "", form.password.data or "", _address(), form.is_shared.data
            )
            return _entered(token, form.carried.data)
        except Refusal as refusal:
            form.refuse(refusal)
    return render_template("access/sign_in.html", form=form)


def _entered(token: str, carried: str | None) -> Any:
    """In, with new form tokens where another was here before: what she left open in another tab
    is then not saved under a name that is not hers, whoever sends it."""
    here = sessions.recognised(token)
    if here is None:  # closed in this very moment
        return redirect(url_for(".sign_in"), 303)
    around.tokens_of(here.user_id)
    return sessions.give_cookie(around.come_in(here, carried), token)


@pages.route("/unlock", needs=PUBLIC, methods=BOTH)
def unlock() -> Any:
    here = sessions.presence()
    if here is None or here.state == "ended":
        return redirect(url_for(".sign_in", next=request.args.get("next")), 303)
    if here.state == "open":
        return redirect(around.next_url(), 303)
    if g.get("carried"):
        form = UnlockForm(formdata=None, carried=g.carried)
        return render_template("access/unlock.html", form=form)
    form = UnlockForm()
    if form.validate_on_submit():
        try:
            token = actions.unlock(here, form.password.data or "", _address())
            return sessions.give_cookie(around.come_in(here, form.carried.data), token)
        except Refusal as refusal:
            form.refuse(refusal)
    goes_home = "next" in request.args and around.next_url() == "/"
    return render_template("access/unlock.html", form=form, goes_home=goes_home)


@pages.route("/lock", needs=PUBLIC, methods=BOTH)
def lock() -> Any:
    """What *Hide* does on the server; without scripts, the plain page that it shows."""
    here = sessions.presence()
    if here and here.state == "open":
        actions.lock(here)
    return render_template("access/lock.html", bare=True)


@pages.route("/extend", needs=SIGNED_IN)
def extend() -> Any:
    """A sign of life from a page that is being read. Being asked is enough."""
    return "", 204


@pages.route("/sign-out", needs=PUBLIC, methods=["POST"])
def sign_out() -> Any:
    here = sessions.presence()
    if here:
        actions.sign_out(here)
    response = redirect(url_for(".sign_in"), 303)
    response.headers["Clear-Site-Data"] = '"cache"'
    return sessions.take_cookie(response)


def _address() -> str:
    return request.remote_addr or ""


# ------------------------------------------------------------------ one's own account


@pages.route("/account", needs=SIGNED_IN)
def show_account() -> Any:
    mine = sa.select(models.SignIn).where(
        models.SignIn.user_id == current_user.id, models.SignIn.expires_at > clock.now()
    )
    return render_template(
        "access/show_account.html",
        sessions=db.session.scalars(mine.order_by(models.SignIn.last_seen_at.desc())).all(),
        here=sessions.presence(),
        labels={role: ROLES[role].label for role in current_user.roles},
    )


@pages.route("/account/password", needs=SIGNED_IN, methods=BOTH)
def edit_password() -> Any:
    form = PasswordForm()
    if form.validate_on_submit():
        try:
            mine = db.session.get_one(User, current_user.id)
            actions.change_password(mine, form.password.data, form.new_password.data)
            flash(_("Your password is changed. Sign in with it."))
            return sessions.take_cookie(redirect(url_for(".sign_in"), 303))
        except Refusal as refusal:
            form.refuse(refusal)
    return render_template("access/edit_password.html", form=form)


edit_password.is_open_to_newcomers = True


@pages.route("/account/sessions/<uuid:sign_in_id>/end", needs=SIGNED_IN, methods=["POST"])
def end_session(sign_in_id: uuid.UUID) -> Any:
    mine = sa.select(models.SignIn.id).where(models.SignIn.user_id == current_user.id)
    if db.session.scalar(mine.where(models.SignIn.id == sign_in_id)) is None:
        raise Refusal(_("There is no such page, or it is not open to you."), 404)
    sessions.end(current_user.id, sign_in_id)
    flash(_("That session is ended."))
    return redirect(url_for(".show_account"), 303)


@pages.route("/account/sessions/end", needs=SIGNED_IN, methods=["POST"])
def end_sessions() -> Any:
    sessions.end(current_user.id)
    return sessions.take_cookie(redirect(url_for(".sign_in"), 303))


@pages.route("/drafts/<path:form_key>", needs=SIGNED_IN, methods=["POST"])
def keep_draft(form_key: str) -> Any:
    """What is typed so far in the form at this address, every few seconds or by the button."""
    path = around.form_path()
    if path is None or not around.opens(current_user, path):
        abort(404)
    try:
        saved_at = drafts.save_draft(path, request.form)
    except drafts.TooMuch as refusal:
        if around.wants_json():
            raise
        typed = MultiDict(drafts.answers_of(request.form))
        return error_pages.give_text_back(typed, f"{path}?again=1", refusal.message)
    if around.wants_json():
        return jsonify(saved_at=saved_at.isoformat())
    flash(_("The draft is saved."))
    return redirect(f"{path}?held=1", 303)


# ------------------------------------------------------------------ the administrator


@pages.route("/users", needs=Permission.USER_MANAGE)
def list_users() -> Any:
    users = sorted(db.session.scalars(sa.select(User)), key=lambda one: one.name.casefold())
    held = {user.id: [ROLES[one.role].label for one in actions.grants_of(user)] for user in users}
    return render_template("access/list_users.html", users=users, held=held)


@pages.route("/users/new", needs=Permission.USER_MANAGE, methods=BOTH)
def new_user() -> Any:
    form = UserForm()
    if form.validate_on_submit():
        try:
            user, password = actions.create_user(
                form.login.data, form.name.data, form.language.data
            )
            return _user_page(user, password)
        except Refusal as refusal:
            form.refuse(refusal)
    return render_template("access/new_user.html", form=form)


@pages.route("/users/<uuid:user_id>", needs=Permission.USER_MANAGE)
def show_user(user_id: uuid.UUID) -> Any:
    return _user_page(_found(User, user_id))


@pages.route("/users/<uuid:user_id>/roles", needs=Permission.USER_MANAGE, methods=["POST"])
def grant_role(user_id: uuid.UUID) -> Any:
    user, form = _found(User, user_id), _grant_form()
    if form.validate():
        try:
            site = _found(Site, uuid.UUID(form.site.data)) if form.site.data else None
            actions.grant(user, form.role.data, site)
            return redirect(url_for(".show_user", user_id=user.id), 303)
        except Refusal as refusal:
            form.refuse(refusal)
    return _user_page(user, form=form)


@pages.route("/roles/<uuid:grant_id>/end", needs=Permission.USER_MANAGE, methods=["POST"])
def withdraw_role(grant_id: uuid.UUID) -> Any:
    given = _found(models.RoleGrant, grant_id)
    actions.withdraw(given)
    return redirect(url_for(".show_user", user_id=given.user_id), 303)


@pages.route("/users/<uuid:user_id>/closure", needs=Permission.USER_MANAGE, methods=["POST"])
def close_user(user_id: uuid.UUID) -> Any:
    user = _found(User, user_id)
    (actions.disable if user.is_active else actions.enable)(user)
    return redirect(url_for(".show_user", user_id=user.id), 303)


@pages.route("/users/<uuid:user_id>/password", needs=Permission.USER_MANAGE, methods=["POST"])
def reset_password(user_id: uuid.UUID) -> Any:
    user = _found(User, user_id)
    return _user_page(user, actions.reset_password(user))


def _user_page(user: User, password: str | None = None, form: Any = None) -> Any:
    sites = {site.id: site.name for site in db.session.scalars(sa.select(Site))}
    return render_template(
        "access/show_user.html",
        user=user, password=password, grants=actions.grants_of(user), sites=sites, roles=ROLES,
        form=form or _grant_form(blank=True),
    )  # fmt: skip


def _grant_form(blank: bool = False) -> GrantForm:
    form = GrantForm(formdata=None) if blank else GrantForm()
    sites = db.session.scalars(sa.select(Site).order_by(Site.number))
    whole = ("", _("The whole programme"))
    form.site.choices = [whole, *((str(site.id), site.name) for site in sites)]
    return form


@pages.route("/sites", needs=Permission.SITE_MANAGE)
def list_sites() -> Any:
    sites = db.session.scalars(sa.select(Site).order_by(Site.number)).all()
    return render_template("access/list_sites.html", sites=sites)


@pages.route("/sites/new", needs=Permission.SITE_MANAGE, methods=BOTH)
def new_site() -> Any:
    form = SiteForm()
    if form.validate_on_submit():
        try:
            names = {code: form[f"name_{code}"].data for code in ("fr", "ar", "en")}
            actions.create_site(form.code.data, form.kind.data, names)
            return redirect(url_for(".list_sites"), 303)
        except Refusal as refusal:
            form.refuse(refusal)
    return render_template("access/new_site.html", form=form)


def _found(model: Any, key: uuid.UUID) -> Any:
    found = db.session.get(model, key)
    if found is None:
        raise Refusal(_("There is no such page, or it is not open to you."), 404)
    return found
