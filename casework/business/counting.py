# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is counted of what people start (indicators HUB-02 to HUB-06, the survival curve).

A registration and a start are facts about people; a support, a state, paid work and the first
anniversary are about the business. All of a business are written anew together: one day put right
may make another count.
"""

import datetime as dt
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from casework import clock
from casework.db import db
from casework.facts import FactKind
from casework.people import Person, Registration, consents_to, records, tally
from casework.policy import finding

from .deeds import (
    AeRegistration,
    TradingStart,
    VentureSupport,
    helped_since,
    registrations_of,
    starts_of,
    supports_of,
)
from .lives import FollowUp, follow_ups_of, in_order, state_at, status_of
from .models import Venture, VentureOwner

ABOUT_IT = ("isic_section", "legal_form")
ABOUT_OWNED = (*ABOUT_IT, "owner_sex")

AE_REGISTERED = FactKind("ae_registration", number=22, dims=(*tally.ABOUT_HER, *ABOUT_IT))
BUSINESS_SUPPORTED = FactKind("business_support", number=23, dims=(*ABOUT_OWNED, "support_type"))
BUSINESS_STARTED = FactKind("business_start", number=24, dims=(*tally.ABOUT_HER, *ABOUT_IT))
# Of the business itself: a year after its start, how it was on a day, that it trades, paid work.
ANNIVERSARY = FactKind("business_anniversary", number=36, dims=(*ABOUT_OWNED, "venture_state"))
STATE = FactKind("business_state", number=37, dims=(*ABOUT_OWNED, "venture_state"))
TRADES = FactKind("business_trading", number=38, dims=ABOUT_OWNED)
JOBS = FactKind("business_jobs", number=39, dims=ABOUT_OWNED)


def count_registration(record: AeRegistration, person: Person) -> None:
    """Write the fact of a first registration, where she is followed. A renewal counts nothing."""
    tally.uncount(record)
    if not record.is_first:
        return
    about = {"isic_section": record.told.isic_section, "legal_form": "AE"}
    place = sa.select(Registration.site_id).where(Registration.person_id == person.id)
    site_id = db.session.scalars(place.limit(1)).one()
    tally.count(record, AE_REGISTERED, record.told.held_on, person, site_id, about)


def recount(venture: Venture, but: VentureOwner | None = None) -> None:
    """Count a business anew: its support, and its start for each of its owners, `but` apart."""
    owners = [one for one in _all_owners(venture) if one[0] is not but]
    for support in filter(records.opens, supports_of(venture)):
        _count_support(support, venture, owners)
    recount_starts(venture, owners)


def count_support(support: VentureSupport, venture: Venture) -> None:
    """Write the fact of a support that stands; the former one is taken back."""
    _count_support(support, venture, _all_owners(venture))


def recount_starts(venture: Venture, owners: "Owners | None" = None) -> None:
    """Count the start and the follow-ups anew: a start may have come before help, or no longer."""
    starts = [start for start in starts_of(venture) if start.is_whole]
    if starts:
        owners = _all_owners(venture) if owners is None else owners
        lived = [one for one in follow_ups_of(venture) if one.is_whole]
        helped = helped_since(venture)
        for start in starts:
            _count_start(start, venture, owners, lived, helped)
        trades = any(start.stands for start in starts)
        _count_lives(lived, venture, owners, helped if trades else None)
        venture.status = status_of(starts, lived)
    db.session.flush()


def restate(person: Person) -> None:
    """Count anew what is hers: her attributes or her consent were corrected.

    Done within the acting user's reach, like all else. Called by the room that corrects her.
    """
    for record in filter(records.opens, registrations_of(person)):
        count_registration(record, person)
    for venture in db.session.scalars(Venture.of(person)).all():
        recount(venture)
    db.session.flush()


Owners = list[tuple[VentureOwner, Person]]
Since = dt.date | None


def is_shared(venture: Venture) -> bool:
    """Whether several people own it, whoever follows them."""
    owners = sa.select(VentureOwner.id).where(VentureOwner.venture_id == venture.id)
    return len(db.session.scalars(finding(owners.limit(2))).all()) > 1


def _all_owners(venture: Venture) -> Owners:
    """Every owner, those followed by colleagues too: they go into sealed facts, nowhere else."""
    found = db.session.execute(_owners(), {"venture": venture.id})
    return [(owner, person) for owner, person in found]


@cache
def _owners() -> sa.Select[tuple[VentureOwner, Person]]:
    found = sa.select(VentureOwner, Person).join(Person, Person.id == VentureOwner.person_id)
    found = found.where(VentureOwner.venture_id == sa.bindparam("venture"))
    whole: sa.Select[tuple[VentureOwner, Person]] = finding(
        found.options(orm.selectinload(Person.answers))
    )
    return whole


def _count_support(support: VentureSupport, venture: Venture, owners: Owners) -> None:
    tally.uncount(support)
    if support.stands:
        kind = {"support_type": support.told.support_type}
        _count_it(support, BUSINESS_SUPPORTED, support.told.held_on, venture, owners, kind)


def _count_start(
    start: TradingStart, venture: Venture, owners: Owners, lived: list[FollowUp], helped: Since
) -> None:
    """Each owner of that day once, and only where help had come before."""
    tally.uncount(start)
    day = start.told.held_on
    if not start.stands or helped is None or helped > day:
        return
    for owner, person in owners:
        if owner.business.since <= day:
            about = _about(venture, day)
            tally.count(start, BUSINESS_STARTED, day, person, venture.site_id, about)
    _count_it(start, TRADES, day, venture, owners)
    state = {"venture_state": state_at(lived, "M12") or "UNKNOWN"}
    _count_it(start, ANNIVERSARY, clock.months_after(day, 12), venture, owners, state)


def _count_lives(lived: list[FollowUp], venture: Venture, owners: Owners, helped: Since) -> None:
    """The state found, and how paid work changed since it was last known, so that a job counts
    once however often it is seen: all changes together are the last number less the first.
    No job of a business that never began counts."""
    known = None
    for one in in_order(lived):
        tally.uncount(one)
        if not one.stands:
            continue
        if one.state:
            state = {"venture_state": one.state}
            _count_it(one, STATE, one.seen_on, venture, owners, state)
        change = one.fte - known if None not in (one.fte, known) else 0
        if change and helped and helped <= one.told.held_on:
            _count_it(one, JOBS, one.told.held_on, venture, owners, amount=change)
        known = known if one.fte is None else one.fte


def _count_it(
    record: Any, kind: FactKind, day: dt.date, venture: Venture, owners: Owners,
    more: dict[str, Any] | None = None, amount: int = 1,
) -> None:  # fmt: skip
    """A fact about the business, by what it is and whose on that day."""
    sexes = {person.identity.sex for owner, person in owners if owner.business.since <= day}
    about = _about(venture, day) | {"owner_sex": sexes.pop() if len(sexes) == 1 else None}
    agreed = all(consents_to(person, "STATS") for _owner, person in owners)
    number, site = venture.business.ordinal, venture.site_id
    tally.count_thing(record, kind, day, number, site, about | (more or {}), agreed, amount)


def _about(venture: Venture, day: Any) -> dict[str, str | None]:
    return {"isic_section": venture.business.isic_section, "legal_form": venture.form_on(day)}
