# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is done with invitations. Each verb runs inside the caller's unit of work."""

import uuid
from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa

from casework import clock
from casework.access import current_user
from casework.codelists import check_code
from casework.db import db
from casework.errors import Refusal
from casework.events import Entry, Event, add_people, listed, matching, models
from casework.events import actions as events
from casework.i18n import _, format_day
from casework.people import records
from casework.vault import new_subject

from . import slips
from .models import COMING, DECLINED, NAME, SILENT, Invitation, invited


def invite(event: Event, entries: Sequence[Entry], *, version: int) -> int:
    """Invite people and organisations, all of them or none; gives how many are new. Who is
    invited already is not invited twice. Raises Stale or Refusal."""
    event.check_version(version)
    if event.status == models.CANCELLED:
        raise Refusal(_("This event was cancelled. Nobody can be invited."))
    there = invited(event)
    known = {_same(one.entry()) for one in there}
    fresh = list({_same(one): one for one in entries if _same(one) not in known}.values())
    if len(there) + len(fresh) > models.MOST_PEOPLE:
        raise Refusal(_("At most %(n)s people fit on one list.", n=models.MOST_PEOPLE), 422)
    last = max((one.guest.place for one in there), default=0)
    subjects = events.subjects_of(event, fresh)
    made = [
        _invitation(event, entry, subject, last + place)
        for place, (entry, subject) in enumerate(zip(fresh, subjects, strict=True), 1)
    ]
    _tell(event, [*there, *made])
    return len(made)


def _invitation(event: Event, entry: Entry, subject: uuid.UUID | None, place: int) -> Invitation:
    """Under the key of the attendee she is already, so that she is destroyed as one."""
    key = uuid.uuid4()
    made = Invitation(
        id=key, subject_id=subject or new_subject(), event_id=event.id, site_id=event.site_id,
        owner_id=current_user.id, slip=slips.kept(slips.code_of(key)),
    )  # fmt: skip
    made.guest = {
        "name": entry.name or None, "organisation": entry.organisation or None,
        "kind": entry.kind, "sex": entry.sex, "age_band": entry.age_band, "answer": SILENT,
        "place": place,
    }  # fmt: skip
    db.session.add(made)
    return made


def answer(
    event: Event, answers: Mapping[uuid.UUID, str], *, version: int,
    names: Mapping[uuid.UUID, str] | None = None, gone: Collection[uuid.UUID] = (),
    over: str | None = None,
) -> None:  # fmt: skip
    """Write down what the invited answered, whom their organisations send (`names`), and whom to
    take off. Raises Stale unless it says the very same already, or Refusal where more come than
    there are places and nobody says why."""
    rows = invited(event)
    left = [one for one in rows if one.id not in gone]
    said = {one.id: answers.get(one.id, one.guest.answer) for one in left}
    named = {key: name.strip() for key, name in (names or {}).items() if name.strip()}
    if event.version != version:
        is_known = len(left) == len(rows) and answers.keys() - set(gone) <= said.keys()
        is_same = is_known and all(_says(one, said[one.id], named.get(one.id)) for one in left)
        if is_same and over in (None, "", event.details["over"]):
            return  # a second touch of the same button
        event.check_version(version)
    for code in said.values():
        check_code("invitation_answer", code, required=True)
    for name in named.values():
        records.check_text(name, NAME)
    # Nothing is touched before all is checked: a form that is refused is shown as it was.
    event.check_room(sum(code == COMING for code in said.values()), over)
    for one in rows:
        if one.id in gone:
            db.session.delete(one)
    for one in left:
        _write(one, said[one.id], named.get(one.id))
    _tell(event, left, over)


def _write(one: Invitation, said: str, name: str | None) -> None:
    if said != one.guest.answer:
        one.guest.answer = said
    if name and not one.guest.name:
        one.guest.name = name


def _says(one: Invitation, said: str, name: str | None) -> bool:
    return one.guest.answer == said and name in (None, one.guest.name)


def _coming(rows: Sequence[Invitation]) -> int:
    return sum(one.guest.answer == COMING for one in rows)


def _tell(event: Event, rows: Sequence[Invitation], over: str | None = None) -> None:
    """Keep the numbers where a coordinator reads them."""
    said = {"over": over} if over else {}
    event.describe(invited=len(rows), coming=_coming(rows), **said)
    db.session.flush()


def put_on_list(
    event: Event, *, version: int, silent_too: bool = False, over: str | None = None
) -> tuple[int, int]:
    """Put those who come on the attendance list, and those who did not answer if asked to; gives
    how many are new there and how many organisations have named nobody yet."""
    wanted = {COMING, SILENT} if silent_too else {COMING}
    chosen = [one.entry() for one in invited(event) if one.guest.answer in wanted]
    named = [one for one in chosen if one.name]
    if not named:
        raise Refusal(_("Nobody is to be put on the list yet: write down who is coming."))
    return add_people(event, named, [], version=version, over=over), len(chosen) - len(named)


# ------------------------------------------------------------------ slips


def with_slips(event: Event) -> list[tuple[int, str]]:
    """Number and code of each slip of an event: of everybody who may still come."""
    rows = [one for one in invited(event) if one.guest.answer != DECLINED]
    return [(one.guest.place, slips.code_of(one.id)) for one in rows]


def of_slip(code: str) -> Invitation | None:
    """Whose slip this is, within the acting user's reach; else nobody's."""
    found = sa.select(Invitation).where(Invitation.slip == slips.kept(code))
    return db.session.scalar(found)


def check_slip(event: Event) -> None:
    """Raises Refusal where slips of this event admit nobody today."""
    if event.status == models.CANCELLED:
        raise Refusal(_("This event was cancelled. Nobody can have been present."))
    if clock.today() < event.first_on:
        day = format_day(event.first_on)
        raise Refusal(_("This slip is not valid yet: the event begins on %(day)s.", day=day))
    if clock.today() > event.last_on:
        day = format_day(event.last_on)
        raise Refusal(_("This slip has expired: the event ended on %(day)s.", day=day))


def arrive(
    event: Event, invitation: Invitation, name: str | None = None, over: str | None = None
) -> None:
    """Say that who shows her slip is present today. She joins the list if she is not on it."""
    check_slip(event)
    entry = invitation.entry(name)
    if not entry.name:
        raise Refusal(_("Write the name of the person who came."), 422)
    records.check_text(name, NAME)
    add_people(event, [entry], [clock.today().isoformat()], version=event.version, over=over)
    if not invitation.guest.name:
        invitation.guest.name = entry.name
    db.session.flush()


def presence_today(event: Event, invitation: Invitation) -> tuple[bool, int]:
    """Whether she was marked present today, and how many were."""
    today = clock.today().isoformat()
    here = [(who, whom) for line, who, whom in listed(event) if today in (line.presence.days or ())]
    names = {_same(Entry(0, who.who.name, whom.body.name if whom else "")) for who, whom in here}
    return _same(invitation.entry()) in names, len(here)


def _same(entry: Entry) -> tuple[str, str]:
    return matching.folded(entry.organisation), matching.folded(entry.name)
