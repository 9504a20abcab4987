# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is done with employers and vacancies. Each verb runs inside the caller's unit of work."""

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa

from casework import clock
from casework.access import current_user
from casework.db import db
from casework.errors import Refusal
from casework.i18n import _
from casework.people import numbers, records
from casework.policy import Actor, acting
from casework.vault import new_subject

from .models import Employer, Exchange, exchanges_of
from .vacancies import CLOSED, OPEN, Vacancy

_programme = Actor.system()


def note_employer(site_id: uuid.UUID, *, id: uuid.UUID | None = None, **content: Any) -> Employer:
    """Put an employer in the directory of a hub. `content` is named by `Employer.CONTENT`.

    Raises Refusal (422) for no name, or an ICE that does not check. A form sent twice is one.
    """
    content = {**content, "ice": numbers.ice_of(content.get("ice"))}
    already: Employer | None = records.made_before(Employer, id, content)
    if already:
        return already
    employer = Employer(
        id=id, subject_id=new_subject(), code=_free_code(Employer, "E"), site_id=site_id,
        owner_id=current_user.id, is_listed=True, last_on=None,
    )  # fmt: skip
    employer.describe(content)
    with records.saved_once(employer):
        pass
    return employer


def correct_employer(
    employer: Employer, *, version: int, is_listed: bool = True, **content: Any
) -> None:
    """Put right what an employer is, and whether it stays in the directory. Raises Stale."""
    employer.correct(content, version, clock.today())
    employer.is_listed = is_listed
    db.session.flush()


def add_contact(
    employer: Employer, *, version: int, id: uuid.UUID | None = None, **said: str | None
) -> None:
    """Somebody to talk to there; a form sent twice is one. Raises Stale, Refusal."""
    employer.enter_contact((id or uuid.uuid4()).hex[:12], said, version)
    db.session.flush()


def correct_contact(employer: Employer, key: str, *, version: int, **said: str | None) -> None:
    """Put a contact right. Raises Stale, and Refusal where a colleague erased her meanwhile."""
    if not employer.contact(key):
        raise Refusal(
            _("This contact was erased meanwhile. To keep what you wrote, enter a new contact.")
        )
    employer.enter_contact(key, said, version)
    db.session.flush()


def strike_contact(employer: Employer, key: str) -> None:
    """A contact leaves: nothing of her is kept."""
    employer.strike_contact(key)
    db.session.flush()


def log_exchange(employer: Employer, *, id: uuid.UUID | None = None, **content: Any) -> Exchange:
    """Record what was said with an employer. `content` is named by `Exchange.CONTENT`."""
    already: Exchange | None = records.made_before(Exchange, id, content, employer_id=employer.id)
    if already:
        return already
    exchange = Exchange(
        id=id, subject_id=employer.subject_id, employer_id=employer.id, author_id=current_user.id
    )
    records.check_day(content["held_on"], clock.today())
    exchange.write(content)
    with records.saved_once(exchange):
        employer.last_on = max(employer.last_on or content["held_on"], content["held_on"])
    return exchange


def correct_exchange(exchange: Exchange, *, version: int, **content: Any) -> None:
    """Put an exchange right, by its author; the day of the last one follows."""
    if exchange.says_already(version, content):
        return
    exchange.check_version(version)
    records.check_day(content["held_on"], clock.today())
    exchange.correct(content, current_user.id, clock.today())
    employer = db.session.get_one(Employer, exchange.employer_id)
    days = [one.told.held_on for one in exchanges_of(employer) if one.is_whole]
    employer.last_on = max(days, default=None)
    db.session.flush()


# ------------------------------------------------------------------ vacancies


def open_vacancy(
    employer: Employer, *, id: uuid.UUID | None = None, first_on: dt.date,
    last_on: dt.date | None = None, **content: Any,
) -> Vacancy:  # fmt: skip
    """Write down a vacancy. `content` is named by `Vacancy.CONTENT`. Raises Refusal (422)."""
    already: Vacancy | None = records.made_before(Vacancy, id, content, employer_id=employer.id)
    if already:
        return already
    vacancy = Vacancy(
        id=id, subject_id=employer.subject_id, code=_free_code(Vacancy, "V"),
        employer_id=employer.id, status=OPEN,
    )  # fmt: skip
    vacancy.describe(content)
    vacancy.open_between(first_on, last_on)
    with records.saved_once(vacancy):
        pass
    return vacancy


def correct_vacancy(
    vacancy: Vacancy, *, version: int, first_on: dt.date, last_on: dt.date | None = None,
    **content: Any,
) -> None:  # fmt: skip
    """Put a vacancy right; with other places it may be filled, or open again. Raises Stale."""
    vacancy.correct(content, version, clock.today())
    vacancy.open_between(first_on, last_on)
    vacancy.settle()
    db.session.flush()


def close_vacancy(vacancy: Vacancy) -> None:
    """It takes nobody any more, whatever places are left."""
    if vacancy.status == CLOSED:
        raise Refusal(_("This vacancy is closed already."))
    vacancy.status = CLOSED
    db.session.flush()


def reopen_vacancy(vacancy: Vacancy) -> None:
    """It takes applications again, or is filled where no place is left."""
    vacancy.status = OPEN
    vacancy.settle()
    db.session.flush()


def _free_code(model: Any, letter: str) -> str:
    known = model.__table__.c
    while True:
        code = f"{letter}-{numbers.new_code()}"
        with acting(_programme):  # codes out of reach count too; nothing else is read
            taken = db.session.scalar(sa.select(known.id).where(known.code == code))
        if taken is None:
            return code
