# SPDX-License-Identifier: AGPL-3.0-or-later
"""The essentials of a dossier in words: age, languages, situation, consents. Not the name."""

from typing import Any

import sqlalchemy as sa

from casework import clock
from casework.codelists import label
from casework.db import db
from casework.hub import Enrolment
from casework.i18n import _, _n, format_day, format_list, joined
from casework.listening import Case
from casework.people import Consent, Person, ages, countries, records

SHOWN_CONSENTS = ("CARE", "STATS", "CONTACT")


def pairs(person: Person) -> list[tuple[str, str | None]]:
    """(what, said) of the dossier; None where nothing was said. A part that does not open any
    more says so in its place, and the others are shown."""
    if not is_whole(person):
        return [(_("Essentials"), damaged()), *_consents(person)]
    return [*_identity(person), *_consents(person)]


def damaged() -> str:
    """What stands in the place of a record that does not open."""
    return _("This record is damaged and cannot be opened.")


def is_whole(person: Person) -> bool:
    """Whether her identity opens: what does not open cannot be corrected."""
    return records.opens(person)


def name_of(person: Person) -> str:
    """The whole name, in both scripts where both are known; a sentence where it does not open."""
    if not is_whole(person):
        return damaged()
    identity = person.identity
    latin = " ".join(filter(None, (identity.given, identity.family)))
    arabic = " ".join(filter(None, (identity.given_ar, identity.family_ar)))
    return joined(latin, arabic) or _("Not stated")


def open_files(person: Person) -> sa.Select[Any]:
    """The cases or enrolments of a person that are open or paused, the open one first."""
    model: Any = Enrolment if person.strand == "hub" else Case
    hers = sa.select(model).where(model.person_id == person.id, model.status != "closed")
    return hers.order_by(model.status)


def _identity(person: Person) -> list[tuple[str, str | None]]:
    identity = person.identity
    situation = ages.situation_on(identity, clock.today())
    return [
        (_("Age"), _age(person)),
        (_("Sex"), label("sex", identity.sex)),
        (_("Languages spoken"), format_list([label("language", one)
                                             for one in identity.languages or []]) or None),
        (_("Situation"), label("population_group", situation.get("population_group"))),
        (_("Nationality"), _nationality(situation)),
        (_("Disability"), label("disability", identity.disability)),
        (_("Phone"), _phones(identity.phones)),
    ]  # fmt: skip


def _nationality(situation: dict[str, Any]) -> str | None:
    """The country where it is known, else the group it counts in."""
    country = situation.get("nationality")
    if countries.is_country(country):
        return countries.name_of(country)
    return label("nationality_group", situation.get("nationality_group"))


def _age(person: Person) -> str | None:
    found = ages.age_on(person.identity, clock.today())
    if found is None:
        return None
    years, exact = found
    words = _n("%(n)s year", "%(n)s years", years)
    return words if exact else _("about %(age)s", age=words)


def _phones(phones: list[str] | None) -> str | None:
    """Shortened: the whole number is on the page of who may edit the dossier."""
    return joined(*[f"…{phone[-2:]}" for phone in phones or []]) or None


def answers_given(person: Person) -> list[dict[str, str]]:
    """All her answers as lines of a timeline, the newest first; then what does not open."""
    whole, not_whole = _answers(person)
    lines = [_answer(row) for row in reversed(whole)]
    return lines + [{"title": damaged()}] * (not_whole > 0)


def _answer(row: Consent) -> dict[str, str]:
    said = row.consent
    title = f"{label('consent_type', said.purpose)} – {label('consent_answer', said.answer)}"
    return {"title": title, "when": records.dated(said.on, row.how_given)}


def _consents(person: Person) -> list[tuple[str, str | None]]:
    """Her last answer to each purpose; of answers that do not open nobody knows the purpose."""
    whole, not_whole = _answers(person)
    latest = {row.consent.purpose: row.consent for row in whole}
    shown = [
        (_("Consent: %(purpose)s", purpose=label("consent_type", purpose)),
         _given(latest.get(purpose)))
        for purpose in SHOWN_CONSENTS
    ]  # fmt: skip
    return shown + [(_("Another consent"), damaged())] * (not_whole > 0)


def _answers(person: Person) -> tuple[list[Consent], int]:
    """Her answers that open, the earliest first, and how many do not."""
    given = db.session.scalars(sa.select(Consent).where(Consent.person_id == person.id)).all()
    whole = [row for row in given if records.opens(row)]
    return sorted(whole, key=lambda row: row.place), len(given) - len(whole)


def _given(answer: Any) -> str | None:
    if answer is None:
        return None
    said = label("consent_answer", answer.answer)
    return _("%(answer)s, on %(day)s", answer=said, day=format_day(answer.on))
