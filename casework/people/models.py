# SPDX-License-Identifier: AGPL-3.0-or-later
"""A person, the sites where she is registered, and what she agreed to.

Who she is lies in the `identity` envelope, her answers in the compartment `consent`. In clear
stand a random code, the strand, and the day the file began.
"""

import datetime as dt
import uuid
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.orm import Mapped

from casework.access import Guarded, fetch
from casework.db import Base, Sensitivity, db, field, new_id
from casework.i18n import _l
from casework.vault import Vaulted, envelope, sealed, tokens

from .numbers import document, e164

PERSONAL, SPECIAL, ROUTING = Sensitivity.PERSONAL, Sensitivity.SPECIAL, Sensitivity.ROUTING
NAME_LENGTH = 80
STRANDS = {"cell": "listening", "hub": "hub"}  # by the kind of a site
# How an answer was given: law 09-08, article 4, asks for it to be shown.
HOW = {
    "oral": _l("By word of mouth"),
    "written": _l("In writing"),
    "guardian": _l("By her or his guardian"),
}

# Each criterion of a search, also used to tell a true match from one that shares a token.
CRITERIA: dict[str, Any] = {
    "phone": tokens.exact("identity.phones", normal=e164),
    "document": tokens.exact("identity.document_number", normal=document),
    "name": tokens.name(
        ("identity.given", "identity.family"), ("identity.given_ar", "identity.family_ar")
    ),
    "family_year": tokens.family_year(
        "identity.family", "identity.family_ar", year="identity.year_about"
    ),
}


def _name(label: Any) -> Any:
    return sealed(label, str, PERSONAL, max_length=NAME_LENGTH)


class Person(Vaulted, Guarded, Base):
    """Anyone the programme keeps a file of, in one strand. Reached through her registrations."""

    __tablename__ = "person"
    through = "registration.person_id"

    code: Mapped[str] = field(_l("Code"), ROUTING, sa.String(8), unique=True)
    strand: Mapped[str] = field(_l("Strand"), ROUTING, sa.String(12), codes="strand")
    since: Mapped[dt.date] = field(_l("File since"), ROUTING)

    identity = envelope(
        given=_name(_l("Given name")),
        family=_name(_l("Family name")),
        given_ar=_name(_l("Given name in Arabic script")),
        family_ar=_name(_l("Family name in Arabic script")),
        phones=sealed(_l("Phone"), list, PERSONAL),
        document_kind=sealed(_l("Document"), str, PERSONAL, codes="id_document"),
        document_number=sealed(_l("Document number"), str, PERSONAL, max_length=40),
        sex=sealed(_l("Sex"), str, PERSONAL, codes="sex"),
        born=sealed(_l("Born on"), dt.date, PERSONAL),
        birth_year=sealed(_l("Year of birth"), int, PERSONAL),
        age_estimate=sealed(_l("Estimated age"), int, PERSONAL),
        age_estimated_on=sealed(_l("Age estimated on"), dt.date, PERSONAL),
        year_about=sealed(_l("Year of birth for searches"), int, PERSONAL),
        languages=sealed(_l("Languages"), list, SPECIAL, codes="language"),
        disability=sealed(_l("Disability"), str, SPECIAL, codes="disability"),
        situations=sealed(_l("Situation"), list, SPECIAL),
        ordinal=sealed(_l("Number in figures"), int, PERSONAL),
    )
    find = tokens(realm="strand", **CRITERIA)

    # Read once: a long file is counted again without asking for each of its sessions.
    answers: Mapped[list["Consent"]] = orm.relationship(back_populates="person")
    # Where she is followed and by whom, within the reader's reach.
    places: Mapped[list["Registration"]] = orm.relationship(back_populates="person")

    @property
    def full_name(self) -> str:
        """Her name as she gave it, in Latin script if there is one; her code if she gave none."""
        who = self.identity
        latin = " ".join(part for part in (who.given, who.family) if part)
        arabic = " ".join(part for part in (who.given_ar, who.family_ar) if part)
        return latin or arabic or self.code

    @classmethod
    def followed(cls, key: uuid.UUID) -> "Person":
        """The person with this id, and `places` with her, in one question. Raises Refusal (404)
        as `fetch` does."""
        rows = db.session.execute(_followed(), {"key": key}).all()
        person: Person = rows[0][0] if rows else fetch(cls, key)
        orm.attributes.set_committed_value(person, "places", [place for _person, place in rows])
        return person


class Registration(Guarded, Base):
    """That a person is followed at a site, by whom: what puts her in somebody's reach."""

    __tablename__ = "registration"
    __table_args__ = (sa.UniqueConstraint("person_id", "site_id"),)

    id: Mapped[uuid.UUID] = field(_l("Random id"), ROUTING, primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = field(_l("Person"), ROUTING, sa.ForeignKey("person.id"))
    strand: Mapped[str] = field(_l("Strand"), ROUTING, sa.String(12), codes="strand")
    since: Mapped[dt.date] = field(_l("Registered on"), ROUTING)

    # So that a person is written before what names her.
    person: Mapped[Person] = orm.relationship(back_populates="places")


@cache
def _followed() -> sa.Select[tuple[Person, Registration]]:
    both = sa.select(Person, Registration).join(Registration, Registration.person_id == Person.id)
    return both.where(Person.id == sa.bindparam("key"))


class Consent(Vaulted, Guarded, Base):
    """One answer to one question, with its day. Answers are added, never changed."""

    __tablename__ = "consent"
    through = "person_id"

    person_id: Mapped[uuid.UUID] = field(
        _l("Person"), ROUTING, sa.ForeignKey("person.id"), index=True
    )
    person: Mapped[Person] = orm.relationship(back_populates="answers")

    consent = envelope(
        purpose=sealed(_l("Purpose"), str, PERSONAL, codes="consent_type"),
        answer=sealed(_l("Answer"), str, PERSONAL, codes="consent_answer"),
        on=sealed(_l("Day"), dt.date, PERSONAL),
        how=sealed(_l("How it was given"), str, PERSONAL),
        turn=sealed(_l("Place among the answers"), int, PERSONAL),
    )

    @property
    def place(self) -> tuple[dt.date, int]:
        """Where it stands among her answers: by its day; of one day, as they were given."""
        return self.consent.on, self.consent.turn

    @property
    def how_given(self) -> str:
        """How it was given, in words; nothing where nobody asked."""
        return str(HOW[self.consent.how]) if self.consent.how else ""


def answers_of(person: Person) -> list[Consent]:
    """All her answers, the earliest first."""
    return sorted(person.answers, key=lambda row: row.place)


def consents_to(person: Person, purpose: str, day: dt.date | None = None) -> bool:
    """Whether she agrees to a purpose: by her last answer, or by the last one given by `day`."""
    said = [row.consent for row in answers_of(person) if row.consent.purpose == purpose]
    given = [one for one in said if day is None or one.on <= day]
    return bool(given) and given[-1].answer == "yes"
