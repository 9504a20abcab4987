# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writing down how a business lives. Each verb runs inside the caller's unit of work."""

import datetime as dt
import uuid
from typing import Any

from casework import clock
from casework.access import current_user
from casework.business import FollowUp, Venture, counting, lives, models, recount_starts
from casework.db import db
from casework.errors import Refusal
from casework.i18n import _, format_day
from casework.people import records
from casework.reminders import settle

from .warning import warn

EARLY = dt.timedelta(days=30)  # before its day, a visit may stand for a follow-up


def log_follow_up(venture: Venture, *, id: uuid.UUID | None = None, **content: Any) -> FollowUp:
    """Record what was found out, and count the business. `content` is named by `FollowUp.CONTENT`.

    Raises Refusal where it was asked already (409), or too early to say it (422).
    """
    already = records.made_before(FollowUp, id, content, venture_id=venture.id)
    if already:
        return already
    record = FollowUp(
        id=id, subject_id=venture.subject_id, venture_id=venture.id, author_id=current_user.id
    )
    records.check_day(content["held_on"], clock.today())
    record.write(content)
    _check(record, venture)
    with records.saved_once(record):
        venture.last_on = max(venture.last_on, content["held_on"])
    recount_starts(venture)
    lives.expect(venture, clock.today())
    warn(venture)
    return record


def correct_follow_up(
    record: FollowUp, *, version: int, why: str | None = None, **content: Any
) -> None:  # fmt: skip
    """Put a follow-up right. Raises Stale if it moved since it was read; Refusal for who did not
    write it, nor heads the hub and says `why`."""
    if record.says_already(version, content):
        return
    record.check_version(version)
    records.check_day(content["held_on"], clock.today())
    record.correct(content, current_user.id, clock.today(), why)
    venture = db.session.get_one(Venture, record.venture_id)
    _check(record, venture)
    db.session.flush()
    recount_starts(venture)
    lives.expect(venture, clock.today())
    warn(venture)


def take_form(venture: Venture, *, version: int, legal_form: str, on: dt.date) -> None:
    """It has this legal form since that day; said again of a day, it replaces what was said."""
    venture.check_version(version)
    venture.take_form(legal_form, on, clock.today())
    counting.recount(venture)
    warn(venture)


def leave(venture: Venture, owner: models.VentureOwner) -> None:
    """She was entered as an owner by mistake. Raises Refusal for the only one.

    Counted before she goes: without her, the business may be out of the actor's reach.
    """
    if not counting.is_shared(venture):
        raise Refusal(_("A business keeps at least one owner. Add the other one first."))
    counting.recount(venture, but=owner)
    settle(venture.id)
    db.session.delete(owner)
    db.session.flush()
    lives.expect(venture, clock.today())


def _check(record: FollowUp, venture: Venture) -> None:
    if not record.stands:
        return
    asked, day = record.told.follow_up, record.told.held_on
    with db.session.no_autoflush:
        if asked in _asked_before(record, venture):
            raise Refusal(_("This follow-up is recorded already. Correct it, or choose another."))
        start = lives.started_on(venture)
    if asked == lives.BASELINE:
        return
    if start is None:
        raise Refusal(_("Record the start of trading first: a follow-up counts from that day."))
    earliest = clock.months_after(start, lives.MONTHS[asked]) - EARLY
    if day < earliest:
        from_day = format_day(earliest)
        raise Refusal(_("It is too early for this follow-up: from %(day)s on.", day=from_day), 422)


def _asked_before(record: FollowUp, venture: Venture) -> set[str]:
    others = [one for one in lives.follow_ups_of(venture) if one.id != record.id and one.is_whole]
    return {one.told.follow_up for one in others if one.stands}
