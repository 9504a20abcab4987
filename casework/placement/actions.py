# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is done with an application. Each verb runs inside the caller's unit of work."""

import datetime as dt
import uuid
from contextlib import AbstractContextManager
from typing import Any

import sqlalchemy as sa

from casework import clock
from casework.access import current_user, fetch
from casework.db import db, unless_taken
from casework.employers import Employer, Vacancy
from casework.errors import Refusal
from casework.i18n import _
from casework.people import Person, consents_to, records

from .counting import count_step
from .due import follow_up
from .models import (
    APPLIED,
    CLOSED,
    HELD,
    HIRED,
    NO_SHOW,
    OFFERED,
    PLANNED,
    PROPOSED,
    SAID,
    Application,
    check_refusal,
)
from .steps import Hire, Internship, Interview, Step, steps_of

SHARING = "REFER"  # the purpose nearest to showing her profile to an employer
STATES = {"PLANNED": PLANNED, "HELD": HELD, "NOSHOW": NO_SHOW}


# ------------------------------------------------------------------ begun, moved, ended


def apply_for(
    person: Person, where: Employer | Vacancy, *, id: uuid.UUID | None = None, on: dt.date,
    state: str = PROPOSED, reason: str | None = None, **content: Any,
) -> Application:  # fmt: skip
    """Begin her way to a vacancy, or to an employer of her own accord.

    `content` is named by `Application.CONTENT`. Raises Refusal (409) where she has not agreed that
    the hub shows her profile, where one is open already, and where the vacancy takes nobody on that
    day and no reason was given.
    """
    vacancy = where if isinstance(where, Vacancy) else None
    employer = fetch(Employer, where.employer_id) if isinstance(where, Vacancy) else where
    content = _as_the_vacancy(content, vacancy)
    already: Application | None = records.made_before(Application, id, content, person_id=person.id)
    if already:
        return already
    records.check_day(on, clock.today())
    _check_beginning(person, employer, vacancy, state)
    _check_open_on(vacancy, on, reason)
    made = Application(
        id=id, subject_id=person.subject_id, person_id=person.id, employer_id=employer.id,
        vacancy_id=vacancy.id if vacancy else None, author_id=current_user.id, status=state,
        begun_on=on, last_on=on,
    )  # fmt: skip
    made.describe(content, employer.business.isic_section)
    made.move(state, on, reason=reason)
    try:
        with records.saved_once(made):
            pass
    except Refusal:
        _check_none_open(person.id, employer.id, made.vacancy_id)  # somebody was faster
        raise
    return made


def correct_application(application: Application, *, version: int, **content: Any) -> None:
    """Put right what it is about; the sector is that of the employer from now on, and what it
    counts follows. Raises Stale if it moved since it was read."""
    application.check_version(version)
    key = application.vacancy_id
    content = _as_the_vacancy(content, fetch(Vacancy, key) if key else None)
    employer = fetch(Employer, application.employer_id)
    application.describe(content, employer.business.isic_section)
    person = records.person_of(application)
    for step in steps_of(application):
        if step.is_whole:
            count_step(step, application, person)
    db.session.flush()


def _as_the_vacancy(content: dict[str, Any], vacancy: Vacancy | None) -> dict[str, Any]:
    """Of a vacancy the post and the occupation are known."""
    said = {name: content.get(name) for name in Application.CONTENT}
    if vacancy is None:
        return said
    known = vacancy.business
    return {**said, "post": known.title, "isco_major": known.isco_major or said["isco_major"]}


def _check_beginning(
    person: Person, employer: Employer, vacancy: Vacancy | None, state: str
) -> None:
    if state not in (PROPOSED, APPLIED):
        raise Refusal(_("Choose one of the answers."), 422)
    if state == PROPOSED and not consents_to(person, SHARING):
        raise Refusal(
            _("This person has not agreed that her profile is shown to an employer. Record her "
              "answer first (sharing with a named service), or record that she applied herself.")
        )  # fmt: skip
    _check_none_open(person.id, employer.id, vacancy.id if vacancy else None)


