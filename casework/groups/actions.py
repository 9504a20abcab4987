# SPDX-License-Identifier: AGPL-3.0-or-later
"""Recording guidance given to a group, inside the caller's unit of work."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from casework.errors import Refusal
from casework.hub import Enrolment, OrientationSession, log_orientation
from casework.i18n import _

LARGEST = 100


def log_group(
    enrolments: Sequence[Enrolment], *, id: uuid.UUID, held_on: dt.date, **content: Any
) -> list[OrientationSession]:
    """Guidance given to a group: each gets a record of her own, and is counted once.

    `id` is that of the form: sent twice, it makes each record once. All of them are saved or none.
    """
    if not enrolments:
        raise Refusal(_("Say who was there."), 422)
    if len(enrolments) > LARGEST:
        raise Refusal(_("A group is at most 100 people. Record two groups."), 422)
    content = {**content, "held_on": held_on, "orientation_format": "GROUP"}
    return [
        log_orientation(one, id=uuid.uuid5(id, one.id.hex), **content)
        for one in dict.fromkeys(enrolments)
    ]
