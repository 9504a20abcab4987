# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every record about a person shares, whichever room keeps it.

A Path is her way through one strand, open or closed. A Told record holds what somebody wrote down,
in one envelope; a Mended one keeps what it said before its author put it right, or for some kinds
who heads the site. A Meeting is a Mended record with an attendance.
Below them stand the rules on a day and a text, and how a form sent twice stays one record.
"""

import datetime as dt
import enum
import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from typing import Any, ClassVar, Self

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from casework.access import User, current_user, fetch
from casework.codelists import label
from casework.db import Sensitivity, db, field, unless_taken
from casework.errors import Refusal, Stale
from casework.i18n import _, _l, format_day, format_number, joined
from casework.policy import Actor, can
from casework.vault import errors

from .models import Person

# Law 09-08 and the programme's own archive: nothing older than the programme is kept here.
FIRST_DAY = dt.date(2014, 1, 1)
NOTE_LENGTH = 20_000
HISTORY_BYTES = 100_000  # earlier wordings beside the present one, within one envelope
ATTENDED = "attended"
MISTAKE = _l("Entered by mistake: no longer counted")


# ---------------------------------------------------------------- rules on one answer


def check_day(day: dt.date, today: dt.date, first: dt.date | None = FIRST_DAY) -> None:
    """A day on which something can have happened. Raises Refusal (422), in kind words."""
    if day > today:
        raise Refusal(_("This day is still to come. Choose today or an earlier day."), 422)
    if first and day < first:
        kept_from = format_day(first)
        raise Refusal(_("The programme keeps nothing from before %(day)s.", day=kept_from), 422)


def check_text(text: str | None, longest: int = NOTE_LENGTH) -> None:
    """A text that fits. Raises Refusal (422); the page gives the whole text back."""
    if text and len(text) > longest:
        most = format_number(longest)
        raise Refusal(_("This text is too long. At most %(most)s characters fit.", most=most), 422)


# ---------------------------------------------------------------- kinds of records


class Status(enum.StrEnum):
    """Where a path stands. What is not open takes nothing until it is taken up again."""

    OPEN = "open"
    CLOSED = "closed"
    PAUSED = "paused"


class Path:
    """A person's way through one strand: whose it is, open or closed, and two day stamps."""

    STRAND: ClassVar[str]
    NOT_REGISTERED: ClassVar[Any]  # sentences: she is not followed in this strand
    ALREADY_OPEN: ClassVar[Any]  # there is one at a time at a site

    person_id: Mapped[uuid.UUID] = field(
        _l("Person"), Sensitivity.ROUTING, sa.ForeignKey("person.id"), index=True
    )
    status: Mapped[str] = field(
        _l("Status"), Sensitivity.ROUTING, sa.String(8), codes="case_status"
    )
    opened_on: Mapped[dt.date] = field(_l("Opened on"), Sensitivity.ROUTING)
    last_on: Mapped[dt.date] = field(_l("Last contact"), Sensitivity.ROUTING, index=True)

    @property
    def is_open(self) -> bool:
        return self.status == Status.OPEN

    @classmethod
    def begun(cls, person: Person, on: dt.date, today: dt.date) -> Self:
        """A new one where she is registered, followed by who follows her; `saved` saves it."""
        check_day(on, today)
        place = next((one for one in person.places if one.strand == cls.STRAND), None)
        if place is None:
            raise Refusal(cls.NOT_REGISTERED)
        begun: Any = cls(
            subject_id=person.subject_id, person_id=person.id, site_id=place.site_id,
            owner_id=place.owner_id, status=Status.OPEN, opened_on=on, last_on=on,
        )  # fmt: skip
        return begun

    def saved(self, and_count: Callable[[], None] | None = None) -> Self:
        """Save a path that was begun and described, and count what it is counted by. The one
        there is, where the same form was sent twice; raises Refusal where another is open at this
        site."""
        try:
            with self.the_only_one(), db.session.no_autoflush:
                db.session.add(self)
                if and_count:
                    and_count()
        except Refusal:
            rival = self._rival()
            if rival is None or not rival.told_as(self):
                raise
            return rival
        return self

    def _rival(self) -> Self | None:
        """The one that is open where this one was to begin, if the reader reaches it."""
        ours: Any = type(self)
        here = ours.person_id == self.person_id, ours.site_id == self.site_id
        return db.session.scalars(self.still_open().where(*here)).first()

    def the_only_one(self) -> AbstractContextManager[None]:
        """Save in the block a path that is open from now on, the only one of its site."""
        return unless_taken(lambda: Refusal(self.ALREADY_OPEN))

    def told_as(self, other: Any) -> bool:
        """Whether this path was opened by the very same answers."""
        return self.opened_on == other.opened_on and self.first_told() == other.first_told()

    def first_told(self) -> tuple[Any, ...]:
        """What was said when it was opened. Each kind of path says what that is."""
        raise NotImplementedError

    @classmethod
    def of(cls, person: Person) -> sa.Select[tuple[Self]]:
        """Hers within the reader's reach, the newest first."""
        mine: Any = cls
        chosen = sa.select(mine).where(mine.person_id == person.id)
        return chosen.order_by(sa.desc(mine.opened_on), mine.id)

    @classmethod
    def still_open(cls) -> sa.Select[tuple[Self]]:
        """Open ones in the reader's reach, the one silent longest first."""
        ours: Any = cls
        chosen = sa.select(ours).where(ours.status == Status.OPEN)
        return chosen.order_by(ours.last_on, ours.id)


