# SPDX-License-Identifier: AGPL-3.0-or-later
"""All the ways there are, by subject: each reader sees those that her roles open."""

from typing import Any

from flask import url_for

from casework.access import Permission, current_user
from casework.i18n import _l

# (subject, its ways): a way is (permission, endpoint, icon, label); no permission, for everybody.
SUBJECTS: tuple[tuple[Any, tuple[tuple[Permission | None, str, str, Any], ...]], ...] = (
    (_l("My day"), (
        (None, "desk.home", "today", _l("Today")),
        (Permission.DOSSIER_READ, "reminders.list_reminders", "clock", _l("What is due")),
    )),
    (_l("People"), (
        (Permission.PERSON_FIND, "people.search_people", "search", _l("Find or receive a person")),
        (Permission.DOSSIER_READ, "desk.list_dossiers", "folder", _l("Case files")),
        (Permission.SESSION_WRITE, "desk.list_open", "edit", _l("Record a session")),
        (Permission.ORIENTATION_WRITE, "desk.list_open", "edit", _l("Record guidance")),
        (Permission.ORIENTATION_WRITE, "groups.new_group", "users", _l("Guidance for a group")),
        (Permission.ENROLMENT_READ, "hub.show_board", "board", _l("Board")),
        (Permission.CONTACT_CREATE, "listening.new_contact", "phone", _l("Anonymous contact")),
        (Permission.CONTACT_READ, "listening.list_contacts", "phone",
         _l("Contacts without a case file")),
    )),
    (_l("Jobs"), (
        (Permission.EMPLOYER_READ, "employers.list_employers", "handshake", _l("Employers")),
        (Permission.EMPLOYER_READ, "employers.list_vacancies", "briefcase", _l("Vacancies")),
        (Permission.PLACEMENT_READ, "placement.list_applications", "user", _l("Applications")),
    )),
    (_l("Businesses"), (
        (Permission.BUSINESS_READ, "followup.list_ventures", "briefcase", _l("Businesses")),
        (Permission.GRANT_READ, "funding.list_grants", "check", _l("Grants")),
    )),
    (_l("Calls and groups"), (
        (Permission.CALL_READ, "calls.list_calls", "handshake", _l("Calls for applications")),
        (Permission.COHORT_READ, "cohorts.list_cohorts", "users", _l("Cohorts")),
    )),
    (_l("Events"), (
        (Permission.EVENT_READ, "events.list_events", "calendar", _l("Events")),
        (Permission.PRODUCT_READ, "events.list_products", "note", _l("Products")),
    )),
    (_l("Figures"), (
        (Permission.FIGURES_READ, "indicators.list_indicators", "chart", _l("Indicators")),
        (Permission.FIGURES_READ, "indicators.show_funnel", "board",
         _l("Stages reached at the hub")),
        (Permission.FIGURES_BREAKDOWN, "indicators.show_survival", "chart",
         _l("How long businesses live")),
    )),
    (_l("System"), (
        (Permission.USER_MANAGE, "access.list_users", "users", _l("Users")),
        (Permission.SITE_MANAGE, "access.list_sites", "briefcase", _l("Sites")),
    )),
    (_l("Account"), (
        (None, "access.show_account", "user", _l("Account")),
        (None, "access.edit_password", "lock", _l("Change the password")),
    )),
)  # fmt: skip


def open_ways() -> list[tuple[Any, list[tuple[str, str, Any]]]]:
    """(subject, its ways as (address, icon, label)) for who is here, in order."""
    found = []
    for subject, ways in SUBJECTS:
        hers = [
            (url_for(endpoint), icon, label)
            for permission, endpoint, icon, label in ways
            if permission is None or current_user.may(permission)
        ]
        if hers:
            found.append((subject, hers))
    return found
