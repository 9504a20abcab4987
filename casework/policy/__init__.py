# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who may do what to which records: the one table of roles, the one table of rules, three walls.

What it hides: how a rule becomes SQL and Python from one object, and how every statement on a
guarded table is narrowed to the acting user's reach or refused.

Its words: a *permission* opens a page, a *role* grants permissions at its sites; a *scope* says
whose records; *reach* is what is left of a table for one actor; an *actor* is a snapshot of a user.
"""

from .guard import PolicyError, acting, finding
from .roles import ROLES, Permission
from .scopes import Actor, Guarded, can

__all__ = ["ROLES", "Actor", "Guarded", "Permission", "PolicyError", "acting", "can", "finding"]
