# SPDX-License-Identifier: AGPL-3.0-or-later
"""The same programme as for the listening cells."""

from tests.listening.conftest import _the_day, open_vault, programme, sign_in

__all__ = ["_the_day", "open_vault", "programme", "sign_in"]
