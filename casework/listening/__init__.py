# SPDX-License-Identifier: AGPL-3.0-or-later
"""Listening: the psychosocial case, from the first contact to the closure.

Words: a Case is a person's path through a listening cell; a ListeningSession is one meeting in
it; a FirstContact is someone who came or called before any case, and gave no name. Hides how
they are sealed, what each of them counts, and the rules on their days. `Case.still_open()` is
the select of open cases in the reader's reach.
"""

from .actions import close_case, log_session, open_case
from .counting import restate
from .models import Case, FirstContact, ListeningSession, cases_of

__all__ = [
    "Case",
    "FirstContact",
    "ListeningSession",
    "cases_of",
    "close_case",
    "log_session",
    "open_case",
    "restate",
]
