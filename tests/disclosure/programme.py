# SPDX-License-Identifier: AGPL-3.0-or-later
"""A made-up programme, drawn person by person, with the skew of a real one."""

import numpy as np

from casework.disclosure import Dim, Table

LEAVES = {
    "site": ("A", "B", "Hub", "Mobile", "Partner"),
    "sex": ("F", "M", "Other", "Unknown"),
    "age": ("0-11", "12-17", "18-24", "25-34", "35-49", "50-59", "60+"),
    "type": ("sexual", "physical", "psychological", "economic", "marriage", "denial"),
    "time": tuple(f"{year}Q{quarter}" for year in (2024, 2025) for quarter in (1, 2, 3, 4)),
}
QUARTERS = LEAVES["time"]
NODES = {
    "time": {
        "2024": QUARTERS[:4], "2025": QUARTERS[4:],
        **{f"{year}-to-Q{n}": QUARTERS[start : start + n]
           for year, start in ((2024, 0), (2025, 4)) for n in (2, 3)},
    }
}  # fmt: skip
SHARES = {
    "site": (42, 31, 17, 7, 3),
    "sex": (78, 20, 1.5, 0.5),
    "age": (4, 10, 22, 33, 23, 5, 3),
    "type": (22, 30, 26, 14, 3, 5),
    "time": (9, 10, 12, 13, 13, 14, 14, 15),
}


def dims(*names, sensitive=()):
    return [
        Dim(name, LEAVES[name], NODES.get(name, {}), sensitive=name in sensitive) for name in names
    ]


def people(names, number, seed):
    draw = np.random.default_rng(seed)
    return {
        name: np.array(LEAVES[name])[draw.choice(
            len(LEAVES[name]), number, p=np.array(SHARES[name]) / sum(SHARES[name])
        )].tolist()
        for name in names
    }  # fmt: skip


def table(*names, **shows):
    """Everything of some dimensions, or only some nodes of them."""
    return Table("-".join(names), {
        name: shows.get(name, (*LEAVES[name], "all")) for name in names
    })  # fmt: skip
