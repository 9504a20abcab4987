# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is due: in clear its day, its site and who follows it; what it is about is sealed."""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import sqlalchemy as sa
from flask import url_for
from sqlalchemy.orm import Mapped

from casework.access import Guarded
from casework.db import Base, Sensitivity, field
from casework.i18n import _l
from casework.people import Person
from casework.vault import Vaulted, envelope, sealed

PERSONAL, ROUTING = Sensitivity.PERSONAL, Sensitivity.ROUTING


@dataclass(frozen=True)
class ReminderKind:
    """A thing that falls due: its words, and the page it leads to with the name of that page's
    argument. `name` is kept inside reminders, for ever. `still`, of a record that several
    colleagues see to, is the day it is due now, None where it was done. `by_hand`: what nobody can
    record, such as a word said; who is reminded says herself that it is done."""

    name: str
    title: Any
    endpoint: str
    argument: str
    still: Callable[[uuid.UUID], dt.date | None] | None = None
    by_hand: bool = False

    known: ClassVar[dict[str, "ReminderKind"]] = {}

    def __post_init__(self) -> None:
        if self.known.setdefault(self.name, self) != self:
            raise ValueError(f"reminder kind {self.name}: its name is another kind's")


class Reminder(Vaulted, Guarded, Base):
    """That something about a record is due on a day. It is its site's, and who follows the person
    there sees it on Today.

    Its content lies in the compartment that every strand opens; its reach is its site's alone, so
    that no strand learns of another's.
    """

    __tablename__ = "reminder"
    __table_args__ = (sa.UniqueConstraint("about_id", "site_id", "owner_id"),)

    person_id: Mapped[uuid.UUID] = field(
        _l("Person"), ROUTING, sa.ForeignKey("person.id"), index=True
    )
    about_id: Mapped[uuid.UUID] = field(_l("Record"), ROUTING)
    due_on: Mapped[dt.date] = field(_l("Due on"), ROUTING, index=True)

    identity = envelope(
        kind=sealed(_l("What is due"), str, PERSONAL),
        shown_at=sealed(_l("Page"), str, PERSONAL),
        at=sealed(_l("Time"), str, PERSONAL),
    )

    @property
    def kind(self) -> ReminderKind | None:
        """What is due; None where no strand knows it any more."""
        return ReminderKind.known.get(self.identity.kind or "")

    @property
    def day(self) -> dt.date | None:
        """When it is due; None where a colleague saw to it."""
        kind = self.kind
        return kind.still(self.about_id) if kind and kind.still else self.due_on

    @property
    def time(self) -> dt.time | None:
        """The hour of an appointment, in local time; None for what is due on a day."""
        return dt.time.fromisoformat(self.identity.at) if self.identity.at else None

    @property
    def title(self) -> str:
        kind = self.kind
        return str(kind.title) if kind else str(UNNAMED)

    @property
    def url(self) -> str | None:
        kind = self.kind
        if kind is None:
            return None
        return url_for(kind.endpoint, **{kind.argument: uuid.UUID(self.identity.shown_at)})


UNNAMED = _l("Something is due")


def due_by(day: dt.date, owner_id: uuid.UUID | None = None) -> sa.Select[tuple[Reminder, str]]:
    """(reminder, code of the file) of what is due by a day in the reader's reach, the oldest first;
    of one colleague's files only where one is named."""
    chosen = sa.select(Reminder, Person.code).join(Person, Person.id == Reminder.person_id)
    chosen = chosen.where(Reminder.due_on <= day)
    if owner_id is not None:
        chosen = chosen.where(Reminder.owner_id == owner_id)
    return chosen.order_by(Reminder.due_on, Reminder.id)
