# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the programme counts: each figure defined once, computed from facts, never from files.

What it hides: the catalogue and its source file, periods and their names, how a definition
becomes a question to the cube, and the shapes in which a report is written. It opens no envelope:
a process that holds no key of a person shows every figure.

Its words: an *indicator* is one entry of the catalogue; a *figure* is its value over a *period*;
a *breakdown* needs a right of its own, a headline figure does not.
"""

from .catalogue import CATALOGUE, Indicator
from .figures import Figure, figure
from .periods import Period
from .reports import FORMATS, report, written

__all__ = [
    "CATALOGUE",
    "FORMATS",
    "Figure",
    "Indicator",
    "Period",
    "figure",
    "report",
    "written",
]
