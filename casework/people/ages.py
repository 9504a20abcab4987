# SPDX-License-Identifier: AGPL-3.0-or-later
"""How old someone is on a day, as well as it is known, and what a figure may say of her then.

Rules: a year of birth alone is taken for 1 July of that year; an estimated age for a birthday on
the day of the estimate. So everyone grows older by a year a year, and no estimate stands still.
"""

import datetime as dt
from functools import cache
from typing import Any

from casework.codelists import codelist

from .countries import UNKNOWN_GROUP

MIDDLE_OF_YEAR = (7, 1)
UNKNOWN = "UNK"
NOT_STATED = "U"  # of the list of sexes
WITHOUT_PERMIT = {"MIG_IRR", "ASY"}
FOREIGN_PAPERS = {"PAS", "HCR", "CON", "NON"}


def assumed_birth(identity: Any) -> dt.date | None:
    """The day ages are counted from, by the rules above; None when nothing is known."""
    if identity.born:
        return identity.born
    if identity.birth_year:
        return dt.date(identity.birth_year, *MIDDLE_OF_YEAR)
    if identity.age_estimate is not None and identity.age_estimated_on:
        return years_before(identity.age_estimated_on, identity.age_estimate)
    return None


def years_before(day: dt.date, years: int) -> dt.date:
    """The same day in an earlier year; 28 February where there is no 29th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return dt.date(day.year - years, 2, 28)


def age_on(identity: Any, day: dt.date) -> tuple[int, bool] | None:
    """(years, exactly?) on a day: exact where the day of birth is known. None when unknown."""
    years = years_on(identity, day)
    return None if years is None else (years, identity.born is not None)


def years_on(identity: Any, day: dt.date) -> int | None:
    """Whole years of age on a day; None when unknown, or before birth."""
    birth = assumed_birth(identity)
    if birth is None or day < birth:
        return None
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


@cache
def _bands() -> tuple[tuple[int, str], ...]:
    """(first age, code), the oldest first; the last band has no end."""
    codes = [code for code in codelist("age_band").codes if code != UNKNOWN]
    return tuple(sorted(((int(code[:2]), code) for code in codes), reverse=True))


def band_of(age: int | None) -> str:
    """The code of the age band; the unknown one for None."""
    if age is None or age < 0:
        return UNKNOWN
    return next(code for first, code in _bands() if age >= first)


def situation_on(identity: Any, day: dt.date) -> dict[str, Any]:
    """Her dated situation on a day: the last one begun by then, else the first one known."""
    known = sorted(identity.situations or (), key=lambda one: one["on"])
    begun = [one for one in known if one["on"] <= day.isoformat()]
    return begun[-1] if begun else known[0] if known else {}


def permit_is_doubtful(identity: Any, day: dt.date) -> bool:
    """Whether a residence permit in force is not known of a foreigner."""
    situation = situation_on(identity, day)
    if situation.get("population_group") in WITHOUT_PERMIT:
        return True
    foreign = situation.get("nationality_group") not in (None, "MAR", "STL")
    return foreign and identity.document_kind in FOREIGN_PAPERS


def attributes_on(person: Any, day: dt.date) -> dict[str, str]:
    """What figures say of a person on a day: codes of their lists, unknown where nothing was said.

    Keys: sex, age_band, population_group, nationality_group, disability.
    """
    identity = person.identity
    situation = situation_on(identity, day)
    return {
        "sex": _listed("sex", identity.sex, NOT_STATED),
        "age_band": band_of(years_on(identity, day)),
        "population_group": _listed("population_group", situation.get("population_group"), UNKNOWN),
        "nationality_group": _listed(
            "nationality_group", situation.get("nationality_group"), UNKNOWN_GROUP
        ),
        "disability": _listed("disability", identity.disability, UNKNOWN),
    }


def _listed(name: str, code: str | None, otherwise: str) -> str:
    return code if code and code in codelist(name) else otherwise
