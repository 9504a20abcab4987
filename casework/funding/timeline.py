# SPDX-License-Identifier: AGPL-3.0-or-later
"""Requests for grants told as days: for the page of a business and the dossier of its owner."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from flask import url_for

from casework.business import Venture, timeline
from casework.codelists import label
from casework.db import db
from casework.i18n import _, joined
from casework.people import Person, records

from .models import GRANTED, PAID, REFUSED, WITHDRAWN, GrantRequest, requests_of


def told_of(
    person: Person,
) -> Iterator[tuple[Any, Callable[[Any], tuple[dt.date, dict[str, Any]]]]]:
    """Each request for her businesses, and what says it as (day, item). Saying raises Damaged."""
    for venture in db.session.scalars(Venture.of(person)).all():
        for request in requests_of(venture):
            yield request, say_request


def say_request(request: GrantRequest) -> tuple[dt.date, dict[str, Any]]:
    """The step it stands at, on the day of that step."""
    said = request.business
    day = {PAID: said.paid_on, GRANTED: said.decided_on, REFUSED: said.decided_on,
           WITHDRAWN: said.withdrawn_on}  # fmt: skip
    on = day.get(request.status) or request.asked_on
    detail = {
        PAID: joined(label("payment_proof", said.payment_proof), said.reference),
        REFUSED: label("grant_refusal", said.grant_refusal),
    }  # fmt: skip
    asked = timeline.money(said.centimes)
    amounts = [_("asked: %(amount)s", amount=asked)]
    if said.granted is not None:
        amounts.append(_("granted: %(amount)s", amount=timeline.money(said.granted)))
    item = {
        "title": _("Grant: %(state)s", state=label("grant_status", request.status)),
        "when": records.dated(on, detail.get(request.status)),
        "about": joined(*amounts),
        "text": "\n".join(filter(None, [said.purpose, said.decision, said.withdrawal])),
        "earlier": request.wordings(""),
        "url": url_for("funding.show_grant", venture_id=request.venture_id, grant_id=request.id),
    }
    return on, item
