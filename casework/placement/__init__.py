# SPDX-License-Identifier: AGPL-3.0-or-later
"""Placement: a job seeker's way to one employer, from the proposal to the months after the hire.

Words: an Application is that way, open until she is hired, refused or withdraws; on it stand
Interviews (each a day of its own), Internships and Hires. Hides the rules on their days, what they
count and what falls due. `told_of(person)` gives what happened, for her line of days; SHARING is
the purpose she agrees to before the hub shows her profile.
"""

from .actions import SHARING
from .counting import restate
from .listing import applications_for
from .models import Application
from .steps import Hire, Internship, Interview
from .timeline import told_of

__all__ = [
    "SHARING",
    "Application",
    "Hire",
    "Internship",
    "Interview",
    "applications_for",
    "restate",
    "told_of",
]
