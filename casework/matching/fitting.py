# SPDX-License-Identifier: AGPL-3.0-or-later
"""A vacancy held against what people told of themselves: what fits, what is missing, what is
unknown. It sorts and explains; it refuses nobody.

Ten thousand career diagnoses are opened in bulk and compared as codes; words are made for the few
that are shown. Who has not agreed that her profile is shown to an employer is left out, by the
purpose nearest to it (sharing with a named service), asked of the best first.
"""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

import sqlalchemy as sa

from casework import clock
from casework.codelists import codelist, label
from casework.db import db
from casework.employers import Vacancy
from casework.hub import Diagnosis, Enrolment
from casework.i18n import _, joined
from casework.people import Consent, Person, numbers
from casework.placement import SHARING, Application
from casework.vault import errors, open_rows

MOST_SHOWN = 20
AT_ONCE = 50  # people asked for their agreement in one go
FITS, PARTLY, LACKS, UNKNOWN = "fits", "partly", "lacks", "unknown"
# The fewest gaps come first; among those, the most that fits.
WEIGHTS = {LACKS: 1_000, UNKNOWN: 0, PARTLY: -1, FITS: -2}
# Which diploma is higher; what nobody said, and traditional schools, say nothing of it.
LEVELS = {"N": 0, **{str(level): level for level in range(9)}}
FAR = ("PROVINCE", "REGION", "COUNTRY")
Profile = Mapping[str, Any]


class Check(NamedTuple):
    """One thing a vacancy asks: of what kind, its code, and how a profile stands to it."""

    what: str
    code: str
    judge: Callable[[Profile], str]


class Match(NamedTuple):
    """How a profile stands to a vacancy: each thing asked, and how it stands."""

    findings: tuple[tuple[str, Check], ...]

    @property
    def verdict(self) -> str:
        """`fits`, `lacks` or `unknown`: what a reader sees first."""
        states = {state for state, _check in self.findings}
        return LACKS if LACKS in states else FITS if {FITS, PARTLY} & states else UNKNOWN

    @property
    def weight(self) -> int:
        """The less, the better it fits."""
        return sum(WEIGHTS[state] for state, _check in self.findings)


def checks_of(vacancy: Vacancy) -> list[Check]:
    """What a vacancy asks, as questions put to a profile. Worked out once for everyone."""
    asked, found = vacancy.business, list[Check]()
    if asked.isco_major:
        found.append(Check("occupation", asked.isco_major, _occupation(asked.isco_major)))
    found += [Check("language", code, _language(code)) for code in asked.languages or ()]
    if asked.education in LEVELS and asked.education != "N":
        found.append(Check("education", asked.education, _education(asked.education)))
    if asked.licence:
        found.append(Check("licence", "", _licence))
    if asked.commune:
        found.append(Check("commune", asked.commune, _commune(asked.commune)))
    return found


def held_against(profile: Profile, checks: Sequence[Check]) -> Match:
    """One profile against a vacancy, with the reasons."""
    return Match(tuple((check.judge(profile), check) for check in checks))


# ------------------------------------------------------------------ what is asked


def _occupation(code: str) -> Callable[[Profile], str]:
    def judge(profile: Profile) -> str:
        known, wanted = profile.get("isco_known") or (), profile.get("isco_wanted") or ()
        if code in wanted:
            return FITS
        if code in known:
            return PARTLY
        return LACKS if known or wanted else UNKNOWN

    return judge


def _language(code: str) -> Callable[[Profile], str]:
    def judge(profile: Profile) -> str:
        fluent = profile.get("languages_fluent") or ()
        if code in fluent:
            return FITS
        basic = profile.get("languages_basic") or ()
        if code in basic:
            return PARTLY
        return LACKS if fluent or basic else UNKNOWN

    return judge


def _education(code: str) -> Callable[[Profile], str]:
    least = LEVELS[code]

    def judge(profile: Profile) -> str:
        level = LEVELS.get(profile.get("education") or "")
        return UNKNOWN if level is None else FITS if level >= least else LACKS

    return judge


def _licence(profile: Profile) -> str:
    has = profile.get("driving_licence")
    return FITS if has == "HAS" else LACKS if has == "HASNOT" else UNKNOWN


def _commune(name: str) -> Callable[[Profile], str]:
    here, folded = numbers.folded(name), lru_cache(1_000)(numbers.folded)

    def judge(profile: Profile) -> str:
        lives, goes = profile.get("commune"), profile.get("mobility")
        if lives and folded(lives) == here:
            return FITS
        if goes in FAR:
            return PARTLY
        return LACKS if lives and goes else UNKNOWN

    return judge


# ------------------------------------------------------------------ people for a vacancy


class Candidate(NamedTuple):
    """Someone in the reader's reach who may fit, by her code."""

    person_id: uuid.UUID
    code: str
    match: Match


