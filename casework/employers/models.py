# SPDX-License-Identifier: AGPL-3.0-or-later
"""An employer, its contacts, and what was said with it.

What it is lies in a `business` envelope under a key of its own, with its contacts, who are people.
In clear stand a random code, the hub, whether it is still in the directory, and a day stamp.
Everyone of the hub reaches it (scope `DIRECTORY`: tables that have `is_listed`).
"""

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from casework.access import Guarded
from casework.codelists import check_code
from casework.db import Base, Sensitivity, db, field
from casework.errors import Refusal, Stale
from casework.i18n import _, _l
from casework.people import numbers, records
from casework.vault import Vaulted, envelope, sealed, tokens

PERSONAL, SPECIAL, ROUTING = Sensitivity.PERSONAL, Sensitivity.SPECIAL, Sensitivity.ROUTING
NAME_LENGTH, NUMBER_LENGTH = 120, 40
MOST_CONTACTS = 20
KEPT_EARLIER = 50  # former wordings; the oldest goes first
STUDY = "STUDY"


class Employer(Vaulted, Guarded, records.Told, Base):
    """One enterprise or organisation that may hire."""

    __tablename__ = "employer"
    MOVED = _l("This employer was changed meanwhile. Read it again before saving.")

    code: Mapped[str] = field(_l("Code"), ROUTING, sa.String(9), unique=True)
    is_listed: Mapped[bool] = field(_l("In the directory"), ROUTING)
    last_on: Mapped[dt.date | None] = field(_l("Last contact"), ROUTING, index=True)

    business = envelope(
        name=sealed(_l("Name of the employer"), str, PERSONAL, max_length=NAME_LENGTH),
        ice=sealed(_l("ICE"), str, PERSONAL, max_length=NUMBER_LENGTH),
        isic_section=sealed(_l("Sector"), str, PERSONAL, codes="isic_section"),
        employer_size=sealed(_l("Size"), str, PERSONAL, codes="employer_size"),
        commune=sealed(_l("Commune"), str, PERSONAL, max_length=NAME_LENGTH),
        hires=sealed(_l("Occupations it hires"), list, PERSONAL, codes="isco_major"),
        note=sealed(_l("Note"), str, SPECIAL, max_length=records.NOTE_LENGTH),
        contacts=sealed(_l("Contacts"), list, PERSONAL),
        match=sealed(_l("Name for searches"), str, PERSONAL),
        earlier=sealed(_l("Earlier wording"), list, PERSONAL),
    )
    find = tokens(match=tokens.exact("business.match"), ice=tokens.exact("business.ice"))

    CONTENT = ("name", "ice", "isic_section", "employer_size", "commune", "hires", "note")

    def describe(self, content: dict[str, Any]) -> None:
        """Put the content in, checked. Raises Refusal (422)."""
        match = numbers.folded_organisation(content.get("name") or "")
        if not match:
            raise Refusal(_("Enter the name of the employer."), 422)
        for name in ("isic_section", "employer_size"):
            check_code(name, content.get(name))
        for code in content.get("hires") or ():
            check_code("isco_major", code, required=True)
        for name in ("name", "commune"):
            records.check_text(content.get(name), NAME_LENGTH)
        records.check_text(content.get("note"))
        self.hold({**content, "ice": numbers.ice_of(content.get("ice"))})
        self.business.match = match

    def check_version(self, seen: int) -> None:
        """Raises Stale where it is not what the form was opened on."""
        if seen != self.version:
            raise Stale(self.MOVED)

    def correct(self, content: dict[str, Any], version: int, on: dt.date) -> None:
        """New content; what stood before is kept. Raises Stale if it moved since it was read."""
        self.check_version(version)
        before = {**self.content(), "corrected_on": on.isoformat()}
        self.describe(content)
        self.business.earlier = [*(self.business.earlier or []), before][-KEPT_EARLIER:]

    @property
    def contacts(self) -> list[dict[str, str]]:
        """Whom one talks to there: `key`, `name` and, where known, `function`, `phone`, `email`."""
        return list(self.business.contacts or [])

    def contact(self, key: str) -> dict[str, str]:
        """The one under this key; empty where there is none, or none any more."""
        return next((one for one in self.contacts if one["key"] == key), {})

    def enter_contact(self, key: str, said: dict[str, str | None], seen: int) -> None:
        """A contact, new or put right under its key. The same once more changes nothing.

        Raises Stale if the employer moved since it was read at this version, Refusal."""
        kept = {"key": key, **{name: text for name, text in said.items() if text}}
        if kept == self.contact(key):
            return
        self.check_version(seen)
        if not said.get("name"):
            raise Refusal(_("Enter the name of the contact."), 422)
        for text in kept.values():
            records.check_text(text, NAME_LENGTH)
        others = [one for one in self.contacts if one["key"] != key]
        if len(others) >= MOST_CONTACTS:
            raise Refusal(_("At most %(n)s contacts fit here.", n=MOST_CONTACTS), 422)
        self.business.contacts = [*others, kept]

    def strike_contact(self, key: str) -> None:
        """Nobody talks to this one any more: nothing of her is kept."""
        self.business.contacts = [one for one in self.contacts if one["key"] != key]


class Exchange(Vaulted, Guarded, records.Meeting, Base):
    """A visit, a call, a message or an answer to the follow-up study, on a day."""

    __tablename__ = "employer_exchange"
    through = "employer_id"

    NOT_HERS = _l("Only the person who wrote this can correct it.")
    MOVED = _l("This was changed meanwhile. Read it again before saving.")
    TOO_OFTEN = _l("This was corrected too often. Record it anew.")

    employer_id: Mapped[uuid.UUID] = field(
        _l("Employer"), ROUTING, sa.ForeignKey("employer.id"), index=True
    )
    author_id: Mapped[uuid.UUID] = field(_l("Written by"), ROUTING)

    business = envelope(
        held_on=sealed(_l("When"), dt.date, PERSONAL),
        employer_exchange=sealed(_l("How"), str, PERSONAL, codes="employer_exchange"),
        study_result=sealed(
            _l("Result of the follow-up study"), str, PERSONAL, codes="study_result"
        ),
        note=sealed(_l("Note"), str, SPECIAL, max_length=records.NOTE_LENGTH),
        earlier=sealed(_l("Earlier wording"), list, SPECIAL),
    )
    CONTENT = ("held_on", "employer_exchange", "study_result", "note")

    def write(self, content: dict[str, Any]) -> None:
        check_code("employer_exchange", content.get("employer_exchange"), required=True)
        is_study = content["employer_exchange"] == STUDY
        check_code("study_result", content.get("study_result"), required=is_study)
        if content.get("study_result") and not is_study:
            raise Refusal(_("A result belongs to the follow-up study alone."), 422)
        records.check_text(content.get("note"))
        self.hold(content)


def exchanges_of(employer: Employer) -> list[Exchange]:
    """What was said with an employer, the newest first."""
    found = sa.select(Exchange).where(Exchange.employer_id == employer.id)
    return records.newest_first(db.session.scalars(found))
