# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was written down, the ledger and the figures say the same, whatever colleagues did in
whatever order: incremental = rebuilt = recounted from the opened records in plain Python."""

import datetime as dt
import uuid
from collections import Counter
from contextlib import contextmanager
from functools import cache

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework import clock, facts, hub, listening
from casework import followup as follow
from casework.access import Site, acting_as
from casework.business import AeRegistration, FollowUp, TradingStart, Venture, VentureSupport
from casework.business import actions as business
from casework.business.models import VentureOwner
from casework.codelists import codelist
from casework.db import db, transaction
from casework.desk import actions as desk
from casework.employers import note_employer
from casework.errors import Refusal
from casework.facts import ledger
from casework.facts.kinds import PLACE
from casework.hub import Enrolment
from casework.hub import actions as hub_actions
from casework.hub.counting import STAGE_REACHED
from casework.hub.models import OrientationSession
from casework.hub.stages import STAGES
from casework.indicators import CATALOGUE, Period, figure, figures
from casework.indicators.funnel import funnel
from casework.listening import Case, FirstContact
from casework.listening import actions as listening_actions
from casework.listening.models import ListeningSession
from casework.people import Consent, Person, Registration, register_person
from casework.placement import Application, Hire, Internship, Interview
from casework.placement import actions as placement
from casework.staff import acting_as_system
from casework.vault import opening

from .conftest import make_programme

TODAY = dt.date(2023, 3, 20)
NOT_STATED = "not stated"
SITE_OF = {"salma": "OUJ", "houda": "BER", "yassine": "TTA"}
CELL = ("salma", "houda")
BREAKDOWNS = ((), ("site",), ("sex",), ("age_band",), ("month",), ("site", "sex", "age_band"),
              ("month", "site"), ("month", "sex"), ("isic_section",), ("legal_form", "month"),
              ("isco_major",), ("population_group",), ("contract_type", "month"),
              ("owner_sex",), ("month", "site", "owner_sex"),
              ("site", "isic_section", "legal_form"))  # fmt: skip
PERIODS = (
    Period(dt.date(2022, 1, 1), dt.date(2023, 12, 31)),
    Period(dt.date(2023, 1, 1), dt.date(2023, 3, 31)),
    Period(dt.date(2023, 2, 10), dt.date(2023, 3, 9)),
)
# Whatever a day leaves behind, from the last written to the first; colleagues and sites stay.
LEFT_BEHIND = (
    "fact", "fact_segment", "fact_counter", "reminder", "hire", "internship", "job_interview",
    "application", "employer", "venture_follow_up", "trading_start",
    "venture_support", "venture_owner", "venture", "ae_registration", "token",
    "listening_session", "first_contact", "listening_case", "orientation_session", "enrolment",
    "consent", "registration", "person",
)  # fmt: skip


# ---------------------------------------------------------------- what may happen

# Few days, so that much falls together: ends of periods, birthdays, several answers of one day.
days = st.sampled_from(
    [dt.date(2022, 11, 20), dt.date(2022, 12, 31), dt.date(2023, 1, 1), dt.date(2023, 1, 31),
     dt.date(2023, 2, 10), dt.date(2023, 2, 15), dt.date(2023, 2, 28), dt.date(2023, 3, 1),
     dt.date(2023, 3, 9), TODAY]
)  # fmt: skip
picks = st.integers(0, 50)
sexes = st.sampled_from(("F", "M", "U", None))
answers = st.sampled_from(("yes", "yes", "no", "not_asked"))
attendances = st.sampled_from(("attended", "attended", "attended", "no_show"))
births = st.one_of(
    st.just({}),
    st.fixed_dictionaries({"birth_year": st.sampled_from((1950, 1988, 1993, 2005))}),
    st.fixed_dictionaries({"born": st.sampled_from((dt.date(1988, 2, 29), dt.date(2005, 2, 15)))}),
    st.fixed_dictionaries(
        {"age_estimate": st.sampled_from((17, 24, 40)), "age_estimated_on": days}
    ),
)
situations = st.fixed_dictionaries(
    {}, optional={"population_group": st.sampled_from(("MIG_IRR", "REF")),
                  "nationality": st.sampled_from(("ML", "SY", "MA"))}
)  # fmt: skip
identities = st.tuples(sexes, births, situations).map(lambda said: {"sex": said[0], **said[1],
                                                                    **said[2]})  # fmt: skip
sessions = st.fixed_dictionaries(
    {"held_on": days, "attendance": attendances,
     "session_type": st.sampled_from(("INDIV", "GROUP")),
     "session_format": st.sampled_from(("PERSON", "PHONE"))},
    optional={"language": st.sampled_from(("fr", "ar", "en"))},
)  # fmt: skip
orientations = st.fixed_dictionaries(
    {"held_on": days, "attendance": attendances,
     "orientation_format": st.sampled_from(("INDIV", "GROUP"))}
)  # fmt: skip
contacts = st.fixed_dictionaries(
    {"held_on": days, "first_contact": st.sampled_from(("WALKIN", "PHONE", "OUTREACH"))},
    optional={"language": st.sampled_from(("fr", "ar"))},
)  # fmt: skip
sectors = st.sampled_from(("C", "G", None))
forms = st.sampled_from(("PROJ", "AE", "SARL"))
# Some so long ago that a first anniversary is over.
long_ago = st.sampled_from([dt.date(2021, 11, 30), dt.date(2022, 2, 28), dt.date(2022, 3, 20)])
deeds = st.fixed_dictionaries(
    {"held_on": days | long_ago, "mistaken": st.sampled_from((None, None, True))}
)
registrations = deeds.flatmap(
    lambda said: st.fixed_dictionaries(
        {"ae_registration": st.sampled_from(("FIRST", "FIRST", "RENEW")), "isic_section": sectors}
    ).map(lambda more: {**said, **more, "ae_evidence": "CERT", "reason": "Vu."})
)
supports = deeds.flatmap(
    lambda said: st.sampled_from(("GRANT", "TRAIN")).map(lambda kind: {**said,
                                                                       "support_type": kind})
)  # fmt: skip
follow_ups = deeds.flatmap(
    lambda said: st.fixed_dictionaries(
        {"follow_up": st.sampled_from(("BASE", "M3", "M6", "M12", "M12", "M24")),
         "venture_state": st.sampled_from(("ACTIVE", "ACTIVE", "DORMANT", "CLOSED", "UNKNOWN")),
         "minutes": st.sampled_from((None, 0, 1320, 2640, 4000))}
    ).map(lambda more: {**said, **more})
)  # fmt: skip
outcomes = st.sampled_from(("HELD", "HELD", "NOSHOW", "CANCEL"))
steps_to_work = st.one_of(
    deeds.flatmap(lambda said: outcomes.map(lambda one: ("interview", {**said,
                                                                       "interview_outcome": one}))),
    deeds.flatmap(lambda said: st.sampled_from(("RUN", "RUN", "NOT")).map(
        lambda one: ("internship", {**said, "internship_state": one}))),
    deeds.flatmap(lambda said: st.sampled_from(("CONTRACT", "PERSON")).map(
        lambda one: ("hire", {**said, "hire_evidence": one, "contract_type": "CDD",
                              "reason": "Vu."}))),
)  # fmt: skip
starts = deeds.map(lambda said: {**said, "start_evidence": "SALE", "reason": "Vu."})


def verb(name, **detail):
    return st.tuples(st.just(name), st.fixed_dictionaries({"pick": picks, **detail}))


VERBS = {
    "register": {"by": st.sampled_from(tuple(SITE_OF)), "said": identities, "stats": answers},
    "open": {"on": days},
    "meet": {"session": sessions, "orientation": orientations},
    "correct_meeting": {"session": sessions, "orientation": orientations},
    "correct_person": {"said": identities, "since": st.none() | days},
    "consent": {"answer": answers, "on": days},
    "move": {"stage": st.sampled_from(STAGES), "on": days},
    "close": {"on": days},
    "reopen": {},
    "contact": {"by": st.sampled_from(CELL), "content": contacts},
    "attach": {"other": picks},
    "self_employ": {"content": registrations},
    "begin": {"sector": sectors, "form": forms, "since": days},
    "join": {"other": picks, "since": days},
    "alter": {"sector": sectors, "form": forms, "since": days},
    "leave": {},
    "help": {"content": supports},
    "start": {"content": starts},
    "ask_after": {"content": follow_ups},
    "seek": {"sector": sectors, "on": days},
    "step": {"what": steps_to_work},
    "correct_step": {"what": steps_to_work},
    "correct_deed": {
        "registration": registrations,
        "support": supports,
        "start": starts,
        "follow_up": follow_ups,
    },
}
OFTEN = (
    *["meet"] * 8,
    *["move"] * 3,
    *["contact"] * 2,
    *["attach"] * 2,
    *["consent"] * 2,
    *["correct_person"] * 2,
    *["begin"] * 2,
    *["help"] * 4,
    *["start"] * 3,
    *["ask_after"] * 4,
    *["correct_deed"] * 2,
    *["seek"] * 2,
    *["step"] * 3,
)
verbs = st.sampled_from((*VERBS, *OFTEN)).flatmap(lambda name: verb(name, **VERBS[name]))
drills = st.sampled_from(("ask", "rebuild", "another process")).map(lambda name: (name, None))
steps = st.integers(0, 9).flatmap(
    lambda turn: {8: st.tuples(st.just("fail"), verbs), 9: drills}.get(turn, verbs)
)


class BrokenOffError(Exception):
    """Something failed after everything was written, and before it was saved."""


class Day:
    """Colleagues at work: each verb as one of them, in a unit of work of its own."""

    def __init__(self, programme, app):
        self.programme, self.app = programme, app
        self.people, self.paths, self.meetings, self.contacts = [], [], [], []
        self.ventures, self.deeds = [], []
        self.ways, self.taken = [], []

    def do(self, name, detail, fails=False):
        kept = {name: list(made) for name, made in vars(self).items() if isinstance(made, list)}
        try:
            with transaction():
                getattr(self, name)(**detail)
                if fails:
                    db.session.flush()
                    raise BrokenOffError
        except (Refusal, BrokenOffError):  # nothing of it may have stayed
            vars(self).update(kept)
        db.session.expunge_all()

    def _acting(self, login):
        return acting_as(self.programme.user(login))

    def _one(self, made, pick):
        if not made:
            raise Refusal("nothing to do it to")
        return made[pick % len(made)]

    def register(self, pick, by, said, stats):
        with self._acting(by):
            site = db.session.get_one(Site, self.programme.sites[SITE_OF[by]])
            person = register_person(
                site, {"given": "Nour", **said}, {"CARE": "yes", "STATS": stats}
            )
            self.people.append((by, person.id))
            self._begin(by, person, dt.date(2022, 11, 20))

    def open(self, pick, on):
        by, key = self._one(self.people, pick)
        with self._acting(by):
            self._begin(by, db.session.get_one(Person, key), on)

    def _begin(self, by, person, on):
        if by in CELL:
            path = listening.open_case(person, first_contact="WALKIN", opened_on=on)
        else:
            path = hub.enrol(person, pathway="SELF", opened_on=on)
        self.paths.append((by, path.id))

    def meet(self, pick, session, orientation):
        by, key = self._one(self.paths, pick)
        with self._acting(by):
            if by in CELL:
                met = listening.log_session(db.session.get_one(Case, key), **session)
            else:
                met = hub.log_orientation(db.session.get_one(Enrolment, key), **orientation)
            self.meetings.append((by, met.id))

    def correct_meeting(self, pick, session, orientation):
        by, key = self._one(self.meetings, pick)
        with self._acting(by):
            if by in CELL:
                met = db.session.get_one(ListeningSession, key)
                listening_actions.correct_session(met, version=met.version, **session)
            else:
                met = db.session.get_one(OrientationSession, key)
                hub_actions.correct_orientation(met, version=met.version, **orientation)

    def correct_person(self, pick, said, since):
        by, key = self._one(self.people, pick)
        with self._acting(by):
            person = db.session.get_one(Person, key)
            nothing = dict.fromkeys(("born", "birth_year", "age_estimate", "age_estimated_on"))
            desk.correct_person(person, {**nothing, **said}, person.version, since)

    def consent(self, pick, answer, on):
        by, key = self._one(self.people, pick)
        with self._acting(by):
            desk.record_consent(db.session.get_one(Person, key), "STATS", answer, on, "oral")

    def move(self, pick, stage, on):
        by, key = self._one([path for path in self.paths if path[0] not in CELL], pick)
        with self._acting(by):
            path = db.session.get_one(Enrolment, key)
            hub_actions.move_stage(path, stage, seen=path.stage, on=on)

    def close(self, pick, on):
        by, key = self._one(self.paths, pick)
        with self._acting(by):
            if by in CELL:
                listening.close_case(db.session.get_one(Case, key), "MOVED", closed_on=on)
            else:
                hub_actions.close_enrolment(db.session.get_one(Enrolment, key), on)

    def reopen(self, pick):
        by, key = self._one([path for path in self.paths if path[0] in CELL], pick)
        with self._acting(by):
            listening_actions.reopen_case(db.session.get_one(Case, key))

    def contact(self, pick, by, content):
        with self._acting(by):
            site = self.programme.sites[SITE_OF[by]]
            contact = listening_actions.record_contact(site, **content)
            self.contacts.append((by, contact.id))

    def attach(self, pick, other):
        by, key = self._one(self.contacts, pick)
        _by, person = self._one([one for one in self.people if one[0] == by], other)
        with self._acting(by):
            contact = db.session.get_one(FirstContact, key)
            listening_actions.attach_contact(contact, db.session.get_one(Person, person))

    def _guided(self, pick):
        return self._one([one for one in self.people if one[0] not in CELL], pick)

    def _venture(self, pick):
        by, key = self._one(self.ventures, pick)
        return self._acting(by), key

    def self_employ(self, pick, content):
        by, key = self._guided(pick)
        with self._acting(by):
            record = business.register(db.session.get_one(Person, key), **content)
            self.deeds.append((by, AeRegistration, record.id))

    def begin(self, pick, sector, form, since):
        by, key = self._guided(pick)
        with self._acting(by):
            person, said = db.session.get_one(Person, key), {"isic_section": sector}
            made = business.begin(person, legal_form=form, since=since, activity="Pain", **said)
            self.ventures.append((by, made.id))

    def join(self, pick, other, since):
        acting, key = self._venture(pick)
        _by, person = self._guided(other)
        with acting:
            business.join(db.session.get_one(Person, person), key, since)

    def alter(self, pick, sector, form, since):
        acting, key = self._venture(pick)
        with acting:
            made = db.session.get_one(Venture, key)
            follow.take_form(made, version=made.version, legal_form=form, on=since)
            content = {**made.content(), "isic_section": sector}
            business.correct(made, version=made.version, **content)

    def leave(self, pick):
        acting, key = self._venture(pick)
        with acting:
            owners = sa.select(VentureOwner).where(VentureOwner.venture_id == key)
            owner = db.session.scalars(owners.order_by(VentureOwner.id)).first()
            follow.leave(db.session.get_one(Venture, key), owner)

    def help(self, pick, content):
        self._deed(pick, business.log_support, VentureSupport, content)

    def start(self, pick, content):
        self._deed(pick, business.log_start, TradingStart, content)

    def _deed(self, pick, log, model, content):
        by, key = self._one(self.ventures, pick)
        with self._acting(by):
            record = log(db.session.get_one(Venture, key), **content)
            self.deeds.append((by, model, record.id))

    def ask_after(self, pick, content):
        self._deed(pick, follow.log_follow_up, FollowUp, content)

    def correct_deed(self, pick, registration, support, start, follow_up):
        by, model, key = self._one(self.deeds, pick)
        verb, content = {
            AeRegistration: (business.correct_registration, registration),
            VentureSupport: (business.correct_support, support),
            TradingStart: (business.correct_start, start),
            FollowUp: (follow.correct_follow_up, follow_up),
        }[model]
        with self._acting(by):
            record = db.session.get_one(model, key)
            verb(record, version=record.version, **content)

    def seek(self, pick, sector, on):
        by, key = self._guided(pick)
        with self._acting(by):
            site = self.programme.sites[SITE_OF[by]]
            employer = note_employer(site, name="Atelier", isic_section=sector)
            person = db.session.get_one(Person, key)
            said = {"state": "APPL", "isco_major": "7"}
            self.ways.append((by, placement.apply_for(person, employer, on=on, **said).id))

    def step(self, pick, what):
        by, key = self._one(self.ways, pick)
        kind, content = what
        with self._acting(by):
            made = STEPS[kind][1](db.session.get_one(Application, key), **content)
            self.taken.append((by, kind, made.id))

    def correct_step(self, pick, what):
        kind, content = what
        by, _kind, key = self._one([one for one in self.taken if one[1] == kind], pick)
        model, _log, correct = STEPS[kind]
        with self._acting(by):
            made = db.session.get_one(model, key)
            correct(made, version=made.version, **content)


STEPS = {
    "interview": (Interview, placement.log_interview, placement.correct_interview),
    "internship": (Internship, placement.log_internship, placement.correct_internship),
    "hire": (Hire, placement.log_hire, placement.correct_hire),
}


# ---------------------------------------------------------------- the recount, in plain Python


def age_band(who, day):
    """In whole years, by a birthday counted from what is known of it."""
    if who.born:
        month, date, year = who.born.month, who.born.day, who.born.year
    elif who.birth_year:
        month, date, year = 7, 1, who.birth_year
    elif who.age_estimate is not None:
        seen = who.age_estimated_on
        month, date, year = seen.month, seen.day, seen.year - who.age_estimate
    else:
        return "UNK"
    age = day.year - year - ((day.month, day.day) < (month, date))
    bands = {code: [int(end) for end in code.split("_")] for code in codelist("age_band").codes
             if code != "UNK"}  # fmt: skip
    return next((code for code, (low, high) in bands.items() if low <= age <= high), "UNK")


def about(person, day):
    """What a figure may say of her on a day."""
    who = person.identity
    known = sorted(who.situations or [], key=lambda one: one["on"])
    holds = [one for one in known if dt.date.fromisoformat(one["on"]) <= day][-1:] or known[:1]
    situation = holds[0] if holds else {}
    return {
        "sex": who.sex or "U",
        "age_band": age_band(who, day),
        "population_group": situation.get("population_group") or "UNK",
        "nationality_group": situation.get("nationality_group") or "STL",
        "disability": who.disability or "UNK",
    }


def agrees(person, given):
    said = [(one.consent.on, one.consent.turn, one.consent.answer) for one in given
            if one.person_id == person.id and one.consent.purpose == "STATS"]  # fmt: skip
    return bool(said) and max(said)[2] == "yes"


def rows(model):
    return db.session.scalars(sa.select(model)).all()


def held(by):
    """What each record within a colleague's reach counts, and the facts it says it wrote."""
    people = {person.id: person for person in rows(Person)}
    given = rows(Consent)
    for path in rows(Enrolment):
        person, first = people[path.person_id], {}
        for move in path.business.moves:
            first.setdefault(move["stage"], dt.date.fromisoformat(move["on"]))
        yield path, path.business.fact_ids, [
            (f"stage_{stage.lower()}", day, path.site_id, person.identity.ordinal,
             {**about(person, day), "pathway": path.business.pathway}, agrees(person, given),
             path.id)
            for stage, day in first.items()
        ]  # fmt: skip
    for case in rows(Case) + rows(Enrolment):
        person, is_case = people[case.person_id], isinstance(case, Case)
        kind = ListeningSession if is_case else OrientationSession
        column = kind.case_id if is_case else kind.enrolment_id
        for met in db.session.scalars(sa.select(kind).where(column == case.id)):
            said = met.story if is_case else met.business
            names = ("session_type", "session_format", "language") if is_case else (
                "orientation_format",)  # fmt: skip
            dims = {name: getattr(said, name) for name in names}
            if not is_case:
                dims["pathway"] = case.business.pathway
            fact = ("pss_session" if is_case else "hub_orientation", said.held_on, case.site_id,
                    person.identity.ordinal, {**about(person, said.held_on), **dims},
                    agrees(person, given), met.id)  # fmt: skip
            yield met, said.fact_ids, [fact] if said.attendance == "attended" else []
    for contact in rows(FirstContact):
        said, person = contact.story, people.get(contact.person_id)
        dims = {
            "session_type": "FIRST",
            "language": said.language,
            "session_format": {"WALKIN": "PERSON"}.get(said.first_contact, said.first_contact),
        }
        if person:
            dims |= about(person, said.held_on)
        yield contact, said.fact_ids, [
            ("pss_session", said.held_on, contact.site_id,
             person.identity.ordinal if person else 0, dims,
             agrees(person, given) if person else True, contact.id)
        ]  # fmt: skip
    yield from started(people, given)
    yield from sought(people, given)


