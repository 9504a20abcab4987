# SPDX-License-Identifier: AGPL-3.0-or-later
"""Versions of a canvas and of a business plan, and what fits into one.

In clear stand the business, who wrote, and the number: two who save at once cannot make the same
one. Everything else is sealed under the key of the business. A version is a row of its own, so
that no envelope grows with its history.
"""

import datetime as dt
import json
import uuid
from typing import Any, ClassVar, Self

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from casework.access import Guarded
from casework.business import Venture
from casework.codelists import codelist
from casework.db import Base, Sensitivity, db, field
from casework.errors import Refusal
from casework.i18n import _, _l
from casework.people import records
from casework.vault import Vaulted, envelope, sealed

PERSONAL, SPECIAL, ROUTING = Sensitivity.PERSONAL, Sensitivity.SPECIAL, Sensitivity.ROUTING
# Nine blocks of these stand on one sheet of paper (`sheet`); what is longer belongs to the plan.
BLOCK_LENGTH, BLOCK_LINES = 500, 10
CHAPTER_LENGTH = 6_000  # five of them and the amounts fill an envelope in any script
REMARK_LENGTH = 120
MARKS_BYTES = 50_000  # beside the longest text there is room for as much
MOST_MAD = 1_000_000_000  # in centimes, of one line: ten million dirhams
SALES = "SALES"  # what comes in; every other line of a forecast goes out


class Version(records.Mended):
    """One version of a paper about a business. The next one is written from it or from an earlier
    one; what it says is never changed. Entered by mistake, it stays to be read and is no longer the
    current one: that is all there is to put right.
    """

    PARTS: ClassVar[tuple[str, ...]]  # what two versions are compared by
    BY_HEAD = True
    NOT_HERS = _l("Only who wrote this version, or who heads the hub, can say it was a mistake.")
    MOVED = _l("This version was changed meanwhile. Read it again before saving.")
    TOO_OFTEN = _l("This was marked too often. Take up an earlier version instead.")
    OVERTAKEN = _l(
        "A newer version was saved meanwhile. Your text is below: compare, then save it again."
    )

    venture_id: Mapped[uuid.UUID] = field(
        _l("Business"), ROUTING, sa.ForeignKey("venture.id"), index=True
    )
    author_id: Mapped[uuid.UUID] = field(_l("Written by"), ROUTING)
    number: Mapped[int] = field(_l("Version"), ROUTING, sa.Integer)

    @property
    def stands(self) -> bool:
        return not self.told.mistaken

    def parts(self) -> dict[str, Any]:
        """What it says, by the names of its parts."""
        return {name: getattr(self.told, name) for name in self.PARTS}

    def write(self, content: dict[str, Any]) -> None:
        """Put the content in, checked. Raises Refusal (422)."""
        records.check_text(content.get("remark"), REMARK_LENGTH)
        if not any(content.get(name) for name in self.PARTS):
            raise Refusal(_("Nothing is written yet. Fill in at least one part."), 422)
        self.check(content)
        self.hold(content)

    def check(self, content: dict[str, Any]) -> None:
        """What fits into this kind of paper."""
        raise NotImplementedError

    def mark(self, mistaken: bool, by: uuid.UUID, on: dt.date, why: str | None) -> None:
        """Entered by mistake, or not after all; who said so stays beside it. Raises Refusal for
        who neither wrote it nor heads the hub (403) and says `why` (422)."""
        if by != self.author_id:
            self.check_mender()
            self.check_why(why)
        marks = [*(self.told.marks or []), {
            "on": on.isoformat(), "by": by.hex, "why": why, "mistaken": mistaken,
        }]  # fmt: skip
        if len(json.dumps(marks, ensure_ascii=False).encode()) > MARKS_BYTES:
            raise Refusal(self.TOO_OFTEN, 422)
        self.told.marks, self.told.mistaken = marks, mistaken or None

    @classmethod
    def of(cls, venture: Venture) -> sa.Select[tuple[Self]]:
        """Those of a business within the reader's reach, the newest first."""
        ours: Any = cls
        return sa.select(ours).where(ours.venture_id == venture.id).order_by(sa.desc(ours.number))

    @classmethod
    def current(cls, venture: Venture, upto: int | None = None) -> Self | None:
        """The newest that stands, `upto` a number: most often the very newest, so that one is
        opened."""
        ours: Any = cls
        known = cls.of(venture) if upto is None else cls.of(venture).where(ours.number <= upto)
        for chosen in (known.limit(1), known.offset(1)):
            for one in db.session.scalars(chosen):
                if one.is_whole and one.stands:
                    return one
        return None

    @classmethod
    def newest_number(cls, venture: Venture) -> int:
        """The number of the last one saved, mistaken or not; nought where there is none."""
        ours: Any = cls
        found = sa.select(sa.func.max(ours.number)).where(ours.venture_id == venture.id)
        return db.session.scalar(found) or 0


