# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who works here and who is at the post: accounts, sites, roles held, sessions, drafts.

What it hides: sealed cards of colleagues, how a session lives, locks and ends, what is put around
every page and in which order, where unfinished text waits. Its words: to *act* is to be the user
that policy, vault and trail know; a *presence* is what a request's cookie is worth.

Other rooms come in by `casework.access`, which offers these names again.
"""

from . import blueprint as blueprint
from . import drafts as drafts
from . import models as models
from . import sessions as sessions
from .acting import acting_as, acting_as_system, current_user, fetch, may_change
from .blueprint import GuardedBlueprint
from .models import Site, User

__all__ = [
    "GuardedBlueprint",
    "Site",
    "User",
    "acting_as",
    "acting_as_system",
    "current_user",
    "fetch",
    "may_change",
]
