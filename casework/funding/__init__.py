# SPDX-License-Identifier: AGPL-3.0-or-later
"""Funding: grants that are asked for, decided by somebody else, and paid with a proof.

Hidden here: the way of a request and who may take it a step further. A grant that was paid is a
`VentureSupport` of its business, once; a request counts nothing by itself.
"""

from .models import GrantRequest
from .timeline import told_of

__all__ = ["GrantRequest", "told_of"]
