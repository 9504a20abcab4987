# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where and what may be opened: outside `opening` nothing is, and inside only its compartments."""

from collections.abc import Container
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from flask import current_app

from casework.i18n import _l
from casework.keys import VaultClosed

if TYPE_CHECKING:  # the vault itself stands above the gate
    from .keyring import Keyring


class _Everything:
    """Every compartment there is: for drills, rotation and verification, never for a page."""

    def __contains__(self, compartment: object) -> bool:
        return True

    def __repr__(self) -> str:
        return "<every compartment>"


class _Gate:
    __slots__ = ("compartments", "ring")

    def __init__(self, compartments: Container[str]) -> None:
        self.compartments = compartments
        self.ring: Keyring | None = None


_gate: ContextVar[_Gate | None] = ContextVar("gate", default=None)


def ring_for(compartment: str) -> "Keyring":
    """The key ring, if this compartment may be opened here and now."""
    gate = _gate.get()
    if gate is None or compartment not in gate.compartments:
        raise VaultClosed
    if gate.ring is None:
        gate.ring = current_vault().ring
        if gate.ring is None:
            raise VaultClosed(_l("This process only counts: it holds no key that opens a file."))
    return gate.ring


def current_vault() -> Any:
    """The vault of the running application."""
    return current_app.extensions["vault"]


class opening:  # noqa: N801 (read as a verb: `with opening({"identity"}):`)
    """Let these compartments be opened and sealed inside the block; an inner block replaces."""

    ALL = _Everything()

    def __init__(self, compartments: Container[str]) -> None:
        self._compartments = compartments

    def __enter__(self) -> None:
        self._token = _gate.set(_Gate(self._compartments))

    def __exit__(self, *problem: object) -> None:
        _gate.reset(self._token)
