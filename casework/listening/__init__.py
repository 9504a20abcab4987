# SPDX-License-Identifier: AGPL-3.0-or-later
"""Listening: the psychosocial case, from the first contact to the closure.

Words: a Case is a person's path through a listening cell; a ListeningSession is one meeting in
it; a FirstContact is someone who came or called before any case, and gave no name. Hides how
they are sealed, what each of them counts, and the rules on their days. `Case.of(person)` and
`Case.still_open()` are the selects of hers and of open ones in the reader's reach.
`number_unattached()` is how many first contacts have no case file yet.
"""

from .actions import close_case, log_session, open_case
from .contacts import number_unattached
from .counting import restate
from .models import Case, FirstContact, ListeningSession

__all__ = [
    "Case",
    "FirstContact",
    "ListeningSession",
    "close_case",
    "log_session",
    "number_unattached",
    "open_case",
    "restate",
]
