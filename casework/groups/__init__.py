# SPDX-License-Identifier: AGPL-3.0-or-later
"""Groups: career guidance given to many people at once, each with a record of her own.

Hidden here: how those who were there are named, that all of them are saved or none, and that a
form sent twice makes each record once.
"""

from .actions import log_group

__all__ = ["log_group"]
