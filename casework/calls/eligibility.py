# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether a person is whom a call looks for: each condition with what is known of her.

It is said, never decided: what is not met asks for a reason, what is not known asks for nothing.
"""

import datetime as dt
from typing import Any, NamedTuple

import sqlalchemy as sa

from casework.codelists import label
from casework.db import db
from casework.hub import Enrolment
from casework.i18n import _, format_day
from casework.people import Person, ages

from .models import Call

MET, UNMET, UNKNOWN = "met", "unmet", "unknown"


class Check(NamedTuple):
    """One condition: what is asked, what is known, and whether it fits."""

    asked: str
    known: str
    state: str


def checks(call: Call, person: Person, day: dt.date) -> list[Check]:
    """The conditions of a call, held against a person on a day."""
    said = call.details
    found = [_age(said, person, day)] if said["age_from"] or said["age_to"] else []
    situation = ages.situation_on(person.identity, day).get("population_group")
    for wanted, codes, code in (
        (said["sexes"], "sex", person.identity.sex),
        (said["groups"], "population_group", situation),
        (said["pathways"], "pathway", _pathway_of(person) if said["pathways"] else None),
    ):
        if wanted:
            found.append(_among(wanted, codes, code))
    return found


def doubts(call: Call, person: Person, day: dt.date) -> list[str]:
    """Sentences for what does not fit: conditions not met, a day outside the call."""
    found = [
        _("Asked: %(asked)s. Known: %(known)s.", asked=one.asked, known=one.known)
        for one in checks(call, person, day) if one.state == UNMET
    ]  # fmt: skip
    if not call.is_open_on(day):
        first, last = format_day(call.opens_on), format_day(call.closes_on)
        found.append(_("This call is open from %(first)s to %(last)s.", first=first, last=last))
    return found


def ages_asked(said: dict[str, Any]) -> str:
    """The ages a call looks for, in words; nothing for any."""
    low, high = said["age_from"], said["age_to"]
    if low and high:
        return _("from %(low)s to %(high)s years", low=low, high=high)
    if high:
        return _("up to %(high)s years", high=high)
    return _("from %(low)s years", low=low) if low else ""


def _age(said: dict[str, Any], person: Person, day: dt.date) -> Check:
    low, high, asked = said["age_from"], said["age_to"], ages_asked(said)
    years = ages.years_on(person.identity, day)
    if years is None:
        return Check(asked, _("Not stated"), UNKNOWN)
    fits = (low or 0) <= years <= (high or 999)
    return Check(asked, _("%(years)s years", years=years), MET if fits else UNMET)


def _among(wanted: list[str], codes: str, code: str | None) -> Check:
    asked = " / ".join(label(codes, one) for one in wanted)
    if not code or code in ("UNK", "PNS", "U"):
        return Check(asked, _("Not stated"), MET if code in wanted else UNKNOWN)
    return Check(asked, label(codes, code), MET if code in wanted else UNMET)


def _pathway_of(person: Person) -> str | None:
    """The pathway of her newest enrolment that opens."""
    paths = db.session.scalars(sa.select(Enrolment).where(Enrolment.person_id == person.id))
    whole = [one for one in paths if one.is_whole]
    newest = max(whole, key=lambda one: (one.is_open, one.opened_on), default=None)
    return newest.business.pathway if newest else None
