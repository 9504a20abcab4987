# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cohorts: the groups that are made of who was selected, or by hand.

Words: a Cohort is a group with its people and its sessions; a Member is somebody in it; a
CohortSession is one day it meets. Hides how they are sealed, who keeps a list, and how long
somebody stayed. `told_of(person)` gives the groups she is in for her line of days.
"""

from .models import Cohort
from .timeline import told_of

__all__ = ["Cohort", "told_of"]