def one_open(table: str) -> sa.Index:
    """That a person has one open path at a site, whoever opens two at once. By the column names
    of a Path."""
    is_open = sa.text(f"status = '{Status.OPEN}'")
    name, columns = f"uq_{table}_open", ("person_id", "site_id")
    return sa.Index(name, *columns, unique=True, sqlite_where=is_open, postgresql_where=is_open)


def opens(record: Any) -> bool:
    """Whether its envelope opens: what does not says so in its place, and the rest is shown."""
    try:
        getattr(record, record.__envelopes__[0].name)
    except errors.Damaged:
        return False
    return True


class Told:
    """What somebody wrote down, in the one envelope of its record. CONTENT names what a form
    fills; `held_on` among it is the day it happened, and `fact_ids` beside it what it counts."""

    CONTENT: ClassVar[tuple[str, ...]]

    @property
    def told(self) -> Any:
        """The opened envelope. Raises Damaged."""
        envelope = self.__envelopes__[0]
        return getattr(self, envelope.name)

    @property
    def is_whole(self) -> bool:
        return opens(self)

    def content(self) -> dict[str, Any]:
        """What it holds, by the names of its form."""
        return {name: getattr(self.told, name) for name in self.CONTENT}

    def hold(self, content: Mapping[str, Any]) -> None:
        """Put in what was checked. What is not named stays unsaid."""
        for name in self.CONTENT:
            setattr(self.told, name, content.get(name))


