# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keeping a document, giving its file back, destroying it; inside the caller's unit of work."""

import hashlib
import uuid
from typing import Any

import sqlalchemy as sa

from casework import clock
from casework.access import current_user
from casework.codelists import check_code
from casework.db import db
from casework.errors import Refusal
from casework.i18n import _
from casework.people import Person, records
from casework.vault import attachments

from .models import TITLE_LENGTH, CareerDocument, DocumentFile, documents_of
from .papers import Paper

MOST = 40  # documents of one person


def keep(
    person: Person, paper: Paper, *, id: uuid.UUID | None = None, career_document: str,
    title: str | None = None,
) -> CareerDocument:  # fmt: skip
    """Seal a file she brought. A form sent twice keeps it once."""
    check_code("career_document", career_document, required=True)
    records.check_text(title, TITLE_LENGTH)
    content: dict[str, Any] = {
        "career_document": career_document, "title": title or None, "media": paper.media,
        "digest": hashlib.sha256(paper.content).hexdigest(),
    }  # fmt: skip
    already = records.made_before(CareerDocument, id, content, person_id=person.id)
    if already:
        return already
    if len(documents_of(person)) >= MOST:
        raise Refusal(_("This person has 40 documents here. Remove one that is no longer needed."))
    made = CareerDocument(
        id=id, subject_id=person.subject_id, person_id=person.id, author_id=current_user.id
    )
    made.hold(content)
    key, box = attachments.seal_file(paper.content, made.id, person.subject_id)
    made.business = {"held_on": clock.today(), "file_key": key}
    with records.saved_once(made):
        pass
    db.session.add(DocumentFile(id=made.id, box=box))
    db.session.flush()
    return made


def file_of(document: CareerDocument) -> bytes:
    """The file as it was brought. Raises Damaged where it does not open."""
    box = db.session.scalar(sa.select(DocumentFile.box).where(DocumentFile.id == document.id))
    key = document.business.file_key
    return attachments.open_file(key, box or b"", document.id, document.subject_id)


def remove(document: CareerDocument) -> None:
    """Destroy a document that is no longer needed, its file and its key with it."""
    for file in db.session.scalars(sa.select(DocumentFile).where(DocumentFile.id == document.id)):
        db.session.delete(file)
    db.session.flush()
    db.session.delete(document)
    db.session.flush()
