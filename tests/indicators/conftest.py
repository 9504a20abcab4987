# SPDX-License-Identifier: AGPL-3.0-or-later
"""The small programme of the desk's tests, counted here."""

from ..desk.conftest import programme, sign_in

__all__ = ["programme", "sign_in"]
