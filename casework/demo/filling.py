# SPDX-License-Identifier: AGPL-3.0-or-later
"""Filling an empty instance with the plan, through the product's own verbs."""

import datetime as dt
import gc
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from random import Random
from typing import Any

import sqlalchemy as sa
from flask import current_app

from casework import clock
from casework.access import Site, User, acting_as
from casework.access import actions as access
from casework.audit import trace
from casework.business import Venture, deeds
from casework.business import actions as business
from casework.db import db, gathering, hopefully, learn_sizes, transaction
from casework.documents import keep
from casework.errors import Refusal
from casework.followup import log_follow_up, take_form
from casework.funding import GrantRequest
from casework.funding import actions as funding
from casework.hub import Enrolment, close_enrolment, enrol, log_orientation
from casework.hub.actions import move_stage
from casework.hub.agreeing import agree, review
from casework.hub.stages import STAGES
from casework.i18n import _l
from casework.listening import Case, close_case, log_session, open_case
from casework.listening.actions import record_contact
from casework.people import Person, attributes_on, register_person
from casework.plans import actions as plans_of
from casework.plans.timeline import PAPERS
from casework.reminders import Reminder
from casework.server import mark_demo
from casework.vault.models import SubjectKey

from . import cv
from .businesses import Business, Steps
from .calling import call_up
from .hosting import host
from .paths import a_review, a_step
from .placing import direct, tell
from .programme import (
    Meeting,
    Plan,
    a_session,
    an_orientation,
    contacts,
    contacts_of_the_month,
    plans,
)
from .seekers import Way

PASSWORD = "un-verre-de-the-a-la-menthe"  # noqa: S105 (a demo, served on this machine only)
BATCH = 400  # people; with their meetings about 2,000 acts
SITES = (
    ("OUJ", "cell", "MA-02",
     ("Cellule d’écoute d’Oujda", "خلية الاستماع بوجدة", "Oujda listening cell")),
    ("BER", "cell", "MA-02",
     ("Cellule d’écoute de Berkane", "خلية الاستماع ببركان", "Berkane listening cell")),
    ("TTA", "hub", "MA-01",
     ("HUB de Tanger-Tétouan-Al Hoceïma", "حاضنة المقاولات طنجة-تطوان-الحسيمة", "Tangier hub")),
)  # fmt: skip
# Those who follow people, by site; the first is the one of the README.
TEAMS = {
    "OUJ": ("salma", "ikram", "youssef"),
    "BER": ("houda", "ilyas", "samia"),
    "TTA": ("yassine", "rim", "adil", "kawtar"),
}
ROLES_AT = {"cell": ("counsellor", "cell_supervisor"), "hub": ("hub_adviser", "hub_manager")}
HEADS = {"OUJ": "nawal", "BER": "mounia", "TTA": "hind"}
PROGRAMME = {
    "coordinator": "amina",
    "me_officer": "karim",
    "dpo": "zahra",
    "administrator": "admin",
}
SIGN_INS = {
    "counsellor": "salma", "cell_supervisor": "nawal", "hub_adviser": "yassine",
    "hub_manager": "hind", **PROGRAMME,
}  # fmt: skip

Progress = Callable[[int, int], None]
Seeker = tuple[int, uuid.UUID, Way]  # the place of her adviser, her id, her way


def fill(
    seed: int = 1, scale: int = 1, progress: Progress = lambda done, of: None, one_in: int = 1
) -> None:
    """Fill this instance. Raises Refusal where it holds anyone already. `one_in`: so many times
    fewer people than were published, where every kind of record is wanted and no figure."""
    with transaction(write=False):
        if any(db.session.scalar(sa.select(model).limit(1)) for model in (SubjectKey, User, Site)):
            raise Refusal(_l("This instance holds people already. The demo wants an empty one."))
    with transaction():
        _staff()
    mark_demo(current_app.config["CASEWORK"])
    with _seldom_swept():
        _fill(seed, scale, progress, one_in)