def sought(people, given):
    """The same of ways to work."""
    ways = {way.id: way for way in rows(Application)}
    counts = {
        Interview: ("interview_held", lambda said: said.interview_outcome == "HELD"),
        Internship: ("internship_started", lambda said: said.internship_state == "RUN"),
        Hire: ("hired", lambda said: said.hire_evidence == "CONTRACT"),
    }
    for model, (kind, is_counted) in counts.items():
        for step in rows(model):
            said, way = step.business, ways[step.application_id].business
            person = people[ways[step.application_id].person_id]
            dims = {**about(person, said.held_on), "isic_section": way.isic_section,
                    "isco_major": way.isco_major}  # fmt: skip
            if model is Hire:
                dims["contract_type"] = said.contract_type
            yield step, said.fact_ids, [
                (kind, said.held_on, site_of(person), person.identity.ordinal, dims,
                 agrees(person, given), step.id)
            ] * (is_counted(said) and not said.mistaken)  # fmt: skip


def started(people, given):
    """The same of what people start."""
    for record in rows(AeRegistration):
        said, person = record.business, people[record.person_id]
        dims = {**about(person, said.held_on), "isic_section": said.isic_section,
                "legal_form": "AE"}  # fmt: skip
        counts = said.ae_registration == "FIRST" and not said.mistaken
        yield record, said.fact_ids, [
            ("ae_registration", said.held_on, site_of(person), person.identity.ordinal, dims,
             agrees(person, given), record.id)
        ] * counts  # fmt: skip
    for venture in rows(Venture):
        yield from of_venture(venture, people, given)


