# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is counted of registrations, support and starts (indicators HUB-02, HUB-03, HUB-04).

A registration and a start are facts about people, a support is one about the business. All of a
business are written anew together: one day put right may make another count.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from casework.db import db
from casework.facts import FactKind
from casework.people import Person, Registration, consents_to, records, tally
from casework.policy import finding

from .deeds import (
    AeRegistration,
    TradingStart,
    VentureSupport,
    helped_by,
    registrations_of,
    starts_of,
    supports_of,
)
from .models import OPEN, TRADING, Venture, VentureOwner

ABOUT_IT = ("isic_section", "legal_form")

AE_REGISTERED = FactKind("ae_registration", number=22, dims=(*tally.ABOUT_HER, *ABOUT_IT))
BUSINESS_SUPPORTED = FactKind("business_support", number=23, dims=(*ABOUT_IT, "support_type"))
BUSINESS_STARTED = FactKind("business_start", number=24, dims=(*tally.ABOUT_HER, *ABOUT_IT))


def count_registration(record: AeRegistration, person: Person) -> None:
    """Write the fact of a first registration, where she is followed. A renewal counts nothing."""
    tally.uncount(record)
    if not record.is_first:
        return
    about = {"isic_section": record.told.isic_section, "legal_form": "AE"}
    place = sa.select(Registration.site_id).where(Registration.person_id == person.id)
    site_id = db.session.scalars(place.limit(1)).one()
    tally.count(record, AE_REGISTERED, record.told.held_on, person, site_id, about)


def recount(venture: Venture) -> None:
    """Count a business anew: its support, and its start for each of its owners."""
    owners = _all_owners(venture)
    for support in filter(records.opens, supports_of(venture)):
        _count_support(support, venture, owners)
    recount_starts(venture, owners)


def count_support(support: VentureSupport, venture: Venture) -> None:
    """Write the fact of a support that stands; the former one is taken back."""
    _count_support(support, venture, _all_owners(venture))


def recount_starts(venture: Venture, owners: "Owners | None" = None) -> None:
    """Count the start anew: it may have come before help, or no longer."""
    starts = [start for start in starts_of(venture) if start.is_whole]
    owners = _all_owners(venture) if starts and owners is None else owners
    for start in starts:
        _count_start(start, venture, owners or [])
    venture.status = TRADING if any(start.stands for start in starts) else OPEN
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


def _all_owners(venture: Venture) -> Owners:
    """Every owner, those followed by colleagues too: they go into sealed facts, nowhere else."""
    found = sa.select(VentureOwner, Person).join(Person, Person.id == VentureOwner.person_id)
    found = found.where(VentureOwner.venture_id == venture.id)
    whole = finding(found.options(orm.selectinload(Person.answers)))
    return [(owner, person) for owner, person in db.session.execute(whole)]


def _count_support(support: VentureSupport, venture: Venture, owners: Owners) -> None:
    tally.uncount(support)
    if not support.stands:
        return
    day = support.told.held_on
    about = _about(venture, day) | {"support_type": support.told.support_type}
    agreed = all(consents_to(person, "STATS") for _owner, person in owners)
    number = venture.business.ordinal
    tally.count_thing(support, BUSINESS_SUPPORTED, day, number, venture.site_id, about, agreed)


def _count_start(start: TradingStart, venture: Venture, owners: Owners) -> None:
    """Each owner of that day once, and only where help had come before."""
    tally.uncount(start)
    day = start.told.held_on
    if not (start.stands and helped_by(venture, day)):
        return
    for owner, person in owners:
        if owner.business.since <= day:
            about = _about(venture, day)
            tally.count(start, BUSINESS_STARTED, day, person, venture.site_id, about)


def _about(venture: Venture, day: Any) -> dict[str, str | None]:
    return {"isic_section": venture.business.isic_section, "legal_form": venture.form_on(day)}