@contextmanager
def _seldom_swept() -> Iterator[None]:
    """What a batch makes holds on to itself until the batch ends. To look among it for what may
    go, as often as Python would, finds nothing and takes a fifth of the time."""
    usual = gc.get_threshold()
    gc.set_threshold(200_000, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _fill(seed: int, scale: int, progress: Progress, one_in: int) -> None:
    people = _some_of(list(plans(seed, scale)), one_in)
    done, begun, seekers = 0, dict[int, uuid.UUID](), list[Seeker]()
    for (site, owner), batch in _batches(people):
        walk = partial(_walk_all, batch=batch, begun=begun, seekers=seekers)
        _as_colleague(site, owner, walk)
        done += len(batch)
        progress(done, len(people))
    by_colleague = _grouped(contacts(seed, scale), lambda one: one[:2])
    for (site, owner), found in by_colleague.items():
        theirs = [meeting for _site, _owner, meeting in found]
        _as_colleague(site, owner, lambda place, theirs=theirs: _contacts(place, theirs))
    _seek(seekers, seed)
    with _acting(HEADS["TTA"]), clock.frozen(dt.date(2023, 12, 31)):
        _decide_on_grants()
    host(_acting, PROGRAMME["coordinator"], HEADS, seed, scale)
    _to_this_day(seed)
    call_up(_acting, HEADS["TTA"], TEAMS["TTA"], seed)
    with transaction():
        learn_sizes()


def _some_of(people: list[Plan], one_in: int) -> list[Plan]:
    """Whose business has its papers, whose case is open, and one in so many of the others; without
    those who join a business of somebody left out."""
    chosen = [plan for number, plan in enumerate(people) if number % one_in == 0 or _tells(plan)]
    begun = {id(made) for plan in chosen if plan.steps for made in plan.steps.businesses}
    return [
        plan for plan in chosen
        if not (plan.steps and plan.steps.joins and id(plan.steps.joins) not in begun)
    ]  # fmt: skip


def _tells(plan: Plan) -> bool:
    written = plan.steps and any(made.papers for made in plan.steps.businesses)
    return bool(written) or (plan.strand == "listening" and plan.closure is None)


# ------------------------------------------------------------------ places and colleagues


def _staff() -> None:
    places, first = {}, None
    for code, kind, region, names in SITES:
        name = dict(zip(("fr", "ar", "en"), names, strict=True))
        places[code] = access.create_site(code, kind, name, region)
    for code, place in places.items():
        follower, head = ROLES_AT[place.kind]
        for login in TEAMS[code]:
            first = _colleague(login, follower, place, first)
        _colleague(HEADS[code], head, place, first)
    for role, login in PROGRAMME.items():
        _colleague(login, role, None, first)


def _colleague(login: str, role: str, place: Site | None, first: User | None) -> User:
    user, _word = access.create_user(login, login.capitalize(), password=PASSWORD, like=first)
    access.grant(user, role, place)
    return user


# ------------------------------------------------------------------ batches


def _grouped(items: Iterable[Any], key: Callable[[Any], Any]) -> dict[Any, list[Any]]:
    found = defaultdict(list)
    for item in items:
        found[key(item)].append(item)
    return found


def _batches(people: list[Plan]) -> Iterable[tuple[tuple[str, int], list[Plan]]]:
    for colleague, theirs in _grouped(people, lambda plan: (plan.site, plan.owner)).items():
        for start in range(0, len(theirs), BATCH):
            yield colleague, theirs[start : start + BATCH]


@contextmanager
def _acting(login: str) -> Iterator[None]:
    """One batch: one trace, one transaction, in the name of who would have done it."""
    with transaction(write=False):
        user: User = access.find_user(login)
    with acting_as(user):
        mark = trace("demo:fill", batch=1)
        # Nobody else saves: no savepoint is needed, and nobody waits for a single save.
        with hopefully(), gathering(), transaction():
            yield
        mark.done()
    db.session.remove()


def _as_colleague(site: str, owner: int, work: Callable[[Site], Any]) -> None:
    """A batch of one who follows people at a site."""
    with _acting(TEAMS[site][owner % len(TEAMS[site])]):
        work(db.session.scalars(sa.select(Site).where(Site.code == site)).one())


# ------------------------------------------------------------------ one person's way


def _walk_all(
    place: Site, batch: list[Plan], begun: dict[int, uuid.UUID], seekers: list[Seeker]
) -> None:
    """`begun` are the ids of businesses by their plans, for who joins one later; `seekers` those
    who look for work, whose ways come once there are employers."""
    for plan in batch:
        person = _walk(place, plan)
        if plan.steps:
            _start(person, plan.steps, begun)
        if plan.way:
            seekers.append((plan.owner, person.id, plan.way))


def _start(person: Person, steps: Steps, begun: dict[int, uuid.UUID]) -> None:
    for said in steps.registrations:
        with clock.frozen(said["held_on"]):
            business.register(person, **said)
    for planned in steps.businesses:
        begun[id(planned)] = _business(person, planned)
    if steps.joins:
        with clock.frozen(dt.date(2023, 12, 31)):
            business.join(person, begun[id(steps.joins)], since=steps.joins.begun_on)


def _business(person: Person, planned: Business) -> uuid.UUID:
    with clock.frozen(dt.date(2023, 12, 31)):
        made = business.begin(person, since=planned.begun_on, **planned.opening)
        if planned.form_changed_on:
            on, version = planned.form_changed_on, made.version
            take_form(made, version=version, legal_form="AE", on=on)
        if planned.start and "reason" in planned.start:
            business.log_start(made, **planned.start)
    for said in planned.supports:
        with clock.frozen(said["held_on"]):
            business.log_support(made, **said)
    if planned.start and "reason" not in planned.start:
        with clock.frozen(planned.start["held_on"]):
            business.log_start(made, **planned.start)
    if planned.grant:
        with clock.frozen(dt.date(2023, 12, 31)):
            funding.ask(made, **planned.grant)
    for kind, day, content in planned.papers:
        with clock.frozen(day):
            model = PAPERS[kind]
            plans_of.save(model, made, seen=model.newest_number(made), **content)
    for said in planned.follow_ups:
        with clock.frozen(said["held_on"]):
            log_follow_up(made, **said)
    return made.id


def _decide_on_grants() -> None:
    """The head of the hub grants what was given, and refuses some of the rest."""
    waiting = db.session.scalars(sa.select(GrantRequest).order_by(GrantRequest.asked_on)).all()
    for number, request in enumerate(waiting):
        venture = db.session.get_one(Venture, request.venture_id)
        given = [one for one in deeds.supports_of(venture) if one.business.support_type == "GRANT"]
        on = request.asked_on + dt.timedelta(days=7)
        if given:
            said = given[-1].business
            funding.decide(request, version=request.version, on=on, granted=said.centimes)
            reference = f"VIR-{said.held_on.year}-{number + 1:03}"
            funding.pay(request, version=request.version, on=said.held_on, proof="TRANSFER",
                        reference=reference)  # fmt: skip
        elif number % 2:
            funding.decide(request, version=request.version, on=on, refusal="PLAN",
                           note="Chiffrer le loyer et revenir.")  # fmt: skip


def _walk(place: Site, plan: Plan) -> Person:
    opened = plan.opening["opened_on"]
    with clock.frozen(opened):
        person = register_person(place, plan.identity, plan.consents)
        file = (enrol if plan.strand == "hub" else open_case)(person, **plan.opening)
    log = log_orientation if plan.strand == "hub" else log_session
    for meeting in plan.meetings:
        with clock.frozen(meeting.held_on):
            log(file, held_on=meeting.held_on, **meeting.details)
    for day, stage in plan.moves:
        with clock.frozen(day):
            move_stage(file, stage, seen=file.stage)
    if plan.closure:
        day, reason = plan.closure
        with clock.frozen(day):
            close_case(file, reason)
    elif plan.strand == "hub" and not plan.goes_on:
        with clock.frozen(dt.date(2023, 12, 31)):
            close_enrolment(file, reason=plan.leaves)
    return person


def _seek(seekers: list[Seeker], seed: int) -> None:
    """The directory of the hub, then each adviser's people on their ways to its employers."""
    directory = direct(_acting, SIGN_INS["hub_adviser"], [way for *_who, way in seekers], seed)
    for owner, theirs in _grouped(seekers, lambda one: one[0]).items():
        _as_colleague("TTA", owner, lambda _place, theirs=theirs: directory.walk_all(theirs))
    with _acting(SIGN_INS["hub_adviser"]):
        directory.close()


def _contacts(place: Site, found: list[Meeting]) -> None:
    for meeting in found:
        with clock.frozen(meeting.held_on):
            record_contact(place.id, held_on=meeting.held_on, **meeting.details)


def _to_this_day(seed: int) -> None:
    """The cases still open go on and others come once, so that today has something to show;
    figures to 2023 stand."""
    draw = Random(seed)  # noqa: S311 (a fiction needs no secrecy, it needs to repeat)
    for site in ("OUJ", "BER"):
        for owner in range(len(TEAMS[site])):
            _as_colleague(site, owner, lambda place: _lately(place, draw))
    ways = Random(seed + 41)  # noqa: S311
    for owner in range(len(TEAMS["TTA"])):
        _as_colleague("TTA", owner, lambda place: _guide(ways))
    profiles = Random(seed + 47)  # noqa: S311
    for owner in range(len(TEAMS["TTA"])):
        _as_colleague("TTA", owner, lambda _place: tell(profiles))
    for owner in range(len(TEAMS["TTA"])):
        _as_colleague("TTA", owner, lambda _place: _see_to_old_reminders())
    _as_colleague("TTA", 0, lambda _place: _bring_papers())
    agreed = Random(seed + 51)  # noqa: S311
    for owner in range(len(TEAMS["TTA"])):
        _as_colleague("TTA", owner, lambda place: _agree(agreed))


def _bring_papers() -> None:
    """Of those who came last, two bring what they have of their career, and one declared no
    turnover since she was registered, almost a year ago."""
    ways = db.session.scalars(Enrolment.still_open()).all()
    people = [db.session.get_one(Person, one.person_id) for one in reversed(ways)]
    for person, kinds in zip(people, (("CV", "TRAINING"), ("CV",)), strict=False):
        for kind in kinds:
            keep(person, cv.paper(cv.PAPERS[kind]), career_document=kind)
    today = clock.today()
    moroccans = [one for one in people if attributes_on(one, today)["nationality_group"] == "MAR"]
    said = {"ae_registration": "FIRST", "ae_evidence": "CERT", "activity": "Couture"}
    with clock.frozen(today - dt.timedelta(days=331)):
        for person in moroccans[:1]:
            business.register(person, held_on=clock.today(), **said)


def _see_to_old_reminders() -> None:
    """What is set aside by hand was, long ago: only of late does it wait."""
    long_ago = clock.today() - dt.timedelta(days=60)
    for reminder in db.session.scalars(sa.select(Reminder).where(Reminder.due_on < long_ago)):
        if reminder.kind and reminder.kind.by_hand:
            db.session.delete(reminder)


def _lately(place: Site, draw: Random) -> None:
    _follow(draw)
    _contacts(place, contacts_of_the_month(draw, clock.today()))


def _follow(draw: Random) -> None:
    for case in db.session.scalars(Case.still_open()).all():
        day = clock.today() - dt.timedelta(days=draw.randint(1, 70))
        person = db.session.get_one(Person, case.person_id)
        language = (person.identity.languages or ["fr"])[0]
        log_session(case, held_on=day, **a_session(draw, language))


def _guide(draw: Random) -> None:
    """Who came to the hub last comes again, and some come to the next stage."""
    for path in db.session.scalars(Enrolment.still_open()).all():
        day = clock.today() - dt.timedelta(days=draw.randint(1, 60))
        log_orientation(path, held_on=day, **an_orientation(draw, path.business.pathway))
        onward = dict(zip(STAGES, STAGES[1:], strict=False)).get(path.stage)
        if onward:
            move_stage(path, onward, seen=path.stage, on=day)


def _agree(draw: Random) -> None:
    """With who goes on, most have looked at the way together and agreed on something."""
    today = clock.today()
    for path in db.session.scalars(Enrolment.still_open()).all():
        if draw.random() < 0.7:
            review(path, **a_review(draw, today))
        if draw.random() < 0.6:
            agree(path, **a_step(draw, today))