def site_of(person):
    place = sa.select(Registration.site_id).where(Registration.person_id == person.id)
    return db.session.scalars(place).one()


def of_venture(venture, people, given):
    what, owners = venture.business, [
        (people[one.person_id], one.business.since)
        for one in rows(VentureOwner) if one.venture_id == venture.id
    ]  # fmt: skip
    consents = all(agrees(person, given) for person, _since in owners)

    def thing(record, kind, day, more=None, amount=1):
        """A fact about the business itself."""
        sexes = {person.identity.sex for person, since in owners if since <= day}
        dims = {**shape(what, day), "owner_sex": sexes.pop() if len(sexes) == 1 else None}
        return (kind, day, venture.site_id, what.ordinal, {**dims, **(more or {})}, consents,
                record.id, amount)  # fmt: skip

    helped = []
    for support in of(VentureSupport, venture):
        said = support.business
        helped += [] if said.mistaken else [said.held_on]
        more = {"support_type": said.support_type}
        yield support, said.fact_ids, [
            thing(support, "business_support", said.held_on, more)
        ] * (not said.mistaken)  # fmt: skip
    starts, lived = of(TradingStart, venture), of(FollowUp, venture)
    for start in starts:
        said = start.business
        after = not said.mistaken and any(day <= said.held_on for day in helped)
        year = said.held_on.year + 1
        leap = (said.held_on.month, said.held_on.day) == (2, 29)
        asked = [one.business.venture_state for one in lived
                 if one.business.follow_up == "M12" and not one.business.mistaken]  # fmt: skip
        yield start, said.fact_ids, [
            ("business_start", said.held_on, venture.site_id, person.identity.ordinal,
             {**about(person, said.held_on), **shape(what, said.held_on)}, agrees(person, given),
             start.id)
            for person, since in owners if after and since <= said.held_on
        ] + [
            thing(start, "business_trading", said.held_on),
            thing(start, "business_anniversary",
                  said.held_on.replace(year=year, **{"day": 28} if leap else {}),
                  {"venture_state": (asked or ["UNKNOWN"])[0]}),
        ] * after  # fmt: skip
    yield from asked_after(lived, starts, helped, thing)


