# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hub: a person's way to work or to a business.

Words: an Enrolment is her path through the hub; an OrientationSession is one career guidance
session on it, alone or in a group; a Diagnosis is what she can do and wants, as told on a day:
`Diagnosis.newest()` selects the newest of everyone in reach, for `vault.open_rows`. Hides how they
are sealed, what they count and the rules on their days. `Enrolment.of(person)` and
`Enrolment.still_open()` are the selects of hers and of open ones in the reader's reach.
"""

from .actions import close_enrolment, enrol, log_orientation
from .counting import restate
from .diagnosis import Diagnosis
from .models import Enrolment, OrientationSession
from .timeline import say_end

__all__ = [
    "Diagnosis",
    "Enrolment",
    "OrientationSession",
    "close_enrolment",
    "enrol",
    "log_orientation",
    "restate",
    "say_end",
]
