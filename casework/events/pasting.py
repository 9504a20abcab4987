# SPDX-License-Identifier: AGPL-3.0-or-later
"""A list pasted from a spreadsheet: read line by line, taken whole or not at all.

A line is `name; organisation; kind of organisation; sex; age`, with semicolons or tabs; all but
the name may be left out. Kinds, sexes and ages are taken in the words of any language, or as codes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from casework.codelists import codelist
from casework.i18n import LANGUAGES, _

from .matching import folded
from .models import MOST_PEOPLE, NAME

COLUMNS = 5
# What a heading calls its first column: such a line is not a person.
HEADINGS = {"nom", "name", "noms", "nom et prenom", "nom prenom", "الاسم", "الاسم الكامل"}
NO_ORGANISATION = "BEN"


@dataclass(frozen=True)
class Entry:
    """One person as a line says it; `line` is its number in what was pasted, from 1."""

    line: int
    name: str
    organisation: str = ""
    kind: str | None = None
    sex: str | None = None
    age_band: str | None = None


def read(text: str, alone: bool = False) -> tuple[list[Entry], list[str]]:
    """The people of a pasted list, and a sentence for each line that is wrong. `alone`: an
    organisation may stand there before anybody knows whom it sends."""
    entries, problems, seen = [], [], dict[tuple[str, str], int]()
    for number, cells in _lines(text):
        entry, problem = _entry(number, cells, alone)
        if entry is not None:
            same = folded(entry.organisation), folded(entry.name)
            if same in seen:
                problem = _("the same person stands in line %(n)s.", n=seen[same])
            seen.setdefault(same, number)
            entries.append(entry)
        if problem:
            problems.append(at_line(number, problem))
    if not entries and not problems:
        problems.append(_("Paste at least one line."))
    if len(entries) > MOST_PEOPLE:
        problems.append(_("At most %(n)s people fit on one list.", n=MOST_PEOPLE))
    return entries, problems


def at_line(number: int, problem: str) -> str:
    """A sentence about one line, which begins with its number."""
    return _("Line %(n)s: %(problem)s", n=number, problem=problem)


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(text.splitlines(), 1):
        cells = [cell.strip().strip('"').strip() for cell in line.replace("\t", ";").split(";")]
        while cells and not cells[-1]:
            cells.pop()
        if cells and not (number == 1 and _plain(cells[0]) in {_plain(one) for one in HEADINGS}):
            yield number, cells


def _entry(number: int, cells: list[str], alone: bool) -> tuple[Entry | None, str]:
    """The person of a line, or what is wrong with it."""
    if len(cells) > COLUMNS:
        return None, _("there are more than five columns.")
    name, organisation, kind, sex, age = [*cells, *[""] * COLUMNS][:COLUMNS]
    if not folded(name) and not (alone and folded(organisation)):
        return None, _("the name is missing.")
    if max(len(name), len(organisation)) > NAME:
        return None, _("a name is longer than %(n)s characters.", n=NAME)
    codes = [_code(*one) for one in (("organisation_kind", kind), ("sex", sex), ("age_band", age))]
    for code, written, sentence in zip(codes, (kind, sex, age), _sentences(), strict=True):
        if written and code is None:
            return None, sentence
    if organisation and codes[0] in (None, NO_ORGANISATION):
        return None, _("say what kind of organisation it is.")
    if not organisation and codes[0] not in (None, NO_ORGANISATION):
        return None, _("the organisation is missing.")
    return Entry(number, name, organisation, codes[0] or NO_ORGANISATION, codes[1], codes[2]), ""


def _sentences() -> tuple[str, str, str]:
    return (
        _("this kind of organisation is not in the list below."),
        _("write F or M for the sex, or leave it empty."),
        _("this age is not one of the age bands."),
    )


def _code(name: str, written: str) -> str | None:
    return _words(name).get(_plain(written)) if written else None


@cache
def _words(name: str) -> dict[str, str]:
    """Every way to write a code of a list, and the code."""
    found = {}
    for one in codelist(name):
        for words in (one.code, *(one.labels[language] for language in LANGUAGES)):
            found.setdefault(_plain(words), one.code)
    if name == "sex":
        found |= {"h": "M", "homme": "M", "femme": "F", "m": "M", "f": "F", "ذكر": "M", "انثى": "F"}
    return found


def _plain(words: str) -> str:
    return folded(words.replace("-", " ").replace("_", " "))
