# SPDX-License-Identifier: AGPL-3.0-or-later
"""A vacancy held against what people told of themselves: what fits, what is missing, what is
unknown. It sorts and explains; it refuses nobody.

Ten thousand career diagnoses are opened in bulk and compared as codes; words are made for the few
that are shown. Who has not agreed that her profile is shown to an employer is left out, by the
purpose nearest to it (sharing with a named service), asked of the best first.
"""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from casework import clock
from casework.codelists import codelist, label
from casework.db import db
from casework.employers import Vacancy
from casework.hub import Diagnosis, Enrolment
from casework.i18n import _
from casework.people import Consent, Person, numbers
from casework.vault import errors, open_rows

from .actions import SHARING
from .models import CLOSED, Application

MOST_SHOWN = 20
AT_ONCE = 100  # people asked for their agreement in one go
FITS, PARTLY, LACKS, UNKNOWN = "fits", "partly", "lacks", "unknown"
# Which diploma is higher; what nobody said, and traditional schools, say nothing of it.
LEVELS = {"N": 0, **{str(level): level for level in range(9)}}
FAR = ("PROVINCE", "REGION", "COUNTRY")
Profile = Mapping[str, Any]
Finding = tuple[str, str, str]  # how it stands, what is asked, the code asked for
Check = Callable[[Profile], Iterator[Finding]]


class Match(NamedTuple):
    """How a profile stands to a vacancy. Matches sort: fewest gaps, most that fits, first."""

    gaps: int
    points: int  # the more the better, so kept below nought
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> str:
        """`fits`, `lacks` or `unknown`: what a reader sees first."""
        if self.gaps:
            return LACKS
        return FITS if self.points < 0 else UNKNOWN


def checks_of(vacancy: Vacancy) -> list[Check]:
    """What a vacancy asks, as questions put to a profile. Worked out once for everyone."""
    asked, found = vacancy.business, list[Check]()
    if asked.isco_major:
        found.append(_occupation(asked.isco_major))
    if asked.languages:
        found.append(_languages(asked.languages))
    if asked.education in LEVELS and asked.education != "N":
        found.append(_education(asked.education))
    if asked.licence:
        found.append(_licence)
    if asked.commune:
        found.append(_commune(numbers.folded(asked.commune), asked.commune))
    return found


def held_against(profile: Profile, checks: Sequence[Check]) -> Match:
    """One profile against a vacancy."""
    findings = tuple(finding for check in checks for finding in check(profile))
    gaps = points = 0
    for state, _what, _code in findings:
        if state == LACKS:
            gaps += 1
        elif state != UNKNOWN:
            points -= 2 if state == FITS else 1
    return Match(gaps, points, findings)


# ------------------------------------------------------------------ what is asked


def _occupation(code: str) -> Check:
    def check(profile: Profile) -> Iterator[Finding]:
        known, wanted = profile.get("isco_known") or (), profile.get("isco_wanted") or ()
        if code in wanted or code in known:
            yield (FITS if code in wanted else PARTLY), "occupation", code
        else:
            yield (LACKS if known or wanted else UNKNOWN), "occupation", code

    return check


def _languages(codes: Sequence[str]) -> Check:
    def check(profile: Profile) -> Iterator[Finding]:
        fluent = profile.get("languages_fluent") or ()
        basic = profile.get("languages_basic") or ()
        for code in codes:
            if code in fluent:
                yield FITS, "language", code
            elif code in basic:
                yield PARTLY, "language", code
            else:
                yield (LACKS if fluent or basic else UNKNOWN), "language", code

    return check


def _education(code: str) -> Check:
    least = LEVELS[code]

    def check(profile: Profile) -> Iterator[Finding]:
        level = LEVELS.get(profile.get("education") or "")
        state = UNKNOWN if level is None else FITS if level >= least else LACKS
        yield state, "education", code

    return check


def _licence(profile: Profile) -> Iterator[Finding]:
    has = {"HAS": FITS, "HASNOT": LACKS}
    yield has.get(profile.get("driving_licence") or "", UNKNOWN), "licence", ""


