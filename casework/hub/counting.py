# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the hub counts: one fact per attended orientation (indicator HUB-01).

A fact is written in the transaction of its record, which keeps the fact's id inside its own
envelope. The day counted is the day of the service. A missed one counts nothing.
"""

import uuid

import sqlalchemy as sa

from casework import facts
from casework.access import Site
from casework.codelists import codelist
from casework.db import db
from casework.facts import FactKind
from casework.people import Person, attributes_on, consents_to

from .models import Enrolment, OrientationSession

ABOUT_HER = ("sex", "age_band", "population_group", "nationality_group", "disability")
ABOUT_IT = ("orientation_format", "pathway", "legal_form")

HUB_ORIENTATION = FactKind("hub_orientation", number=2, dims=(*ABOUT_HER, *ABOUT_IT))


def count_orientation(session: OrientationSession, enrolment: Enrolment, person: Person) -> None:
    """Write the fact of an orientation, where someone came to it. Keeps its id in the record."""
    if not session.is_attended:
        return
    business, day = session.business, session.business.held_on
    dims = {
        "orientation_format": business.orientation_format,
        "pathway": enrolment.business.pathway,
        "legal_form": enrolment.business.legal_form,
    }
    fact = facts.record(
        HUB_ORIENTATION, day, db.session.get_one(Site, enrolment.site_id).number,
        person.identity.ordinal, {**attributes_on(person, day), **_known(dims)},
        consent=consents_to(person, "STATS"), source=session.id,
    )  # fmt: skip
    business.fact_ids = [str(fact)]


def uncount(session: OrientationSession) -> None:
    """Take back the facts of a record, by facts that compensate them."""
    facts.retract(facts_of(session))
    session.business.fact_ids = None


def facts_of(session: OrientationSession) -> list[uuid.UUID]:
    """The facts that a record wrote and still stands for."""
    return [uuid.UUID(fact) for fact in session.business.fact_ids or ()]


def restate(person: Person) -> None:
    """Count her orientations anew: her attributes or her consent were corrected.

    Done within the acting user's reach, like all else. Called by the room that corrects her.
    """
    joined = sa.select(Enrolment, OrientationSession).join(
        OrientationSession, OrientationSession.enrolment_id == Enrolment.id
    )
    rows = db.session.execute(joined.where(Enrolment.person_id == person.id)).all()
    for enrolment, session in rows:
        uncount(session)
        count_orientation(session, enrolment, person)
    db.session.flush()


def _known(dims: dict[str, str | None]) -> dict[str, str]:
    """Only codes of a list: « does not know » and silence are both « not stated » in a count."""
    return {name: code for name, code in dims.items() if code and code in codelist(name)}