def _check_none_open(person: uuid.UUID, employer: uuid.UUID, vacancy: uuid.UUID | None) -> None:
    same = sa.select(Application.id).where(
        Application.person_id == person, Application.employer_id == employer,
        Application.status.not_in(CLOSED),
        Application.vacancy_id == vacancy if vacancy else Application.vacancy_id.is_(None),
    )  # fmt: skip
    if db.session.scalar(same.limit(1)):
        raise Refusal(_("An application of this person is open there already. Go on with it."))


def _only_one() -> AbstractContextManager[None]:
    """Save in the block an application that is open again, the only one of hers there."""
    return unless_taken(
        lambda: Refusal(_("Another application of this person is open there. End that one first."))
    )


def _check_open_on(vacancy: Vacancy | None, on: dt.date, reason: str | None) -> None:
    if vacancy and not vacancy.takes_on(on):
        late = _("This vacancy takes no application on that day: filled, closed or out of time.")
        ask_why(late, reason)


def ask_why(doubt: str, reason: str | None) -> None:
    """Raises Refusal (409) with the doubt, unless a reason was written beside it."""
    if not reason:
        raise Refusal(f"{doubt} {_('If it is so, write why below and save again.')}")


def move(
    application: Application, *, version: int, state: str, on: dt.date,
    id: uuid.UUID | None = None, **said: str | None,
) -> None:  # fmt: skip
    """Say a step: applied, offered, refused (by whom, why) or withdrawn. A form sent twice is one.
    Raises Stale, Refusal."""
    said["id"] = str(id) if id else None
    if application.has_moved(state, on, **said):
        return
    application.check_version(version)
    application.check_open()
    if state not in SAID:
        raise Refusal(_("Choose one of the answers."), 422)
    records.check_day(on, clock.today())
    application.check_day(on)
    check_refusal(state, said)
    application.move(state, on, **said)
    _remind_anew(application)


def _remind_anew(application: Application) -> None:
    """What was due falls away with a closed application, and comes back with an open one."""
    db.session.flush()
    person = records.person_of(application)
    for step in steps_of(application):
        if step.is_whole:
            follow_up(step, application, person)


def reopen(application: Application) -> None:
    """It goes on where it stood before it was closed. Raises Refusal for an open one, and where
    a hire stands: put that right instead."""
    if application.is_open:
        raise Refusal(_("This application is open."))
    if any(hire.stands for hire in hires_of(application) if hire.is_whole):
        raise Refusal(
            _("She was hired. Correct the hire if it was none, or begin another application.")
        )
    with _only_one():
        application.move(application.state_before(), clock.today())
    _remind_anew(application)


# ------------------------------------------------------------------ interviews


def log_interview(
    application: Application, *, id: uuid.UUID | None = None, **content: Any
) -> Interview:
    """Plan an interview, or record one. Raises Refusal where the application is closed."""
    found: Interview = _log(Interview, application, id, content)
    return found


def correct_interview(
    interview: Interview, *, version: int, why: str | None = None, **content: Any
) -> None:  # fmt: skip
    """Say what came of a planned interview, whoever planned it; or put one right, as its author or
    who heads the hub and says `why`."""
    _correct(interview, version, content, why)


def log_internship(
    application: Application, *, id: uuid.UUID | None = None, **content: Any
) -> Internship:
    """Record an internship, planned or started. It counts from its first day."""
    found: Internship = _log(Internship, application, id, content)
    return found


def correct_internship(
    internship: Internship, *, version: int, why: str | None = None, **content: Any
) -> None:  # fmt: skip
    """Say how an internship goes on or ended. Whoever follows her may: it lasts for months."""
    _correct(internship, version, content, why)


def _log(model: Any, application: Application, id: uuid.UUID | None, content: Any) -> Any:
    already = records.made_before(model, id, content, application_id=application.id)
    if already:
        return already
    application.check_open()
    step = model(
        id=id, subject_id=application.subject_id, application_id=application.id,
        author_id=current_user.id,
    )  # fmt: skip
    step.write(content)
    _check_days(step, application, content)
    person = records.person_of(application)
    with records.saved_once(step):
        count_step(step, application, person)
        _follow(application, step, news=True)
    follow_up(step, application, person)
    return step


