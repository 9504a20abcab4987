# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cards: what the programme says of its own work, sealed in the office domain.

An event, a call or a cohort is about no person, and a coordinator's process, which opens no file,
must read it. In clear stand only ids, place in the programme, status and day stamps; titles, places
and partners are on a card under an office key, since whoever types a title may type a name.

    class Call(cards.Carded, Guarded, Base):
        FIELDS = {"title": cards.told(_l("Title"), longest=160)}

    call.describe(title="…")
    call.details["title"]

`closed` and `opened` seal another column of such a record in the same way.
"""

from .carded import Carded, made_before, told
from .sealing import closed, opened

__all__ = ["Carded", "closed", "made_before", "opened", "told"]
