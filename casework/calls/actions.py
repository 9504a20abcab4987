# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is done with calls. Each verb runs inside the caller's unit of work."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from casework import cards, clock
from casework.access import Site, current_user, fetch
from casework.db import db, unless_taken
from casework.errors import Refusal
from casework.i18n import _, _l, _n
from casework.people import Person, records
from casework.reminders import ReminderKind, remind, settle

from .eligibility import doubts
from .models import RECEIVED, SELECTED, WAITING, Application, Call, Review, answers_to, reviews_of

TELL_WITHIN = dt.timedelta(days=3)
TO_TELL = ReminderKind(
    "application_decided", _l("Tell the decision on an application"),
    "calls.show_application", "application_id",
)  # fmt: skip


# ------------------------------------------------------------------ the call


def begin_call(
    site: Site, *, opens_on: dt.date, closes_on: dt.date, places: int,
    id: uuid.UUID | None = None, **said: Any,
) -> Call:  # fmt: skip
    """Open a call at a hub. `said` is named by `Call.FIELDS`. A form sent twice is one call."""
    already: Call | None = cards.made_before(Call, id, opens_on=opens_on, title=said.get("title"))
    if already:
        return already
    call = Call(id=id) if id else Call()
    call.site_id, call.owner_id = site.id, current_user.id
    _write(call, opens_on, closes_on, places, said)
    with records.saved_once(call):
        pass
    return call


def correct_call(
    call: Call, *, version: int, opens_on: dt.date, closes_on: dt.date, places: int, **said: Any
) -> None:
    """Change what a call says. Raises Stale if it moved, Refusal where readers have begun and would
    have judged by something else."""
    call.check_version(version)
    before = call.details["criteria"], call.details["scale"]
    _write(call, opens_on, closes_on, places, said)
    after = call.details["criteria"], call.details["scale"]
    with db.session.no_autoflush:
        if after != before and any(one.is_scored for one in reviews_of(call)):
            raise Refusal(_("Readers have begun: criteria and scale stay as they are."))
    db.session.flush()


def _write(
    call: Call, opens_on: dt.date, closes_on: dt.date, places: int, said: Mapping[str, Any]
) -> None:
    call.describe(**said)
    call.opens_on, call.closes_on, call.places = opens_on, closes_on, places
    call.check_said()


def taken(call: Call) -> int:
    """How many places are given. Of the whole call for who heads the hub."""
    chosen = sa.select(sa.func.count(Application.id)).where(
        Application.call_id == call.id, Application.status == SELECTED
    )
    return db.session.scalar(chosen) or 0


# ------------------------------------------------------------------ applications


def apply(
    person: Person, call: Call, *, id: uuid.UUID | None = None, **content: Any
) -> Application:
    """Write down a person's application. `content` is named by `Application.CONTENT`.

    Raises Refusal (409) where she is not whom the call looks for, or the day is not in it, and no
    reason was given: with one, it is saved.
    """
    already: Application | None = records.made_before(
        Application, id, content, person_id=person.id, call_id=call.id
    )
    if already:
        return already
    made = Application(
        id=id, subject_id=person.subject_id, person_id=person.id, call_id=call.id, status=RECEIVED
    )
    made.write(content, clock.today())
    ask_why(doubts(call, person, content["held_on"]), content)
    with unless_taken(lambda: Refusal(_("This person has applied to this call already."))):
        db.session.add(made)
    return made


def correct_application(application: Application, *, version: int, **content: Any) -> None:
    """Put an application right, as long as nobody reads it. Raises Stale if it moved."""
    application.check_version(version)
    handed = sa.select(Review.id).where(Review.application_id == application.id)
    if application.status != RECEIVED or application.told.decided_on:
        raise Refusal(_("This application is decided. It stays as it is."))
    if db.session.scalar(handed.limit(1)):
        raise Refusal(_("Readers have this application already. It stays as it is."))
    application.write(content, clock.today())
    person, call = records.person_of(application), fetch(Call, application.call_id)
    ask_why(doubts(call, person, content["held_on"]), content)


