# SPDX-License-Identifier: AGPL-3.0-or-later
"""What happens on an application: interviews, internships, hires, and whether she is still there.

Each is a day with coded answers, put right by its author or who heads the hub; one entered by
mistake stays and no longer counts. A day still to come is planned, and counts once it has happened.
"""

import calendar
import datetime as dt
import uuid
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from casework.access import Guarded
from casework.codelists import check_code
from casework.db import Base, db, field
from casework.errors import Refusal
from casework.i18n import _, _l, format_day
from casework.people import records
from casework.vault import Vaulted, envelope, sealed

from .models import NAME_LENGTH, PERSONAL, ROUTING, SPECIAL, Application

MOST_CENTIMES = 10_000_000  # 100,000 dirhams a month; more is a slip of the pen
PLANNED = "PLANNED"
STARTED = ("RUN", "DONE", "LEFT")  # an internship that had a first day
ENDED = ("DONE", "LEFT")
PROVED = ("CONTRACT", "EMPLOYER")  # what shows a hire: her word alone does not count
NO_HIRE = ("INT", "SELF")  # contracts that are none of an employee
STAYS = (1, 3, 6)  # months after the first day


class Step(records.Mended):
    """Something that happened or is planned on an application."""

    CODED: ClassVar[tuple[str, ...]]  # its answers from code lists, each required

    BY_HEAD = True
    MISTAKE = records.MISTAKE
    NOT_HERS = _l("Only who wrote this, or who heads the hub, can correct it.")
    MOVED = _l("This was changed meanwhile. Read it again before saving.")
    TOO_OFTEN = _l("This was corrected too often. Record it anew.")

    @property
    def stands(self) -> bool:
        """Whether it happened or is planned, as far as anyone knows."""
        return not self.told.mistaken

    @property
    def counts(self) -> bool:
        """Whether a figure counts it. Each kind of step says when."""
        raise NotImplementedError

    def write(self, content: dict[str, Any]) -> None:
        for name in self.CODED:
            check_code(name, content.get(name), required=True)
        for name in ("note", "reason"):
            records.check_text(content.get(name))
        self.check(content)
        self.hold(content)

    def check(self, content: dict[str, Any]) -> None:
        """What this kind of step asks besides."""

    def check_when(self, content: dict[str, Any], today: dt.date) -> None:
        """Whether it can have happened on that day, or can be planned for it."""
        raise NotImplementedError


def _shared() -> dict[str, Any]:
    return {
        "note": sealed(_l("Note"), str, SPECIAL, max_length=records.NOTE_LENGTH),
        "mistaken": sealed(Step.MISTAKE, bool, PERSONAL),
        "fact_ids": sealed(_l("Facts counted"), list, PERSONAL),
        "earlier": sealed(_l("Earlier wording"), list, SPECIAL),
    }


def _on_application() -> Any:
    return field(_l("Application"), ROUTING, sa.ForeignKey("application.id"), index=True)


class Interview(Vaulted, Guarded, Step, Base):
    """One interview of one person with one employer; a second round is another."""

    __tablename__ = "job_interview"
    through = "application_id"

    application_id: Mapped[uuid.UUID] = _on_application()
    author_id: Mapped[uuid.UUID] = field(_l("Written by"), ROUTING)

    business = envelope(
        held_on=sealed(_l("When"), dt.date, PERSONAL),
        hour=sealed(_l("Hour"), str, PERSONAL, max_length=5),
        place=sealed(_l("Place"), str, PERSONAL, max_length=NAME_LENGTH),
        interview_outcome=sealed(_l("What came of it"), str, PERSONAL, codes="interview_outcome"),
        **_shared(),
    )
    CODED = ("interview_outcome",)
    CONTENT = ("held_on", "hour", "place", "interview_outcome", "note", "mistaken")

    @property
    def counts(self) -> bool:
        return bool(self.stands and self.told.interview_outcome == "HELD")

    @property
    def is_planned(self) -> bool:
        return bool(self.told.interview_outcome == PLANNED)

    @property
    def goes_on(self) -> bool:
        return self.is_planned

    def check(self, content: dict[str, Any]) -> None:
        records.check_text(content.get("place"), NAME_LENGTH)

    def check_when(self, content: dict[str, Any], today: dt.date) -> None:
        planned = content["interview_outcome"] == PLANNED
        if planned and content["held_on"] < today:
            raise Refusal(_("This day is over. Say what came of the interview."), 422)
        if not planned and content["interview_outcome"] != "CANCEL":
            records.check_day(content["held_on"], today)


