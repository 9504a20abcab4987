# SPDX-License-Identifier: AGPL-3.0-or-later
"""People: who they are, how they are found again, where they are registered, what they agree to.

Hidden here: names, phones and documents in any spelling, ages as well as they are known, dated
situations, the search of one's own strand. A Person has a file in one strand; a Registration puts
her in somebody's reach; a Consent is one answer to one purpose.

    person = register_person(site, {"given": "…", "birth_year": 1990}, {"CARE": "yes"})
    found = find_people({"q": "Med Benali"})

Rooms above correct her by `actions.correct_person` and have each strand count her again. Two
modules stand behind the names: `records` (what every record about a person shares: kinds of
records, rules on a day and a text, forms sent twice) and `tally` (how it becomes a fact).
"""

from . import records as records
from . import tally as tally
from .actions import record_consent, register_person
from .ages import attributes_on
from .matching import find_people
from .models import Consent, Person, Registration, consents_to

__all__ = [
    "Consent",
    "Person",
    "Registration",
    "attributes_on",
    "consents_to",
    "find_people",
    "record_consent",
    "register_person",
]
