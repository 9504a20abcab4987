# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the listening cells count: one fact per attended session and per first contact.

A missed session counts nothing. Source of the rules: indicators PSS-01, PSS-02 and PSS-03.
"""

import sqlalchemy as sa

from casework.db import db
from casework.facts import FactKind
from casework.people import Person, tally

from .models import Case, FirstContact, ListeningSession, contacts_of

ABOUT_IT = ("session_type", "session_format", "language")

PSS_SESSION = FactKind("pss_session", number=1, dims=(*tally.ABOUT_HER, *ABOUT_IT))

# How someone came says how the first reception was held.
FORMAT_OF = {"WALKIN": "PERSON", "REFERRED": "PERSON", "PHONE": "PHONE", "OUTREACH": "OUTREACH"}


def count_session(session: ListeningSession, case: Case, person: Person) -> None:
    """Write the fact of a session, where someone came to it."""
    if not session.is_attended:
        return
    story = session.story
    dims = {
        "session_type": story.session_type,
        "session_format": story.session_format,
        "language": story.language,
    }
    tally.count(session, PSS_SESSION, story.held_on, person, case.site_id, dims)


def count_contact(contact: FirstContact, person: Person | None = None) -> None:
    """Write the fact of a first contact: about nobody, or about the person it is attached to."""
    story = contact.story
    dims = {
        "session_type": "FIRST",
        "session_format": FORMAT_OF.get(story.first_contact),
        "language": story.language,
    }
    tally.count(contact, PSS_SESSION, story.held_on, person, contact.site_id, dims)


def restate(person: Person) -> None:
    """Count her sessions and contacts anew: her attributes or her consent were corrected.

    Done within the acting user's reach, like all else. Called by the room that corrects her.
    """
    for case, session in _sessions_of(person):
        tally.uncount(session)
        count_session(session, case, person)
    for contact in contacts_of(person.id):
        tally.uncount(contact)
        count_contact(contact, person)
    db.session.flush()


def _sessions_of(person: Person) -> list[tuple[Case, ListeningSession]]:
    joined = sa.select(Case, ListeningSession).join(
        ListeningSession, ListeningSession.case_id == Case.id
    )
    rows = db.session.execute(joined.where(Case.person_id == person.id))
    return [(case, session) for case, session in rows]
