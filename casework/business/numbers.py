# SPDX-License-Identifier: AGPL-3.0-or-later
"""Numbers a business is known by: its ICE, its number in the register of auto-entrepreneurs."""

from casework.people import numbers

ice_of = numbers.ice_of


def rnae_of(typed: str | None) -> str | None:
    """A number of the register without spaces, dashes and case; its pattern is not published."""
    return numbers.document(typed or "")


def new_code() -> str:
    """A random public code of a business, told from a person's by its first letter."""
    return f"B-{numbers.new_code()}"
