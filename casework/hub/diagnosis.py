# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a person can do, wants and is held back by, as she told it on a day: her career diagnosis.

A new one does not erase the former. In clear stand whose it is, where, and which of hers is the
newest: a vacancy is held against the newest of everyone in reach, opened in bulk.
"""

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from casework.access import Guarded
from casework.codelists import check_code, label
from casework.db import Base, db, field
from casework.i18n import _l, format_list
from casework.people import Person, records
from casework.vault import Vaulted, envelope, sealed

from .models import PERSONAL, ROUTING, SPECIAL, Enrolment, Noted

WORDS_LENGTH = 120
SKILLS_LENGTH = 5_000


class Diagnosis(Vaulted, Guarded, Noted, Base):
    """One career diagnosis of a person, on her enrolment."""

    __tablename__ = "career_diagnosis"
    through = "enrolment_id"
    __table_args__ = (
        sa.Index(
            "uq_career_diagnosis_newest", "person_id", "site_id", unique=True,
            sqlite_where=sa.text("is_newest"), postgresql_where=sa.text("is_newest"),
        ),
    )  # fmt: skip

    enrolment_id: Mapped[uuid.UUID] = field(
        _l("Enrolment"), ROUTING, sa.ForeignKey("enrolment.id"), index=True
    )
    person_id: Mapped[uuid.UUID] = field(
        _l("Person"), ROUTING, sa.ForeignKey("person.id"), index=True
    )
    site_id: Mapped[uuid.UUID] = field(_l("Site"), ROUTING, sa.ForeignKey("site.id"))
    author_id: Mapped[uuid.UUID] = field(_l("Written by"), ROUTING)
    is_newest: Mapped[bool] = field(_l("The newest of hers"), ROUTING, default=False)

    business = envelope(
        held_on=sealed(_l("When"), dt.date, PERSONAL),
        work_situation=sealed(_l("Work at present"), str, PERSONAL, codes="work_situation"),
        constraints=sealed(_l("What makes work hard"), list, SPECIAL, codes="work_constraint"),
        childcare=sealed(_l("Someone to mind the children"), str, SPECIAL, codes="possession"),
        residence_documents=sealed(_l("Residence documents"), str, SPECIAL, codes="possession"),
        education=sealed(_l("Level of education"), str, PERSONAL, codes="education"),
        isco_known=sealed(_l("Occupations known"), list, PERSONAL, codes="isco_major"),
        isco_wanted=sealed(_l("Occupations wanted"), list, PERSONAL, codes="isco_major"),
        wanted=sealed(_l("The work wanted, in plain words"), str, PERSONAL,
                      max_length=WORDS_LENGTH),
        skills=sealed(_l("Skills and experience"), str, PERSONAL, max_length=SKILLS_LENGTH),
        driving_licence=sealed(_l("Driving licence"), str, PERSONAL, codes="possession"),
        languages_fluent=sealed(_l("Languages for work"), list, SPECIAL, codes="language"),
        languages_basic=sealed(_l("Languages spoken a little"), list, SPECIAL, codes="language"),
        mobility=sealed(_l("How far she can go"), str, PERSONAL, codes="mobility"),
        commune=sealed(_l("Commune"), str, PERSONAL, max_length=WORDS_LENGTH),
        note=sealed(_l("Note"), str, SPECIAL, max_length=records.NOTE_LENGTH),
        turn=sealed(_l("Place among hers"), int, PERSONAL),
        earlier=sealed(_l("Earlier wording"), list, SPECIAL),
    )  # fmt: skip
    # What a form asks, in its parts.
    PARTS = (
        (_l("Situation"), ("held_on", "work_situation", "constraints", "childcare",
                           "residence_documents")),
        (_l("Skills"), ("education", "skills", "isco_known", "driving_licence")),
        (_l("Languages"), ("languages_fluent", "languages_basic")),
        (_l("Wishes"), ("wanted", "isco_wanted", "mobility", "commune", "note")),
    )  # fmt: skip
    CONTENT = tuple(name for _title, names in PARTS for name in names)
    KIND = "work_situation"

    def check(self, content: dict[str, Any]) -> None:
        for name in self.CONTENT:
            declared, said = type(self).business.fields[name], content.get(name)
            if declared.codes:
                for code in said or () if declared.kind is list else (said,):
                    check_code(declared.codes, code)
            elif declared.max_length:
                records.check_text(said, declared.max_length)

    @classmethod
    def newest(cls) -> sa.Select[tuple["Diagnosis"]]:
        """The newest of each person in the reader's reach, at each hub.

        For bulk opening: `open_rows(Diagnosis.newest(), Diagnosis.business)`; `person_id` is a
        column in clear.
        """
        return sa.select(cls).where(cls.is_newest)

    @classmethod
    def newest_of(cls, person: Person) -> "Diagnosis | None":
        """Hers within the reader's reach."""
        mine = cls.newest().where(cls.person_id == person.id)
        return records.newest_whole(db.session.scalars(mine))

    def in_words(self) -> list[tuple[Any, str]]:
        """What was said, in words, but for the day; what nobody said is left out."""
        fields = type(self).business.fields
        said = [(fields[name], getattr(self.business, name)) for name in self.CONTENT[1:]]
        return [(one.label, _in_words(one, value)) for one, value in said if value]


def _in_words(declared: Any, value: Any) -> str:
    if isinstance(value, list):
        return format_list([label(declared.codes, code) for code in value])
    return label(declared.codes, value) if declared.codes else str(value)


def diagnoses_of(enrolment: Enrolment) -> list[Diagnosis]:
    """Those of an enrolment, the newest first."""
    chosen = sa.select(Diagnosis).where(Diagnosis.enrolment_id == enrolment.id)
    return records.newest_first(db.session.scalars(chosen))


def hers_at(enrolment: Enrolment) -> list[Diagnosis]:
    """All of this person's at the hub of her enrolment, whichever path they were made on."""
    chosen = sa.select(Diagnosis).where(
        Diagnosis.person_id == enrolment.person_id, Diagnosis.site_id == enrolment.site_id
    )
    return list(db.session.scalars(chosen))


def mark_newest(enrolment: Enrolment) -> None:
    """Say in clear which of hers is the newest: by its day; of one day, the last written."""
    hers = hers_at(enrolment)
    whole = [one for one in hers if one.is_whole]
    newest = max(whole, key=lambda one: (one.business.held_on, one.business.turn), default=None)
    for one in hers:
        if one.is_newest and one is not newest:
            one.is_newest = False
    db.session.flush()  # there is never a second one, not even between two statements
    if newest is not None:
        newest.is_newest = True
    db.session.flush()
