# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is done with events. Each verb runs inside the caller's unit of work."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from casework import cards, clock, facts
from casework.access import Permission, Site, current_user, fetch
from casework.db import db
from casework.errors import Refusal, Stale
from casework.i18n import _
from casework.people import records
from casework.policy import ROLES, finding
from casework.vault import new_subject

from . import matching
from .counting import restate, restate_product
from .models import (
    HELD,
    MOST_PEOPLE,
    PLANNED,
    Attendance,
    Event,
    Organisation,
    Participant,
    Product,
    listed,
)
from .pasting import NO_ORGANISATION, Entry, at_line


class WrongLines(Refusal):
    """Lines of a pasted list that cannot be taken: `problems` says each."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(_("Nothing was saved: some lines need another look."), 422)
        self.problems = problems


class AlikeNames(WrongLines):
    """Lines that may be somebody already known, with another letter: no wall, a question."""


# ------------------------------------------------------------------ the event


def create_event(
    *,
    first_on: dt.date,
    last_on: dt.date | None = None,
    status: str = PLANNED,
    site: Site | None = None,
    id: uuid.UUID | None = None,
    **said: Any,
) -> Event:
    """Plan an event, or write down one that was held. `said` is named by `Event.FIELDS`.

    At a site of hers it is that site's. Else it is the whole programme's, and `site`, if one is
    said, keeps its list. `id` is the one its form was given: a form sent twice is one event.
    """
    same = {"first_on": first_on, "title": said.get("title")}
    already: Event | None = cards.made_before(Event, id, **same)
    if already:
        return already
    event = Event(id=id) if id else Event()
    event.is_wide, event.owner_id = not (site and site.id in sites_kept()), current_user.id
    _write(event, first_on, last_on, status, site, said)
    with records.saved_once(event):
        pass
    restate(event)
    db.session.flush()
    return event


def correct_event(
    event: Event,
    *,
    version: int,
    first_on: dt.date,
    last_on: dt.date | None = None,
    status: str = PLANNED,
    site: Site | None = None,
    **said: Any,
) -> None:
    """Change what is said of an event; its facts follow. `version` is the one its form was opened
    at. Raises Stale if it moved since, Refusal where a list would lose its keeper or its days."""
    event.check_version(version)
    moved = (site.id if site else None) != event.site_id
    if moved and (event.rows or event.details["invited"]):
        raise Refusal(_("This event has a list: the site that keeps it cannot change any more."))
    _write(event, first_on, last_on, status, site, said)
    restate(event)
    db.session.flush()


def hold(event: Event) -> None:
    """Say that a planned event took place; its people count from now on. Said twice, it is said
    once. Raises Stale where it was cancelled meanwhile."""
    if event.status == PLANNED:
        event.plan(HELD, event.first_on, event.last_on, clock.today())
        restate(event)
        db.session.flush()
    if event.status != HELD:
        raise Stale(event.MOVED)


def sites_kept() -> frozenset[uuid.UUID]:
    """The sites whose events and lists the acting user keeps: not each site she works at."""
    keeping = (one for one in current_user.grants
               if Permission.ATTENDANCE_WRITE in ROLES[one.role].permissions)  # fmt: skip
    return frozenset().union(*(one.sites for one in keeping))


def may_change(event: Event) -> bool:
    """Her site runs it or keeps its list, or she runs the programme's."""
    runs_all = event.is_wide and current_user.may(Permission.PRODUCT_WRITE)
    return event.site_id in sites_kept() or runs_all


def kept(event_id: uuid.UUID) -> Event:
    """An event whose list the acting user's site keeps. Raises Refusal (404) for any other."""
    event: Event = fetch(Event, event_id)
    if event.site_id not in sites_kept():
        raise Refusal(_("There is no such page, or it is not open to you."), 404)
    return event


def _write(
    event: Event, first_on: dt.date, last_on: dt.date | None, status: str, site: Site | None,
    said: Mapping[str, Any],
) -> None:  # fmt: skip
    event.describe(**said)
    event.plan(status, first_on, last_on or first_on, clock.today())
    event.check_said()
    runs_all = event.is_wide and current_user.may(Permission.PRODUCT_WRITE)
    if site is None and not runs_all:
        raise Refusal(_("Say which site runs the event."), 422)
    event.site_id = site.id if site else None


def link(event: Event, product: Product | None) -> None:
    """Say what an event helped to make, or that it made nothing that is kept here."""
    event.product_id = product.id if product else None
    event.describe(built=product.details["kind"] if product else None)
    restate(event)
    db.session.flush()


# ------------------------------------------------------------------ what was made


def create_product(
    *, done_on: dt.date | None = None, id: uuid.UUID | None = None, **said: Any
) -> Product:
    """Write down a product of the programme, done or still under way. `said` is named by
    `Product.FIELDS`: kind and title at least. A form sent twice is one product."""
    already: Product | None = cards.made_before(
        Product, id, done_on=done_on, title=said.get("title")
    )
    if already:
        return already
    product = Product(id=id) if id else Product()
    product.is_wide, product.owner_id, product.done_on = True, current_user.id, done_on
    product.describe(**said, ordinal=facts.new_ordinal())
    product.check_said(clock.today())
    with records.saved_once(product):
        restate_product(product)
    return product


