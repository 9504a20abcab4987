# SPDX-License-Identifier: AGPL-3.0-or-later
"""A vacancy: one post or several alike, what is asked for it, its places and its days.

It lies under the key of its employer. The ids of the hires it led to are kept in it, so that how
many places are left is known without opening anybody's file.
"""

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from casework.access import Guarded
from casework.codelists import check_code, label
from casework.db import Base, db, field
from casework.errors import Refusal, Stale
from casework.i18n import _, _l
from casework.people import records
from casework.vault import Vaulted, envelope, sealed

from .models import KEPT_EARLIER, NAME_LENGTH, PERSONAL, ROUTING, SPECIAL, Employer

OPEN, CLOSED, FILLED = "open", "closed", "filled"
MOST_PLACES = 1_000


class Vacancy(Vaulted, Guarded, records.Told, Base):
    """A post somebody can apply for, and how many of it there are."""

    __tablename__ = "vacancy"
    through = "employer_id"
    MOVED = _l("This vacancy was changed meanwhile. Read it again before saving.")

    code: Mapped[str] = field(_l("Code"), ROUTING, sa.String(9), unique=True)
    employer_id: Mapped[uuid.UUID] = field(
        _l("Employer"), ROUTING, sa.ForeignKey("employer.id"), index=True
    )
    status: Mapped[str] = field(_l("Status"), ROUTING, sa.String(8), codes="vacancy_status")
    first_on: Mapped[dt.date] = field(_l("Applications from"), ROUTING)
    last_on: Mapped[dt.date | None] = field(_l("Applications until"), ROUTING, index=True)

    business = envelope(
        title=sealed(_l("Post"), str, PERSONAL, max_length=NAME_LENGTH),
        places=sealed(_l("Places"), int, PERSONAL),
        contract_type=sealed(_l("Contract"), str, PERSONAL, codes="contract_type"),
        isco_major=sealed(_l("Occupation"), str, PERSONAL, codes="isco_major"),
        languages=sealed(_l("Languages asked for"), list, PERSONAL, codes="language"),
        education=sealed(_l("Lowest level of education"), str, PERSONAL, codes="education"),
        licence=sealed(_l("A driving licence is needed"), bool, PERSONAL),
        commune=sealed(_l("Commune"), str, PERSONAL, max_length=NAME_LENGTH),
        note=sealed(_l("Note"), str, SPECIAL, max_length=records.NOTE_LENGTH),
        taken=sealed(_l("Places taken"), list, PERSONAL),
        earlier=sealed(_l("Earlier wording"), list, PERSONAL),
    )
    CONTENT = (
        "title", "places", "contract_type", "isco_major", "languages", "education", "licence",
        "commune", "note",
    )  # fmt: skip

    def describe(self, content: dict[str, Any]) -> None:
        """Put in what is offered and asked for, checked. Raises Refusal (422)."""
        if not content.get("title"):
            raise Refusal(_("Say which post it is."), 422)
        if not 1 <= (content.get("places") or 0) <= MOST_PLACES:
            raise Refusal(_("A vacancy has between 1 and 1,000 places."), 422)
        for name in ("contract_type", "isco_major", "education"):
            check_code(name, content.get(name))
        for code in content.get("languages") or ():
            check_code("language", code, required=True)
        for name in ("title", "commune"):
            records.check_text(content.get(name), NAME_LENGTH)
        records.check_text(content.get("note"))
        self.hold(content)

    def open_between(self, first_on: dt.date, last_on: dt.date | None) -> None:
        """The days on which one can apply. Raises Refusal (422)."""
        if last_on and last_on < first_on:
            raise Refusal(_("The last day to apply comes before the first."), 422)
        records.check_day(first_on, max(first_on, records.FIRST_DAY))
        self.first_on, self.last_on = first_on, last_on

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

    # -------------------------------------------------------------- places

    @property
    def places_left(self) -> int:
        """How many places are free; fewer than none where more were hired."""
        return int(self.business.places or 0) - len(self.business.taken or [])

    def take_place(self, hire_id: uuid.UUID) -> None:
        """One place goes to a hire; with the last one the vacancy is filled."""
        taken = [one for one in self.business.taken or [] if one != str(hire_id)]
        self.business.taken = [*taken, str(hire_id)]
        self.settle()

    def free_place(self, hire_id: uuid.UUID) -> None:
        """That hire was none; a vacancy that was filled by it is open again."""
        self.business.taken = [one for one in self.business.taken or [] if one != str(hire_id)]
        self.settle()

    def settle(self) -> None:
        """Filled when no place is left, open again when there is one; a closed one stays closed."""
        if self.status != CLOSED:
            self.status = OPEN if self.places_left > 0 else FILLED

    @property
    def state(self) -> str:
        """Its status in the reader's words."""
        return label("vacancy_status", self.status)

    def takes_on(self, day: dt.date) -> bool:
        """Whether one can apply on a day."""
        inside = self.first_on <= day and (self.last_on is None or day <= self.last_on)
        return self.status == OPEN and inside


def vacancies_of(employer: Employer) -> list[Vacancy]:
    """Those of an employer, the latest first."""
    found = sa.select(Vacancy).where(Vacancy.employer_id == employer.id)
    return list(db.session.scalars(found.order_by(Vacancy.first_on.desc(), Vacancy.code)))
