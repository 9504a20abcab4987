# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of matching: people for a vacancy, vacancies for a person, each with its reasons."""

import uuid
from typing import Any

from flask import render_template, url_for

from casework.access import blueprint, fetch
from casework.employers import Vacancy
from casework.hub import Diagnosis
from casework.i18n import _, format_day
from casework.people import Person, consents_to

from . import listing, matching
from .actions import SHARING
from .step_views import pages
from .views import READ

MOST_SHOWN = matching.MOST_SHOWN


@pages.route("/vacancies/<uuid:vacancy_id>/people", needs=READ)
def list_people(vacancy_id: uuid.UUID) -> Any:
    """Who applied, and who may fit: codes and reasons, no name."""
    vacancy = fetch(Vacancy, vacancy_id)
    found, compared = matching.candidates(vacancy)
    applied = listing.of_vacancy(vacancy)
    blueprint.hits(len(found) + len(applied))
    return render_template(
        "placement/list_people.html", vacancy=vacancy, compared=compared, applied=applied,
        found=[_candidate(one, vacancy) for one in found],
    )  # fmt: skip


def _candidate(one: matching.Candidate, vacancy: Vacancy) -> dict[str, Any]:
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
    found = matching.vacancies_for(person)[:MOST_SHOWN]
    names = listing.employers_of([vacancy for vacancy, _match in found])
    blueprint.hits(len(found))
    return render_template(
        "placement/list_fitting.html", person=person, agrees=consents_to(person, SHARING),
        is_known=Diagnosis.newest_of(person) is not None,
        found=[_offer(*pair, names, person) for pair in found],
    )  # fmt: skip


def _offer(
    vacancy: Vacancy, match: matching.Match, names: dict[uuid.UUID, str], person: Person
) -> dict[str, Any]:
    way = url_for("placement.new_application", person_id=person.id, vacancy=vacancy.id)
    until = _("until %(day)s", day=format_day(vacancy.last_on)) if vacancy.last_on else ""
    return _line(match) | {
        "title": vacancy.business.title,
        "url": url_for("employers.show_vacancy", vacancy_id=vacancy.id),
        "when": " · ".join(filter(None, (names.get(vacancy.employer_id), until))),
        "correct": (way, _("Apply for %(code)s", code=vacancy.code)),
    }


def _line(match: matching.Match) -> dict[str, Any]:
    return {"verdict": match.verdict, "text": "\n".join(matching.reasons(match))}
