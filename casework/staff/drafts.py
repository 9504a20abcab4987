# SPDX-License-Identifier: AGPL-3.0-or-later
"""What someone was writing is never lost: drafts, and forms that met a locked or ended session.

Both are sealed under the user's own key and come back to her only.
"""

import base64
import datetime as dt
import json
import re
import uuid
import zlib
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import after_this_request, current_app, g, request
from werkzeug.datastructures import MultiDict

from casework import clock
from casework.db import db, transaction
from casework.errors import Refusal
from casework.i18n import _
from casework.vault import VaultError, formats, new_subject, opening

from .acting import current_user
from .models import Draft, User

# The address of a form of ours, and of nothing else: it is also where one is sent back to.
FORM_KEY = re.compile(r"[a-z0-9-]{1,40}(?:/[a-z0-9-]{1,40}){0,4}")
KEPT = {True: dt.timedelta(hours=24), False: dt.timedelta(days=30)}
_DRAFTS = Draft.__table__.c
_SAME_FORM = sa.and_(
    _DRAFTS.user_id == sa.bindparam("user"), _DRAFTS.form_key == sa.bindparam("form")
)
_MINE, _IS_THERE = sa.select(Draft).where(_SAME_FORM), sa.select(_DRAFTS.id).where(_SAME_FORM)
# `record` is the id a form was given: text that comes back is a record of its own.
NEVER_KEPT = {"csrf_token", "password", "new_password", "record"}
CARRIED = b"carried through the sign-in page"


def save_draft(form_key: str, data: Mapping[str, Any]) -> dt.datetime:
    """Keep what the acting user has typed so far; gives the moment it was saved at.

    `form_key` names the form and the record by ids: its address does. `data` is the posted form,
    or any dict of texts and lists.
    """
    if not current_user.compartments:
        raise Refusal(_("Your role keeps no drafts."), 403)
    return _keep(current_user.id, form_key, _answers(data), current_user.compartments)


def draft_of(form_key: str) -> MultiDict[str, str] | None:
    """What the acting user had typed in this form, as a posted form; None if nothing."""
    found = _find(current_user.id, form_key)
    return _open(found) if found else None


def saved_at(user_id: uuid.UUID, form_key: str) -> dt.datetime | None:
    """Since when a draft of hers waits for this form."""
    found = _find(user_id, form_key)
    return found.saved_at if found else None


def drop_draft(form_key: str) -> None:
    """The form was saved for good, or is not wanted."""
    mine = {"user": current_user.id, "form": form_key}
    if db.session.connection().execute(_IS_THERE, mine).first():  # after most forms there is none
        _one_at_a_time(current_user.id)
        for draft in db.session.scalars(_MINE, mine):
            db.session.delete(draft)


def taken_up_again() -> None:
    """A form opened anew begins with the draft its writer left, unless she wants it empty."""
    if request.method == "GET" and not g.get("held") and "fresh" not in request.args:
        g.held = draft_of(request.path)


@contextmanager
def kept_if_refused(form: Any) -> Iterator[None]:
    """Do in the block what a form asks. A refusal stands on the form, which keeps what was typed;
    so does the server, sealed, in case the page is left.

        with drafts.kept_if_refused(form):
            case = open_case(person, **form.said("opened_on", "reason"))
            return redirect(…)
        return render_template(…)
    """
    try:
        yield
    except Refusal as refusal:
        form.refuse(refusal)
        _hold_what_was_sent()


def _hold_what_was_sent() -> None:
    writer, path, typed = current_user.id, request.path, request.form

    @after_this_request
    def keep(response: Any) -> Any:  # after the page's own transaction was rolled back
        hold(writer, path, typed)
        return response


def hold(user_id: uuid.UUID, path: str, form: Mapping[str, Any]) -> bool:
    """Keep a form that met a locked or ended session, for a day. Says whether it could."""
    try:
        with transaction():
            _keep(user_id, path[:200], _answers(form), frozenset(), is_held=True)
    except VaultError:
        return False  # this process opens no file, so its pages have no text to lose
    return True


def carry(path: str, form: Mapping[str, Any]) -> str:
    """A form that met nobody's session, sealed, to go through the sign-in page and back. Empty if
    nothing was typed."""
    answers = _answers(form)
    if not any(any(values) for values in answers.values()):
        return ""
    until = clock.now() + KEPT[True]
    text = json.dumps([path[:200], answers, until.isoformat()]).encode()
    return base64.b64encode(formats.seal(_carrier(), 0, zlib.compress(text), CARRIED)).decode()


def put_down(user_id: uuid.UUID, carried: str) -> str | None:
    """Hold what was carried for who signed in, to see it in its form and save it herself; gives
    the address of that form. None for what is not ours, too old, or not kept."""
    try:
        text = formats.unseal(_carrier(), base64.b64decode(carried), CARRIED)
    except (VaultError, ValueError):
        return None
    path, answers, until = json.loads(zlib.decompress(text))
    if clock.now() > dt.datetime.fromisoformat(until):
        return None
    return str(path) if hold(user_id, path, answers) else None


def _carrier() -> AESGCM:
    return AESGCM(current_app.extensions["vault"].office_key("carried"))


def _keep(
    user_id: uuid.UUID,
    form_key: str,
    answers: dict[str, list[str]],
    compartments: Container[str],
    is_held: bool = False,
) -> dt.datetime:
    key, now = _key_of(user_id), clock.now()
    found = db.session.scalar(_MINE, {"user": user_id, "form": form_key})
    with opening(frozenset({"draft", *compartments})):
        if found is None:
            found = Draft(user_id=user_id, form_key=form_key, subject_id=key, is_held=is_held)
            db.session.add(found)
        # A draft stays one, also where its form is held meanwhile.
        found.is_held, found.saved_at = found.is_held and is_held, now
        found.draft.answers = answers
        db.session.flush()  # sealed here, while the draft may be
    return now


def _answers(data: Mapping[str, Any]) -> dict[str, list[str]]:
    pairs = data.lists() if isinstance(data, MultiDict) else data.items()
    return {
        name: [str(one) for one in (value if isinstance(value, list) else [value])]
        for name, value in pairs
        if name not in NEVER_KEPT and value is not None
    }


def _find(user_id: uuid.UUID, form_key: str) -> Draft | None:
    found = db.session.scalar(_MINE, {"user": user_id, "form": form_key})
    return found if found and clock.now() - found.saved_at < KEPT[found.is_held] else None


def _open(found: Draft) -> MultiDict[str, str]:
    with opening({"draft"}):
        return MultiDict(found.draft.answers or {})


def _key_of(user_id: uuid.UUID) -> uuid.UUID:
    user = _one_at_a_time(user_id)
    if user.key_id is None:
        user.key_id = new_subject()
    return user.key_id


def _one_at_a_time(user_id: uuid.UUID) -> User:
    """The user, whose drafts nobody else touches until this unit of work ends: two posts of one
    form, the button and the clock, come one after the other."""
    mine = sa.select(User).where(User.id == user_id).with_for_update(key_share=True)
    return db.session.scalars(mine.execution_options(populate_existing=True)).one()


def sweep() -> None:
    """Forget what nobody came back for."""
    for is_held, kept in KEPT.items():
        old = sa.and_(Draft.is_held == is_held, Draft.saved_at < clock.now() - kept)
        for draft in db.session.scalars(sa.select(Draft).where(old)):
            db.session.delete(draft)  # one by one, so that the trail hears of each
