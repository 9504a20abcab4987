# SPDX-License-Identifier: AGPL-3.0-or-later
"""Business: what a person starts, from her registration to her first sale.

Words: an AeRegistration is her entry in the register of auto-entrepreneurs; a Venture is one
project or business, whoever owns it; a VentureSupport is help given to it; a TradingStart the day
it began to trade; a FollowUp what was found out about it later. Hides how they are sealed, what
they count, and how one is found by its numbers. `Venture.of(person)` is the select of hers in the
reader's reach.

Rooms above write down how it lives, and count it anew by `recount_starts`. Modules behind the
names: `ceilings` (what the law allows), `counting`, `deeds` (what happened to it), `lives` (what is
asked after its start), `forms`, `models`.
"""

from . import ceilings as ceilings
from . import counting as counting
from . import deeds as deeds
from . import forms as forms
from . import lives as lives
from . import models as models
from .counting import recount_starts, restate
from .deeds import AeRegistration, TradingStart, VentureSupport
from .lives import FollowUp
from .models import Venture
from .timeline import told_of

__all__ = [
    "AeRegistration",
    "FollowUp",
    "TradingStart",
    "Venture",
    "VentureSupport",
    "recount_starts",
    "restate",
    "told_of",
]