def ask_why(found: list[str], content: Mapping[str, Any]) -> None:
    """Raises Refusal (409) with what is doubtful, unless a reason was written beside it."""
    if found and not content.get("reason"):
        raise Refusal(" ".join([*found, _("If it is so, write why below and save again.")]))


# ------------------------------------------------------------------ readers


def hand_out(call: Call, readers: Collection[uuid.UUID], *, version: int) -> int:
    """Give each of these readers a copy of every application that is not decided; gives how many
    copies are new. What was handed out before stays. Raises Stale, Refusal."""
    call.check_version(version)
    if not call.details["criteria"]:
        raise Refusal(_("Say first by which criteria readers judge."))
    call.describe(readers=sorted({*(call.details["readers"] or ()), *map(str, readers)}))
    there = {(one.application_id, one.owner_id) for one in reviews_of(call)}
    made = 0
    for application, _person in answers_to(call):
        for reader in readers if application.status == RECEIVED else ():
            if (application.id, reader) not in there:
                _hand(application, call, reader)
                made += 1
    db.session.flush()
    return made


def _hand(application: Application, call: Call, reader: uuid.UUID) -> None:
    review = Review(
        subject_id=application.subject_id, application_id=application.id, call_id=call.id,
        site_id=call.site_id, owner_id=reader, is_scored=False,
    )  # fmt: skip
    review.business.handed = {
        name: getattr(application.business, name) for name in Application.READ
    }
    db.session.add(review)


def score(review: Review, scores: list[int], note: str | None) -> None:
    """Her scores, given once: from then on she sees what others gave. Sent twice, they are one."""
    if review.owner_id != current_user.id:
        raise Refusal(_("Only the reader of this copy can score it."), 403)
    if review.is_scored:
        if review.content() == {"scores": scores, "note": note or None}:
            return
        raise Refusal(_("Your scores are given, and you see those of others. They stay."))
    call = fetch(Call, review.call_id)
    review.score(scores, note, call, clock.today())
    db.session.flush()


# ------------------------------------------------------------------ decisions


def decide(
    application: Application, status: str, *, version: int, reason: str | None = None, **said: Any
) -> None:
    """What becomes of an application, by a person's decision and no other. Who waits goes to the
    end of the waiting list.

    Raises Refusal (409) where more are selected than there are places and no reason was given.
    """
    application.check_version(version)
    call = fetch(Call, application.call_id)
    if status == SELECTED and application.status != SELECTED and taken(call) >= call.places:
        full = _n("The only place of this call is given.",
                  "All %(n)s places of this call are given.", call.places)  # fmt: skip
        ask_why([full], {"reason": reason})
        said["note"] = "\n".join(filter(None, (said.get("note"), reason)))
    if status == WAITING:
        before = application.told.rank
        said["rank"] = before or 1 + max(
            (one.told.rank or 0 for one, _person in answers_to(call)), default=0
        )
    application.decide(status, clock.today(), **said)
    db.session.flush()
    if application.is_to_tell:
        person, due = records.person_of(application), clock.today() + TELL_WITHIN
        remind(TO_TELL, person, _site_of(call), due, about=application.id)
    else:
        settle(application.id)


def tell(application: Application) -> None:
    """The person was told what was decided. Said twice, it is said once."""
    if application.is_to_tell:
        application.business.told_on = clock.today()
        settle(application.id)


def _site_of(call: Call) -> uuid.UUID:
    assert call.site_id  # a call is always a hub's
    return call.site_id


def waiting(call: Call) -> list[tuple[Application, Person]]:
    """The waiting list, in its order."""
    found = [pair for pair in answers_to(call) if pair[0].status == WAITING]
    return sorted(found, key=lambda pair: (pair[0].told.rank or 0, pair[0].id))
