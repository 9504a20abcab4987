# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is counted, and how often: a ledger of sealed facts, and a cube that answers from it.

Hidden here: the bytes of a fact, its sealing under the statistics key, month segments, bitmaps and
columns. `arrivals` keeps the sealed lines and knows their order. Known here: no person and no
record but by number. A *fact* says that something of a *kind* happened on a day at a site to a
person's *ordinal*, with coded *dimensions*; it is never changed, only *retracted* by another one.

    PSS_SESSION = FactKind("pss_session", number=1, dims=("sex", "age_band"))

    fact = record(PSS_SESSION, day, site.number, ordinal, {"sex": "F"}, consent=True, source=row.id)
    retract([fact])
    count(Question((PSS_SESSION,), first, last, by=("site", "sex"))).cells[1, "F"]

Answers stand on what is committed. For benches and drills: `ledger.record_many`, `ledger.reseal`.
"""

from .checking import rebuild, verify
from .counting import count
from .kinds import FactKind
from .ledger import new_ordinal, record, retract
from .questions import Question

__all__ = [
    "FactKind",
    "Question",
    "count",
    "new_ordinal",
    "rebuild",
    "record",
    "retract",
    "verify",
]