class Mended(Told):
    """What can be put right. `earlier` in its envelope keeps former wordings, `author_id` says who
    wrote it."""

    # Whether who heads the site puts right what a colleague wrote: a day and codes that count,
    # yes; what somebody heard and noted herself, no.
    BY_HEAD: ClassVar[bool] = False
    NOT_HERS: ClassVar[Any]  # sentences: who did not write it does not correct it
    MOVED: ClassVar[Any]  # it was changed since the form was opened
    TOO_OFTEN: ClassVar[Any]  # its former wordings fill the envelope

    def write(self, content: dict[str, Any]) -> None:
        """Check and hold the content. Each kind says what it checks."""
        raise NotImplementedError

    @property
    def goes_on(self) -> bool:
        """Whether it is not over yet, so that whoever reaches it says what came of it."""
        return False

    @property
    def may_be_mended(self) -> bool:
        """Whether the acting user may put it right."""
        return bool(self.author_id == current_user.id or self.goes_on or self._is_headed())

    @property
    def asks_why(self) -> bool:
        """Whether it was written by somebody else, so that who puts it right says why."""
        return not (self.author_id == current_user.id or self.goes_on)

    def _is_headed(self) -> bool:
        actor = Actor.now()
        return self.BY_HEAD and actor is not None and can(actor, "head", self)

    def check_mender(self) -> None:
        """Raises Refusal (403) for who may not put it right."""
        if not self.may_be_mended:
            raise Refusal(self.NOT_HERS, 403)

    def to_mend(self) -> tuple[dict[str, Any], int]:
        """What the form that puts it right begins with: its content and its version. Raises
        Refusal (403) for who may not, before anything is typed."""
        self.check_mender()
        return self.content(), self.version

    def check_version(self, seen: int) -> None:
        """Raises Stale where it is not what the form was opened on."""
        if seen != self.version:
            raise Stale(self.MOVED)

    def says_already(self, seen: int, content: Mapping[str, Any]) -> bool:
        """Whether it says the very same since the form was opened: a second touch of a button."""
        said = self.content().items()
        return seen != self.version and all(content.get(name) == value for name, value in said)

    def correct(
        self, content: dict[str, Any], by: uuid.UUID, on: dt.date, why: str | None = None
    ) -> None:
        """New content; what stood before is kept, with the day it was corrected, by whom, and why
        where that was not its author. Raises Refusal."""
        if by != self.author_id:
            self.check_mender()
            self.check_why(why)
        mended = {"corrected_on": on.isoformat(), "corrected_by": by.hex, "why": why}
        before = {name: _plain(value) for name, value in self.content().items()}
        self.write(content)
        earlier = [*(self.told.earlier or []), {**before, **mended}]
        if len(json.dumps(earlier, ensure_ascii=False).encode()) > HISTORY_BYTES:
            raise Refusal(self.TOO_OFTEN, 422)
        self.told.earlier = earlier

    def check_why(self, why: str | None) -> None:
        """Raises Refusal (422) where who did not write it does not say why."""
        check_text(why)
        if self.asks_why and not why:
            raise Refusal(_("A colleague wrote this: say why you put it right."), 422)

    def wordings(self, kind: str) -> list[dict[str, str]]:
        """What it said before it was corrected, the last first; by whom and why where that was
        not its author. `kind` is the coded answer that says what sort it was."""
        return [
            {
                "until": _("Until %(day)s", day=format_day(_day(one["corrected_on"]))),
                "when": self._said_when(one, kind),
                "note": self._said_then(one),
                "by": self._by(one),
            }
            for one in reversed(self.told.earlier or [])
        ]

    def _said_when(self, before: Mapping[str, Any], kind: str) -> str:
        return dated(_day(before["held_on"]), label(kind, before[kind]))

    def _said_then(self, before: Mapping[str, Any]) -> str:
        return before["note"] or ""

    def _by(self, before: Mapping[str, Any]) -> str:
        by = uuid.UUID(before["corrected_by"]) if before.get("corrected_by") else self.author_id
        colleague = db.session.get(User, by) if by != self.author_id else None
        if colleague is None:
            return ""
        if before["why"]:
            return _("Corrected by %(name)s: %(why)s", name=colleague.name, why=before["why"])
        return _("Corrected by %(name)s", name=colleague.name)


class Meeting(Mended):
    """Something somebody came to, or missed."""

    @property
    def is_attended(self) -> bool:
        return bool(self.told.attendance == ATTENDED)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def _day(written: str) -> dt.date:
    return dt.date.fromisoformat(written)


# ---------------------------------------------------------------- a form sent twice


def made_before(model: Any, key: uuid.UUID | None, content: Mapping[str, Any], **of: Any) -> Any:
    """The record that a form made when it was sent before; None where it made none yet.

    `key` is the id the form was given, `of` what the record belongs to. Raises Refusal where the
    text is another: nothing typed is lost unsaid.
    """
    if key is None:
        return None
    already = db.session.scalars(_sent(model, *of), {"id": key, **of}).first()
    if already and any(value != content.get(name) for name, value in already.content().items()):
        raise _used_already()
    return already


@cache
def _sent(model: Any, *of: str) -> sa.Select[Any]:
    return sa.select(model).filter_by(**{name: sa.bindparam(name) for name in ("id", *of)})


@contextmanager
def saved_once(record: Any) -> Iterator[None]:
    """Add a record, do in the block what comes with it, and save all under the id its form was
    given. Raises Refusal where the id is taken."""
    with unless_taken(_used_already), db.session.no_autoflush:
        db.session.add(record)
        yield


def _used_already() -> Refusal:
    return Refusal(_("This form was used already. Save again to keep this text as well."))


def person_of(record: Any) -> Person:
    """The person of a record within reach. What this unit of work read already is not asked for
    again; raises Refusal (404) like every fetch."""
    found: Person = db.session.get(Person, record.person_id) or fetch(Person, record.person_id)
    return found


# ---------------------------------------------------------------- one after the other


def newest_first(told: Iterable[Any]) -> list[Any]:
    """Sorted here, since the day is sealed. Records that do not open any more come first."""
    return sorted(told, key=lambda one: (_held_on(one), one.id), reverse=True)


def newest_whole(told: Iterable[Any]) -> Any:
    """The newest that opens; None where none does."""
    return next((one for one in newest_first(told) if one.is_whole), None)


def _held_on(one: Told) -> dt.date:
    return one.told.held_on if one.is_whole else dt.date.max


def dated(day: dt.date, *details: str | None) -> str:
    """A day and what is known of it besides, as one line."""
    return joined(format_day(day), *details)
