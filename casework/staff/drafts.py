# SPDX-License-Identifier: AGPL-3.0-or-later
"""What someone was writing is never lost: drafts, and forms that met a locked or ended session.

Both are sealed under the user's own key and come back to her only. What cannot be kept is never
let go in silence: `save_draft` refuses, `hold` says so, and the page keeps the text.
"""

import base64
import datetime as dt
import json
import re
import uuid
import zlib
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import after_this_request, current_app, g, request
from werkzeug.datastructures import MultiDict

from casework import clock
from casework.db import db, transaction
from casework.errors import Refusal
from casework.i18n import _, _l
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
NEVER_KEPT = {"csrf_token", "written_with", "password", "new_password", "record"}
CARRIED = b"carried through the sign-in page"
NOT_KEPT_ASIDE = _l(
    "This cannot be kept aside: it is too long, or too many forms wait to be finished. "
    "Nothing is saved yet."
)
LONGEST = 190_000  # bytes of what was typed in one form; an envelope takes little more
HEAVIEST = 1_500_000  # letters of what is carried: the sign-in page must be able to send it
MOST = 100  # forms of one user that wait at once


class TooMuch(Refusal):
    """More than can be kept unsaved; the page that was sent must not lose it."""

    def __init__(self, message: object) -> None:
        super().__init__(message, 413)


@dataclass(frozen=True)
class Carried:
    """A form that went through the sign-in page; `writer` is None where nothing tells who."""

    path: str
    answers: dict[str, list[str]]
    at: dt.datetime
    writer: uuid.UUID | None


def save_draft(form_key: str, data: Mapping[str, Any]) -> dt.datetime:
    """Keep what the acting user has typed so far; gives the moment it was saved at.

    `form_key` names the form and the record by ids: its address does. `data` is the posted form,
    or any dict of texts and lists.
    """
    if not current_user.compartments:
        raise Refusal(_("Your role keeps no drafts."), 403)
    try:
        return _keep(current_user.id, form_key, answers_of(data), current_user.compartments)
    except VaultError as error:
        raise TooMuch(NOT_KEPT_ASIDE) from error


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
        # What was refused goes with the page's transaction: what the page still reads must not
        # send it again, or the second refusal would take the form away.
        db.session().autoflush = False
        _hold_what_was_sent()


def _hold_what_was_sent() -> None:
    writer, path, typed = current_user.id, request.path, request.form

    @after_this_request
    def keep(response: Any) -> Any:  # after the page's own transaction was rolled back
        hold(writer, path, typed)
        return response


def hold(user_id: uuid.UUID, path: str, form: Mapping[str, Any]) -> bool:
    """Keep for a day a form that is not saved yet. Says whether it could: not what is too long,
    nor anything in a process that opens no file. Whoever asks then keeps the text on the page."""
    try:
        with transaction():
            _keep(user_id, path[:200], answers_of(form), frozenset(), is_held=True)
    except (TooMuch, VaultError):
        return False
    return True


def carry(path: str, form: Mapping[str, Any], writer: uuid.UUID | None) -> str:
    """A form that cannot be held for its writer, sealed, to go through the door's page and back.
    Empty if nothing was typed."""
    answers = answers_of(form)
    if not any(any(values) for values in answers.values()):
        return ""
    text = json.dumps([path[:200], answers, clock.now().isoformat(), writer and str(writer)])
    box = formats.seal(_carrier(), 0, zlib.compress(text.encode()), CARRIED)
    if len(box) * 4 > HEAVIEST * 3:
        raise TooMuch(_("So long a text cannot be kept while you sign in. Go back: it is there."))
    return base64.urlsafe_b64encode(box).decode()


def carried(text: str) -> Carried | None:
    """What was carried; None for what is not ours or too old."""
    try:
        opened = formats.unseal(_carrier(), base64.urlsafe_b64decode(text), CARRIED)
    except (VaultError, ValueError):
        return None
    path, answers, at, writer = json.loads(zlib.decompress(opened))
    found = Carried(path, answers, dt.datetime.fromisoformat(at), writer and uuid.UUID(writer))
    return found if clock.now() - found.at < KEPT[True] else None


def put_down(user_id: uuid.UUID, brought: Carried) -> bool:
    """Hold what was carried for this user, to see it in its form and save it herself. Says whether
    it could. A draft of hers that is newer stands."""
    with transaction(write=False):
        since = saved_at(user_id, brought.path)
    if since and since > brought.at:
        return True
    return hold(user_id, brought.path, brought.answers)


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
    _check_room(user_id, answers, is_new=found is None)
    with opening(frozenset({"draft", *compartments})):
        if found is None:
            found = Draft(user_id=user_id, form_key=form_key, subject_id=key, is_held=is_held)
            db.session.add(found)
        # A draft stays one, also where its form is held meanwhile.
        found.is_held, found.saved_at = found.is_held and is_held, now
        found.draft.answers = answers
        db.session.flush()  # sealed here, while the draft may be
    return now


def _check_room(user_id: uuid.UUID, answers: dict[str, list[str]], is_new: bool) -> None:
    if len(json.dumps(answers, ensure_ascii=False).encode()) > LONGEST:
        raise TooMuch(_("This text is too long to be kept. Nothing is saved yet: make it shorter."))
    waiting = sa.select(sa.func.count()).where(_DRAFTS.user_id == user_id)
    if is_new and (db.session.scalar(waiting) or 0) >= MOST:
        raise TooMuch(_("Too many forms wait to be finished. Finish some of them first."))


def answers_of(data: Mapping[str, Any]) -> dict[str, list[str]]:
    """What was typed in a form, as it is kept: no token, no password."""
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
