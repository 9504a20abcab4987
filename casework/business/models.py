# SPDX-License-Identifier: AGPL-3.0-or-later
"""A project or business, and the people who own it.

What it is and does lies in its `business` envelope, under a key of its own: it outlives any one
owner. In clear stand a random code, the hub, whether it trades, and two day stamps. Whoever
reaches one of its owners reaches it.
"""

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.orm import Mapped

from casework.access import Guarded
from casework.codelists import check_code
from casework.db import Base, Sensitivity, db, field
from casework.errors import Refusal, Stale
from casework.i18n import _, _l
from casework.people import Person, records
from casework.vault import Vaulted, envelope, sealed, tokens

from .numbers import ice_of, rnae_of

PERSONAL, SPECIAL, ROUTING = Sensitivity.PERSONAL, Sensitivity.SPECIAL, Sensitivity.ROUTING
NAME_LENGTH, NUMBER_LENGTH = 120, 40
OPEN, TRADING = "open", "trading"
KEPT_EARLIER = 50  # former wordings; the oldest goes first


class VentureOwner(Vaulted, Guarded, Base):
    """That a person with a hub file owns a business, and since when."""

    __tablename__ = "venture_owner"
    __table_args__ = (sa.UniqueConstraint("person_id", "venture_id"),)
    through = "person_id"

    person_id: Mapped[uuid.UUID] = field(_l("Person"), ROUTING, sa.ForeignKey("person.id"))
    venture_id: Mapped[uuid.UUID] = field(
        _l("Business"), ROUTING, sa.ForeignKey("venture.id"), index=True
    )
    business = envelope(since=sealed(_l("Owner since"), dt.date, PERSONAL))

    venture: Mapped["Venture"] = orm.relationship()  # so that it is written first


class Venture(Vaulted, Guarded, records.Told, Base):
    """An idea, a project or a business: one, whoever and however many own it."""

    __tablename__ = "venture"
    through = "venture_owner.venture_id"

    code: Mapped[str] = field(_l("Code"), ROUTING, sa.String(9), unique=True)
    site_id: Mapped[uuid.UUID] = field(_l("Site"), ROUTING, sa.ForeignKey("site.id"), index=True)
    status: Mapped[str] = field(_l("Status"), ROUTING, sa.String(8), codes="venture_status")
    since: Mapped[dt.date] = field(_l("File since"), ROUTING)
    last_on: Mapped[dt.date] = field(_l("Last contact"), ROUTING, index=True)

    business = envelope(
        name=sealed(_l("Name of the business"), str, PERSONAL, max_length=NAME_LENGTH),
        activity=sealed(_l("Activity"), str, PERSONAL, max_length=NAME_LENGTH),
        isic_section=sealed(_l("Sector"), str, PERSONAL, codes="isic_section"),
        ice=sealed(_l("ICE"), str, PERSONAL, max_length=NUMBER_LENGTH),
        rnae=sealed(_l("Number in the register"), str, PERSONAL, max_length=NUMBER_LENGTH),
        commune=sealed(_l("Commune"), str, PERSONAL, max_length=NAME_LENGTH),
        forms=sealed(_l("Legal form"), list, PERSONAL, codes="legal_form"),
        ordinal=sealed(_l("Number in figures"), int, PERSONAL),
        earlier=sealed(_l("Earlier wording"), list, PERSONAL),
    )
    find = tokens(
        ice=tokens.exact("business.ice"), rnae=tokens.exact("business.rnae", normal=rnae_of)
    )

    CONTENT = ("name", "activity", "isic_section", "ice", "rnae", "commune")

    def describe(self, content: dict[str, Any]) -> None:
        """Put the content in, checked. Raises Refusal (422)."""
        if not content.get("activity"):
            raise Refusal(_("Say what the business does."), 422)
        check_code("isic_section", content.get("isic_section"))
        for name in ("name", "activity", "commune"):
            records.check_text(content.get(name), NAME_LENGTH)
        records.check_text(content.get("rnae"), NUMBER_LENGTH)
        self.hold({**content, "ice": ice_of(content.get("ice"))})

    def check_version(self, seen: int) -> None:
        """Raises Stale where it is not what the form was opened on."""
        if seen != self.version:
            raise Stale(_("This business was changed meanwhile. Read it again before saving."))

    def correct(self, content: dict[str, Any], version: int, on: dt.date) -> None:
        """New content; what stood before is kept. Raises Stale if it moved since it was read."""
        self.check_version(version)
        before = {**self.content(), "corrected_on": on.isoformat()}
        self.describe(content)
        self.business.earlier = [*(self.business.earlier or []), before][-KEPT_EARLIER:]

    def take_form(self, code: str, on: dt.date, today: dt.date) -> None:
        """From that day it has this legal form. Said again of a day, it replaces what was said."""
        check_code("legal_form", code, required=True)
        records.check_day(on, today)
        kept = [one for one in self.business.forms or [] if one["on"] != on.isoformat()]
        self.business.forms = sorted(
            [*kept, {"on": on.isoformat(), "code": code}], key=lambda one: str(one["on"])
        )

    def form_on(self, day: dt.date) -> str | None:
        """Its legal form on a day: the last taken by then, else the first one known."""
        known = self.business.forms or []
        taken = [one["code"] for one in known if one["on"] <= day.isoformat()]
        return taken[-1] if taken else known[0]["code"] if known else None

    @classmethod
    def of(cls, person: Person) -> sa.Select[tuple["Venture"]]:
        """Hers within the reader's reach, the newest first."""
        chosen = sa.select(cls).join(VentureOwner, VentureOwner.venture_id == cls.id)
        chosen = chosen.where(VentureOwner.person_id == person.id)
        return chosen.order_by(cls.since.desc(), cls.code)


def owners_in_reach(venture: Venture) -> list[tuple[VentureOwner, Person]]:
    """Its owners whose files the reader may open, by their codes."""
    found = sa.select(VentureOwner, Person).join(Person, Person.id == VentureOwner.person_id)
    found = found.where(VentureOwner.venture_id == venture.id).order_by(Person.code)
    return [(row[0], row[1]) for row in db.session.execute(found)]
