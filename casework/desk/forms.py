# SPDX-License-Identifier: AGPL-3.0-or-later
"""The form that corrects a dossier: who someone is, and the version that was read."""

import wtforms

from casework.i18n import _l
from casework.people import forms
from casework.web import QuickDateField


class CorrectionForm(forms.IdentityForm):
    """`version` refuses a correction of what somebody else corrected meanwhile.

    `since` keeps apart what was wrong from what has changed: figures of earlier days keep the
    population group and the nationality that held then.
    """

    since = QuickDateField(
        _l("Situation changed on"),
        required=False,
        description=_l("If group or nationality changed. Leave empty to correct a mistake."),
    )
    version = wtforms.HiddenField()

    def seen(self) -> int:
        """The version the form was opened at; nought, which no record has, for anything else."""
        said = str(self.version.data or "")
        return int(said) if said.isdecimal() and len(said) < 10 else 0
