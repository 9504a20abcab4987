# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was said with an employer, the newest first, for its page."""

from typing import Any

from flask import url_for

from casework.codelists import label
from casework.i18n import _
from casework.people import records

from .models import Employer, Exchange, exchanges_of


def timeline_of(employer: Employer) -> list[dict[str, Any]]:
    """Each exchange; one that does not open any more says so in its place."""
    return [_shown(one) if one.is_whole else _damaged() for one in exchanges_of(employer)]


def _shown(exchange: Exchange) -> dict[str, Any]:
    said = exchange.business
    item = {
        "title": label("employer_exchange", said.employer_exchange),
        "when": records.dated(said.held_on, label("study_result", said.study_result)),
        "text": said.note,
        "earlier": exchange.wordings("employer_exchange"),
    }
    if exchange.may_be_mended:
        url = url_for(
            "employers.edit_exchange", employer_id=exchange.employer_id, exchange_id=exchange.id
        )
        item["correct"] = url, _("Correct this exchange")
    return item


def _damaged() -> dict[str, Any]:
    return {
        "title": _("This record is damaged"),
        "text": _("It cannot be opened. The rest of the file is whole. Tell your supervisor."),
    }