def _commune(folded: str, name: str) -> Check:
    def check(profile: Profile) -> Iterator[Finding]:
        lives, goes = profile.get("commune"), profile.get("mobility")
        if lives and numbers.folded(lives) == folded:
            yield FITS, "commune", name
        elif goes in FAR:
            yield PARTLY, "commune", name
        else:
            yield (LACKS if lives and goes else UNKNOWN), "commune", name

    return check


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
    ranked = rank(vacancy)
    chosen = list[tuple[uuid.UUID, Match]]()
    for start in range(0, len(ranked), AT_ONCE):
        some = ranked[start : start + AT_ONCE]
        agreed = _agreed([key for key, _match in some])
        chosen += [one for one in some if one[0] in agreed]
        if len(chosen) >= MOST_SHOWN:
            break
    chosen = chosen[:MOST_SHOWN]
    codes = _codes([key for key, _match in chosen])
    return [Candidate(key, codes[key], match) for key, match in chosen], len(ranked)


def rank(vacancy: Vacancy) -> list[tuple[uuid.UUID, Match]]:
    """Everyone compared, the best first."""
    checks, whose = checks_of(vacancy), _compared(vacancy)
    found = [
        (held_against(said, checks), str(whose[row]), whose[row])
        for row, said in open_rows(Diagnosis.newest(), Diagnosis.business)
        if row in whose and not isinstance(said, errors.Damaged)
    ]
    return [(key, match) for match, _text, key in sorted(found)]


def _compared(vacancy: Vacancy) -> dict[uuid.UUID, uuid.UUID]:
    """Whose diagnosis each is: people with an open path who have not applied here."""
    there = sa.select(Enrolment.person_id).where(Enrolment.status == "open")
    open_ones = set(db.session.scalars(there))
    applied = sa.select(Application.person_id).where(Application.vacancy_id == vacancy.id)
    open_ones -= set(db.session.scalars(applied))
    rows = sa.select(Diagnosis.id, Diagnosis.person_id).where(Diagnosis.is_newest)
    return {row: key for row, key in db.session.execute(rows) if key in open_ones}


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


def _codes(people: list[uuid.UUID]) -> dict[uuid.UUID, str]:
    rows = sa.select(Person.id, Person.code).where(Person.id.in_(people))
    return {key: code for key, code in db.session.execute(rows)}


# ------------------------------------------------------------------ vacancies for a person


def vacancies_for(person: Person) -> list[tuple[Vacancy, Match]]:
    """The vacancies one can apply for today and she has not, those that fit best first. Nothing
    where no diagnosis of hers opens."""
    diagnosis = Diagnosis.newest_of(person)
    if diagnosis is None:
        return []
    profile = diagnosis.content()
    applied = sa.select(Application.vacancy_id).where(
        Application.person_id == person.id, Application.status.not_in(CLOSED)
    )
    known = set(db.session.scalars(applied))
    found = [
        (held_against(profile, checks_of(one)), one.code, one)
        for one in db.session.scalars(sa.select(Vacancy).where(Vacancy.status == "open"))
        if one.is_whole and one.id not in known and one.takes_on(clock.today())
    ]
    return [(vacancy, match) for match, _code, vacancy in sorted(found, key=lambda one: one[:2])]


# ------------------------------------------------------------------ the reasons in words


def reasons(match: Match) -> list[str]:
    """A line each of what is missing, what is unknown, what fits in part, what fits."""
    groups = ((LACKS, _("Missing")), (UNKNOWN, _("Unknown")), (PARTLY, _("In part")),
              (FITS, _("Fits")))  # fmt: skip
    lines = []
    for state, title in groups:
        words = [_in_words(what, code) for stands, what, code in match.findings if stands == state]
        if words:
            lines.append(_("%(how)s: %(what)s", how=title, what=" · ".join(words)))
    return lines or [_("The vacancy asks for nothing in particular.")]


def _in_words(what: str, code: str) -> str:
    lists = {"occupation": "isco_major", "language": "language", "education": "education"}
    if what in lists and code in codelist(lists[what]):
        return label(lists[what], code)
    return _("driving licence") if what == "licence" else code
