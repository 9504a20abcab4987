# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the vault says when it stays shut. No sentence here ever holds sealed words."""

import uuid
from typing import Any

from casework.i18n import _l


class VaultError(Exception):
    """The vault cannot or will not open; `message` is one plain sentence, put in words when shown.

    `table` and `row_id` say which record, where one record is the matter.
    """

    default = _l("The vault cannot be opened.")

    def __init__(
        self, message: Any = None, table: str | None = None, row_id: uuid.UUID | None = None
    ) -> None:
        self.message = message or self.default
        self.table, self.row_id = table, row_id
        super().__init__(self.message)

    def __str__(self) -> str:
        place = f" [{self.table} {self.row_id}]" if self.table else ""
        return f"{self.message}{place}"


class VaultClosed(VaultError):
    """Nothing may be opened here: outside `opening`, another compartment, or no key for files."""

    default = _l("This part of the file is closed to you.")


class Damaged(VaultError):
    """One record cannot be read; the others are not concerned."""

    default = _l("This record is damaged and cannot be read.")


class Erased(Damaged):
    """The key of this person was destroyed at her request; nothing brings it back."""

    default = _l("This record was erased.")


class TooMany(VaultError):
    """More than the permitted number of candidates share this name; ask for a birth year."""

    default = _l("Too many people bear this name. Add a year of birth.")
