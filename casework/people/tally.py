# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a record about a person becomes a fact: under her number, with what figures may say of her.

A fact is written in the transaction of its record, which keeps the fact's id inside its own
envelope. The day counted is the day it happened, never the day it was typed.
"""

import datetime as dt
import uuid
from collections.abc import Mapping

from casework import facts
from casework.access import Site
from casework.codelists import codelist
from casework.facts import FactKind

from .ages import attributes_on
from .models import Person, consents_to
from .records import Told

# The dimensions that come from the person, for every kind of fact about one.
ABOUT_HER = ("sex", "age_band", "population_group", "nationality_group", "disability")
NOBODY = 0  # the number of who gave no name: a service, and no person


def count(
    record: Told, kind: FactKind, day: dt.date, person: Person | None, site_id: uuid.UUID,
    dims: Mapping[str, str | None],
) -> None:  # fmt: skip
    """Write a fact of this record, about a person or about nobody. Its id is kept in the record.

    `dims` are the coded answers the kind counts by: « does not know » and silence are both « not
    stated » there.
    """
    if person is None:
        count_thing(record, kind, day, NOBODY, site_id, dims)
        return
    about = {**dims, **attributes_on(person, day)}
    agrees = consents_to(person, "STATS")
    count_thing(record, kind, day, person.identity.ordinal, site_id, about, agrees)


def count_thing(
    record: Told, kind: FactKind, day: dt.date, ordinal: int, site_id: uuid.UUID,
    dims: Mapping[str, str | None], consents: bool = True, amount: int = 1,
) -> None:  # fmt: skip
    """The same of whatever has a number in figures, such as a business; `amount` is summed."""
    about = {name: code for name, code in dims.items() if code and code in codelist(name)}
    site, source = Site.number_of(site_id), record.id
    fact = facts.record(
        kind, day, site, ordinal, about, consent=consents, source=source, amount=amount
    )
    record.told.fact_ids = [*(record.told.fact_ids or ()), str(fact)]


def uncount(record: Told) -> None:
    """Take back the facts of a record, by facts that compensate them."""
    facts.retract(facts_of(record))
    record.told.fact_ids = None


def facts_of(record: Told) -> list[uuid.UUID]:
    """The facts that a record wrote and still stands for."""
    return [uuid.UUID(fact) for fact in record.told.fact_ids or ()]
