# SPDX-License-Identifier: AGPL-3.0-or-later
"""Acting as someone: for policy, for the vault, and in whose name the trail writes."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from werkzeug.local import LocalProxy

from casework.audit import speaking, trace
from casework.db import db
from casework.errors import Refusal
from casework.i18n import _
from casework.policy import Actor, acting, can
from casework.vault import opening

from .models import User, actor_of

NOBODY_IN_PARTICULAR = Actor(None)

# The acting user, wherever the code runs: page, command, job, test.
current_user: Any = LocalProxy(lambda: Actor.now() or NOBODY_IN_PARTICULAR)


@contextmanager
def acting_as(
    user: User | Actor, reason: str | None = None, session_ref: uuid.UUID | None = None
) -> Iterator[Actor]:
    """Do the block as this user, with her reach and her compartments.

    `reason`, a code of small letters, leaves a line of its own in the trail: why a command acts.
    """
    actor = user if isinstance(user, Actor) else actor_of(user)
    if not actor.is_active:
        raise Refusal(_("This account is closed."), 403)
    with acting(actor), opening(actor.compartments), speaking(actor.id, session_ref):
        mark = trace("act", reason=reason) if reason else None
        outcome = "failed"
        try:
            yield actor
            outcome = "ok"
        finally:
            if mark:
                mark.done(outcome)


@contextmanager
def acting_as_system() -> Iterator[Actor]:
    """Do the block as the system: it may count and verify rows, and open no file."""
    actor = Actor.system()
    with acting(actor), opening(frozenset()), speaking(None, None):
        yield actor


def fetch(model: Any, key: uuid.UUID) -> Any:
    """The record with this id within the acting user's reach, or a Refusal with status 404.

    Outside reach and not there are one answer: that a file exists is not disclosed either.
    """
    found = db.session.scalar(_by_id(model), {"key": key})
    if found is None:
        raise Refusal(_("There is no such page, or it is not open to you."), 404)
    return found


def may_change(record: Any) -> bool:
    """Whether the acting user writes in a record, and does not only read it."""
    actor = Actor.now()
    return actor is not None and can(actor, "write", record)


@lru_cache
def _by_id(model: Any) -> sa.Select[Any]:
    return sa.select(model).where(model.id == sa.bindparam("key"))
