# SPDX-License-Identifier: AGPL-3.0-or-later
"""What guests thought of an event, asked of nobody in particular.

An opinion is tied to no guest, no address and no moment. Results wait until the form is closed
for good: read one after the other, they would tell who said what. Below five they are not shown.
"""

import datetime as dt
import uuid
from collections import Counter, deque
from collections.abc import Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa

from casework import cards, clock
from casework.codelists import check_code, codelist
from casework.db import db, new_id
from casework.errors import Refusal
from casework.events import Event, models
from casework.i18n import _
from casework.people import records

from . import slips
from .models import Opinion, Survey

ENOUGH = 5  # opinions, below which nothing is shown
MOST, A_MINUTE = 2_000, 60  # opinions on one event; of one minute, in one process
LONGEST = 2_000  # characters of a comment
QUESTIONS, MARKS = "opinion_question", "opinion_mark"
LONGEST_OPEN = dt.timedelta(days=180)

_lately: dict[uuid.UUID, deque[dt.datetime]] = {}


class Result(NamedTuple):
    """What was answered to one question: its mean, how many answered, how often each mark in
    their order; None for each where too few did."""

    question: str
    mean: float | None
    answered: int | None
    counts: tuple[int | None, ...]


def survey_of(event: Event) -> Survey | None:
    """The form of an event in reach; None where none was opened."""
    return db.session.scalar(sa.select(Survey).where(Survey.event_id == event.id))


def open_survey(event: Event, last_on: dt.date) -> Survey:
    """Open the form of an event until the end of a day, or put that day off while it is open."""
    if event.status == models.CANCELLED:
        raise Refusal(_("This event was cancelled. There is nothing to ask about."))
    if last_on < clock.today():
        raise Refusal(_("This day has passed. Choose today or a later day."), 422)
    if last_on > clock.today() + LONGEST_OPEN:
        raise Refusal(_("A form stays open for six months at most."), 422)
    survey = survey_of(event)
    if survey is None:
        code = slips.new_code()
        survey = Survey(event_id=event.id, address=slips.kept(code), last_on=last_on,
                        was_closed=False)  # fmt: skip
        survey.describe(token=code)
        db.session.add(survey)
    elif survey.is_over:
        raise Refusal(_("This form is closed. It stays closed, so that nobody’s answer is told."))
    survey.last_on = last_on
    db.session.flush()
    return survey


def close(survey: Survey) -> None:
    """Close the form for good."""
    survey.was_closed = True
    db.session.flush()


# ------------------------------------------------------------------ answering


def found(code: str) -> Survey | None:
    """The form at this address, for whoever knows it. Needs the system's reach."""
    return db.session.scalar(sa.select(Survey).where(Survey.address == slips.kept(code)))


def give(
    survey: Survey, marks: Mapping[str, str | None], comment: str | None = None,
    id: uuid.UUID | None = None,
) -> None:  # fmt: skip
    """Keep one opinion. A form sent twice is one; raises Refusal where it holds another text."""
    said = {question: mark for question, mark in marks.items() if mark}
    content = {"marks": said, "comment": comment or None}
    if _was_given(id, content):
        return
    for question, mark in said.items():
        check_code(QUESTIONS, question)
        check_code(MARKS, mark)
    records.check_text(comment, LONGEST)
    if not said and not comment:
        raise Refusal(_("Answer at least one question."), 422)
    if survey.is_over:
        raise Refusal(_("This form is closed. Thank you all the same."), 410)
    if how_many(survey) >= MOST:
        raise Refusal(_("This form has received all the answers it can take. Thank you."), 429)
    opinion = Opinion(id=id or new_id(), survey_id=survey.id)
    opinion.box = cards.closed(opinion, "box", content)
    try:
        with records.saved_once(opinion):
            pass
    except Refusal:  # a second touch of the same button was quicker
        if not _was_given(opinion.id, content):
            raise


def _was_given(id: uuid.UUID | None, content: Mapping[str, Any]) -> bool:
    """Whether this form was kept already. Raises Refusal where it said something else."""
    chosen = sa.select(Opinion).where(Opinion.id == id)
    there = db.session.scalar(chosen) if id else None
    if there and cards.opened(there, "box") != content:
        raise Refusal(_("This form was used already. Save again to keep this text as well."))
    return there is not None


def check_pace(survey: Survey) -> None:
    """So that no machine fills a form: so many a minute, whoever sends them. Raises Refusal."""
    now, lately = clock.now(), _lately.setdefault(survey.id, deque(maxlen=A_MINUTE))
    if len(lately) == A_MINUTE and now - lately[0] < dt.timedelta(minutes=1):
        raise Refusal(
            _("Many answers come in at this moment. Wait a minute, then send again."), 429
        )
    lately.append(now)


# ------------------------------------------------------------------ reading


def how_many(survey: Survey) -> int:
    counted = sa.select(sa.func.count()).where(Opinion.survey_id == survey.id)
    return db.session.scalar(counted) or 0


def results(survey: Survey) -> tuple[list[Result], list[str]] | None:
    """Each question's answers, and the comments in no order that tells anything; None as long as
    the form is open or too few have answered."""
    if not survey.is_over or how_many(survey) < ENOUGH:
        return None
    rows = db.session.scalars(sa.select(Opinion).where(Opinion.survey_id == survey.id))
    said = [cards.opened(one, "box") for one in rows]
    given = [(one.code, Counter(row["marks"].get(one.code) for row in said))
             for one in codelist(QUESTIONS)]  # fmt: skip
    comments = sorted(filter(None, (row["comment"] for row in said)))
    return [_result(question, counts) for question, counts in given], comments


def _result(question: str, counts: Counter[Any]) -> Result:
    marks = tuple(counts[one.code] for one in codelist(MARKS))
    answered = sum(marks)
    if answered < ENOUGH:
        return Result(question, None, None, (None,) * len(marks))
    whole = sum(value * number for value, number in enumerate(marks, 1))
    return Result(question, round(whole / answered, 1), answered, marks)
