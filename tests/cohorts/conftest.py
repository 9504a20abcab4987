# SPDX-License-Identifier: AGPL-3.0-or-later
"""The same programme as for calls."""

from tests.calls.conftest import _the_day, calls, open_vault, programme, sign_in

__all__ = ["_the_day", "calls", "open_vault", "programme", "sign_in"]
