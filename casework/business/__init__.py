# SPDX-License-Identifier: AGPL-3.0-or-later
"""Business: what a person starts, from her registration to her first sale.

Words: an AeRegistration is her entry in the register of auto-entrepreneurs; a Venture is one
project or business, whoever owns it; a VentureSupport is help given to it; a TradingStart the day
it began to trade. Hides how they are sealed, what they count, and how one is found by its numbers.
`Venture.of(person)` is the select of hers in the reader's reach.
"""

from .counting import restate
from .deeds import AeRegistration, TradingStart, VentureSupport
from .models import Venture
from .timeline import told_of

__all__ = [
    "AeRegistration",
    "TradingStart",
    "Venture",
    "VentureSupport",
    "restate",
    "told_of",
]
