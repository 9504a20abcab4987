# SPDX-License-Identifier: AGPL-3.0-or-later
"""Follow-up: who owns a business later and in which legal form, what is asked of it after its start
and when, and the limits of an auto-entrepreneur that are said in time.

Hidden here: which follow-up may be recorded on which day, and once. What was found out is a record
of the business itself (`casework.business.FollowUp`), counted with all else of it.
"""

from .actions import correct_follow_up, leave, log_follow_up, take_form

__all__ = ["correct_follow_up", "leave", "log_follow_up", "take_form"]
