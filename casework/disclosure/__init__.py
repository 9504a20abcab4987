# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tables of counts that can leave without telling on anybody.

Hidden here: the linear system behind linked, hierarchical tables, the choice of cells that keep a
small one company, what earlier releases forbid, the solver. Known here: no person, no database, no
clock; the same counts, rows in any order, give the same bytes on every day and in every process.

    dims = [Dim("site", ("OUJ", "BER")), Dim("sex", ("F", "M", "X"))]
    table = Table("site-sex", {"site": ("OUJ", "BER", "all"), "sex": ("F", "M", "X", "all")})
    draft = protect(dims, [table], {("OUJ", "F"): 31, ("OUJ", "X"): 1, ("BER", "M"): 12}, Policy())
    draft.unmet, improve(draft)              # stay inside, as does the draft itself
    release = draft.public("2026-Q1")        # what templates and exporters receive
    later = Ledger().with_release(release.document())

A hidden cell is one whose value is None. Everything else is `Refused`, with a reason and no number:
the caller then gives the official totals alone.
"""

from .dims import Dim, Table
from .ledger import Ledger
from .merging import improve
from .policy import Policy
from .protecting import protect
from .public import Public
from .refusals import Refused

__all__ = ["Dim", "Ledger", "Policy", "Public", "Refused", "Table", "improve", "protect"]