def _shared() -> dict[str, Any]:
    """What every version says besides."""
    return {
        "written_on": sealed(_l("Written on"), dt.date, PERSONAL),
        "based_on": sealed(_l("Written from version"), int, PERSONAL),
        "remark": sealed(_l("What is new in this version"), str, SPECIAL, max_length=REMARK_LENGTH),
        "mistaken": sealed(_l("Entered by mistake"), bool, PERSONAL),
        "marks": sealed(_l("Who said so"), list, SPECIAL),
    }


def _block(label: Any) -> Any:
    return sealed(label, str, SPECIAL, max_length=BLOCK_LENGTH)


def _chapter(label: Any) -> Any:
    return sealed(label, str, SPECIAL, max_length=CHAPTER_LENGTH)


class CanvasVersion(Vaulted, Guarded, Version, Base):
    """A business on one sheet, in the nine blocks of a business model canvas."""

    __tablename__ = "canvas_version"
    __table_args__ = (sa.UniqueConstraint("venture_id", "number"),)
    through = "venture_id"

    business = envelope(
        segments=_block(_l("Customer segments")),
        value=_block(_l("Value proposition")),
        channels=_block(_l("Channels")),
        relationships=_block(_l("Customer relationships")),
        revenue=_block(_l("Revenue streams")),
        resources=_block(_l("Key resources")),
        activities=_block(_l("Key activities")),
        partners=_block(_l("Key partners")),
        costs=_block(_l("Cost structure")),
        **_shared(),
    )
    PARTS = (
        "segments", "value", "channels", "relationships", "revenue", "resources", "activities",
        "partners", "costs",
    )  # fmt: skip
    CONTENT = (*PARTS, "remark")

    def check(self, content: dict[str, Any]) -> None:
        for name in self.PARTS:
            records.check_text(content.get(name), BLOCK_LENGTH)
            check_lines(content.get(name))


class PlanVersion(Vaulted, Guarded, Version, Base):
    """A business told at length, with the money it needs, finds and expects to earn in a year."""

    __tablename__ = "plan_version"
    __table_args__ = (sa.UniqueConstraint("venture_id", "number"),)
    through = "venture_id"

    business = envelope(
        summary=_chapter(_l("Summary")),
        market=_chapter(_l("Market")),
        offer=_chapter(_l("Offer")),
        organisation=_chapter(_l("Running the business")),
        sales=_chapter(_l("Sales plan")),
        needs=sealed(_l("Needs"), dict, PERSONAL, codes="plan_need"),
        resources=sealed(_l("Resources"), dict, PERSONAL, codes="plan_resource"),
        forecast=sealed(_l("Forecast over 12 months"), dict, PERSONAL, codes="plan_forecast"),
        **_shared(),
    )
    CHAPTERS = ("summary", "market", "offer", "organisation", "sales")
    AMOUNTS = ("needs", "resources", "forecast")  # centimes by the codes of their lists
    PARTS = (*CHAPTERS, *AMOUNTS)
    CONTENT = (*PARTS, "remark")

    def check(self, content: dict[str, Any]) -> None:
        for name in self.CHAPTERS:
            records.check_text(content.get(name), CHAPTER_LENGTH)
        for name in self.AMOUNTS:
            _check_amounts(PlanVersion.business.fields[name].codes, content.get(name) or {})


def check_lines(text: str | None) -> None:
    """Few enough lines for its place on the sheet. Raises Refusal (422)."""
    if text and len(text.splitlines()) > BLOCK_LINES:
        sentence = _("A block of the canvas holds at most %(most)s lines.", most=BLOCK_LINES)
        raise Refusal(sentence, 422)


def _check_amounts(listed: str | None, amounts: dict[str, int]) -> None:
    if set(amounts) - set(codelist(listed or "").codes):
        raise Refusal(_("Choose one of the answers."), 422)
    if any(not 0 <= centimes <= MOST_MAD for centimes in amounts.values()):
        raise Refusal(_("An amount is from nought to ten million dirhams."), 422)
