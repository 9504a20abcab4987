# SPDX-License-Identifier: AGPL-3.0-or-later
"""An application: one person's way to one employer, for a vacancy or of her own accord.

What was said and each step with its day lies in its `business` envelope, under her own key. In
clear stand whose it is, the employer and the vacancy, its state and two day stamps. The sector and
the occupation are those of the day it was written down: an employer put right later does not
reach into the files of colleagues.
"""

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from casework.access import Guarded
from casework.codelists import check_code, label
from casework.db import Base, Sensitivity, db, field
from casework.errors import Refusal, Stale
from casework.i18n import _, _l, format_day
from casework.people import Person, Registration, records
from casework.vault import Vaulted, envelope, sealed

PERSONAL, SPECIAL, ROUTING = Sensitivity.PERSONAL, Sensitivity.SPECIAL, Sensitivity.ROUTING
NAME_LENGTH = 120
PROPOSED, APPLIED, PLANNED, HELD, NO_SHOW, OFFERED = (
    "PROP", "APPL", "PLAN", "HELD", "NOSHOW", "OFFER"
)  # fmt: skip
HIRED, REFUSED, WITHDRAWN = "HIRED", "REFUS", "WITHDR"
CLOSED = (HIRED, REFUSED, WITHDRAWN)
BEGUN_BY = (PROPOSED, APPLIED)
SAID = (APPLIED, OFFERED, REFUSED, WITHDRAWN)  # steps that are said; the others are recorded


def _one_under_way(name: str, *columns: str, alone: bool = False) -> sa.Index:
    """That a person is on one way at a time to a vacancy or, of her own accord, to an employer,
    whoever begins two at once."""
    where = "status NOT IN ('HIRED', 'REFUS', 'WITHDR')" + (" AND vacancy_id IS NULL" * alone)
    going = sa.text(where)
    name = f"uq_application_{name}"
    return sa.Index(name, *columns, unique=True, sqlite_where=going, postgresql_where=going)


