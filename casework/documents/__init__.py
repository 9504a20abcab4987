# SPDX-License-Identifier: AGPL-3.0-or-later
"""Documents: what a person brings of her career, kept sealed: a CV, a diploma, a certificate.

Hidden here: which files come in and what they lose on the way, where they lie, how they leave.
"""

from .actions import keep, remove
from .models import CareerDocument, documents_of

__all__ = ["CareerDocument", "documents_of", "keep", "remove"]
