# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is done with cohorts. Each verb runs inside the caller's unit of work."""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from typing import Any

from casework import cards, clock
from casework.access import Permission, Site, current_user, fetch
from casework.calls import Call
from casework.db import db, unless_taken
from casework.errors import Refusal
from casework.i18n import _
from casework.people import Person, records

from .models import LONG, MOST_SESSIONS, Cohort, CohortSession, Member, members_of, sessions_of


def begin_cohort(
    site: Site, *, first_on: dt.date, last_on: dt.date, places: int, call: Call | None = None,
    id: uuid.UUID | None = None, **said: Any,
) -> Cohort:  # fmt: skip
    """Make a cohort at a hub, led by who makes it. `said` is named by `Cohort.FIELDS`."""
    already: Cohort | None = cards.made_before(
        Cohort, id, first_on=first_on, title=said.get("title")
    )
    if already:
        return already
    cohort = Cohort(id=id) if id else Cohort()
    cohort.site_id, cohort.owner_id = site.id, current_user.id
    cohort.call_id = call.id if call else None
    _write(cohort, first_on, last_on, places, said)
    with records.saved_once(cohort):
        pass
    return cohort


def correct_cohort(
    cohort: Cohort, *, version: int, first_on: dt.date, last_on: dt.date, places: int, **said: Any
) -> None:
    """Change what a cohort is. Raises Stale if it moved since it was read."""
    cohort.check_version(version)
    _write(cohort, first_on, last_on, places, said)
    db.session.flush()


def _write(
    cohort: Cohort, first_on: dt.date, last_on: dt.date, places: int, said: dict[str, Any]
) -> None:
    cohort.describe(**said)
    cohort.first_on, cohort.last_on, cohort.places = first_on, last_on, places
    cohort.check_said()


def lead(cohort: Cohort, leader: uuid.UUID) -> None:
    """Another colleague leads it from now on, and keeps its list."""
    if leader == cohort.owner_id:
        return
    cohort.owner_id = leader
    for member in members_of(cohort):
        member.owner_id = leader
    db.session.flush()


# ------------------------------------------------------------------ its people


def take_in(
    cohort: Cohort, people: Sequence[Person], *, joined_on: dt.date, over: str | None = None
) -> int:
    """Take people into a cohort, all or none; who is in it already stays as she is, who left is
    in it again. Gives how many were not in it. Raises Refusal (409) where there are more than
    places and no reason was given."""
    records.check_day(joined_on, max(clock.today(), cohort.last_on))
    there = members_of(cohort)
    known = {one.person_id: one for one in there}
    back = [known[one.id] for one in people if one.id in known and known[one.id].business.left_on]
    fresh = {one.id: one for one in people if one.id not in known}
    still = sum(one.business.left_on is None for one in there)
    cohort.check_room(still + len(fresh) + len(back), over)
    if over:
        cohort.describe(over=over)
    with unless_taken(lambda: Refusal(_("Someone changed the list meanwhile. Save again."))):
        for person in fresh.values():
            db.session.add(_member(cohort, person, joined_on))
    for member in back:
        come_back(member)
    return len(fresh) + len(back)


def _member(cohort: Cohort, person: Person, joined_on: dt.date) -> Member:
    member = Member(
        subject_id=person.subject_id, cohort_id=cohort.id, person_id=person.id,
        site_id=cohort.site_id, owner_id=cohort.owner_id,
    )  # fmt: skip
    identity = person.identity
    called = identity.given or identity.given_ar
    member.business = {"code": person.code, "called": called, "joined_on": joined_on}
    return member


def leave(member: Member, *, version: int, left_on: dt.date, cohort_leave: str) -> None:
    """She left the group; sessions after that day say nothing of her."""
    member.check_version(version)
    member.leave(left_on, cohort_leave, clock.today())
    _recount(member)


def come_back(member: Member) -> None:
    """She is in the group after all, or again."""
    member.business = {"left_on": None, "cohort_leave": None}
    _recount(member)


def _recount(member: Member) -> None:
    """How many were present is of those who were of the group on each day."""
    cohort = fetch(Cohort, member.cohort_id)
    members = members_of(cohort)
    for session in sessions_of(cohort):
        if session.is_noted:
            session.describe(present=_present(members, session))
    db.session.flush()


def _present(members: Sequence[Member], session: CohortSession) -> int:
    key, day = str(session.id), session.held_on
    return sum(one.is_in_on(day) and key in (one.business.came or ()) for one in members)


# ------------------------------------------------------------------ its sessions


