# SPDX-License-Identifier: AGPL-3.0-or-later
"""A request for a grant: asked, then granted in whole or in part or refused, then paid; or
withdrawn before anybody decided.

In clear stand the business, who asked, where the request stands and the day it was asked, so that
who decides finds what waits. Everything else is sealed under the key of the business.
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from casework.access import Guarded
from casework.business import Venture, deeds, timeline
from casework.codelists import check_code
from casework.db import Base, Sensitivity, db, field
from casework.errors import Refusal
from casework.i18n import _, _l, format_day
from casework.people import records
from casework.vault import Vaulted, envelope, sealed

PERSONAL, SPECIAL, ROUTING = Sensitivity.PERSONAL, Sensitivity.SPECIAL, Sensitivity.ROUTING
ASKED, GRANTED, REFUSED, PAID = "asked", "granted", "refused", "paid"
WITHDRAWN = "dropped"
REFERENCE_LENGTH = 60


class GrantRequest(Vaulted, Guarded, records.Mended, Base):
    """Money asked for a business, what became of it, and the proof that it was paid."""

    __tablename__ = "grant_request"
    through = "venture_id"
    BY_HEAD = True
    NOT_HERS = _l("Only who asked for this, or who heads the hub, can change it.")
    MOVED = _l("This request was changed meanwhile. Read it again before saving.")
    TOO_OFTEN = _l("This was corrected too often. Record it anew.")

    venture_id: Mapped[uuid.UUID] = field(
        _l("Business"), ROUTING, sa.ForeignKey("venture.id"), index=True
    )
    author_id: Mapped[uuid.UUID] = field(_l("Asked by"), ROUTING)
    status: Mapped[str] = field(_l("State"), ROUTING, sa.String(8), codes="grant_status")
    asked_on: Mapped[dt.date] = field(_l("Asked on"), ROUTING, index=True)

    business = envelope(
        centimes=sealed(_l("Amount asked in MAD"), int, PERSONAL),
        purpose=sealed(_l("What it is for"), str, SPECIAL, max_length=records.NOTE_LENGTH),
        decided_on=sealed(_l("Decided on"), dt.date, PERSONAL),
        decided_by=sealed(_l("Decided by"), str, PERSONAL),
        granted=sealed(_l("Amount granted in MAD"), int, PERSONAL),
        grant_refusal=sealed(_l("Reason of a refusal"), str, PERSONAL, codes="grant_refusal"),
        decision=sealed(_l("Note on the decision"), str, SPECIAL, max_length=records.NOTE_LENGTH),
        paid_on=sealed(_l("Paid on"), dt.date, PERSONAL),
        payment_proof=sealed(_l("Proof of payment"), str, PERSONAL, codes="payment_proof"),
        reference=sealed(_l("Number of the proof"), str, PERSONAL, max_length=REFERENCE_LENGTH),
        support=sealed(_l("Support it became"), str, PERSONAL),
        withdrawn_on=sealed(_l("Withdrawn on"), dt.date, PERSONAL),
        withdrawn_by=sealed(_l("Withdrawn by"), str, PERSONAL),
        withdrawal=sealed(_l("Why it is withdrawn"), str, SPECIAL, max_length=records.NOTE_LENGTH),
        earlier=sealed(_l("Earlier wording"), list, SPECIAL),
    )
    CONTENT = ("centimes", "purpose")

    def content(self) -> dict[str, Any]:
        return {**super().content(), "asked_on": self.asked_on}

    def write(self, content: dict[str, Any]) -> None:
        """What is asked, checked. Raises Refusal (422)."""
        check_amount(content.get("centimes"))
        if not content.get("purpose"):
            raise Refusal(_("Say what the money is for."), 422)
        records.check_text(content["purpose"])
        self.asked_on = content["asked_on"]
        self.hold(content)

    def ask_anew(
        self, content: dict[str, Any], by: uuid.UUID, on: dt.date, why: str | None
    ) -> None:
        """Put right what is asked, until somebody decides. Who heads the hub asks for no more than
        its author did: she may decide it as well. Raises Refusal."""
        self.check_step(ASKED)
        before = self.business.centimes
        self.correct(content, by, on, why)
        if by != self.author_id and content["centimes"] > before:
            raise Refusal(_("Only who asked for this grant can ask for more."), 403)

    def withdraw(self, by: uuid.UUID, on: dt.date, why: str | None) -> None:
        """Nothing is asked any more. Raises Refusal once somebody decided."""
        self.check_step(ASKED)
        self.check_mender()
        self.check_why(why)
        self.business = {"withdrawn_on": on, "withdrawn_by": by.hex, "withdrawal": why or None}
        self.status = WITHDRAWN

    def _said_when(self, before: Mapping[str, Any], kind: str) -> str:
        day = dt.date.fromisoformat(before["asked_on"])
        return records.dated(day, timeline.money(before["centimes"]))

    def _said_then(self, before: Mapping[str, Any]) -> str:
        return str(before["purpose"])

    def check_step(self, *before: str) -> None:
        """Raises Refusal where the request does not stand before this step."""
        if self.status not in before:
            raise Refusal(_("This request went on meanwhile. Look at it again."))

    def decide(
        self, by: uuid.UUID, on: dt.date, granted: int | None, refusal: str | None,
        note: str | None,
    ) -> None:  # fmt: skip
        """Granted in whole or in part, or refused for a coded reason; until it is paid, put
        right by deciding again. Raises Refusal for who asked (403) and for what cannot be."""
        self.check_step(ASKED, GRANTED, REFUSED)
        if by == self.author_id:
            raise Refusal(_("You asked for this grant: somebody else decides."), 403)
        check_code("grant_refusal", refusal, required=granted is None)
        if granted is not None and refusal:
            raise Refusal(_("Enter an amount or a reason of refusal, not both."), 422)
        records.check_text(note)
        if granted is not None:
            check_amount(granted)
            if granted > self.business.centimes:
                raise Refusal(_("No more can be granted than was asked."), 422)
        _check_order(self.asked_on, on)
        said = self.business
        said.decided_on, said.decided_by, said.decision = on, by.hex, note
        said.granted, said.grant_refusal = granted, refusal
        self.status = REFUSED if granted is None else GRANTED

    def pay(self, on: dt.date, proof: str | None, reference: str | None) -> None:
        """Paid, with its proof. Raises Refusal for a request that is not granted."""
        self.check_step(GRANTED)
        check_code("payment_proof", proof, required=True)
        if not reference:
            raise Refusal(_("Enter the number of the proof."), 422)
        records.check_text(reference, REFERENCE_LENGTH)
        said = self.business
        _check_order(said.decided_on, on)
        said.paid_on, said.payment_proof, said.reference = on, proof, reference
        self.status = PAID


def check_amount(centimes: int | None) -> None:
    """An amount there can be. Raises Refusal (422)."""
    if centimes is None or not 0 < centimes <= deeds.MOST_MAD:
        raise Refusal(_("An amount is more than nought and at most a million dirhams."), 422)


def _check_order(before: dt.date, day: dt.date) -> None:
    if day < before:
        first = format_day(before)
        raise Refusal(_("This day is before the step that led here, on %(day)s.", day=first), 422)


def requests_of(venture: Venture) -> list[GrantRequest]:
    """What was asked for a business, the newest first."""
    chosen = sa.select(GrantRequest).where(GrantRequest.venture_id == venture.id)
    newest = chosen.order_by(GrantRequest.asked_on.desc(), GrantRequest.id)
    return list(db.session.scalars(newest))
