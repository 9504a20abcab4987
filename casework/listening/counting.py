# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the listening cells count: one fact per attended session and per first contact.

A fact is written in the transaction of its record, which keeps the fact's id inside its own
envelope. The day counted is the day of the service, never the day it was typed. A missed
session counts nothing. Source of the rules: indicators PSS-01, PSS-02 and PSS-03.
"""

import datetime as dt
import uuid

import sqlalchemy as sa

from casework import facts
from casework.access import Site
from casework.codelists import codelist
from casework.db import db
from casework.facts import FactKind
from casework.people import Person, attributes_on, consents_to

from .models import Case, FirstContact, ListeningSession, contacts_of

ABOUT_HER = ("sex", "age_band", "population_group", "nationality_group", "disability")
ABOUT_IT = ("session_type", "session_format", "language")

PSS_SESSION = FactKind("pss_session", number=1, dims=(*ABOUT_HER, *ABOUT_IT))

NOBODY = 0  # the ordinal of an anonymous contact: a service, and no person
# How someone came says how the first reception was held.
FORMAT_OF = {"WALKIN": "PERSON", "REFERRED": "PERSON", "PHONE": "PHONE", "OUTREACH": "OUTREACH"}


def count_session(session: ListeningSession, case: Case, person: Person) -> None:
    """Write the fact of a session, where someone came to it. Keeps its id in the session."""
    if not session.is_attended:
        return
    story = session.story
    dims = {
        "session_type": story.session_type,
        "session_format": story.session_format,
        "language": story.language,
    }
    fact = _count_her(person, case.site_id, story.held_on, dims, session.id)
    story.fact_ids = [str(fact)]


def count_contact(contact: FirstContact, person: Person | None = None) -> None:
    """Write the fact of a first contact: about nobody, or about the person it is attached to."""
    story = contact.story
    dims = {
        "session_type": "FIRST",
        "session_format": FORMAT_OF.get(story.first_contact),
        "language": story.language,
    }
    if person is not None:
        fact = _count_her(person, contact.site_id, story.held_on, dims, contact.id)
    else:
        fact = facts.record(
            PSS_SESSION, story.held_on, _site_number(contact.site_id), NOBODY,
            _known(dims), consent=True, source=contact.id,
        )  # fmt: skip
    story.fact_ids = [str(fact)]


def uncount(record: ListeningSession | FirstContact) -> None:
    """Take back the facts of a record, by facts that compensate them."""
    facts.retract(facts_of(record))
    record.story.fact_ids = None


def facts_of(record: ListeningSession | FirstContact) -> list[uuid.UUID]:
    """The facts that a record wrote and still stands for."""
    return [uuid.UUID(fact) for fact in record.story.fact_ids or ()]


def restate(person: Person) -> None:
    """Count her sessions and contacts anew: her attributes or her consent were corrected.

    Done within the acting user's reach, like all else. Called by the room that corrects her.
    """
    for case, session in _sessions_of(person):
        uncount(session)
        count_session(session, case, person)
    for contact in contacts_of(person.id):
        uncount(contact)
        count_contact(contact, person)
    db.session.flush()


def _sessions_of(person: Person) -> list[tuple[Case, ListeningSession]]:
    joined = sa.select(Case, ListeningSession).join(
        ListeningSession, ListeningSession.case_id == Case.id
    )
    rows = db.session.execute(joined.where(Case.person_id == person.id))
    return [(case, session) for case, session in rows]


def _count_her(
    person: Person, site_id: uuid.UUID, day: dt.date, dims: dict[str, str | None], source: uuid.UUID
) -> uuid.UUID:
    return facts.record(
        PSS_SESSION, day, _site_number(site_id), person.identity.ordinal,
        {**attributes_on(person, day), **_known(dims)},
        consent=consents_to(person, "STATS"), source=source,
    )  # fmt: skip


def _known(dims: dict[str, str | None]) -> dict[str, str]:
    """Only codes of a list: « does not know » and silence are both « not stated » in a count."""
    return {name: code for name, code in dims.items() if code and code in codelist(name)}


def _site_number(site_id: uuid.UUID) -> int:
    return db.session.get_one(Site, site_id).number
