# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the hub does with a person. Each verb runs inside the caller's unit of work."""

import datetime as dt
import uuid
from typing import Any

from casework import clock
from casework.access import current_user
from casework.db import db, send_changes
from casework.people import Person, records, tally

from .counting import count_new_stages, count_orientation, count_stages
from .diagnosis import Diagnosis, hers_at, mark_newest
from .dues import remind_anew
from .models import Enrolment, OrientationSession, orientations_of


def enrol(
    person: Person,
    *,
    pathway: str,
    opened_on: dt.date | None = None,
    legal_form: str | None = None,
    situation: str | None = None,
) -> Enrolment:
    """Begin her path where she is registered, followed by who follows her. One at a time."""
    enrolment = Enrolment.begun(person, opened_on or clock.today(), clock.today())
    enrolment.describe(pathway, legal_form, situation)
    enrolment.check_new(person)
    enrolment.set_out(enrolment.opened_on)
    return enrolment.saved(lambda: count_new_stages(enrolment, person))


def move_stage(enrolment: Enrolment, stage: str, *, seen: str, on: dt.date | None = None) -> None:
    """She comes to another stage of her way, today unless another day is said, and is counted
    where she had not reached it before. `seen` is the stage she was seen at.

    Raises Stale where a colleague moved her meanwhile.
    """
    before = enrolment.reached
    enrolment.move(stage, on or clock.today(), seen, clock.today())
    now = enrolment.reached
    if now != before:
        person = records.person_of(enrolment)
        (count_new_stages if before.items() <= now.items() else count_stages)(enrolment, person)
    send_changes()


def log_orientation(
    enrolment: Enrolment, *, id: uuid.UUID | None = None, **content: Any
) -> OrientationSession:
    """Record an orientation, and count it where the person came.

    `content` is named by `OrientationSession.CONTENT`: held_on and orientation_format at least.
    `id` is the one the form was given: a form sent twice is one session, the first, unchanged.
    """
    content = {"attendance": records.ATTENDED, **content}
    already = records.made_before(OrientationSession, id, content, enrolment_id=enrolment.id)
    if already:
        return already
    enrolment.check_orientation_day(content["held_on"], clock.today())
    session = OrientationSession(
        id=id, subject_id=enrolment.subject_id, enrolment_id=enrolment.id,
        author_id=current_user.id,
    )  # fmt: skip
    session.write(content)
    person = records.person_of(enrolment)
    with records.saved_once(session):
        count_orientation(session, enrolment, person)
        if session.is_attended:
            enrolment.last_on = max(enrolment.last_on, content["held_on"])
    return session


def correct_orientation(session: OrientationSession, *, version: int, **content: Any) -> None:
    """Put an orientation right, by its author: the old fact is taken back, a new one written.

    `version` is that of the record when the form was opened. Raises Stale if it moved since.
    """
    if session.says_already(version, content):
        return
    session.check_version(version)
    enrolment = db.session.get_one(Enrolment, session.enrolment_id)
    enrolment.check_orientation_day(content["held_on"], clock.today(), anew=False)
    session.correct(content, current_user.id, clock.today())
    tally.uncount(session)
    count_orientation(session, enrolment, records.person_of(enrolment))
    days = [row.business.held_on for row in orientations_of(enrolment) if row.is_attended]
    enrolment.last_on = max(days, default=enrolment.opened_on)
    db.session.flush()


def diagnose(enrolment: Enrolment, *, id: uuid.UUID | None = None, **content: Any) -> Diagnosis:
    """Keep a career diagnosis beside the former ones. `content` is named by `Diagnosis.CONTENT`:
    held_on at least. A form sent twice is one record."""
    already = records.made_before(Diagnosis, id, content, enrolment_id=enrolment.id)
    if already:
        return already
    enrolment.check_orientation_day(content["held_on"], clock.today())
    made = Diagnosis(
        id=id, subject_id=enrolment.subject_id, enrolment_id=enrolment.id,
        person_id=enrolment.person_id, site_id=enrolment.site_id, author_id=current_user.id,
    )  # fmt: skip
    made.write(content)
    former = len(hers_at(enrolment))
    made.business.turn, made.is_newest = former + 1, not former
    with records.saved_once(made):
        enrolment.last_on = max(enrolment.last_on, content["held_on"])
    if former:
        mark_newest(enrolment)
    return made


def correct_diagnosis(made: Diagnosis, *, version: int, **content: Any) -> None:
    """Put a diagnosis right, by its author. Raises Stale if it moved since it was read."""
    if made.says_already(version, content):
        return
    made.check_version(version)
    enrolment = db.session.get_one(Enrolment, made.enrolment_id)
    enrolment.check_orientation_day(content["held_on"], clock.today())
    made.correct(content, current_user.id, clock.today())
    db.session.flush()
    mark_newest(enrolment)


def close_enrolment(
    enrolment: Enrolment, closed_on: dt.date | None = None, *, reason: str | None = None,
    note: str | None = None,
) -> None:  # fmt: skip
    """She leaves this path, today unless another day is said, for a reason of the list."""
    enrolment.close(closed_on or clock.today(), clock.today(), reason, note)
    send_changes()
    remind_anew(enrolment)


def pause(enrolment: Enrolment, *, on: dt.date, why: str | None = None) -> None:
    """She rests; another path may be open meanwhile."""
    enrolment.pause(on, clock.today(), why)
    db.session.flush()
    remind_anew(enrolment)


def take_up(enrolment: Enrolment, *, on: dt.date) -> None:
    """She comes back to a path she paused or left. Raises Refusal where another is open here."""
    with enrolment.the_only_one():
        enrolment.take_up(on, clock.today())
    remind_anew(enrolment)