def plan_session(
    cohort: Cohort, *, held_on: dt.date, topic: str | None, id: uuid.UUID | None = None
) -> CohortSession:
    """A day the cohort meets, past or to come. A form sent twice is one session."""
    already: CohortSession | None = cards.made_before(
        CohortSession, id, held_on=held_on, topic=topic or None
    )
    if already:
        return already
    cohort.check_day(held_on)
    if len(sessions_of(cohort)) >= MOST_SESSIONS:
        raise Refusal(_("At most %(n)s sessions fit in a cohort.", n=MOST_SESSIONS), 422)
    session = CohortSession(id=id) if id else CohortSession()
    session.cohort_id, session.held_on = cohort.id, held_on
    session.describe(topic=topic)
    with _alone_on_its_day():
        db.session.add(session)
    return session


def _alone_on_its_day() -> AbstractContextManager[None]:
    return unless_taken(lambda: Refusal(_("The cohort meets on this day already.")))


def correct_session(
    cohort: Cohort, session: CohortSession, *, version: int, held_on: dt.date, topic: str | None
) -> None:
    """Another day or topic. Who came stays noted; counted is who was of the group on that day.
    Raises Stale unless it says the very same already, Refusal."""
    if (session.held_on, session.details["topic"]) == (held_on, topic or None):
        return
    session.check_version(version)
    cohort.check_day(held_on)
    if session.is_noted and held_on > clock.today():
        raise Refusal(_("Attendance is noted: this session cannot be still to come."), 422)
    with _alone_on_its_day(), db.session.no_autoflush:
        session.held_on = held_on
        session.describe(topic=topic)
    if session.is_noted:
        session.describe(present=_present(members_of(cohort), session))
    db.session.flush()


def strike_session(
    cohort: Cohort, session: CohortSession, *, version: int, why: str | None
) -> None:
    """It was entered by mistake: it stays on the card of the cohort with the reason, says nothing
    of who stayed any more, and its day is free. Raises Stale, Refusal (422) without a reason."""
    session.check_version(version)
    if not why:
        raise Refusal(_("Say why this session is struck."), 422)
    records.check_text(why, LONG)
    struck = {
        "id": str(session.id), "day": session.held_on.isoformat(), "why": why,
        "topic": session.details["topic"], "by": current_user.id.hex,
        "on": clock.today().isoformat(), "noted": session.is_noted,
    }  # fmt: skip
    cohort.describe(struck=[*cohort.struck.values(), struck])
    db.session.delete(session)
    db.session.flush()


def restore_session(cohort: Cohort, key: uuid.UUID) -> None:
    """It took place after all, and who came is counted again. Said twice, it is said once. Raises
    Refusal where the cohort meets on that day already."""
    struck = cohort.struck
    one = struck.pop(str(key), None)
    if one is None:
        return
    session = CohortSession(id=key)
    session.cohort_id, session.held_on = cohort.id, dt.date.fromisoformat(one["day"])
    present = _present(members_of(cohort), session) if one["noted"] else None
    session.describe(topic=one["topic"], present=present)
    with _alone_on_its_day():
        db.session.add(session)
    cohort.describe(struck=list(struck.values()))
    db.session.flush()


def mark(
    cohort: Cohort, session: CohortSession, present: Collection[uuid.UUID],
    shown: Collection[uuid.UUID], *, version: int,
) -> None:  # fmt: skip
    """Say who came to a session, of the members shown; all in one save. Who is not shown stays as
    she is. Raises Stale where the attendance was written down meanwhile, unless it says the very
    same already."""
    key, members = str(session.id), members_of(cohort)
    hers = [one for one in members if one.id in shown and one.is_in_on(session.held_on)]
    is_same = all((key in (one.business.came or ())) == (one.id in present) for one in hers)
    if session.version != version and session.is_noted and is_same:
        return  # a second touch of the same button
    session.check_version(version)
    if session.held_on > clock.today():
        raise Refusal(_("Nobody can be present on a day still to come."), 422)
    for member in hers:
        came = set(member.business.came or ())
        now = came | {key} if member.id in present else came - {key}
        if now != came:
            member.business.came = sorted(now)
    session.describe(present=_present(members, session))
    db.session.flush()


def keeps(cohort: Cohort) -> bool:
    """Whether the acting user keeps this cohort's list: she leads it, or heads the hub."""
    heads = current_user.may(Permission.CALL_WRITE) and cohort.site_id in current_user.sites
    return heads or cohort.owner_id == current_user.id