def _correct(step: Any, version: int, content: dict[str, Any], why: str | None) -> None:
    if step.says_already(version, content):
        return
    step.check_version(version)
    application = db.session.get_one(Application, step.application_id)
    planned = isinstance(step, Interview) and step.is_planned
    step.correct(content, current_user.id, clock.today(), why)
    _check_days(step, application, content)
    person = records.person_of(application)
    count_step(step, application, person)
    _follow(application, step, news=planned and application.is_open)
    db.session.flush()
    follow_up(step, application, person)


def _check_days(step: Step, application: Application, content: dict[str, Any]) -> None:
    step.check_when({"ends_on": None, **content}, clock.today())
    application.check_day(content["held_on"])


def _follow(application: Application, step: Any, *, news: bool) -> None:
    """The application goes where its steps lead; back, where this one leads nowhere any more."""
    state: str | None = OFFERED
    if isinstance(step, Interview):
        state = STATES.get(step.told.interview_outcome)
    if not step.stands:
        state = None
    application.follow(step.id, state, min(step.told.held_on, clock.today()), news=news)


# ------------------------------------------------------------------ hires


def log_hire(application: Application, *, id: uuid.UUID | None = None, **content: Any) -> Hire:
    """Record that she was hired: her application is closed, one place of the vacancy is taken.

    Raises Refusal (409) where no place is left and no reason was given: with one, it is saved.
    """
    already: Hire | None = records.made_before(Hire, id, content, application_id=application.id)
    if already:
        return already
    application.check_open()
    hire = Hire(
        id=id, subject_id=application.subject_id, application_id=application.id,
        author_id=current_user.id,
    )  # fmt: skip
    hire.write(content)
    _check_days(hire, application, content)
    _check_places(application, content.get("reason"))
    with records.saved_once(hire):
        count_step(hire, application, records.person_of(application))
        _close_with(application, hire)
    _remind_anew(application)
    return hire


def _close_with(application: Application, hire: Hire) -> None:
    application.follow(hire.id, HIRED, hire.told.held_on, news=True)
    if application.vacancy_id:
        fetch(Vacancy, application.vacancy_id).take_place(hire.id)


def _check_places(application: Application, reason: str | None) -> None:
    if application.vacancy_id is None:
        return
    if fetch(Vacancy, application.vacancy_id).places_left < 1:
        ask_why(_("Every place of this vacancy is taken already."), reason)


def correct_hire(
    hire: Hire, *, version: int, why: str | None = None, **content: Any
) -> None:  # fmt: skip
    """Put a hire right. One entered by mistake frees its place, and her application stands where
    it stood before. Raises Refusal (409) where it is to stand beside another; for who did not write
    it, nor heads the hub and says `why`."""
    if hire.says_already(version, content):
        return
    hire.check_version(version)
    application = db.session.get_one(Application, hire.application_id)
    stood = hire.stands
    if not stood and not content.get("mistaken"):
        _check_no_other(application, hire)
    hire.correct(content, current_user.id, clock.today(), why)
    _check_days(hire, application, content)
    if hire.stands and not stood:
        _check_places(application, content.get("reason"))
        _close_with(application, hire)
    elif hire.stands:
        application.follow(hire.id, HIRED, hire.told.held_on, news=False)
    elif stood:
        _undo(application, hire)
    count_step(hire, application, records.person_of(application))
    _remind_anew(application)


def _check_no_other(application: Application, hire: Hire) -> None:
    if any(one.stands for one in hires_of(application) if one.is_whole and one.id != hire.id):
        raise Refusal(
            _("Another hire stands on this application. Mark that one as entered by mistake first.")
        )


def _undo(application: Application, hire: Hire) -> None:
    with _only_one():
        application.follow(hire.id, None, hire.told.held_on, news=False)
    if application.vacancy_id:
        fetch(Vacancy, application.vacancy_id).free_place(hire.id)


def note_stay(
    hire: Hire, *, version: int, months: int, on: dt.date, stay: str, note: str | None = None
) -> None:
    """Say whether she is still there, so many months after her first day."""
    hire.check_version(version)
    records.check_day(on, clock.today())
    hire.note_stay(months, on, stay, note)
    _remind_anew(db.session.get_one(Application, hire.application_id))


def hires_of(application: Application) -> list[Hire]:
    """The hires it led to; one at most that stands."""
    return list(db.session.scalars(sa.select(Hire).where(Hire.application_id == application.id)))
