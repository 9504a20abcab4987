# SPDX-License-Identifier: AGPL-3.0-or-later
"""How large the letters of a printed canvas are, so that its nine blocks stay on one sheet.

A stylesheet cannot make letters smaller until a text fits, so the server reckons how high the
picture becomes: in points, on a sheet of A4 across. Names of sizes are classes of `print.css`.
"""

from collections.abc import Mapping

SIZES = {"large": 10.0, "medium": 8.0, "small": 6.5, "tiny": 5.5, "least": 4.5}
HEIGHT = 454.0  # what the heading of the page leaves of the sheet
NARROW, BROAD = 142.0, 380.0  # inside a fifth of the sheet, inside a half
EDGES = 27.0  # the title of a block, its edges and the gap under it
LEADING = 1.3
SMALL, CAPITAL = 0.56, 0.9  # of the size, the width of a letter
FILLED = 0.9  # of a line, since words are not cut

Parts = Mapping[str, str | None]


def size_of(parts: Parts) -> str:
    """The largest letters with which these parts fit; the least hold all that a block may."""
    return next((name for name, size in SIZES.items() if _height(parts, size) <= HEIGHT), "least")


def _height(parts: Parts, size: float) -> float:
    """Three rows: the two between whose blocks some columns are divided, and the lower one."""

    def block(name: str, width: float = NARROW) -> float:
        lines = (parts.get(name) or "").splitlines()
        return EDGES + LEADING * size * sum(_rows(line, width / size) for line in lines)

    divided = max(block("activities"), block("relationships"))
    divided += max(block("resources"), block("channels"))
    upper = max(divided, *map(block, ("partners", "value", "segments")))
    return upper + max(block("costs", BROAD), block("revenue", BROAD))


def _rows(line: str, letters: float) -> int:
    """How many rows a line takes, of so many times the size of its letters."""
    width = sum(CAPITAL if letter.isupper() else SMALL for letter in line)
    return 1 + int(width / (letters * FILLED))
