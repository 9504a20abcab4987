# SPDX-License-Identifier: AGPL-3.0-or-later
"""An invitation, sealed as the list it may lead to; a survey; its opinions, which name nobody."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from casework import cards, clock
from casework.access import Guarded
from casework.db import Base, Sensitivity, db, field, new_id
from casework.events import Entry, Event
from casework.i18n import _l
from casework.people import records
from casework.vault import Vaulted, envelope, sealed

PERSONAL, ROUTING, SECRET = Sensitivity.PERSONAL, Sensitivity.ROUTING, Sensitivity.SECRET
SILENT, COMING, DECLINED = "none", "coming", "declined"
NAME = 120  # characters


class Invitation(Vaulted, Guarded, Base):
    """That somebody is invited to an event, and what she answered.

    Nothing leads from here to a file: who is invited by her code is written down by name. `slip`
    is the keyed hash of the code on her slip.
    """

    __tablename__ = "event_invitation"

    event_id: Mapped[uuid.UUID] = field(_l("Event"), ROUTING, sa.ForeignKey("event.id"), index=True)
    slip: Mapped[bytes] = field(_l("Keyed hash of the slip"), SECRET, unique=True)

    guest = envelope(
        compartment="attendance",
        name=sealed(_l("Name"), str, PERSONAL, max_length=NAME),
        organisation=sealed(_l("Organisation"), str, PERSONAL, max_length=NAME),
        kind=sealed(_l("Kind of organisation"), str, PERSONAL, codes="organisation_kind"),
        sex=sealed(_l("Sex"), str, PERSONAL, codes="sex"),
        age_band=sealed(_l("Age"), str, PERSONAL, codes="age_band"),
        answer=sealed(_l("Answer"), str, PERSONAL, codes="invitation_answer"),
        place=sealed(_l("Number on the slip"), int, PERSONAL),
    )

    def entry(self, name: str | None = None) -> Entry:
        """Her line, as a pasted list would say it; `name` where the organisation named nobody."""
        said = self.guest
        return Entry(
            said.place, said.name or name or "", said.organisation or "", said.kind, said.sex,
            said.age_band,
        )  # fmt: skip


def invited(event: Event) -> list[Invitation]:
    """The invitations to an event by their numbers. What does not open any more is left out."""
    found = db.session.scalars(sa.select(Invitation).where(Invitation.event_id == event.id))
    whole = [one for one in found if records.opens(one)]
    return sorted(whole, key=lambda one: (one.guest.place, one.id))


class Survey(cards.Carded, Guarded, Base):
    """The satisfaction form of an event, open to whoever has its address until it is closed."""

    __tablename__ = "event_survey"
    through = "event_id"
    MOVED = _l("This form was changed meanwhile. Read it again before saving.")
    FIELDS = {"token": cards.told(_l("Code in the address"), longest=40)}

    event_id: Mapped[uuid.UUID] = field(
        _l("Event"), ROUTING, sa.ForeignKey("event.id"), unique=True
    )
    address: Mapped[bytes] = field(_l("Keyed hash of the address"), SECRET, unique=True)
    last_on: Mapped[dt.date] = field(_l("Closing day"), ROUTING)
    was_closed: Mapped[bool] = field(_l("Closed before its day"), ROUTING)

    @property
    def is_over(self) -> bool:
        return self.was_closed or self.last_on < clock.today()


class Opinion(Base):
    """One answer, of nobody: no owner, no site, no day, and no order in which they came.

    Not guarded, since whoever writes one is nobody the programme knows. It is read by way of its
    survey alone, which is.
    """

    __tablename__ = "event_opinion"
    __table_args__ = {"sqlite_with_rowid": False}  # stored by random id, not one after the other

    id: Mapped[uuid.UUID] = field(_l("Random id"), ROUTING, primary_key=True, default=new_id)
    survey_id: Mapped[uuid.UUID] = field(
        _l("Satisfaction form"), ROUTING, sa.ForeignKey("event_survey.id"), index=True
    )
    box: Mapped[bytes] = field(_l("Sealed record"), SECRET)
