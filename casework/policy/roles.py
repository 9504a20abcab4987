# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who may do what: the one table of roles. A permission opens pages; scopes say which records."""

import enum
from dataclasses import dataclass
from typing import Any

from casework.i18n import _l


class Permission(enum.StrEnum):
    """`resource:action`, in the order of the alphabet."""

    APPLICATION_DECIDE = "application:decide"
    APPLICATION_READ = "application:read"
    APPLICATION_WRITE = "application:write"
    ATTENDANCE_WRITE = "attendance:write"
    BUSINESS_READ = "business:read"
    BUSINESS_WRITE = "business:write"
    CALL_READ = "call:read"
    CALL_WRITE = "call:write"
    CASE_CLOSE = "case:close"
    CASE_CREATE = "case:create"
    CASE_READ = "case:read"
    COHORT_READ = "cohort:read"
    COHORT_WRITE = "cohort:write"
    CONSENT_WRITE = "consent:write"
    CONTACT_CREATE = "contact:create"
    CONTACT_READ = "contact:read"
    DIAGNOSIS_WRITE = "diagnosis:write"
    DOCUMENT_READ = "document:read"
    DOCUMENT_WRITE = "document:write"
    DOSSIER_READ = "dossier:read"
    EMPLOYER_READ = "employer:read"
    EMPLOYER_WRITE = "employer:write"
    ENROLMENT_CLOSE = "enrolment:close"
    ENROLMENT_CREATE = "enrolment:create"
    ENROLMENT_MOVE = "enrolment:move"
    ENROLMENT_READ = "enrolment:read"
    EVENT_READ = "event:read"
    EVENT_WRITE = "event:write"
    FIGURES_BREAKDOWN = "figures:breakdown"
    FIGURES_READ = "figures:read"
    FOLLOW_UP_WRITE = "follow_up:write"
    GRANT_DECIDE = "grant:decide"
    GRANT_READ = "grant:read"
    GRANT_WRITE = "grant:write"
    INVITATION_WRITE = "invitation:write"
    ORIENTATION_READ = "orientation:read"
    ORIENTATION_WRITE = "orientation:write"
    PATHWAY_WRITE = "pathway:write"
    PERSON_CREATE = "person:create"
    PERSON_EDIT = "person:edit"
    PERSON_FIND = "person:find"
    PERSON_READ = "person:read"
    PLACEMENT_READ = "placement:read"
    PLACEMENT_WRITE = "placement:write"
    PRODUCT_READ = "product:read"
    PRODUCT_WRITE = "product:write"
    REVIEW_WRITE = "review:write"
    SESSION_READ = "session:read"
    SESSION_WRITE = "session:write"
    SITE_MANAGE = "site:manage"
    SUPPORT_WRITE = "support:write"
    SURVEY_WRITE = "survey:write"
    TRAIL_VERIFY = "trail:verify"
    USER_MANAGE = "user:manage"


P = Permission
_PERSON = {
    P.DOSSIER_READ, P.PERSON_CREATE, P.PERSON_EDIT, P.PERSON_FIND, P.PERSON_READ, P.CONSENT_WRITE,
    P.FIGURES_READ,
}  # fmt: skip
_CELL = _PERSON | {
    P.CASE_CLOSE, P.CASE_CREATE, P.CASE_READ, P.CONTACT_CREATE, P.CONTACT_READ, P.SESSION_READ,
    P.SESSION_WRITE,
}  # fmt: skip
_HUB = _PERSON | {
    P.APPLICATION_READ, P.APPLICATION_WRITE, P.BUSINESS_READ, P.BUSINESS_WRITE, P.CALL_READ,
    P.COHORT_READ, P.COHORT_WRITE, P.DIAGNOSIS_WRITE, P.DOCUMENT_READ, P.DOCUMENT_WRITE,
    P.EMPLOYER_READ, P.EMPLOYER_WRITE, P.ENROLMENT_CLOSE, P.ENROLMENT_CREATE, P.ENROLMENT_MOVE,
    P.ENROLMENT_READ, P.FOLLOW_UP_WRITE, P.GRANT_READ, P.GRANT_WRITE, P.ORIENTATION_READ,
    P.ORIENTATION_WRITE, P.PATHWAY_WRITE, P.PLACEMENT_READ, P.PLACEMENT_WRITE, P.REVIEW_WRITE,
    P.SUPPORT_WRITE,
}  # fmt: skip
_EVENTS = (P.EVENT_READ, P.EVENT_WRITE, P.SURVEY_WRITE)
_LISTS = (
    *_EVENTS,
    P.ATTENDANCE_WRITE,
    P.INVITATION_WRITE,
)  # who runs events at a site keeps their attendance lists
_CALLS = (P.APPLICATION_DECIDE, P.CALL_WRITE)  # who heads a hub says whom it looks for and takes
# What is sealed apart: who someone is, the listening case, the hub file, what was agreed to.
_LISTENED = frozenset({"identity", "story", "consent"})
_GUIDED = frozenset({"identity", "business", "consent"})
_ATTENDED = frozenset({"attendance"})  # who came to an event


@dataclass(frozen=True)
class Role:
    """One role. `kinds` of site it is granted at; none: it holds for the whole programme.

    `apart` roles are never held together with one that opens files.
    """

    label: Any
    permissions: frozenset[Permission]
    compartments: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    strand: str | None = None
    apart: bool = False


def _at_cell(label: Any, *more: Permission, opens: frozenset[str] = frozenset()) -> Role:
    permissions = frozenset(_CELL | {*more})
    return Role(label, permissions, _LISTENED | opens, frozenset({"cell"}), "listening")


def _at_hub(label: Any, *more: Permission, opens: frozenset[str] = frozenset()) -> Role:
    permissions = frozenset(_HUB | {*more})
    return Role(label, permissions, _GUIDED | opens, frozenset({"hub"}), "hub")


def _programme(label: Any, *permissions: Permission, apart: bool = False) -> Role:
    return Role(label, frozenset(permissions), apart=apart)


ROLES = {
    "counsellor": _at_cell(_l("Counsellor")),
    "cell_supervisor": _at_cell(
        _l("Cell supervisor"), P.FIGURES_BREAKDOWN, *_LISTS, opens=_ATTENDED
    ),
    "hub_adviser": _at_hub(_l("Hub adviser")),
    "hub_manager": _at_hub(
        _l("Hub manager"), P.FIGURES_BREAKDOWN, P.GRANT_DECIDE, *_LISTS, *_CALLS, opens=_ATTENDED
    ),
    "coordinator": _programme(
        _l("Coordinator"), P.FIGURES_READ, *_EVENTS, P.PRODUCT_READ, P.PRODUCT_WRITE
    ),
    "me_officer": _programme(_l("M&E officer"), P.FIGURES_READ, P.FIGURES_BREAKDOWN),
    "dpo": _programme(_l("Data protection officer"), P.TRAIL_VERIFY, apart=True),
    "administrator": _programme(
        _l("System administrator"), P.SITE_MANAGE, P.USER_MANAGE, apart=True
    ),
}
