# SPDX-License-Identifier: AGPL-3.0-or-later
"""Plans: how a business means to live, on one sheet and at length.

A canvas shows a business in nine blocks; a business plan tells it, with its money. Each save makes
a Version of one of them: numbered, dated, signed, never written over. Hidden here: how versions
follow each other, how two are held against each other, and how large the letters of a sheet are.
"""

from . import actions as actions
from .models import CanvasVersion, PlanVersion
from .timeline import told_of

__all__ = ["CanvasVersion", "PlanVersion", "told_of"]