class Internship(Vaulted, Guarded, Step, Base):
    """An internship at an employer; it counts once its first day has come and she was there."""

    __tablename__ = "internship"
    through = "application_id"

    application_id: Mapped[uuid.UUID] = _on_application()
    author_id: Mapped[uuid.UUID] = field(_l("Written by"), ROUTING)

    business = envelope(
        held_on=sealed(_l("First day"), dt.date, PERSONAL),
        ends_on=sealed(_l("Last day"), dt.date, PERSONAL),
        internship_state=sealed(_l("Where it stands"), str, PERSONAL, codes="internship_state"),
        supervisor=sealed(_l("Supervisor"), str, PERSONAL, max_length=NAME_LENGTH),
        centimes=sealed(_l("Allowance in MAD a month"), int, PERSONAL),
        **_shared(),
    )
    CODED = ("internship_state",)
    CONTENT = (
        "held_on", "ends_on", "internship_state", "supervisor", "centimes", "note", "mistaken",
    )  # fmt: skip

    @property
    def counts(self) -> bool:
        return bool(self.stands and self.told.internship_state in STARTED)

    @property
    def goes_on(self) -> bool:
        """It lasts for months: whoever follows her says how it goes on, or ended."""
        return True

    def check(self, content: dict[str, Any]) -> None:
        records.check_text(content.get("supervisor"), NAME_LENGTH)
        given = content.get("centimes")
        if given is not None and not 0 < given <= MOST_CENTIMES:
            raise Refusal(_("An allowance is more than nought and at most 100,000 MAD."), 422)

    def check_when(self, content: dict[str, Any], today: dt.date) -> None:
        state, first, last = (content[name] for name in ("internship_state", "held_on", "ends_on"))
        if last and last < first:
            raise Refusal(_("An internship cannot end before it starts."), 422)
        if state in STARTED and first > today:
            raise Refusal(_("This internship is still to come. It is planned, not started."), 422)
        if state in ENDED and not last:
            raise Refusal(_("Say on which day the internship ended."), 422)
        if state in ENDED and last > today:
            raise Refusal(_("This last day is still to come: the internship goes on."), 422)


class Hire(Vaulted, Guarded, Step, Base):
    """That she was hired: her first day worked, her contract, and what shows it."""

    __tablename__ = "hire"
    through = "application_id"

    application_id: Mapped[uuid.UUID] = _on_application()
    author_id: Mapped[uuid.UUID] = field(_l("Written by"), ROUTING)

    business = envelope(
        held_on=sealed(_l("First day worked"), dt.date, PERSONAL),
        contract_type=sealed(_l("Contract"), str, PERSONAL, codes="contract_type"),
        hire_evidence=sealed(_l("Evidence"), str, PERSONAL, codes="hire_evidence"),
        reason=sealed(_l("Why it is recorded all the same"), str, SPECIAL),
        stays=sealed(_l("Months after"), list, PERSONAL),
        **_shared(),
    )
    CODED = ("contract_type", "hire_evidence")
    CONTENT = ("held_on", "contract_type", "hire_evidence", "note", "reason", "mistaken")

    @property
    def counts(self) -> bool:
        return bool(self.stands and self.told.hire_evidence in PROVED)

    def check(self, content: dict[str, Any]) -> None:
        if content["contract_type"] in NO_HIRE:
            raise Refusal(_("An internship or self-employment is no hire."), 422)

    def check_when(self, content: dict[str, Any], today: dt.date) -> None:
        records.check_day(content["held_on"], today)

    # -------------------------------------------------------------- the months after

    @property
    def stays(self) -> dict[int, dict[str, Any]]:
        """What is known after so many months: `on`, `stay`, `note`."""
        return {one["months"]: one for one in self.told.stays or []}

    @property
    def to_ask(self) -> list[int]:
        """After how many months it is still to be asked; none more once she has left."""
        if any(one["stay"] == "LEFT" for one in self.stays.values()):
            return []
        return [months for months in STAYS if months not in self.stays]

    def due_after(self, months: int) -> dt.date:
        """The day that many months after the first one."""
        first: dt.date = self.told.held_on
        years, place = divmod(first.month - 1 + months, 12)
        year, month = first.year + years, place + 1
        return dt.date(year, month, min(first.day, calendar.monthrange(year, month)[1]))

    def note_stay(self, months: int, on: dt.date, stay: str, note: str | None) -> None:
        """Whether she is still there after so many months. Said again, it replaces what was said.

        Raises Refusal (422) before that day: it cannot be known yet.
        """
        check_code("stay", stay, required=True)
        records.check_text(note)
        if months not in STAYS:
            raise Refusal(_("Choose one of the answers."), 422)
        if on < self.due_after(months):
            due = format_day(self.due_after(months))
            raise Refusal(_("This can be known from %(day)s on.", day=due), 422)
        kept = {**self.stays, months: {"months": months, "on": on.isoformat(), "stay": stay}}
        if note:
            kept[months]["note"] = note
        self.told.stays = [kept[one] for one in sorted(kept)]


def steps_of(application: Application) -> list[Any]:
    """Its interviews, internships and hires, the newest first."""
    found: list[Any] = []
    for model in (Interview, Internship, Hire):
        chosen = sa.select(model).where(model.application_id == application.id)  # type: ignore[attr-defined]
        found += db.session.scalars(chosen)
    return records.newest_first(found)
