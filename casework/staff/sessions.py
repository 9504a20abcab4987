# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sessions kept on the server: who a request comes from, and when a post locks.

The cookie holds a random token and nothing else. A user's `epoch` is compared at each request,
so that closing an account or changing a password ends every session at once.
"""

import datetime as dt
import hashlib
import secrets
import uuid
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Request, Response, current_app, request

from casework import clock
from casework.db import db, learn_sizes, transaction
from casework.policy import Actor

from .models import SignIn, User, actor_of

SEEN_EVERY = dt.timedelta(seconds=30)
PRESENCE = "casework.presence"
MEASURED = "casework.measured"
# Asked at every request, so made once, and of plain columns.
_SIGN_INS, _USERS = SignIn.__table__.c, User.__table__.c
_BY_TOKEN = (
    sa.select(
        _SIGN_INS.id.label("sign_in_id"), _SIGN_INS.epoch.label("begun_in_epoch"),
        _SIGN_INS.expires_at, _SIGN_INS.last_seen_at, _SIGN_INS.locked_at, _SIGN_INS.is_shared,
        _USERS.id, _USERS.epoch, _USERS.is_active, _USERS.card, _USERS.must_change_password,
    )
    .join_from(SignIn.__table__, User.__table__, _USERS.id == _SIGN_INS.user_id)
    .where(_SIGN_INS.token_hash == sa.bindparam("hash"))
)  # fmt: skip


@dataclass(frozen=True)
class Presence:
    """What a request's cookie is worth: `state` is open, locked or ended."""

    id: uuid.UUID
    user_id: uuid.UUID
    state: str
    is_shared: bool
    actor: Actor


def idle_limit(is_shared: bool) -> dt.timedelta:
    settings = current_app.config["CASEWORK"]
    return dt.timedelta(
        minutes=settings.shared_idle_minutes if is_shared else settings.idle_minutes
    )


def cookie_name() -> str:
    """On loopback without TLS browsers refuse the prefix and Secure, so the name is another."""
    return "__Host-casework" if request.is_secure else "casework-local"


def hashed(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def presence() -> Presence | None:
    """Whom the request comes from, read once; None for a visitor."""
    known = request.environ
    if PRESENCE not in known:
        token = request.cookies.get(cookie_name())
        known[PRESENCE] = recognised(token) if token else None
    return known[PRESENCE]


def loader(_request: Request) -> Actor | None:
    """For Flask-Login: the acting user of an open session."""
    here = presence()
    return here.actor if here and here.state == "open" else None


def recognised(token: str) -> Presence | None:
    """Whom a token stands for. Asked of the database itself: an ORM session begun and ended
    for two plain questions costs as much as they do."""
    with db.engine.connect() as connection:
        row = connection.execute(_BY_TOKEN, {"hash": hashed(token)}).one_or_none()
        if row is None or not row.is_active:
            return None
        actor = actor_of(row, connection)
    here = Presence(row.sign_in_id, row.id, _state(row), row.is_shared, actor)
    stale = clock.now() - row.last_seen_at > SEEN_EVERY
    if stale and here.state == "open":
        touch(here.id)
    return here


def _state(one: Any) -> str:
    if one.begun_in_epoch != one.epoch or clock.now() >= one.expires_at:
        return "ended"
    idle = clock.now() - one.last_seen_at > idle_limit(one.is_shared)
    return "locked" if one.locked_at or idle else "open"


def touch(sign_in: uuid.UUID) -> None:
    with transaction():
        now = clock.now()
        db.session.execute(sa.update(SignIn).where(SignIn.id == sign_in).values(last_seen_at=now))


def begin(user: User, is_shared: bool) -> str:
    """A new session in the current transaction; gives the token for the cookie."""
    token, now = secrets.token_urlsafe(32), clock.now()
    hours = current_app.config["CASEWORK"].session_hours
    db.session.add(
        SignIn(
            token_hash=hashed(token), user_id=user.id, epoch=user.epoch, created_at=now,
            last_seen_at=now, expires_at=now + dt.timedelta(hours=hours), is_shared=is_shared,
        )
    )  # fmt: skip
    return token


def reopen(sign_in: uuid.UUID) -> str:
    """Unlock in the current transaction, under a new token."""
    token = secrets.token_urlsafe(32)
    fresh = {"locked_at": None, "last_seen_at": clock.now(), "token_hash": hashed(token)}
    db.session.execute(sa.update(SignIn).where(SignIn.id == sign_in).values(**fresh))
    return token


def lock(sign_in: uuid.UUID) -> None:
    """Ask for the password before anything else is shown. Nothing is lost."""
    now = clock.now()
    db.session.execute(sa.update(SignIn).where(SignIn.id == sign_in).values(locked_at=now))


def end(user_id: uuid.UUID, sign_in: uuid.UUID | None = None) -> None:
    """End one session of a user, or all of them; for a day they still recognise a held form."""
    ended = sa.update(SignIn).where(SignIn.user_id == user_id).values(expires_at=clock.now())
    db.session.execute(ended.where(SignIn.id == sign_in) if sign_in else ended)


def sweep() -> None:
    """Forget sessions that ended over a day ago; until then they recognise a held form.

    Once a day, with the first to sign in, the database learns how its tables have grown.
    """
    past = clock.now() - dt.timedelta(days=1)
    db.session.execute(sa.delete(SignIn).where(SignIn.expires_at < past))
    if current_app.extensions.get(MEASURED) != clock.today():
        learn_sizes()
        current_app.extensions[MEASURED] = clock.today()


def give_cookie(response: Response, token: str) -> Response:
    response.set_cookie(
        cookie_name(), token, secure=request.is_secure, httponly=True, samesite="Strict", path="/"
    )
    return response


def take_cookie(response: Response) -> Response:
    response.delete_cookie(
        cookie_name(), secure=request.is_secure, httponly=True, samesite="Strict", path="/"
    )
    return response