def of(model, venture):
    return [one for one in rows(model) if one.venture_id == venture.id]


def asked_after(lived, starts, helped, thing):
    """What follow-ups count: the state of each, and how paid work changed since the one before."""
    order = ("BASE", "M3", "M6", "M12", "M24")
    told = sorted((one for one in lived if not one.business.mistaken), key=lambda one: (
        one.business.follow_up != "BASE", one.business.held_on,
        order.index(one.business.follow_up), one.id))  # fmt: skip
    jobs = []
    for one in lived:
        said = one.business
        state = None if said.follow_up == "BASE" else said.venture_state
        minutes = 0 if state == "CLOSED" else None if state == "UNKNOWN" else said.minutes
        should = []
        if one in told and state and starts:
            should.append(thing(one, "business_state", said.held_on, {"venture_state": state}))
        jobs.append((one, minutes, should))
    known = None
    for one, minutes, should in sorted((job for job in jobs if job[0] in told),
                                       key=lambda job: told.index(job[0])):  # fmt: skip
        if minutes is None:
            continue
        now = round(minutes * 100 / 2640)
        day = one.business.held_on
        if known is not None and now != known and starts and any(d <= day for d in helped):
            should.append(thing(one, "business_jobs", day, None, now - known))
        known = now
    for one, _minutes, should in jobs:
        yield one, one.business.fact_ids, should


