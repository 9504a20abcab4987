# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who may do what, where: the door to it, for every room above.

What it hides: passwords, delays, the pages of the door, of one's own account and of the
administrator. Roles and rules are those of `policy`; users, sessions and the order of things
around a page those of `staff`. A record outside reach does not exist: 404, never 403.

    class Case(Vaulted, Guarded, Base): ...

    @pages.route("/cases/<uuid:case_id>", needs=Permission.CASE_READ)
    def show_case(case_id):
        case = fetch(Case, case_id)

Two modules stand behind the names: `blueprint` (PUBLIC, SIGNED_IN, hits) and `drafts`
(save_draft, draft_of, taken_up_again, kept_if_refused, drop_draft):
`from casework.access import blueprint, drafts`.
"""

from casework.policy import Guarded, Permission
from casework.staff import (
    GuardedBlueprint,
    Site,
    User,
    acting_as,
    current_user,
    fetch,
)
from casework.staff import blueprint as blueprint
from casework.staff import drafts as drafts

__all__ = [
    "Guarded",
    "GuardedBlueprint",
    "Permission",
    "Site",
    "User",
    "acting_as",
    "current_user",
    "fetch",
]
