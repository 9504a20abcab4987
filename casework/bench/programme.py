# SPDX-License-Identifier: AGPL-3.0-or-later
"""The made-up programme on which protection is compared, and what a sketch of it once hid.

The same draws as in the measured sketch of November 2026, so that hidden cells can be held against
its counts: REFERENCE is what it hid of the same tables with three seconds of cleaning.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from casework.disclosure import Dim, Table

LEAVES = {
    "site": ("A", "B", "Hub", "Mobile", "Partner"),
    "sex": ("F", "M", "Other", "Unknown"),
    "age": ("0-11", "12-17", "18-24", "25-34", "35-49", "50-59", "60+"),
    "nat": ("MAR", "CIV", "GIN", "CMR", "SEN", "Other"),
    "type": ("sexual", "physical", "psychological", "economic", "forced-marriage", "denial"),
    "time": tuple(f"{year}Q{quarter}" for year in (2024, 2025) for quarter in (1, 2, 3, 4)),
}
QUARTERS = LEAVES["time"]
YEARS = {
    **{f"{year}-to-Q{n}": QUARTERS[first : first + n]
       for year, first in ((2024, 0), (2025, 4)) for n in (2, 3)},
    "2024": QUARTERS[:4], "2025": QUARTERS[4:],
}  # fmt: skip

# (tables, seed): cells hidden by the sketch; official were the grand total and those of sites.
REPORT = (("site", "sex", "age"), ("site", "sex", "nat"), ("site", "sex", "type"))
ONE_TABLE = (("site", "sex", "age"),)
REFERENCE = {
    (REPORT, 1): 238, (REPORT, 2): 236, (REPORT, 3): 222,
    (ONE_TABLE, 1): 89, (ONE_TABLE, 2): 98, (ONE_TABLE, 3): 92,
}  # fmt: skip

SITES = (0.42, 0.31, 0.17, 0.07, 0.03)
SEX_BY_SITE = (
    (0.84, 0.14, 0.015, 0.005), (0.80, 0.18, 0.01, 0.01), (0.55, 0.44, 0.005, 0.005),
    (0.75, 0.23, 0.01, 0.01), (0.7, 0.28, 0.01, 0.01),
)  # fmt: skip
NAT_BY_SITE = (
    (0.55, 0.16, 0.11, 0.08, 0.05, 0.05), (0.45, 0.2, 0.15, 0.1, 0.05, 0.05),
    (0.8, 0.06, 0.04, 0.03, 0.04, 0.03), (0.2, 0.3, 0.25, 0.15, 0.05, 0.05),
    (0.5, 0.2, 0.1, 0.1, 0.05, 0.05),
)  # fmt: skip
AGES = (0.04, 0.1, 0.22, 0.33, 0.23, 0.05, 0.03)
TYPES = (0.22, 0.3, 0.26, 0.14, 0.03, 0.05)
TYPES_OF_MEN = (0.1, 0.35, 0.25, 0.25, 0.01, 0.04)
QUARTER_SHARES = (0.09, 0.1, 0.12, 0.13, 0.13, 0.14, 0.14, 0.15)


def people(number: int, seed: int) -> dict[str, Any]:
    """One leaf number for each person and dimension."""
    draw = np.random.default_rng(seed)
    site = draw.choice(5, size=number, p=np.array(SITES) / sum(SITES))
    rest = np.array([_person(draw, place) for place in site])
    made = dict(zip(("sex", "nat", "age", "type"), rest.T, strict=True))
    return {"site": site, **made, "time": draw.choice(8, size=number, p=np.array(QUARTER_SHARES))}


def _person(draw: np.random.Generator, site: int) -> tuple[int, ...]:
    sex = draw.choice(4, p=SEX_BY_SITE[site])
    nat = draw.choice(6, p=NAT_BY_SITE[site])
    age = draw.choice(7, p=AGES)
    return sex, nat, age, draw.choice(6, p=TYPES_OF_MEN if sex == 1 else TYPES)


def dims(*names: str) -> list[Dim]:
    return [Dim(name, LEAVES[name], YEARS if name == "time" else {}) for name in names]


def tables(*crossings: tuple[str, ...], **shows: tuple[str, ...]) -> list[Table]:
    """Tables with everything of their dimensions, or of some the nodes that are given."""
    return [
        Table("-".join(names), {
            name: shows.get(name, (*LEAVES[name], "all")) for name in names
        })
        for names in crossings
    ]  # fmt: skip


def quarter(number: int) -> tuple[str, ...]:
    """What a quarterly release shows of time: its quarter, the year to date, a whole year."""
    place, year = number % 4, QUARTERS[number][:4]
    more = {1: (f"{year}-to-Q2",), 2: (f"{year}-to-Q3",), 3: (year,)}
    return (QUARTERS[number], *more.get(place, ()))


def hidden_counts(document: Mapping[str, Any], columns: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The true count of every cell that a release hides, from the people themselves: for whoever
    examines it within the perimeter."""
    hidden = {
        tuple(sorted(cell["at"].items())): cell["at"]
        for cell in (*document["cells"], *document["earlier"])
        if cell["value"] is None
    }
    dims_ = document["dims"]
    return [{"at": at, "value": count(dims_, at, columns)} for at in hidden.values()]


def count(dims: Mapping[str, Any], at: Mapping[str, str], columns: Mapping[str, Any]) -> int:
    """How many of the people, given as leaf numbers, are in these nodes."""
    inside = np.ones(len(next(iter(columns.values()))), bool)
    for name, node in at.items():
        leaves = dims[name]["leaves"]
        inside &= np.isin(columns[name], [leaves.index(one) for one in dims[name]["nodes"][node]])
    return int(inside.sum())