def shape(what, day):
    """The sector of a business and its legal form on a day."""
    taken = [one for one in what.forms if one["on"] <= day.isoformat()][-1:] or what.forms[:1]
    return {"isic_section": what.isic_section, "legal_form": taken[0]["code"]}


def from_the_records(programme):
    """All that should be counted, and which fact each record claims."""
    sites = {row.id: (row.code, row.number) for row in rows(Site)}
    counted, claimed = [], []
    for by in SITE_OF:
        with acting_as(programme.user(by)), opening(opening.ALL), transaction(write=False):
            for _record, ids, should in held(by):
                claimed += [uuid.UUID(key) for key in ids or ()]
                assert len(ids or ()) == len(should)
                counted += [
                    (kind, day, *sites[site], ordinal,
                     tuple(sorted((n, c) for n, c in dims.items() if c)), consent, source,
                     amount[0] if amount else 1)
                    for kind, day, site, ordinal, dims, consent, source, *amount in should
                ]  # fmt: skip
        db.session.expunge_all()
    return counted, claimed


def from_the_ledger():
    """What stands in the ledger, opened: each living fact under its id."""
    kinds = {1: "pss_session", 2: "hub_orientation", 22: "ae_registration",
             23: "business_support", 24: "business_start", 30: "interview_held",
             31: "internship_started", 32: "hired", 36: "business_anniversary",
             37: "business_state", 38: "business_trading", 39: "business_jobs",
             **{kind.number: kind.name for kind in STAGE_REACHED.values()}}  # fmt: skip
    with acting_as_system(), transaction(write=False):
        lines = [
            tuple(row)
            for row in db.session.execute(
                sa.select(ledger.Fact.seq, ledger.Fact.id, ledger.Fact.generation, ledger.Fact.box)
            )
        ]
        plain = ledger.opened(lines, ledger.keys())
        codes = {row.number: row.code for row in rows(Site)}
    gone = {uuid.UUID(bytes=bytes(one["compensates"])) for one in plain if one["sign"] < 0}
    living = {}
    for line, one in zip(lines, plain, strict=True):
        if one["sign"] > 0 and line[1] not in gone:
            dims = tuple(
                sorted((n, code) for n, at in PLACE.items() if (code := _code(one, n, at)))
            )
            day = dt.date(2000, 1, 1) + dt.timedelta(days=int(one["day"]))
            living[line[1]] = (kinds[int(one["kind"])], day, codes[int(one["site"])],
                               int(one["site"]), int(one["ordinal"]), dims, bool(one["consent"]),
                               uuid.UUID(bytes=bytes(one["source"])),
                               int(one["amount"]))  # fmt: skip
    return living


