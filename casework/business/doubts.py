# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where life is untidier than the rule: a warning that wants a reason, and never a wall."""

import uuid
from collections.abc import Mapping
from typing import Any

from casework.errors import Refusal
from casework.i18n import _
from casework.people import Person, ages, records

from .deeds import registrations_of


def registration_doubts(person: Person, content: Mapping[str, Any], own_id: uuid.UUID) -> list[str]:
    """What makes a registration doubtful, as sentences; nothing for most."""
    doubts = []
    if ages.permit_is_doubtful(person.identity, content["held_on"]):
        doubts.append(
            _("The register asks a residence permit of foreigners, and none is known here.")
        )
    if content.get("ae_registration") == "FIRST" and _was_first_before(person, own_id):
        doubts.append(
            _("A first registration is recorded already. Is this a renewal? It counts once.")
        )
    return doubts


def _was_first_before(person: Person, own_id: uuid.UUID) -> bool:
    earlier = filter(records.opens, registrations_of(person))
    return any(one.is_first and one.id != own_id for one in earlier)


def ask_why(doubts: list[str], content: Mapping[str, Any]) -> None:
    """Raises Refusal (409) with the doubts, unless a reason was written beside them."""
    if doubts and not content.get("reason"):
        why = _("If it is so, write why below and save again.")
        raise Refusal(" ".join([*doubts, why]))
