# SPDX-License-Identifier: AGPL-3.0-or-later
"""The ledger's lines as the database holds them: sealed, numbered, in the order they arrive.

Hidden here: that on PostgreSQL a number may show after a higher one, and what a reader does about
it. Nothing is opened here; `facts` seals the lines, opens them and counts.
"""

from .models import Fact, FactCounter, FactSegment, next_number
from .order import Arrivals, Line, next_seq, reading

__all__ = [
    "Arrivals",
    "Fact",
    "FactCounter",
    "FactSegment",
    "Line",
    "next_number",
    "next_seq",
    "reading",
]
