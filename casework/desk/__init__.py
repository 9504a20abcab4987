# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pages across strands: what waits today, the list of dossiers, one person's whole dossier.

What it hides: how a person's cases and enrolments become one list and one timeline. It composes
and displays; a rule found here is in the wrong room. Codes stand everywhere, a name on demand.
"""

from .dossiers import listed, named
from .timeline import timeline_of

__all__ = ["listed", "named", "timeline_of"]