def candidates(vacancy: Vacancy) -> tuple[list[Candidate], int]:
    """Those who fit best and agreed, and how many were compared. Whoever has applied is left out.

    Compared are the people in the reader's reach with an open path and a diagnosis that opens.
    """
    checks = checks_of(vacancy)
    ranked = rank(vacancy, checks)
    found = list[Candidate]()
    for start in range(0, len(ranked), AT_ONCE):
        found += _who_agreed(ranked[start : start + AT_ONCE], checks)
        if len(found) >= MOST_SHOWN:
            break
    return found[:MOST_SHOWN], len(ranked)


def rank(vacancy: Vacancy, checks: Sequence[Check]) -> list[tuple[int, uuid.UUID, Profile]]:
    """(weight, diagnosis, profile) of everyone compared, the best first."""
    judges, weights = [check.judge for check in checks], WEIGHTS
    found = []
    for row, said in open_rows(_compared(vacancy), Diagnosis.business):
        if not isinstance(said, errors.Damaged):
            weight = 0
            for judge in judges:
                weight += weights[judge(said)]
            found.append((weight, row, said))
    found.sort(key=itemgetter(0))
    return found


def _compared(vacancy: Vacancy) -> sa.Select[Any]:
    """The newest diagnoses of people with an open path who have not applied here."""
    path = sa.exists().where(Enrolment.person_id == Diagnosis.person_id, Enrolment.status == "open")
    applied = sa.exists().where(
        Application.person_id == Diagnosis.person_id, Application.vacancy_id == vacancy.id
    )
    return Diagnosis.newest().where(path, ~applied)


def _who_agreed(
    ranked: list[tuple[int, uuid.UUID, Profile]], checks: Sequence[Check]
) -> Iterator[Candidate]:
    """Of these, in their order, who agreed that her profile is shown, by her code."""
    rows = sa.select(Diagnosis.id, Person.id, Person.code).join(
        Person, Person.id == Diagnosis.person_id
    )
    rows = rows.where(Diagnosis.id.in_([row for _weight, row, _said in ranked]))
    whose = {row: (person, code) for row, person, code in db.session.execute(rows)}
    agreed = _agreed([person for person, _code in whose.values()])
    for _weight, row, said in ranked:
        person, code = whose[row]
        if person in agreed:
            yield Candidate(person, code, held_against(said, checks))


def _agreed(people: list[uuid.UUID]) -> set[uuid.UUID]:
    """Of these people, whose last answer to the sharing of her profile is yes."""
    asked = Consent.person_id.in_(people)
    rows = sa.select(Consent.id, Consent.person_id).where(asked)
    whose = {row: key for row, key in db.session.execute(rows)}
    last: dict[uuid.UUID, tuple[Any, str]] = {}
    for row, said in open_rows(sa.select(Consent).where(asked), Consent.consent):
        if isinstance(said, errors.Damaged) or said.get("purpose") != SHARING:
            continue
        answer = (said["on"], said.get("turn") or 0), said["answer"]
        last[whose[row]] = max(last.get(whose[row], answer), answer)
    return {key for key, (_place, answer) in last.items() if answer == "yes"}


# ------------------------------------------------------------------ vacancies for a person


def vacancies_for(person: Person) -> list[tuple[Vacancy, Match]]:
    """The vacancies one can apply for today and she has not, those that fit best first. Nothing
    where no diagnosis of hers opens."""
    diagnosis = Diagnosis.newest_of(person)
    if diagnosis is None:
        return []
    profile = diagnosis.content()
    applied = sa.select(Application.vacancy_id).where(Application.person_id == person.id)
    known = set(db.session.scalars(applied))
    found = [
        (one, held_against(profile, checks_of(one)))
        for one in db.session.scalars(sa.select(Vacancy).where(Vacancy.status == "open"))
        if one.is_whole and one.id not in known and one.takes_on(clock.today())
    ]
    return sorted(found, key=lambda pair: (pair[1].weight, pair[0].code))


# ------------------------------------------------------------------ the reasons in words


def reasons(match: Match) -> list[str]:
    """A line each of what is missing, what is unknown, what fits in part, what fits."""
    groups = ((LACKS, _("Missing")), (UNKNOWN, _("Unknown")), (PARTLY, _("In part")),
              (FITS, _("Fits")))  # fmt: skip
    lines = []
    for state, title in groups:
        words = [_in_words(check) for stands, check in match.findings if stands == state]
        if words:
            lines.append(_("%(how)s: %(what)s", how=title, what=joined(*words)))
    return lines or [_("The vacancy asks for nothing in particular.")]


def _in_words(check: Check) -> str:
    lists = {"occupation": "isco_major", "language": "language", "education": "education"}
    name = lists.get(check.what, "")
    if name and check.code in codelist(name):
        return label(name, check.code)
    return _("driving licence") if check.what == "licence" else check.code
