# SPDX-License-Identifier: AGPL-3.0-or-later
"""The steps of a request for a grant. Each verb runs inside the caller's unit of work."""

import datetime as dt
import uuid
from typing import Any

from casework import clock
from casework.access import current_user
from casework.business import Venture, VentureSupport, deeds
from casework.business import actions as business
from casework.db import db
from casework.people import records

from .models import ASKED, WITHDRAWN, GrantRequest, requests_of


def ask(
    venture: Venture, *, id: uuid.UUID | None = None, asked_on: dt.date, **content: Any
) -> GrantRequest:
    """Ask for a grant. A form sent twice is one request. Raises Refusal (422)."""
    content["asked_on"] = asked_on
    already = records.made_before(GrantRequest, id, content, venture_id=venture.id)
    if already:
        return already
    records.check_day(asked_on, clock.today())
    request = GrantRequest(
        id=id, subject_id=venture.subject_id, venture_id=venture.id, author_id=current_user.id,
        status=ASKED,
    )  # fmt: skip
    request.write(content)
    with records.saved_once(request):
        venture.last_on = max(venture.last_on, asked_on)
    return request


def correct(
    request: GrantRequest, *, version: int, asked_on: dt.date, why: str | None = None,
    **content: Any,
) -> None:  # fmt: skip
    """Put right what is asked, until somebody decides: its author, or who heads the hub and says
    `why`. Raises Stale, Refusal."""
    said = {**content, "asked_on": asked_on}
    if request.says_already(version, said):
        return
    request.check_version(version)
    records.check_day(asked_on, clock.today())
    request.ask_anew(said, current_user.id, clock.today(), why)
    db.session.flush()


def withdraw(request: GrantRequest, *, version: int, why: str | None = None) -> None:
    """Take a request back before anybody decided. The same sent twice is one withdrawal."""
    said = request.business
    if request.status == WITHDRAWN and (said.withdrawal, said.withdrawn_by) == (
        why or None, current_user.id.hex
    ):  # fmt: skip
        return
    request.check_version(version)
    request.withdraw(current_user.id, clock.today(), why)
    db.session.flush()


def decide(
    request: GrantRequest, *, version: int, on: dt.date, granted: int | None = None,
    refusal: str | None = None, note: str | None = None,
) -> None:  # fmt: skip
    """Grant or refuse it, as somebody else than who asked."""
    request.check_version(version)
    records.check_day(on, clock.today())
    request.decide(current_user.id, on, granted, refusal, note)
    db.session.flush()


def pay(
    request: GrantRequest, *, version: int, on: dt.date, proof: str | None, reference: str | None
) -> VentureSupport:
    """Record that it was paid: from now on it is a support of its business, and counted once."""
    request.check_version(version)
    records.check_day(on, clock.today())
    request.pay(on, proof, reference)
    venture = db.session.get_one(Venture, request.venture_id)
    support = _written_down_already(request, venture, on) or business.log_support(
        venture, id=uuid.uuid5(request.id, "support"), held_on=on, support_type="GRANT",
        centimes=request.business.granted,
    )  # fmt: skip
    request.business.support = support.id.hex
    db.session.flush()
    return support


def _written_down_already(
    request: GrantRequest, venture: Venture, on: dt.date
) -> VentureSupport | None:
    """The same grant, noted as support by hand: it does not count twice. What another request
    became is another grant."""
    others = [one for one in requests_of(venture) if one.id != request.id and records.opens(one)]
    taken = {one.business.support for one in others}
    for one in deeds.supports_of(venture):
        said = one.business if one.is_whole and one.stands and one.id.hex not in taken else None
        paid = ("GRANT", on, request.business.granted)
        if said and (said.support_type, said.held_on, said.centimes) == paid:
            return one
    return None
