# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the law of auto-entrepreneurs (114-13) allows, held against what a follow-up found."""

from casework.i18n import _

# Article 1: trade, industry and craft up to 500,000 MAD a year; services up to 200,000.
TRADE = frozenset("ABCDEFGI")
SMALL, LARGE = "T200", "T500"  # the bands that end at the two ceilings


def warning(legal_form: str | None, sector: str | None, band: str | None) -> str | None:
    """The sentence for an auto-entrepreneur near a ceiling, over it, or without any turnover."""
    if legal_form != "AE" or not band:
        return None
    if band == "NONE":
        return _("No turnover: after a year without any declared, the register strikes off.")
    if band == "MORE":
        return _("Over 500,000 MAD: no longer within the ceiling of auto-entrepreneurs.")
    if sector is None:
        return None
    if sector not in TRADE and band == LARGE:
        return _("Over 200,000 MAD: no longer within the ceiling of services.")
    if band == (LARGE if sector in TRADE else SMALL):
        return _("Near the yearly ceiling of auto-entrepreneurs: speak of another legal form.")
    return None
