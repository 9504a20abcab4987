# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writing the next version. Each verb runs inside the caller's unit of work."""

import uuid
from typing import Any

from casework import clock
from casework.access import current_user
from casework.business import Venture
from casework.db import db
from casework.errors import Stale
from casework.people import records

from .models import Version


def save(
    model: type[Version], venture: Venture, *, seen: int, id: uuid.UUID | None = None,
    based_on: int | None = None, **content: Any,
) -> Version:  # fmt: skip
    """The next version of a canvas or a plan; `seen` is the newest number its writer knew.

    A form sent twice is one version, and what changes nothing is the current one. Raises Stale
    where another version came meanwhile, Refusal (422) for what does not fit.
    """
    already = records.made_before(model, id, content, venture_id=venture.id)
    if already:
        found: Version = already
        return found
    current, newest = model.current(venture), model.newest_number(venture)
    if current and not content.get("remark") and _says_the_same(current, content):
        return current
    if seen != newest:
        raise Stale(model.OVERTAKEN)
    kind: Any = model
    made: Version = kind(
        id=id, subject_id=venture.subject_id, venture_id=venture.id, author_id=current_user.id,
        number=newest + 1,
    )  # fmt: skip
    made.write(content)
    made.told.written_on, made.told.based_on = clock.today(), based_on
    with records.saved_once(made):
        venture.last_on = max(venture.last_on, clock.today())
    return made


def _says_the_same(current: Version, content: dict[str, Any]) -> bool:
    return all((said or None) == (content.get(name) or None)
               for name, said in current.parts().items())  # fmt: skip


def mark(record: Version, *, version: int, mistaken: bool, why: str | None = None) -> None:
    """Say that a version was entered by mistake, or take that back, as its author or, with a
    reason, as who heads the hub. Raises Stale if it was marked since it was read."""
    record.check_version(version)
    record.mark(mistaken, current_user.id, clock.today(), why)
    db.session.flush()
