# SPDX-License-Identifier: AGPL-3.0-or-later
"""The form that corrects a dossier: who someone is, and the version that was read."""

from casework.i18n import _l
from casework.people import forms as people
from casework.web import QuickDateField, forms


class CorrectionForm(forms.VersionedForm, people.IdentityForm):
    """`version` refuses a correction of what somebody else corrected meanwhile.

    `since` keeps apart what was wrong from what has changed: figures of earlier days keep the
    population group and the nationality that held then.
    """

    since = QuickDateField(
        _l("Situation changed on"),
        required=False,
        description=_l("If group or nationality changed. Leave empty to correct a mistake."),
    )
