# SPDX-License-Identifier: AGPL-3.0-or-later
"""The same hub as for ways to work."""

from tests.placement.conftest import _the_day, open_vault, programme, sign_in, ways

__all__ = ["_the_day", "open_vault", "programme", "sign_in", "ways"]
