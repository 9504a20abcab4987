# SPDX-License-Identifier: AGPL-3.0-or-later
"""Countries by ISO 3166-1: their group in figures (UN M49) and their name in the reader's words."""

import csv
from functools import cache
from itertools import groupby
from operator import itemgetter

from casework.codelists import DATA, codelist
from casework.i18n import LANGUAGES, language

# Those of most people who come, first in the list.
USUAL = ("MA", "GN", "SN", "CI", "ML", "CM", "NG", "CD", "CG", "SY", "YE", "DZ", "SD")
UNKNOWN_GROUP = "STL"  # the list's own "stateless or unknown"


@cache
def _groups() -> dict[str, str]:
    with (DATA / "countries.csv").open(encoding="utf-8", newline="") as lines:
        return {row["code"]: row["nationality_group"] for row in csv.DictReader(lines)}


def is_country(code: str | None) -> bool:
    return code in _groups()


def group_of(country: str | None, region: str | None = None, *, is_stateless: bool = False) -> str:
    """The group a nationality counts in: the country's, else the `region` that was said (a code
    of the list), else that of the stateless and unknown."""
    if is_stateless:
        return UNKNOWN_GROUP
    said = region if region and region in codelist("nationality_group") else UNKNOWN_GROUP
    return _groups().get(country or "", said)


def name_of(country: str) -> str:
    return LANGUAGES[language()].locale.territories[country]


@cache
def in_short() -> str:
    """Every code, as short as a page can say them: a first letter with all its second ones."""
    alike = groupby(sorted(_groups()), key=itemgetter(0))
    return " ".join(first + "".join(code[1] for code in codes) for first, codes in alike)


def choices() -> list[tuple[str, str]]:
    """(code, name): the usual ones first, then all the others in the order of their names."""
    others = sorted((name_of(code), code) for code in _groups() if code not in USUAL)
    return [*usual(), *((code, name) for name, code in others)]


def usual(also: str | None = None) -> list[tuple[str, str]]:
    """(code, name) of the usual ones, and of one more where it is not among them."""
    more = (also,) if also and is_country(also) and also not in USUAL else ()
    return [(code, name_of(code)) for code in (*USUAL, *more)]
