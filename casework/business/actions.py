# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a person starts, step by step. Each verb runs inside the caller's unit of work."""

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa

from casework import clock, facts
from casework.access import current_user, fetch
from casework.db import db
from casework.errors import Refusal
from casework.i18n import _
from casework.people import Person, Registration, records
from casework.policy import Actor, acting
from casework.vault import new_subject

from . import counting
from .deeds import AeRegistration, TradingStart, VentureSupport, helped_by, starts_of
from .doubts import ask_why, registration_doubts
from .lives import expect, expect_turnover
from .models import OPEN, Venture, VentureOwner
from .numbers import ice_of, new_code

_programme = Actor.system()


# ------------------------------------------------------------------ registered


def register(person: Person, *, id: uuid.UUID | None = None, **content: Any) -> AeRegistration:
    """Record that she is in the register of auto-entrepreneurs, and count a first time.

    `content` is named by `AeRegistration.CONTENT`. Raises Refusal (409) where something makes it
    doubtful and no reason was given: with one, it is saved. A form sent twice is one record.
    """
    already = records.made_before(AeRegistration, id, content, person_id=person.id)
    if already:
        return already
    record = AeRegistration(
        id=id, subject_id=person.subject_id, person_id=person.id, author_id=current_user.id
    )
    records.check_day(content["held_on"], clock.today())
    record.write(content)
    ask_why(registration_doubts(person, content, record.id), content)
    with records.saved_once(record):
        counting.count_registration(record, person)
    expect_turnover(person)
    return record


def correct_registration(
    record: AeRegistration, *, version: int, why: str | None = None, **content: Any
) -> None:  # fmt: skip
    """Put a registration right. Raises Stale if it moved since it was read; Refusal for who did
    not write it, nor heads the hub and says `why`."""
    if record.says_already(version, content):
        return
    record.check_version(version)
    records.check_day(content["held_on"], clock.today())
    record.correct(content, current_user.id, clock.today(), why)
    person = records.person_of(record)
    if record.stands:
        ask_why(registration_doubts(person, content, record.id), content)
    counting.count_registration(record, person)
    db.session.flush()
    expect_turnover(person)


# ------------------------------------------------------------------ a business and its owners


def begin(
    person: Person, *, id: uuid.UUID | None = None, legal_form: str, since: dt.date | None = None,
    **content: Any,
) -> Venture:  # fmt: skip
    """Open the file of her project or business, with the legal form it has since that day.

    `content` is named by `Venture.CONTENT`. Raises Refusal (422) for an ICE that does not check.
    """
    since = since or clock.today()
    content = {**content, "ice": ice_of(content.get("ice"))}
    already = records.made_before(Venture, id, content)
    if already:
        return already
    venture = Venture(
        id=id, subject_id=new_subject(), code=_free_code(), site_id=_place_of(person),
        status=OPEN, since=since, last_on=since,
    )  # fmt: skip
    venture.describe(content)
    venture.take_form(legal_form, since, clock.today())
    venture.business.ordinal = facts.new_ordinal()
    owner = _owner(person, venture.id, since)
    owner.venture = venture
    db.session.add(owner)
    with records.saved_once(venture):
        pass
    return venture


def join(person: Person, venture_id: uuid.UUID, since: dt.date | None = None) -> Venture:
    """She owns it too. Its start counts for her where she owned it by then.

    Who says so reaches both: her adviser where he follows another owner, else the head of the hub,
    since whoever follows an owner reads the whole file. Raises Refusal (404).
    """
    venture: Venture = fetch(Venture, venture_id)
    there = sa.select(VentureOwner.id).where(
        VentureOwner.venture_id == venture_id, VentureOwner.person_id == person.id
    )
    if db.session.scalar(there):
        raise Refusal(_("This person owns this business already."))
    since = since or clock.today()
    records.check_day(since, clock.today())
    db.session.add(_owner(person, venture_id, since))
    db.session.flush()
    counting.recount(venture)
    expect(venture, clock.today())
    return venture


