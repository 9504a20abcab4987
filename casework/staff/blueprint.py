# SPDX-License-Identifier: AGPL-3.0-or-later
"""The order of things around every page: who, may she, trace, one transaction, outcome."""

import enum
import functools
import re
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    g,
    make_response,
    redirect,
    request,
    url_for,
)
from flask import session as flask_session
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import event, orm
from werkzeug.exceptions import HTTPException

from casework.audit import attest, trace
from casework.db import db, hopefully, transaction
from casework.errors import Refusal, Stale
from casework.i18n import LANGUAGES
from casework.policy import Permission

from . import drafts, sessions
from .acting import acting_as

READS = {"GET", "HEAD", "OPTIONS"}
# An address on this server: one slash, then no second one nor what a browser takes for one.
OURS = re.compile(r"/(?![/\\\s])[^\\\x00-\x20]*$")


class Door(enum.Enum):
    """What a page needs when no permission is the matter."""

    PUBLIC = "anyone, signed in or not; the view minds its own transactions"
    SIGNED_IN = "any open session"


PUBLIC, SIGNED_IN = Door.PUBLIC, Door.SIGNED_IN


class GuardedBlueprint(Blueprint):
    """A blueprint whose pages say whom they are for: `@pages.route("/cases", needs=…)`.

    Refuses to register a page without `needs`: a Permission, SIGNED_IN or PUBLIC.
    """

    def route(self, rule: str, *, needs: Any = None, **options: Any) -> Callable[..., Any]:
        if not isinstance(needs, Permission | Door):
            raise TypeError(f"{rule} does not say what it needs")

        def register(view: Any) -> Any:
            page = view if needs is PUBLIC else _enclosed(view, needs)
            page.needs = needs
            self.add_url_rule(rule, view_func=page, **options)
            return page

        return register

    def add_url_rule(self, rule: str, *positional: Any, **options: Any) -> None:
        if not hasattr(options.get("view_func"), "needs"):
            raise TypeError(f"{rule} does not say what it needs")
        super().add_url_rule(rule, *positional, **options)


def hits(number: int) -> None:
    """Tell the trail how many records a list or a search showed."""
    g.hits = number


def _enclosed(view: Callable[..., Any], needs: Permission | Door) -> Callable[..., Any]:
    @functools.wraps(view)
    def page(**arguments: Any) -> Any:
        here = sessions.presence()
        if here is None or here.state != "open":
            return turned_away(here)
        if here.actor.must_change_password and not getattr(page, "is_open_to_newcomers", False):
            return redirect(url_for("access.edit_password"))
        if _only_to_be_seen():
            return _seen_again(here.user_id)
        with acting_as(here.actor, session_ref=here.id):
            mark = trace(_action(needs), **_object(arguments))
            if isinstance(needs, Permission) and not here.actor.may(needs):
                mark.done("refused")
                abort(403)
            return _traced(mark, functools.partial(view, **arguments))

    return page


def _only_to_be_seen() -> bool:
    """Whether a form comes to be shown again, not to be saved: the language switch was touched
    while it was being written in, or its page had stood open across a sign-in."""
    asked = request.args.get("lang") in LANGUAGES or "again" in request.args
    methods = request.url_rule.methods if request.url_rule else None
    return request.method == "POST" and asked and "GET" in (methods or ())


def _seen_again(writer: uuid.UUID) -> Any:
    """Its text waits for her in the same form; she saves it herself."""
    drafts.hold(writer, request.path, request.form)
    asked = {name: value for name, value in request.args.items() if name != "again"}
    return redirect(f"{request.path}?{urlencode({**asked, 'held': 1})}", 303)


def _action(needs: Permission | Door) -> str:
    return needs.value if isinstance(needs, Permission) else str(request.endpoint)


def _object(arguments: dict[str, Any]) -> dict[str, Any]:
    """Kind and id of the record in the address: the last typed id there is."""
    named = [(name, value) for name, value in arguments.items() if name.endswith("_id")]
    return {"kind": named[-1][0][:-3], "object_id": named[-1][1]} if named else {}


def _traced(mark: Any, view: Callable[[], Any]) -> Response:
    """Run the view in its transaction, and tell the trail how it ended."""
    outcome = "failed"
    try:
        response = _transacted(view)
        outcome = "ok" if response.status_code < 400 and not g.get("form_status") else "refused"
        return response
    except Stale:
        outcome = "stale"
        raise
    except (Refusal, HTTPException):
        outcome = "refused"
        raise
    finally:
        mark.done(outcome, hits=g.pop("hits", None))


def _transacted(view: Callable[[], Any]) -> Response:
    """The view in its unit of work. Where somebody else, or a second touch of the same button,
    saved the same meanwhile, once more: now it finds what is there."""
    if request.method in READS:
        return _once(view)
    before = dict(flask_session)
    try:
        with hopefully():
            return _once(view)
    except (sa.exc.IntegrityError, Stale):
        flask_session.clear()
        flask_session.update(before)
        for name in ("form_status", "hits"):
            g.pop(name, None)
        return _once(view)


def _once(view: Callable[[], Any]) -> Response:
    with transaction(write=request.method not in READS):
        back = request.method == "GET" and "held" in request.args
        g.held = drafts.draft_of(request.path) if back else None
        response = make_response(current_app.ensure_sync(view)())
        if g.get("form_status") or response.status_code >= 400:
            db.session.rollback()  # a form shown again has changed nothing
        elif request.method not in READS:
            drafts.drop_draft(request.path)
    return response


@event.listens_for(orm.Session, "before_commit")
def _attest(session: orm.Session) -> None:
    """No unit of work forgets it: what it sealed is named in the trail before it is saved."""
    if session.in_nested_transaction():
        return  # a savepoint is no commit: naming everything again at each would never end
    contents = session.info.get("sealed")
    if contents and "trail" in current_app.extensions:
        attest(contents)


# ------------------------------------------------------------------ at the door


def turned_away(here: sessions.Presence | None) -> Any:
    """To the password, and back to the same form with the same text."""
    if here is None and request.method == "POST" and not wants_json():
        g.carried = drafts.carry(_form_path(), request.form)
        if g.carried:
            return make_response(current_app.view_functions["access.sign_in"](), 401)
    kept = False
    if here and request.method not in READS:
        kept = drafts.hold(here.user_id, _form_path(), request.form)
    door = "access.unlock" if here and here.state == "locked" else "access.sign_in"
    return redirect(url_for(door, next=_signer().dumps(_way_back(kept))), 303)


def _way_back(kept: bool) -> str:
    if request.method in READS:
        return request.full_path.rstrip("?")
    return f"{_form_path()}?held=1" if kept else "/"


def _form_path() -> str:
    """The address of the form, where a draft was sent elsewhere to be kept."""
    key = (request.view_args or {}).get("form_key")
    if key is None:
        return request.path
    return f"/{key}" if drafts.FORM_KEY.fullmatch(key) else "/"


def wants_json() -> bool:
    """Whether a script asks, which keeps its page and its text."""
    wanted = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return wanted == "application/json"


def next_url(user_id: uuid.UUID | None = None, carried: str | None = None) -> str:
    """Where to go after signing in: the form whose text was carried through the sign-in page, or
    an address of ours, signed by us, else the first page."""
    path = drafts.put_down(user_id, carried) if user_id and carried else None
    if path and OURS.match(path):
        return f"{path}?held=1"
    try:
        address = str(_signer().loads(request.args.get("next", "")))
    except BadSignature:
        return "/"
    return address if OURS.match(address) else "/"


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="next")
