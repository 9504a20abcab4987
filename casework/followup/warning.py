# SPDX-License-Identifier: AGPL-3.0-or-later
"""The limits of an auto-entrepreneur, said in time: what a follow-up found of them rises on Today a
month later, until a newer one finds otherwise, the legal form is another, or somebody saw to it."""

from casework import clock
from casework.business import Venture, ceilings, lives
from casework.i18n import _l
from casework.reminders import ReminderKind, remind, settle

PAGE = ("business.show_venture", "venture_id")
NO_TURNOVER = ReminderKind(
    "ae_no_turnover", _l("Auto-entrepreneur: no turnover declared"), *PAGE, by_hand=True
)
CEILING = ReminderKind(
    "ae_ceiling", _l("Auto-entrepreneur: near the ceiling, or over it"), *PAGE, by_hand=True
)


def warn(venture: Venture) -> None:
    """Remind of what the newest follow-up that knows the turnover says; of none before it."""
    told = [one for one in lives.follow_ups_of(venture) if one.is_whole]
    knows = (one for one in told if one.stands and one.told.turnover_band)
    newest, today = next(knows, None), clock.today()
    for one in told:
        if one is not newest:
            settle(one.id)
    if newest is None:
        return
    band, form = newest.told.turnover_band, venture.form_on(today)
    said = ceilings.warning(form, venture.business.isic_section, band)
    if said is None or venture.status == "closed":
        settle(newest.id)
        return
    kind = NO_TURNOVER if band == "NONE" else CEILING
    due = clock.months_after(newest.told.held_on, 1)
    for site_id, person in lives.followed(venture):
        remind(kind, person, site_id, due, about=newest.id, shown_at=venture.id)
