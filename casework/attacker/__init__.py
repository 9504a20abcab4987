# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an outsider can work out from printed tables; it shares nothing with their protection.

Hides: the unknown counts behind a report, how linked tables are joined without losing or adding
knowledge, the linear and whole-number programmes, and the search for points that clear many cells
at once. In: one `sdc-table/1` object (a plain dict), nothing else. Out: a `Proof`.

    >>> proof = examine({
    ...     "format": "sdc-table/1", "id": "visits", "threshold": 5,
    ...     "dims": {"site": {"leaves": ["A", "B"], "total": "all",
    ...                       "nodes": {"A": ["A"], "B": ["B"], "all": ["A", "B"]}}},
    ...     "cells": [{"at": {}, "value": 12}, {"at": {"site": "A"}, "value": 9},
    ...               {"at": {"site": "B"}, "value": None}],
    ... })
    >>> proof.protected, proof.leaks[0].kind, proof.leaks[0].lo
    (False, 'exact', 3)

Who releases passes the true hidden counts too (`truth=`), so that every small one is asked
whether 0 and the threshold both stay possible.
"""

from .document import Contradictory, Malformed, TooLarge
from .examination import examine
from .proof import Finding, Interval, Proof

__all__ = ["Contradictory", "Finding", "Interval", "Malformed", "Proof", "TooLarge", "examine"]
