# SPDX-License-Identifier: AGPL-3.0-or-later
"""What may be written about who someone is: checked, in one form, with its dated situation.

Nothing is required, not even a name: a file is known by its code. What is said has to be possible.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from casework import clock
from casework.codelists import UNSAID, check_code
from casework.errors import Refusal
from casework.i18n import _

from . import countries
from .ages import assumed_birth
from .models import NAME_LENGTH, Person
from .numbers import e164
from .records import check_day

OLDEST = 120  # years
NAMES = ("given", "family", "given_ar", "family_ar")
CODED = {"sex": "sex", "disability": "disability", "document_kind": "id_document"}
PLAIN = (
    *NAMES,
    *CODED,
    "document_number",
    "born",
    "birth_year",
    "age_estimate",
    "age_estimated_on",
)
SITUATION = ("population_group", "nationality", "nationality_group")
FIELDS = frozenset((*PLAIN, *SITUATION, "phones", "languages"))


def write(person: Person, said: Mapping[str, Any], since: dt.date) -> None:
    """Put what was said into her envelope, checked. Raises Refusal (422) and changes nothing.

    `said` is named by FIELDS; what it does not name stays. `since` is the day from which her
    population group and nationality hold; TypeError for a name that is not there.
    """
    unknown = set(said) - FIELDS
    if unknown:
        raise TypeError(f"an identity has no {min(unknown)}")
    said = {name: _tidy(value) for name, value in said.items()}
    _check(said)
    who = person.identity
    phones = _phones(said.get("phones"))
    for name in PLAIN:
        if name in said:
            setattr(who, name, said[name])
    if said.get("age_estimate") is not None and not said.get("age_estimated_on"):
        who.age_estimated_on = clock.today()
    if "phones" in said:
        who.phones = phones or None
    if "languages" in said:
        who.languages = list(said["languages"] or ()) or None
    if set(SITUATION) & set(said):
        who.situations = with_situation(who.situations or [], said, since)
    birth = assumed_birth(who)
    who.year_about = birth.year if birth else None


def with_situation(
    known: list[dict[str, Any]], said: Mapping[str, Any], since: dt.date
) -> list[dict[str, Any]]:
    """The history with what holds since a day; of one day, what was said last."""
    earlier = [one for one in known if one["on"] < since.isoformat()]
    later = [one for one in known if one["on"] > since.isoformat()]
    same = [one for one in known if one["on"] == since.isoformat()]
    before = (same or earlier or [{}])[-1]
    group = said.get("population_group", before.get("population_group"))
    country = said.get("nationality", before.get("nationality"))
    if "nationality_group" in said or countries.is_country(before.get("nationality")):
        region = said.get("nationality_group")
    else:
        region = before.get("nationality_group")
    now = {
        "on": since.isoformat(),
        "population_group": group,
        "nationality": country,
        "nationality_group": countries.group_of(country, region, is_stateless=group == "STL"),
    }
    return [*earlier, now, *later]


def _tidy(value: Any) -> Any:
    if isinstance(value, str):
        return " ".join(value.split()) or None
    return value


# ------------------------------------------------------------------ checks


def _check(said: Mapping[str, Any]) -> None:
    if any(len(said.get(name) or "") > NAME_LENGTH for name in NAMES):
        raise Refusal(_("This name is too long. At most %(n)s letters fit.", n=NAME_LENGTH), 422)
    if len(said.get("document_number") or "") > 40:
        raise Refusal(_("This document number is too long. Check it."), 422)
    for name, listed in CODED.items():
        check_code(listed, said.get(name))
    for code in said.get("languages") or ():
        check_code("language", code)
    for name in ("population_group", "nationality_group"):
        check_code(name, said.get(name))
    country = said.get("nationality")
    if country and country not in UNSAID and not countries.is_country(country):
        raise Refusal(_("Choose one of the answers."), 422)
    _check_age(said)


def _check_age(said: Mapping[str, Any]) -> None:
    today = clock.today()
    for name in ("born", "age_estimated_on"):
        if said.get(name):
            check_day(said[name], today, first=None)
    born, year, age = (said.get(name) for name in ("born", "birth_year", "age_estimate"))
    if year is None and born:
        year = born.year
    if year is not None and not today.year - OLDEST <= year <= today.year:
        raise Refusal(_("Check the year of birth."), 422)
    if age is not None and not 0 <= age <= OLDEST:
        raise Refusal(_("Enter an age in years, at most %(most)s.", most=OLDEST), 422)


def _phones(said: Any) -> list[str]:
    found = []
    for typed in [said] if isinstance(said, str) else said or ():
        number = e164(typed)
        if number is None:
            raise Refusal(_("This is not a phone number. Check its figures."), 422)
        found.append(number)
    return list(dict.fromkeys(found))
