# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an event cost, line by line, in dirhams.

A line is `what for; amount`. Amounts are kept in centimes and read as people write them: with
spaces, a comma or a point before the centimes, MAD or DH behind.
"""

import re
from collections.abc import Sequence

from casework.i18n import _, format_number

from .pasting import at_line

WHAT, MOST_LINES = 120, 50
AMOUNT = re.compile(r"(\d{1,8})(?:[.,](\d{1,2}))?(?:mad|dh|dhs|درهم)?", re.IGNORECASE)

Costs = Sequence[Sequence[str | int]]  # (what for, centimes)


def read(text: str) -> tuple[list[list[str | int]], list[str]]:
    """The costs written down, and a sentence for each line that is wrong."""
    found: list[list[str | int]] = []
    problems = []
    for number, line in enumerate(text.replace("\t", ";").splitlines(), 1):
        if not line.strip():
            continue
        what, _semicolon, amount = (part.strip() for part in line.rpartition(";"))
        centimes = _centimes(amount)
        if not what:
            problems.append(at_line(number, _("write what it is for, a semicolon, the amount.")))
        elif centimes is None:
            problems.append(at_line(number, _("write the amount in figures, as 1200 or 85,50.")))
        elif len(what) > WHAT:
            problems.append(at_line(number, _("a name is longer than %(n)s characters.", n=WHAT)))
        else:
            found.append([what, centimes])
    if len(found) > MOST_LINES:
        problems.append(_("At most %(n)s costs fit on one event.", n=MOST_LINES))
    return found, problems


def _centimes(amount: str) -> int | None:
    matched = AMOUNT.fullmatch("".join(amount.split()))
    return int(matched[1]) * 100 + int((matched[2] or "0").ljust(2, "0")) if matched else None


def written(costs: Costs | None) -> str:
    """The same as it was typed."""
    return "\n".join(f"{what}; {int(sum_) / 100:.2f}" for what, sum_ in costs or ())


def total(costs: Costs) -> int:
    """In centimes."""
    return sum(int(one) for _what, one in costs)


def in_mad(centimes: int) -> str:
    """« 12 500 MAD », « 12 500,50 MAD » in the reader's language."""
    decimals = 2 if centimes % 100 else 0
    return _("%(amount)s MAD", amount=format_number(centimes / 100, decimals))
