# SPDX-License-Identifier: AGPL-3.0-or-later
"""Follow-up: who owns a business later, what is asked of it after its start, and when.

Hidden here: which follow-up may be recorded on which day, and once. What was found out is a record
of the business itself (`casework.business.FollowUp`), counted with all else of it.
"""

from .actions import correct_follow_up, log_follow_up

__all__ = ["correct_follow_up", "log_follow_up"]
