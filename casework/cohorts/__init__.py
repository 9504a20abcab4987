# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cohorts: the groups that are made of who was selected, or by hand.

Words: a Cohort is a group with its people and its sessions; a Member is somebody in it; a
CohortSession is one day it meets. Hides how they are sealed, who keeps a list, and how long
somebody stayed.
"""

from .models import Cohort

__all__ = ["Cohort"]
