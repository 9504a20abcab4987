# SPDX-License-Identifier: AGPL-3.0-or-later
"""Registering a person, putting right what is known of her, keeping what she agrees to.

Each verb runs inside the caller's unit of work. What a figure counts lives in the strands: who
corrects a person or her consent through these verbs has the strands count her again (`desk` does).
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from casework import clock, facts
from casework.access import Site, current_user
from casework.codelists import codelist
from casework.db import db
from casework.errors import Refusal, Stale
from casework.i18n import _
from casework.policy import Actor, acting
from casework.vault import new_subject

from . import identity as who
from .models import HOW, STRANDS, Consent, Person, Registration, answers_of
from .numbers import new_code
from .records import check_day

CARE, STATISTICS = "CARE", "STATS"
NOT_ASKED = "not_asked"

_programme = Actor.system()


def register_person(
    site: Site,
    identity: Mapping[str, Any],
    consents: Mapping[str, str] | None = None,
    how: str = "oral",
) -> Person:
    """Open a file at a site, followed by the acting user.

    `identity` is named by `identity.FIELDS` (population_group and nationality begin today);
    `consents` gives an answer per purpose, `how` they were given (HOW). Raises Refusal (422)
    where care was refused: no file is opened then. A code is unique over all strands.
    """
    consents = {CARE: NOT_ASKED, **(consents or {})}
    check_care(consents[CARE])
    today, strand = clock.today(), STRANDS[site.kind]
    person = Person(subject_id=new_subject(), code=_free_code(), strand=strand, since=today)
    who.write(person, identity, since=today)
    person.identity.ordinal = facts.new_ordinal()
    place = Registration(
        person_id=person.id, person=person, site_id=site.id, owner_id=current_user.id,
        strand=strand, since=today,
    )  # fmt: skip
    person.answers = [
        _answer(person, purpose, answer, today, how, turn=1) for purpose, answer in consents.items()
    ]
    db.session.add_all([person, place])
    db.session.flush()
    return person


def check_care(answer: str | None) -> None:
    """Law 09-08, article 4: no file is opened of who does not want one. Raises Refusal (422)."""
    if answer == "no":
        raise Refusal(_("Without agreement no file is opened."), 422)


_PEOPLE = Person.__table__.c
_WITH_CODE = sa.select(_PEOPLE.id).where(_PEOPLE.code == sa.bindparam("code"))


def _free_code() -> str:
    while True:
        code = new_code()
        # Codes of the other strand count too; nothing else is read, and nothing written.
        with acting(_programme), db.session.no_autoflush:
            taken = db.session.scalar(_WITH_CODE, {"code": code})
        if taken is None:
            return code


def correct_person(
    person: Person, changes: Mapping[str, Any], version: int, since: dt.date | None = None
) -> None:
    """Put right what is known of a person. Her facts are to be counted again.

    `version` is that of the record when the form was opened: Stale if it moved since. A new
    population group or nationality holds from `since`; without it, the present one was wrong.
    """
    if version != person.version:
        raise Stale(_("Someone else saved this record meanwhile. Read it again."))
    if since:
        check_day(since, clock.today(), first=None)
    who.write(person, changes, since or _present_since(person))
    db.session.flush()


def _present_since(person: Person) -> dt.date:
    known = person.identity.situations
    return dt.date.fromisoformat(known[-1]["on"]) if known else person.since


def record_consent(
    person: Person, purpose: str, answer: str, on: dt.date | None = None, how: str = "oral"
) -> Consent:
    """Keep her answer to a purpose; earlier ones stay. On STATISTICS, her facts are to be counted
    again."""
    day = on or clock.today()
    check_day(day, clock.today(), first=None)
    turn = 1 + max((row.consent.turn for row in answers_of(person)), default=0)
    consent = _answer(person, purpose, answer, day, how, turn)
    person.answers.append(consent)
    db.session.flush()
    return consent


def _answer(person: Person, purpose: str, answer: str, on: dt.date, how: str, turn: int) -> Consent:
    known = purpose in codelist("consent_type") and answer in codelist("consent_answer")
    if not known or how not in HOW:
        raise Refusal(_("Choose one of the answers."), 422)
    consent = Consent(subject_id=person.subject_id, person_id=person.id)
    said = consent.consent
    said.purpose, said.answer, said.on, said.turn = purpose, answer, on, turn
    said.how = how if answer != NOT_ASKED else None
    return consent