class Application(Vaulted, Guarded, records.Told, Base):
    """A person and an employer, from the first word to the last."""

    __tablename__ = "application"
    __table_args__ = (
        _one_under_way("vacancy", "person_id", "vacancy_id"),
        _one_under_way("employer", "person_id", "employer_id", alone=True),
    )
    through = "person_id"
    MOVED = _l("This application was changed meanwhile. Read it again before saving.")

    person_id: Mapped[uuid.UUID] = field(
        _l("Person"), ROUTING, sa.ForeignKey("person.id"), index=True
    )
    employer_id: Mapped[uuid.UUID] = field(
        _l("Employer"), ROUTING, sa.ForeignKey("employer.id"), index=True
    )
    vacancy_id: Mapped[uuid.UUID | None] = field(
        _l("Vacancy"), ROUTING, sa.ForeignKey("vacancy.id"), index=True
    )
    author_id: Mapped[uuid.UUID] = field(_l("Written by"), ROUTING)
    status: Mapped[str] = field(_l("Status"), ROUTING, sa.String(8), codes="application_state")
    begun_on: Mapped[dt.date] = field(_l("Since"), ROUTING)
    last_on: Mapped[dt.date] = field(_l("Last step"), ROUTING, index=True)

    business = envelope(
        post=sealed(_l("Post"), str, PERSONAL, max_length=NAME_LENGTH),
        isic_section=sealed(_l("Sector"), str, PERSONAL, codes="isic_section"),
        isco_major=sealed(_l("Occupation"), str, PERSONAL, codes="isco_major"),
        note=sealed(_l("Note"), str, SPECIAL, max_length=records.NOTE_LENGTH),
        moves=sealed(_l("Steps"), list, SPECIAL),
    )
    CONTENT = ("post", "isco_major", "note")

    def describe(self, content: dict[str, Any], sector: str | None) -> None:
        """What it is about, checked. Raises Refusal (422)."""
        check_code("isco_major", content.get("isco_major"))
        records.check_text(content.get("post"), NAME_LENGTH)
        records.check_text(content.get("note"))
        self.hold(content)
        self.business.isic_section = sector

    def check_version(self, seen: int) -> None:
        """Raises Stale where it is not what the form was opened on."""
        if seen != self.version:
            raise Stale(self.MOVED)

    @property
    def is_open(self) -> bool:
        return self.status not in CLOSED

    @property
    def state(self) -> str:
        """Its status in the reader's words."""
        return label("application_state", self.status)

    def check_open(self) -> None:
        """Something can be added. Raises Refusal, with the way on."""
        if not self.is_open:
            raise Refusal(
                _("This application is closed: %(state)s. Open it again first.", state=self.state)
            )

    def check_day(self, day: dt.date) -> None:
        """A day on this way. Raises Refusal (422)."""
        if day < self.begun_on:
            begun = format_day(self.begun_on)
            raise Refusal(
                _("This application began on %(day)s. Choose that day or a later one.", day=begun),
                422,
            )

    # -------------------------------------------------------------- steps

    @property
    def moves(self) -> list[dict[str, Any]]:
        """Those that stand, in the order they were written down."""
        return [one for one in self.business.moves or [] if not one.get("void")]

    def move(self, state: str, on: dt.date, **said: str | None) -> None:
        """One step further, kept with its day and what was said of it."""
        check_code("application_state", state, required=True)
        self._stand([*(self.business.moves or []), _step(state, on, said)])

    def has_moved(self, state: str, on: dt.date, **said: str | None) -> bool:
        """Whether the very same step was kept before, by the id of its form."""
        return bool(said.get("id")) and _step(state, on, said) in (self.business.moves or [])

    def follow(self, step_id: uuid.UUID, state: str | None, on: dt.date, *, news: bool) -> None:
        """Where a recorded step leads; nowhere, without a state. What is no news keeps its place
        among the moves: an old step put right does not overtake what came after it."""
        moves, step = list(self.business.moves or []), str(step_id)
        at = next((n for n, one in enumerate(moves) if one.get("step") == step), None)
        if at is None and state is None:
            return
        before = {} if at is None else moves[at]
        led = {"on": on.isoformat(), "state": state or before["state"], "step": step}
        if state is None:
            led["void"] = "1"
        changed = led["state"] != before.get("state") or "void" in before
        if at is None or (news and changed):
            self._stand([one for one in moves if one.get("step") != step] + [led])
        elif led != before:
            self._stand([*moves[:at], led, *moves[at + 1 :]])

    def _stand(self, moves: list[dict[str, Any]]) -> None:
        """It stands where the last move that stands leads."""
        self.business.moves = moves
        self.status = self.moves[-1]["state"]
        self.last_on = max(dt.date.fromisoformat(one["on"]) for one in self.moves)

    def state_before(self) -> str:
        """Where it stood before it was closed."""
        states = [step["state"] for step in self.moves]
        return next((one for one in reversed(states) if one not in CLOSED), APPLIED)

    @classmethod
    def of(cls, person: Person) -> sa.Select[tuple["Application"]]:
        """Hers within the reader's reach, the latest step first."""
        chosen = sa.select(cls).where(cls.person_id == person.id)
        return chosen.order_by(cls.last_on.desc(), cls.id)


def _step(state: str, on: dt.date, said: dict[str, str | None]) -> dict[str, str]:
    kept = {name: text for name, text in said.items() if text}
    return {"on": on.isoformat(), "state": state, **kept}


def check_refusal(state: str, content: dict[str, Any]) -> None:
    """Who refused, and why, where somebody did. Raises Refusal (422)."""
    refused = state == REFUSED
    check_code("refused_by", content.get("refused_by"), required=refused)
    check_code("refusal_reason", content.get("refusal_reason"), required=refused)
    if not refused and (content.get("refused_by") or content.get("refusal_reason")):
        raise Refusal(_("Who refused and why belong to a refusal alone."), 422)
    records.check_text(content.get("note"))


def applications_of(person: Person) -> list[Application]:
    """Hers, the latest step first."""
    return list(db.session.scalars(Application.of(person)))


_HUB_OF = sa.select(Registration.site_id).where(
    Registration.person_id == sa.bindparam("person_id"), Registration.strand == "hub"
)


def hub_of(person: Person) -> uuid.UUID | None:
    """The hub that follows her."""
    return db.session.scalars(_HUB_OF, {"person_id": person.id}).first()
