# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the hub counts: one fact per attended orientation (indicator HUB-01), none per missed one;
and one per stage a person reached on her way, on the first day she stood there."""

import sqlalchemy as sa

from casework.db import db
from casework.facts import FactKind
from casework.people import Person, records, tally

from .models import Enrolment, OrientationSession
from .stages import STAGES

ABOUT_IT = ("orientation_format", "pathway", "legal_form")

HUB_ORIENTATION = FactKind("hub_orientation", number=2, dims=(*tally.ABOUT_HER, *ABOUT_IT))

# A kind for each stage: 40 to 44.
STAGE_REACHED = {
    stage: FactKind(f"stage_{stage.lower()}", number, dims=(*tally.ABOUT_HER, "pathway"))
    for number, stage in enumerate(STAGES, 40)
}


def count_new_stages(enrolment: Enrolment, person: Person) -> None:
    """Write the fact of each stage reached that has none yet: reached in order, the last ones."""
    counted = len(enrolment.told.fact_ids or ())
    about = {"pathway": enrolment.business.pathway}
    for stage, day in list(enrolment.reached.items())[counted:]:
        tally.count(enrolment, STAGE_REACHED[stage], day, person, enrolment.site_id, about)


def count_stages(enrolment: Enrolment, person: Person) -> None:
    """Count all stages of a path anew."""
    tally.uncount(enrolment)
    count_new_stages(enrolment, person)


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
    """Count her orientations and her stages anew: her attributes or her consent were corrected.

    Done within the acting user's reach, like all else. Called by the room that corrects her.
    """
    joined = sa.select(Enrolment, OrientationSession).join(
        OrientationSession, OrientationSession.enrolment_id == Enrolment.id
    )
    rows = db.session.execute(joined.where(Enrolment.person_id == person.id)).all()
    for enrolment, session in rows:
        tally.uncount(session)
        count_orientation(session, enrolment, person)
    for enrolment in filter(records.opens, db.session.scalars(Enrolment.of(person))):
        count_stages(enrolment, person)
    db.session.flush()