def correct_product(
    product: Product, *, version: int, done_on: dt.date | None = None, **said: Any
) -> None:
    """Change what is said of a product; its fact follows. Raises Stale if it moved since, Refusal
    where the workshops that made it would be counted for another kind."""
    product.check_version(version)
    kind = product.details["kind"]
    product.done_on = done_on
    product.describe(**said)
    if product.details["kind"] != kind and workshops_of(product):
        raise Refusal(_("Workshops are linked to this product: its kind stays."))
    product.check_said(clock.today())
    restate_product(product)
    db.session.flush()


def workshops_of(product: Product) -> Sequence[Event]:
    """The events that helped to make it, the latest first."""
    linked = sa.select(Event).where(Event.product_id == product.id)
    return db.session.scalars(linked.order_by(Event.first_on.desc())).all()


# ------------------------------------------------------------------ who came


def add_people(
    event: Event, entries: Sequence[Entry], days: Collection[str], *, version: int,
    over: str | None = None,
) -> int:  # fmt: skip
    """Put people on the list of an event, all of them or none; gives how many are new on it.

    `days` (ISO) are those they were present. Who is on the list already is not put there twice;
    her days are added. Raises Stale unless all of it stands on the list already, Refusal, or
    WrongLines with a sentence per line.
    """
    _may_have_a_list(event)
    if event.version != version and _are_listed(event, entries, days):
        return 0  # a second touch of the same button
    event.check_version(version)
    event.check_presence(set(days), clock.today())
    there = {row.participant_id: row for row, _who, _whom in listed(event)}
    rows, before = {row["person"]: row for row in event.rows}, len(there)
    with db.session.no_autoflush:  # an attendee is in reach once her line on the list is there
        places = _organisations(entries)
        known = matching.attendees(_key(event, one, places) for one in entries)
        for entry in entries:
            key = _key(event, entry, places)
            attendee = known.get(key) or _new_attendee(entry, key, places)
            known[key] = attendee
            line = there.get(attendee.id) or _on_list(event, attendee, len(there))
            there[attendee.id] = line
            line.presence.days = sorted({*(line.presence.days or ()), *days})
            rows[attendee.ordinal] = _row(entry, attendee, places, line.presence.days)
        if len(there) > MOST_PEOPLE:
            raise Refusal(_("At most %(n)s people fit on one list.", n=MOST_PEOPLE), 422)
    _enter(event, list(rows.values()), over)
    return len(there) - before


def _are_listed(event: Event, entries: Sequence[Entry], days: Collection[str]) -> bool:
    places = matching.organisations(matching.folded(one.organisation) for one in entries)
    if not all(_is_of_known(one, places) for one in entries):
        return False
    known = matching.attendees(_key(event, one, places) for one in entries)
    there = {row.participant_id: row.presence.days or () for row, _who, _whom in listed(event)}
    keys = [known.get(_key(event, one, places)) for one in entries]
    return all(one and one.id in there and {*days} <= {*there[one.id]} for one in keys)


def check_alike(event: Event, entries: Sequence[Entry]) -> None:
    """Raises AlikeNames where a name is as good as one that stands on a list already: whoever
    typed it says whether it is. Nobody is ever made one with another by us."""
    places = matching.organisations(matching.folded(one.organisation) for one in entries)
    keys = {_key(event, one, places): one for one in entries if _is_of_known(one, places)}
    alike = matching.alike({key: one.name for key, one in keys.items()}) if keys else {}
    if alike:
        raise AlikeNames([_like(keys[key], known) for key, known in alike.items()])


def _like(entry: Entry, known: str) -> str:
    sentence = _("« %(name)s » may be « %(known)s », who is on a list.", name=entry.name,
                 known=known)  # fmt: skip
    return at_line(entry.line, sentence)


def subjects_of(event: Event, entries: Sequence[Entry]) -> list[uuid.UUID | None]:
    """Under whose key each of these people is kept already; None for whom nobody wrote down."""
    places = matching.organisations(matching.folded(one.organisation) for one in entries)
    keys = [_key(event, one, places) if _is_of_known(one, places) else "" for one in entries]
    known = matching.attendees(filter(None, keys))
    return [known[key].subject_id if key in known else None for key in keys]


def _is_of_known(entry: Entry, places: Mapping[str, matching.Known]) -> bool:
    """Whether anybody can be known under this name: not of an organisation that is new."""
    name = matching.folded(entry.organisation)
    return bool(entry.name) and (not name or name in places)


