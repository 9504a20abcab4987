# SPDX-License-Identifier: AGPL-3.0-or-later
"""What happens on the way to a business: registered as auto-entrepreneur, helped, trading.

Each is a day with coded evidence, corrected by its author or who heads the hub; one entered by
mistake stays and no longer counts. All of it lies in the `business` envelope.
"""

import datetime as dt
import uuid
from functools import cache
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from casework.access import Guarded
from casework.codelists import check_code
from casework.db import Base, db, field
from casework.errors import Refusal
from casework.i18n import _, _l
from casework.people import Person, records
from casework.vault import Vaulted, envelope, sealed

from .models import NAME_LENGTH, NUMBER_LENGTH, PERSONAL, ROUTING, SPECIAL, Venture

MOST_MAD = 100_000_000  # in centimes: a million dirhams; more is a slip of the pen


class Deed(records.Mended):
    """Something that happened on a day and counts unless it was entered by mistake."""

    CODED: ClassVar[tuple[str, ...]]  # its answers from code lists, each required

    BY_HEAD = True
    MISTAKE = records.MISTAKE
    NOT_HERS = _l("Only who wrote this, or who heads the hub, can correct it.")
    MOVED = _l("This was changed meanwhile. Read it again before saving.")
    TOO_OFTEN = _l("This was corrected too often. Record it anew.")

    @property
    def stands(self) -> bool:
        """Whether it happened, as far as anyone knows."""
        return not self.told.mistaken

    def write(self, content: dict[str, Any]) -> None:
        for name in self.CODED:
            check_code(name, content.get(name), required=True)
        for name in ("note", "reason"):
            records.check_text(content.get(name))
        self.check(content)
        self.hold(content)

    def check(self, content: dict[str, Any]) -> None:
        """What this kind of deed asks besides."""


def shared_fields() -> dict[str, Any]:
    """What every deed says besides."""
    return {
        "note": sealed(_l("Note"), str, SPECIAL, max_length=records.NOTE_LENGTH),
        "mistaken": sealed(Deed.MISTAKE, bool, PERSONAL),
        "fact_ids": sealed(_l("Facts counted"), list, PERSONAL),
        "earlier": sealed(_l("Earlier wording"), list, SPECIAL),
    }


def _reason() -> Any:
    return sealed(_l("Why it is recorded all the same"), str, SPECIAL)


class AeRegistration(Vaulted, Guarded, Deed, Base):
    """A person's entry in the national register of auto-entrepreneurs (law 114-13)."""

    __tablename__ = "ae_registration"
    through = "person_id"

    person_id: Mapped[uuid.UUID] = field(
        _l("Person"), ROUTING, sa.ForeignKey("person.id"), index=True
    )
    author_id: Mapped[uuid.UUID] = field(_l("Written by"), ROUTING)

    business = envelope(
        held_on=sealed(_l("Registered on"), dt.date, PERSONAL),
        ae_registration=sealed(_l("Registration"), str, PERSONAL, codes="ae_registration"),
        ae_evidence=sealed(_l("Evidence"), str, PERSONAL, codes="ae_evidence"),
        number=sealed(_l("Number in the register"), str, PERSONAL, max_length=NUMBER_LENGTH),
        activity=sealed(_l("Activity"), str, PERSONAL, max_length=NAME_LENGTH),
        isic_section=sealed(_l("Sector"), str, PERSONAL, codes="isic_section"),
        reason=_reason(),
        **shared_fields(),
    )
    CODED = ("ae_registration", "ae_evidence")
    CONTENT = (
        "held_on", "ae_registration", "ae_evidence", "number", "activity", "isic_section",
        "note", "reason", "mistaken",
    )  # fmt: skip

    def check(self, content: dict[str, Any]) -> None:
        check_code("isic_section", content.get("isic_section"))
        records.check_text(content.get("activity"), NAME_LENGTH)
        records.check_text(content.get("number"), NUMBER_LENGTH)
        if content["ae_evidence"] == "NUMBER" and not content.get("number"):
            raise Refusal(_("Enter the number in the register, or choose the certificate."), 422)

    @property
    def is_first(self) -> bool:
        """Whether it brings her into the register for the first time: a renewal does not."""
        return bool(self.stands and self.told.ae_registration == "FIRST")


class VentureSupport(Vaulted, Guarded, Deed, Base):
    """Help given to a business, with an amount where money or goods were given."""

    __tablename__ = "venture_support"
    through = "venture_id"

    venture_id: Mapped[uuid.UUID] = field(
        _l("Business"), ROUTING, sa.ForeignKey("venture.id"), index=True
    )
    author_id: Mapped[uuid.UUID] = field(_l("Written by"), ROUTING)

    business = envelope(
        held_on=sealed(_l("When"), dt.date, PERSONAL),
        support_type=sealed(_l("Support"), str, PERSONAL, codes="support_type"),
        centimes=sealed(_l("Amount in MAD"), int, PERSONAL),
        **shared_fields(),
    )
    CODED = ("support_type",)
    CONTENT = ("held_on", "support_type", "centimes", "note", "mistaken")

    def check(self, content: dict[str, Any]) -> None:
        given = content.get("centimes")
        if given is not None and not 0 < given <= MOST_MAD:
            raise Refusal(_("An amount is more than nought and at most a million dirhams."), 422)


class TradingStart(Vaulted, Guarded, Deed, Base):
    """The day a business began to trade, with its evidence: registration alone is none."""

    __tablename__ = "trading_start"
    through = "venture_id"

    venture_id: Mapped[uuid.UUID] = field(
        _l("Business"), ROUTING, sa.ForeignKey("venture.id"), index=True
    )
    author_id: Mapped[uuid.UUID] = field(_l("Written by"), ROUTING)

    business = envelope(
        held_on=sealed(_l("Trading since"), dt.date, PERSONAL),
        start_evidence=sealed(_l("Evidence"), str, PERSONAL, codes="start_evidence"),
        reason=_reason(),
        **shared_fields(),
    )
    CODED = ("start_evidence",)
    CONTENT = ("held_on", "start_evidence", "note", "reason", "mistaken")


def registrations_of(person: Person) -> list[AeRegistration]:
    """A person's registrations, the newest first."""
    return _newest(AeRegistration, person.id)


def supports_of(venture: Venture) -> list[VentureSupport]:
    """The help a business got, the newest first."""
    return _newest(VentureSupport, venture.id)


def starts_of(venture: Venture) -> list[TradingStart]:
    """When it began to trade: one at most that stands."""
    return _newest(TradingStart, venture.id)


def _newest(kind: Any, of: uuid.UUID) -> list[Any]:
    return records.newest_first(db.session.scalars(_all_of(kind), {"of": of}))


@cache
def _all_of(kind: Any) -> sa.Select[Any]:
    return sa.select(kind).where(getattr(kind, kind.through) == sa.bindparam("of"))


def helped_since(venture: Venture) -> dt.date | None:
    """The day of its first help: a start counts only after support (HUB-04)."""
    days = [one.told.held_on for one in supports_of(venture) if one.is_whole and one.stands]
    return min(days, default=None)


def helped_by(venture: Venture, day: dt.date) -> bool:
    """Whether help had come by that day."""
    since = helped_since(venture)
    return since is not None and since <= day
