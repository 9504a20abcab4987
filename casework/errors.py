# SPDX-License-Identifier: AGPL-3.0-or-later
"""A rule said no, in words fit for the person who asked."""


class Refusal(Exception):
    """Raised by a rule; becomes a page (or a line on standard error) and changes nothing.

    `message` is a translatable sentence ending in a full stop and names nobody.
    `status` is the HTTP status of the page: 409 by default, the request contradicts the record.
    """

    def __init__(self, message: object, status: int = 409) -> None:
        super().__init__(message)
        self.message = message
        self.status = status

    def __str__(self) -> str:
        return str(self.message)


class Stale(Refusal):
    """Someone else saved the record since it was opened; nothing is overwritten."""
