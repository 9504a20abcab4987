# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cohorts: calls for applications, and the groups that are made of who was selected.

Words: a Call says whom a hub looks for and until when; an Application is a person's answer to it; a
Review is one reader's scores for it, on a copy she was handed; a Cohort is a group with its people
and its sessions. Hides how they are sealed, what a reader may see and when, how scores become a
ranking, and how long somebody stayed. Nothing here refuses anybody by itself.
"""

from .groups import Cohort
from .models import Application, Call, Review

__all__ = ["Application", "Call", "Cohort", "Review"]
