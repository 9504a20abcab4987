# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the application must know of who is there: loader, cookies, the frame around pages."""

import datetime as dt
import ipaddress
from collections.abc import Iterable
from typing import Any

import flask_login
from flask import Flask, abort, current_app, request

from casework.db import db, transaction
from casework.i18n import _l
from casework.policy import Permission
from casework.staff import User, blueprint, current_user, drafts, may_change, sessions

LOOPBACK_NAMES = {"localhost", "127.0.0.1", "[::1]", "::1"}
# (permission, endpoint, icon, label): who may, sees the way. The first four fit a phone.
WAYS = (
    (None, "desk.home", "today", _l("Today")),
    (Permission.DOSSIER_READ, "desk.list_dossiers", "folder", _l("Case files")),
    (Permission.SESSION_WRITE, "desk.list_open", "edit", _l("Session")),
    (Permission.ORIENTATION_WRITE, "desk.list_open", "edit", _l("Guidance")),
    (Permission.FIGURES_READ, "indicators.list_indicators", "chart", _l("Indicators")),
    (Permission.ENROLMENT_READ, "hub.show_board", "board", _l("Board")),
    (Permission.EMPLOYER_READ, "employers.list_employers", "handshake", _l("Employers")),
    (Permission.EVENT_READ, "events.list_events", "calendar", _l("Events")),
    (Permission.USER_MANAGE, "access.list_users", "users", _l("Users")),
    (Permission.SITE_MANAGE, "access.list_sites", "briefcase", _l("Sites")),
)


def init_app(app: Flask) -> None:
    """Call after `web.init_app` and `Vault.init_app`."""
    app.config["SECRET_KEY"] = app.extensions["vault"].office_key("cookie")
    app.config.update(
        # The sign-in has a cookie of its own; this one only holds the seed of form tokens.
        SESSION_COOKIE_NAME="__Host-form" if app.config["SESSION_COOKIE_SECURE"] else "form-local",
        SESSION_COOKIE_SAMESITE="Strict",
    )
    manager = flask_login.LoginManager(app, add_context_processor=False)
    manager.session_protection = None
    manager.request_loader(sessions.loader)
    app.jinja_env.globals.update(current_user=current_user, may_change=may_change)
    app.before_request(refuse_plain_http)
    shell = app.extensions["web"]
    shell.signed_in = lambda: bool(_here())
    shell.navigation, shell.idle_seconds = _navigation, _idle_seconds
    shell.search = _search
    shell.draft_at, shell.form_path = _draft_at, blueprint.form_path
    shell.language, shell.remember_language = _language, _remember_language


def refuse_plain_http() -> None:
    """Passwords and files do not travel in clear: TLS, a trusted proxy, or this very machine."""
    if request.is_secure or current_app.config["CASEWORK"].trusted_proxy:
        return
    host = request.host.rsplit(":", 1)[0] if not request.host.endswith("]") else request.host
    if host not in LOOPBACK_NAMES or not _is_loopback(request.remote_addr):
        abort(400)


def _is_loopback(address: str | None) -> bool:
    try:
        return ipaddress.ip_address(address or "").is_loopback
    except ValueError:
        return False


def _here() -> sessions.Presence | None:
    here = sessions.presence()
    return here if here and here.state == "open" else None


def _navigation() -> Iterable[tuple[str, str, Any]]:
    here = _here()
    if here:
        for permission, *way in WAYS:
            if permission is None or here.actor.may(permission):
                yield tuple(way)


def _search() -> str:
    here = _here()
    return "people.search_people" if here and here.actor.may(Permission.PERSON_FIND) else ""


def _idle_seconds() -> int:
    here = _here()
    return int(sessions.idle_limit(here.is_shared).total_seconds()) if here else 0


def _draft_at() -> dt.datetime | None:
    here = _here()
    if here is None:
        return None
    with transaction(write=False):
        return drafts.saved_at(here.user_id, request.path)


def _language() -> str | None:
    here = _here()
    return here.actor.language if here else None


def _remember_language(code: str) -> None:
    here = _here()
    if here:
        here.actor.language = code
        with transaction():
            user = db.session.get_one(User, here.user_id)
            user.details = {**user.details, "language": code}
