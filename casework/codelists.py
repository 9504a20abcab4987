# SPDX-License-Identifier: AGPL-3.0-or-later
"""Coded values (sex, age band, closure reason…) read from `data/`: one line adds a value."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from . import i18n
from .errors import Refusal
from .i18n import _, _l

DATA = Path(__file__).parent / "data"
FILES = ("classifications.csv", "house_lists.csv")
# A list asked about someone else: the owners of a business that is counted.
ALIASES = {"owner_sex": "sex", "owner_population_group": "population_group"}
# What a person may answer to any question, beside the values of its list.
UNSAID = {"UNK": _l("Does not know"), "PNS": _l("Prefers not to answer")}


@dataclass(frozen=True)
class Code:
    """One value: `number` is its stable small integer, kept for ever (a list only grows)."""

    number: int
    code: str
    labels: dict[str, str]
    standard: str


class CodeList:
    """The allowed values of one field, in their order, with labels in three languages."""

    def __init__(self, name: str, rows: list[Code]) -> None:
        self.name = name
        self._by_code = {row.code: row for row in rows}
        self._by_number = {row.number: row for row in rows}
        if len(self._by_code) != len(rows) or len(self._by_number) != len(rows):
            raise ValueError(f"code list {name}: a code or a number stands twice")

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(self._by_code)

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def __iter__(self) -> Iterator[Code]:
        return iter(self._by_code.values())

    def label(self, code: str, language: str | None = None) -> str:
        """The words for a code in the reader's language, in French where that one is missing."""
        labels = self._by_code[code].labels
        return labels.get(language or i18n.language()) or labels["fr"]

    def choices(self) -> list[tuple[str, str]]:
        return [(code, self.label(code)) for code in self._by_code]

    def number(self, code: str) -> int:
        return self._by_code[code].number

    def code(self, number: int) -> str:
        return self._by_number[number].code


@cache
def _all_lists() -> dict[str, list[Code]]:
    lists: dict[str, list[Code]] = {}
    for name in FILES:
        with (DATA / name).open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                labels = {language: row[language] for language in ("fr", "en", "ar")}
                value = Code(int(row["sort"]), row["code"], labels, row["standard"])
                lists.setdefault(row["list"], []).append(value)
    return lists


@cache
def codelist(name: str) -> CodeList:
    """The list of that name. Raises KeyError for an unknown one: a list is a line of `data/`."""
    return CodeList(name, _all_lists()[ALIASES.get(name, name)])


def label(name: str, code: str | None) -> str:
    """The words for a code of a list, or for an answer anyone may give; nothing for nothing."""
    if not code:
        return ""
    listed = codelist(name)
    return listed.label(code) if code in listed else str(UNSAID.get(code, code))


def check_code(name: str, code: str | None, required: bool = False) -> None:
    """A code of its list, or an answer anyone may give; silence too, unless the answer is
    `required`. Raises Refusal (422) otherwise."""
    known = code in codelist(name) or code in UNSAID if code else not required
    if not known:
        raise Refusal(_("Choose one of the answers."), 422)


def names() -> tuple[str, ...]:
    """Every list there is, for tests and exports."""
    return tuple(_all_lists())
