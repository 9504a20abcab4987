# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cohorts: calls for applications, and the groups that are made of who was selected.

Words: a Call says whom a hub looks for and until when; an Application is a person's answer to it; a
Review is one reader's scores for it, on a copy she was handed. Hides how they are sealed, what a
reader may see and when, and how scores become a ranking. Nothing here refuses anybody by itself.
"""

from .models import Application, Call, Review

__all__ = ["Application", "Call", "Review"]