def correct(venture: Venture, *, version: int, **content: Any) -> None:
    """Put right what a business is; what it counts follows. Raises Stale if it moved."""
    venture.correct(content, version, clock.today())
    counting.recount(venture)


def _owner(person: Person, venture_id: uuid.UUID, since: dt.date) -> VentureOwner:
    owner = VentureOwner(subject_id=person.subject_id, person_id=person.id, venture_id=venture_id)
    owner.business.since = since
    return owner


def _place_of(person: Person) -> uuid.UUID:
    place = sa.select(Registration.site_id).where(Registration.person_id == person.id)
    found = db.session.scalar(place.where(Registration.strand == "hub").limit(1))
    if found is None:
        raise Refusal(_("This person is not registered at the hub."))
    return found


_WITH_CODE = sa.select(Venture.__table__.c.id).where(
    Venture.__table__.c.code == sa.bindparam("code")
)


def _free_code() -> str:
    while True:
        code = new_code()
        # Codes out of reach count too; nothing else is read, and nothing written.
        with acting(_programme), db.session.no_autoflush:
            taken = db.session.scalar(_WITH_CODE, {"code": code})
        if taken is None:
            return code


# ------------------------------------------------------------------ helped, trading


def log_support(venture: Venture, *, id: uuid.UUID | None = None, **content: Any) -> VentureSupport:
    """Record help given, and count the business. `content` is named by `VentureSupport.CONTENT`."""
    already = records.made_before(VentureSupport, id, content, venture_id=venture.id)
    if already:
        return already
    support = VentureSupport(
        id=id, subject_id=venture.subject_id, venture_id=venture.id, author_id=current_user.id
    )
    records.check_day(content["held_on"], clock.today())
    support.write(content)
    with records.saved_once(support):
        counting.count_support(support, venture)
        venture.last_on = max(venture.last_on, content["held_on"])
    counting.recount_starts(venture)
    return support


def correct_support(
    support: VentureSupport, *, version: int, why: str | None = None, **content: Any
) -> None:  # fmt: skip
    """Put a support right; a start may count from now on, or no longer."""
    if support.says_already(version, content):
        return
    support.check_version(version)
    records.check_day(content["held_on"], clock.today())
    support.correct(content, current_user.id, clock.today(), why)
    venture = db.session.get_one(Venture, support.venture_id)
    counting.count_support(support, venture)
    db.session.flush()
    counting.recount_starts(venture)


def log_start(venture: Venture, *, id: uuid.UUID | None = None, **content: Any) -> TradingStart:
    """Record the start of trading, and count its owners where help had come before.

    Raises Refusal (409) where it started before and no reason was given, or started already.
    """
    already = records.made_before(TradingStart, id, content, venture_id=venture.id)
    if already:
        return already
    start = TradingStart(
        id=id, subject_id=venture.subject_id, venture_id=venture.id, author_id=current_user.id
    )
    start.write(content)
    _check_start(start, venture)
    with records.saved_once(start):
        venture.last_on = max(venture.last_on, content["held_on"])
    counting.recount_starts(venture)
    expect(venture, clock.today())
    return start


def correct_start(
    start: TradingStart, *, version: int, why: str | None = None, **content: Any
) -> None:  # fmt: skip
    """Put the start of trading right."""
    if start.says_already(version, content):
        return
    start.check_version(version)
    start.correct(content, current_user.id, clock.today(), why)
    venture = db.session.get_one(Venture, start.venture_id)
    _check_start(start, venture)
    db.session.flush()
    counting.recount_starts(venture)
    expect(venture, clock.today())


def _check_start(start: TradingStart, venture: Venture) -> None:
    day = start.told.held_on
    records.check_day(day, clock.today())
    if not start.stands:
        return
    with db.session.no_autoflush:
        others = [one for one in starts_of(venture) if one.id != start.id and one.is_whole]
        if any(one.stands for one in others):
            raise Refusal(_("This business trades already. Correct the day of its start."))
        if not helped_by(venture, day):
            before = _("No support is recorded before this day: the start is kept, not counted.")
            ask_why([before], start.content())
