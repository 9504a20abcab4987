# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of matching: people for a vacancy, vacancies for a person, each with its reasons."""

import uuid
from typing import Any

from flask import render_template, url_for

from casework.access import GuardedBlueprint, Permission, blueprint, fetch
from casework.employers import Vacancy, names_of
from casework.hub import Diagnosis
from casework.i18n import _, format_day, joined
from casework.people import Person, consents_to
from casework.placement import SHARING, applications_for

from . import fitting

pages = GuardedBlueprint("matching", __name__)
READ = Permission.PLACEMENT_READ

MOST_SHOWN = fitting.MOST_SHOWN


@pages.route("/vacancies/<uuid:vacancy_id>/people", needs=READ)
def list_people(vacancy_id: uuid.UUID) -> Any:
    """Who applied, and who may fit: codes and reasons, no name."""
    vacancy = fetch(Vacancy, vacancy_id)
    found, compared = fitting.candidates(vacancy)
    applied = applications_for(vacancy)
    blueprint.hits(len(found) + len(applied))
    return render_template(
        "matching/list_people.html", vacancy=vacancy, compared=compared, applied=applied,
        found=[_candidate(one, vacancy) for one in found],
    )  # fmt: skip


def _candidate(one: fitting.Candidate, vacancy: Vacancy) -> dict[str, Any]:
    """A line of the list, the best first."""
    way = url_for("placement.new_application", person_id=one.person_id, vacancy=vacancy.id)
    return _line(one.match) | {
        "title": one.code,
        "url": url_for("desk.show_dossier", person_id=one.person_id),
        "correct": (way, _("Propose this vacancy to %(code)s", code=one.code)),
    }


@pages.route("/people/<uuid:person_id>/vacancies", needs=READ)
def list_fitting(person_id: uuid.UUID) -> Any:
    """The vacancies that may fit her, with the reasons."""
    person = fetch(Person, person_id)
    found = fitting.vacancies_for(person)[:MOST_SHOWN]
    names = dict(names_of({vacancy.employer_id for vacancy, _match in found}))
    blueprint.hits(len(found))
    return render_template(
        "matching/list_fitting.html", person=person, agrees=consents_to(person, SHARING),
        is_known=Diagnosis.newest_of(person) is not None,
        found=[_offer(*pair, names, person) for pair in found],
    )  # fmt: skip


def _offer(
    vacancy: Vacancy, match: fitting.Match, names: dict[uuid.UUID, str | None], person: Person
) -> dict[str, Any]:
    way = url_for("placement.new_application", person_id=person.id, vacancy=vacancy.id)
    until = _("until %(day)s", day=format_day(vacancy.last_on)) if vacancy.last_on else ""
    return _line(match) | {
        "title": vacancy.business.title,
        "url": url_for("employers.show_vacancy", vacancy_id=vacancy.id),
        "when": joined(names.get(vacancy.employer_id), until),
        "correct": (way, _("Apply for %(code)s", code=vacancy.code)),
    }


def _line(match: fitting.Match) -> dict[str, Any]:
    return {"verdict": match.verdict, "text": "\n".join(fitting.reasons(match))}