def _code(fact, name, place):
    number = int(fact["dims"][place])
    return next((c for c in codelist(name).codes if codelist(name).number(c) == number), None)


def said(fact, name, month):
    if name == "month":
        return month
    if name == "site":
        return fact[2]
    return dict(fact[5]).get(name, NOT_STATED) if fact[6] else NOT_STATED


def in_order(fact):
    """The order in which two meetings of one day are held to have happened."""
    dims = dict(fact[5])
    packed = bytes(
        codelist(name).number(dims[name]) if name in dims else 0
        for name, _at in sorted(PLACE.items(), key=lambda item: item[1])
    )
    return fact[1], fact[3], packed, fact[6]


def is_asked(fact, indicator):
    """Whether the definition asks for facts of these codes."""
    dims = dict(fact[5])
    return all(dims.get(name) in codes for name, codes in indicator.only.items())


def recounted(counted, indicator, first, last, by, month=None):
    """(value, cells) of a figure, as its definition says it."""
    ours = [fact for fact in counted if fact[0] in indicator.kinds and is_asked(fact, indicator)]
    inside = [fact for fact in ours if first <= fact[1] <= last]
    if indicator.measure in ("facts", "sum"):
        cells = Counter()
        for fact in inside:
            many = fact[8] if indicator.measure == "sum" else 1
            cells[tuple(said(fact, name, month) for name in by)] += many
        return sum(cells.values()), Counter({key: n for key, n in cells.items() if n})
    if indicator.measure == "sites":
        sites = {fact[2] for fact in inside}
        return len(sites), Counter(
            tuple(site if n == "site" else month for n in by) for site in sites
        )
    value, cells = 0, Counter()
    for person in {fact[4] for fact in inside} - {0}:
        hers = sorted((fact for fact in inside if fact[4] == person), key=in_order)
        known = any(fact[4] == person and fact[1] < first for fact in ours)
        if (indicator.measure == "newcomers" and known) or len(hers) < indicator.at_least:
            continue
        value += 1
        for site in {fact[2] for fact in hers} if "site" in by else {None}:
            cells[tuple(site if n == "site" else said(hers[0], n, month) for n in by)] += 1
    return value, cells


