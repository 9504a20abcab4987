# SPDX-License-Identifier: AGPL-3.0-or-later
"""Matching: vacancies held against what people told of themselves in a career diagnosis.

It sorts and explains, for a vacancy the people in the reader's reach, for a person the vacancies of
the day: what fits, what is missing, what is unknown. It refuses nobody. Hidden here: how ten
thousand sealed profiles are compared in a second, and who is left out because she did not agree.
"""

from .fitting import Match, candidates, vacancies_for

__all__ = ["Match", "candidates", "vacancies_for"]
