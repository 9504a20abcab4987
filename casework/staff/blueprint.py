# SPDX-License-Identifier: AGPL-3.0-or-later
"""The order of things around every page: who, may she, trace, one transaction, outcome."""

import enum
import functools
import re
import secrets
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
    flash,
    g,
    make_response,
    redirect,
    request,
    session,
    url_for,
)
from itsdangerous import BadSignature, URLSafeSerializer, URLSafeTimedSerializer
from sqlalchemy import event, orm
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from casework import clock
from casework.audit import attest, trace
from casework.db import db, hopefully, transaction
from casework.errors import Refusal, Stale
from casework.i18n import LANGUAGES, _
from casework.policy import ROLES, Permission
from casework.web import errors as error_pages

from . import drafts, sessions
from .acting import acting_as, current_user
from .models import User, actor_of

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
    switched = request.args.get("lang") in LANGUAGES and form_path() is not None
    return request.method == "POST" and (switched or "again" in request.args)


def _seen_again(view: Callable[[], Any]) -> Response:
    """Its text waits for her in the same form; she saves it herself. What cannot be kept
    meanwhile is shown at once."""
    if form_path() != request.path:
        raise Refusal(_("Nothing was done. Open the page again and try once more."), 400)
    writer = _writer()
    if writer and writer != current_user.id:
        typed = drafts.answers_of(request.form)
        return make_response(_left_to(drafts.Carried(request.path, typed, clock.now(), writer)))
    if not drafts.hold(current_user.id, request.path, request.form):
        return _shown_with_its_text(view)
    asked = {name: value for name, value in request.args.items() if name != "again"}
    return make_response(redirect(f"{request.path}?{urlencode({**asked, 'held': 1})}", 303))


def _shown_with_its_text(view: Callable[[], Any]) -> Response:
    """The form as if it had been opened anew, with all that was sent: it changes nothing."""
    flash(str(drafts.NOT_KEPT_ASIDE), "warning")
    g.held, g.form_at, g.form_status = MultiDict(drafts.answers_of(request.form)), request.path, 413
    request.method = "GET"
    return _transacted(view)


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
        response = _seen_again(view) if _only_to_be_seen() else _transacted(view)
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
    before = dict(session)
    try:
        with hopefully():
            return _once(view)
    except (sa.exc.IntegrityError, Stale):
        session.clear()
        session.update(before)
        for name in ("form_status", "hits"):
            g.pop(name, None)
        return _once(view)


def _once(view: Callable[[], Any]) -> Response:
    with transaction(write=request.method not in READS):
        if request.method == "GET" and "held" in request.args and "held" not in g:
            g.held = drafts.draft_of(request.path)
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
    """To the password, and back to the same form with the same text.

    The text is held for who was here, if it can be; else it goes, sealed, through the door's page.
    """
    door = "access.unlock" if here and here.state == "locked" else "access.sign_in"
    if request.method in READS:
        return _to(door, request.full_path.rstrip("?"))
    path = form_path()
    if path is None:  # nothing shows at this address: there is no form to come back to
        return _to(door, "/")
    if here and drafts.hold(here.user_id, path, request.form):
        return _to(door, f"{path}?held=1")
    if not wants_json():
        g.carried = drafts.carry(path, request.form, here.user_id if here else _writer())
        if g.carried:
            return make_response(current_app.view_functions[door](), 401)
    return _to(door, "/")


def _to(door: str, back: str) -> Any:
    return redirect(url_for(door, next=_signer().dumps(back)), 303)


def tokens_of(user_id: uuid.UUID) -> None:
    """From here on the form tokens of this browser are of this user and say so."""
    if session.get("of") != str(user_id):
        session.clear()
        session["of"] = str(user_id)
        session["csrf_token"] = f"{secrets.token_hex(20)}.{user_id}"


def _writer() -> uuid.UUID | None:
    """On whose page the form was written, as its token says, also after her session ended."""
    token = request.form.get("written_with") or request.form.get("csrf_token", "")
    signed = URLSafeTimedSerializer(current_app.secret_key or "", salt="wtf-csrf-token")
    try:
        return uuid.UUID(str(signed.loads(token)).rpartition(".")[2])
    except (BadSignature, ValueError):
        return None


def form_path() -> str | None:
    """The address of the form that was sent, or whose draft was sent to be kept. None where no
    form of ours is shown, so that nobody can be led back there."""
    key = (request.view_args or {}).get("form_key")
    if key is not None and not drafts.FORM_KEY.fullmatch(key):
        return None
    path = request.path if key is None else f"/{key}"
    return path if _need_of(path) else None


def opens(actor: Any, path: str) -> bool:
    """Whether her role opens the form at this address; which records it shows is asked later."""
    need = _need_of(path)
    return actor.may(need) if isinstance(need, Permission) else need is SIGNED_IN


def _need_of(path: str) -> Any:
    """What the form at this address needs; None if none is shown and sent there."""
    adapter = current_app.create_url_adapter(request)
    try:
        rule, _arguments = adapter.match(path, method="GET", return_rule=True)  # type: ignore[union-attr]
    except HTTPException:
        return None
    if "POST" not in (rule.methods or ()):
        return None
    return getattr(current_app.view_functions[rule.endpoint], "needs", None)


def wants_json() -> bool:
    """Whether a script asks, which keeps its page and its text."""
    wanted = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return wanted == "application/json"


def come_in(here: sessions.Presence, text: str | None) -> Any:
    """To the form whose text was carried through the door, or to where she was going.

    The text is its writer's. Another who comes in goes to the start page, and the text waits for
    the writer under her own key. Where no token tells the writer, it is given to who comes in
    only if her role opens that form and the roles of one strand alone do: what a cell wrote is
    never handed to the hub.
    """
    brought = drafts.carried(text) if text else None
    if brought is None or not OURS.match(brought.path):
        return redirect(next_url(), 303)
    if brought.writer == here.user_id or (brought.writer is None and _is_of_one_strand(brought)):
        return _brought_in(here, brought)
    return _left_to(brought)


def _left_to(brought: drafts.Carried) -> Any:
    """A colleague's text is not shown to who is here now; it waits for its writer, if it can."""
    if brought.writer and _waits_for(brought.writer, brought):
        flash(_("What a colleague was writing here waits for her. She finds it when she signs in."))
    else:
        flash(_("What was being written here was not kept: it may be a colleague’s."), "warning")
    return redirect("/", 303)


def _brought_in(here: sessions.Presence, brought: drafts.Carried) -> Any:
    if not opens(here.actor, brought.path):
        return redirect("/", 303)
    if drafts.put_down(here.user_id, brought):
        return redirect(f"{brought.path}?held=1", 303)
    return make_response(
        error_pages.give_text_back(
            MultiDict(brought.answers), f"{brought.path}?again=1", drafts.NOT_KEPT_ASIDE
        )
    )


def _waits_for(writer: uuid.UUID, brought: drafts.Carried) -> bool:
    with transaction(write=False):
        user = db.session.get(User, writer)
        hers = user is not None and user.is_active and opens(actor_of(user), brought.path)
    return hers and drafts.put_down(writer, brought)


def _is_of_one_strand(brought: drafts.Carried) -> bool:
    need = _need_of(brought.path)
    strands = {role.strand for role in ROLES.values() if need in role.permissions}
    return len(strands - {None}) <= 1 and need is not SIGNED_IN


def next_url() -> str:
    """Where to go after the door: an address of ours, signed by us, else the first page."""
    try:
        address = str(_signer().loads(request.args.get("next", "")))
    except BadSignature:
        return "/"
    return address if OURS.match(address) else "/"


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="next")