def mark_presence(
    event: Event, present: Mapping[uuid.UUID, Collection[str]], *, version: int,
    gone: Collection[uuid.UUID] = (), over: str | None = None,
) -> None:  # fmt: skip
    """Say of people on the list which days (ISO) each was present, and whom to take off it.

    Keys are those of the lines; a line that is not named stays as it is. Raises Stale where the
    list moved since its form was opened, unless it says the very same already.
    """
    if event.version != version and _is_marked(event, present, gone, over):
        return  # a second touch of the same button
    event.check_version(version)
    event.check_presence({day for days in present.values() for day in days}, clock.today())
    rows = {row["person"]: row for row in event.rows}
    for line, who, _whom in listed(event):
        if line.id in gone:
            del rows[who.who.ordinal]
            _take_off(line, who)
            continue
        before = line.presence.days or []
        days = sorted(set(present.get(line.id, before)))
        if days != before:
            line.presence.days = days
        rows[who.who.ordinal] = {**rows[who.who.ordinal], "days": days}
    _enter(event, list(rows.values()), over)


def _is_marked(
    event: Event, present: Mapping[uuid.UUID, Collection[str]], gone: Collection[uuid.UUID],
    over: str | None,
) -> bool:  # fmt: skip
    days = {line.id: sorted(line.presence.days or ()) for line, _who, _whom in listed(event)}
    left = {key: sorted(set(said)) for key, said in present.items() if key not in gone}
    is_same = all(days.get(key) == said for key, said in left.items())
    return is_same and days.keys().isdisjoint(gone) and over in (None, "", event.details["over"])


def _enter(event: Event, rows: list[dict[str, Any]], over: str | None) -> None:
    """Seal the roll, count it, and keep its numbers where a coordinator reads them."""
    event.check_room(len(rows), over)
    present = sum(bool(row["days"]) for row in rows)
    event.describe(listed=len(rows), present=present, **({"over": over} if over else {}))
    restate(event, rows)
    db.session.flush()


def _may_have_a_list(event: Event) -> None:
    if event.site_id is None:
        raise Refusal(_("Say first which site keeps the list of this event."))


def _organisations(entries: Sequence[Entry]) -> dict[str, matching.Known]:
    """The organisations named, by folded name, known or new. Raises WrongLines where one is known
    as another kind, or is of two kinds within the list."""
    known = matching.organisations(matching.folded(one.organisation) for one in entries)
    known.pop("", None)
    problems = []
    for one in entries:
        name = matching.folded(one.organisation)
        if not name:
            continue
        found = known.setdefault(name, matching.Known(uuid.uuid4(), one.kind, 0))
        if found.kind != one.kind:
            problems.append(at_line(one.line, _("this organisation is known as another kind.")))
    if problems:
        raise WrongLines(problems)
    fresh = {n: k._replace(ordinal=facts.new_ordinal()) for n, k in known.items() if not k.ordinal}
    for one in entries:
        place = fresh.pop(matching.folded(one.organisation), None)
        if place:
            _new_organisation(one, place)
            known[matching.folded(one.organisation)] = place
    return known


def _new_organisation(entry: Entry, place: matching.Known) -> None:
    made = Organisation(id=place.id, subject_id=new_subject())
    made.body = {
        "name": entry.organisation, "kind": entry.kind, "ordinal": place.ordinal,
        "match": matching.folded(entry.organisation),
    }  # fmt: skip
    db.session.add(made)


def _new_attendee(entry: Entry, key: str, places: Mapping[str, matching.Known]) -> matching.Known:
    place = places.get(matching.folded(entry.organisation))
    made = Participant(subject_id=new_subject(), organisation_id=place.id if place else None)
    ordinal = facts.new_ordinal()
    made.who = {
        "name": entry.name, "kind": entry.kind, "sex": entry.sex, "age_band": entry.age_band,
        "match": key, "ordinal": ordinal,
    }  # fmt: skip
    db.session.add(made)
    return matching.Known(made.id, entry.kind, ordinal, made.subject_id)


def _key(event: Event, entry: Entry, places: Mapping[str, matching.Known]) -> str:
    place = places.get(matching.folded(entry.organisation))
    return matching.attendee_key(place.id if place else None, event.site_id, entry.name)


def _on_list(event: Event, attendee: matching.Known, place: int) -> Attendance:
    """A line of the list, under the attendee's own key: all of her goes with it."""
    line = Attendance(
        subject_id=attendee.subject_id, event_id=event.id, participant_id=attendee.id,
        site_id=event.site_id, owner_id=current_user.id,
    )  # fmt: skip
    line.presence.place = place
    db.session.add(line)
    return line


def _row(
    entry: Entry, attendee: matching.Known, places: Mapping[str, matching.Known], days: list[str]
) -> dict[str, Any]:
    """What is counted of a line: numbers and codes."""
    place = places.get(matching.folded(entry.organisation))
    return {
        "person": attendee.ordinal, "organisation": place.ordinal if place else 0,
        "kind": entry.kind or NO_ORGANISATION, "sex": entry.sex, "age_band": entry.age_band,
        "days": days,
    }  # fmt: skip


def _take_off(line: Attendance, who: Participant) -> None:
    """Off the list; and out of the programme where no other list holds her."""
    others = sa.select(Attendance.id).where(
        Attendance.participant_id == who.id, Attendance.id != line.id
    )
    alone = db.session.execute(finding(others)).first() is None
    db.session.delete(line)
    if alone:
        db.session.delete(who)
