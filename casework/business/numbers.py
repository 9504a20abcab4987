# SPDX-License-Identifier: AGPL-3.0-or-later
"""Numbers a business is known by: its ICE, its number in the register of auto-entrepreneurs."""

from casework.errors import Refusal
from casework.i18n import _
from casework.people import numbers

ICE_LENGTH = 15  # 9 of the company, 4 of its branch, 2 to check


def ice_of(typed: str | None) -> str | None:
    """The ICE that was meant, as its 15 figures; None for nothing.

    Its check makes the whole a multiple of 97. Raises Refusal (422) for anything else.
    """
    bare = numbers.document(typed or "")
    if bare is None:
        return None
    if len(bare) != ICE_LENGTH or not bare.isdecimal() or int(bare) % 97:
        raise Refusal(_("This is not an ICE: its 15 figures do not check. Read them again."), 422)
    return bare


def rnae_of(typed: str | None) -> str | None:
    """A number of the register without spaces, dashes and case; its pattern is not published."""
    return numbers.document(typed or "")


def new_code() -> str:
    """A random public code of a business, told from a person's by its first letter."""
    return f"B-{numbers.new_code()}"
