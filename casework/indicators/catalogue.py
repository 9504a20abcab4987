# SPDX-License-Identifier: AGPL-3.0-or-later
"""One entry per indicator. Labels, unit, target and reported value come from `data/indicators.csv`;
an entry adds what is counted and how it is said in plain words."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from casework.codelists import DATA
from casework.i18n import _l, language

SITE, SEX, AGE, MONTH = "site", "sex", "age_band", "month"


@dataclass(frozen=True)
class Indicator:
    """A figure of the programme: `kinds` of facts, what of them is counted, how it breaks down."""

    code: str
    kinds: tuple[str, ...]
    measure: Literal["people", "newcomers", "facts"]
    definition: Any
    by: tuple[str, ...] = (SITE, SEX, AGE)

    @property
    def label(self) -> str:
        return described(self.code)[f"label_{language()}"]

    @property
    def unit(self) -> str:
        return described(self.code)["unit"]

    @property
    def sdg_target(self) -> str:
        return described(self.code)["sdg_target"]

    @property
    def standard(self) -> str:
        return described(self.code)["standard"]

    @property
    def is_additive(self) -> bool:
        """Whether figures of months add up to that of the year. Distinct people never do."""
        return described(self.code)["period_aggregation"] == "sum"

    @property
    def reported(self) -> tuple[str, int] | None:
        """Qualifier and value as the programme published it, end of 2023; never mixed with ours."""
        row = described(self.code)
        return (row["seed_qualifier"], int(row["seed_value"])) if row["seed_value"] else None


CATALOGUE = {
    entry.code: entry
    for entry in (
        Indicator(
            "PSS-01", ("pss_session",), "people",
            _l("Each person who came to at least one session or first contact of a listening "
               "cell in the period, counted once whatever the number of visits and sites."),
        ),
        Indicator(
            "PSS-02", ("pss_session",), "newcomers",
            _l("Each person whose first session ever, at any listening cell, falls in the period."),
        ),
        Indicator(
            "PSS-03", ("pss_session",), "facts",
            _l("Each session held: an anonymous contact counts, a missed appointment does not."),
        ),
        Indicator(
            "HUB-01", ("hub_orientation",), "people",
            _l("Each person who received career guidance at the hub, alone or in a group, at "
               "least once in the period, counted once."),
        ),
    )
}  # fmt: skip


@cache
def registry() -> Mapping[str, Mapping[str, str]]:
    """Every indicator the programme answers for, by its code, whether it is counted yet or not."""
    with (DATA / "indicators.csv").open(encoding="utf-8", newline="") as lines:
        return {row["code"]: row for row in csv.DictReader(lines)}


def described(code: str) -> Mapping[str, str]:
    """The line of the registry for a code. KeyError for one that is not there."""
    return registry()[code]
