# SPDX-License-Identifier: AGPL-3.0-or-later
"""Correcting a person, with her figures: what people's verbs change, each strand counts again.

Each verb runs inside the caller's unit of work, so that a file and its figures change together.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from casework import business, hub, listening, placement
from casework.people import Person
from casework.people import actions as people


def correct_person(
    person: Person, changes: Mapping[str, Any], version: int, since: dt.date | None = None
) -> None:
    """Put right what is known of a person, as `people` does, and count her anew."""
    people.correct_person(person, changes, version, since)
    count_anew(person)


def record_consent(person: Person, purpose: str, answer: str, on: dt.date, how: str) -> None:
    """Keep her answer to a purpose; one about statistics changes what breakdowns may say of her."""
    people.record_consent(person, purpose, answer, on, how)
    if purpose == people.STATISTICS:
        count_anew(person)


def count_anew(person: Person) -> None:
    """Take back her facts and write them as she is now known, in every strand."""
    listening.restate(person)
    hub.restate(person)
    business.restate(person)
    placement.restate(person)