def expected(counted, indicator, period, by):
    """The figure as pages show it: percentages of what is over by today, hundredths as such."""
    if not indicator.kinds:
        return (indicator.reported[1] if indicator.is_quoted else None), {}
    if indicator.measure == "ratio":
        past = [fact for fact in counted if fact[1] <= TODAY]
        below, cells = added_up(past, indicator, period, by)
        state = dict(indicator.among)
        good = [
            fact
            for fact in past
            if all(dict(fact[5]).get(name) in codes for name, codes in state.items())
        ]
        above, parts = added_up(good, indicator, period, by)
        shares = {key: round(100 * parts.get(key, 0) / n, 1) for key, n in cells.items()}
        return round(100 * above / below, 1) if below else None, shares
    value, cells = added_up(counted, indicator, period, by)
    if indicator.measure == "sum":
        return value / 100, {key: n / 100 for key, n in cells.items()}
    return value, cells


def added_up(counted, indicator, period, by):
    value, cells = recounted(counted, indicator, period.first, period.last, by)
    if "month" in by:
        cells, first = Counter(), period.first
        while first <= period.last:
            after = (first.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
            last = min(period.last, after - dt.timedelta(days=1))
            cells.update(recounted(counted, indicator, first, last, by, f"{first:%Y-%m}")[1])
            first = after
    return value, dict(cells) if by else {}


@contextmanager
def nothing_else_happens():
    """Five hundred figures are asked one after the other: what is committed is read before the
    first, and the numbers of the sites with it."""
    kept = facts.cube.Cube.catch_up, figures.site_numbers

    def catch_up(cube, *said):
        if cube is not seen.get("cube"):
            kept[0](cube, *said)
            seen["cube"] = cube

    seen = {}
    facts.cube.Cube.catch_up, figures.site_numbers = catch_up, cache(figures.site_numbers)
    try:
        yield
    finally:
        facts.cube.Cube.catch_up, figures.site_numbers = kept


def check_figures(counted):
    with acting_as_system(), transaction(write=False), nothing_else_happens():
        for indicator in CATALOGUE.values():
            for period in PERIODS:
                for by in (one for one in BREAKDOWNS if {*one} <= {*indicator.by, "month"}):
                    found = figure(indicator, period, by)
                    assert (found.value, dict(found.cells or {}) if by else {}) == expected(
                        counted, indicator, period, by
                    ), (indicator.code, period, by)
        for period in PERIODS:
            inside = [fact for fact in counted if period.first <= fact[1] <= period.last]
            assert [step.people for step in funnel(period)] == [
                len({fact[4] for fact in inside if fact[0] == kind.name})
                for kind in STAGE_REACHED.values()
            ]  # fmt: skip


def check_all(programme):
    counted, claimed = from_the_records(programme)
    living = from_the_ledger()
    assert Counter(counted) == Counter(living.values())
    assert Counter(claimed) == Counter(
        living.keys()
    )  # each fact is one record's, and the other way round
    check_figures(counted)
    return counted


# ---------------------------------------------------------------- any day


@pytest.fixture
def programme(made_once):
    """With roles that hold since long before the days told here."""
    with clock.frozen(dt.date(2019, 1, 1)):
        return made_once(make_programme)


@pytest.fixture
def emptied(app, programme):
    """Call it for a programme as on its first day: sites and colleagues, and nobody else."""
    engine = sa.create_engine(db.engine.url, poolclass=sa.NullPool)

    def empty():
        db.session.remove()
        driver = engine.raw_connection()  # behind the guard's back
        for table in LEFT_BEHIND:
            driver.cursor().execute(f"DELETE FROM {table}")
        driver.commit()
        driver.close()
        app.extensions.pop("facts_cube", None)
        return Day(programme, app)

    return empty


def take(day, step, detail):
    if step == "ask":
        check_figures(from_the_records(day.programme)[0])
    elif step == "rebuild":
        facts.rebuild()
    elif step == "another process":
        day.app.extensions.pop("facts_cube", None)
    elif step == "fail":
        day.do(*detail, fails=True)
    else:
        day.do(step, detail)


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(verb("register", **VERBS["register"]), min_size=2, max_size=4),
    st.lists(steps, min_size=20, max_size=35),
)
def test_records_ledger_and_figures_say_the_same(emptied, registered, happened):
    day = emptied()
    with clock.frozen(TODAY):
        for step, detail in [*registered, *happened]:
            take(day, step, detail)
        counted = check_all(day.programme)
        facts.rebuild()
        check_figures(counted)
        with acting_as_system():
            assert facts.verify((one[7], one[0], one[1], one[3], one[4], dict(one[5]), one[8])
                                for one in counted).ok  # fmt: skip
