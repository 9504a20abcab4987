# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the hub counts: one fact per attended orientation (indicator HUB-01). A missed one counts
nothing."""

import sqlalchemy as sa

from casework.db import db
from casework.facts import FactKind
from casework.people import Person, tally

from .models import Enrolment, OrientationSession

ABOUT_IT = ("orientation_format", "pathway", "legal_form")

HUB_ORIENTATION = FactKind("hub_orientation", number=2, dims=(*tally.ABOUT_HER, *ABOUT_IT))


def count_orientation(session: OrientationSession, enrolment: Enrolment, person: Person) -> None:
    """Write the fact of an orientation, where someone came to it."""
    if not session.is_attended:
        return
    dims = {
        "orientation_format": session.business.orientation_format,
        "pathway": enrolment.business.pathway,
        "legal_form": enrolment.business.legal_form,
    }
    day = session.business.held_on
    tally.count(session, HUB_ORIENTATION, day, person, enrolment.site_id, dims)


def restate(person: Person) -> None:
    """Count her orientations anew: her attributes or her consent were corrected.

    Done within the acting user's reach, like all else. Called by the room that corrects her.
    """
    joined = sa.select(Enrolment, OrientationSession).join(
        OrientationSession, OrientationSession.enrolment_id == Enrolment.id
    )
    rows = db.session.execute(joined.where(Enrolment.person_id == person.id)).all()
    for enrolment, session in rows:
        tally.uncount(session)
        count_orientation(session, enrolment, person)
    db.session.flush()
