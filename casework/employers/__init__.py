# SPDX-License-Identifier: AGPL-3.0-or-later
"""Employers: who hires in the region, the people to talk to there, and what they look for.

Words: an Employer is one enterprise or organisation of the private-sector mapping; an Exchange is
a visit, a call or an answer to the follow-up study; a Vacancy is one post or several alike, with
its places and its days. They belong to a hub and to everyone who works there. Hides how they are
sealed, under a key of the employer's own since its contacts are people, and how one that is there
already is found again.
"""

from .actions import add_contact, log_exchange, note_employer, open_vacancy
from .listing import names_of
from .models import Employer
from .vacancies import Vacancy

__all__ = [
    "Employer",
    "Vacancy",
    "add_contact",
    "log_exchange",
    "names_of",
    "note_employer",
    "open_vacancy",
]
