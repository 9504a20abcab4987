# SPDX-License-Identifier: AGPL-3.0-or-later
"""A person's career documents: what each is lies in her envelope, the file beside it, sealed."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from casework.access import Guarded
from casework.db import Base, Sensitivity, db, field
from casework.i18n import _l
from casework.people import Person, records
from casework.vault import Vaulted, envelope, sealed

from .papers import SUFFIXES

PERSONAL, ROUTING = Sensitivity.PERSONAL, Sensitivity.ROUTING
TITLE_LENGTH = 120


class CareerDocument(Vaulted, Guarded, records.Told, Base):
    """One document of a person: its kind, its title, and the key of its file."""

    __tablename__ = "career_document"
    through = "person_id"

    person_id: Mapped[uuid.UUID] = field(
        _l("Person"), ROUTING, sa.ForeignKey("person.id"), index=True
    )
    author_id: Mapped[uuid.UUID] = field(_l("Written by"), ROUTING)

    business = envelope(
        held_on=sealed(_l("Added on"), dt.date, PERSONAL),
        career_document=sealed(_l("Document"), str, PERSONAL, codes="career_document"),
        title=sealed(_l("Title"), str, PERSONAL, max_length=TITLE_LENGTH),
        media=sealed(_l("Kind of file"), str, PERSONAL),
        digest=sealed(_l("Fingerprint of the file"), str, PERSONAL),
        file_key=sealed(_l("Key of the file"), str, Sensitivity.SECRET),
    )
    CONTENT = ("career_document", "title", "media", "digest")

    @property
    def suffix(self) -> str:
        return SUFFIXES.get(self.business.media, "")


class DocumentFile(Guarded, Base):
    """The sealed file of a document, in a table of its own so that no list reads it."""

    __tablename__ = "career_document_file"
    through = "id"

    id: Mapped[uuid.UUID] = field(
        _l("Document"), ROUTING, sa.ForeignKey("career_document.id"), primary_key=True
    )
    box: Mapped[bytes] = field(_l("Sealed file"), Sensitivity.SECRET)


def documents_of(person: Person) -> list[CareerDocument]:
    """Hers, the newest first."""
    chosen = sa.select(CareerDocument).where(CareerDocument.person_id == person.id)
    return records.newest_first(db.session.scalars(chosen))
