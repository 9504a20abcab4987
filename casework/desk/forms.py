# SPDX-License-Identifier: AGPL-3.0-or-later
"""The form that corrects a dossier: who someone is, and the version that was read."""

import wtforms
from wtforms.validators import InputRequired

from casework.people import forms


class CorrectionForm(forms.IdentityForm):
    """`version` refuses a correction of what somebody else corrected meanwhile."""

    version = wtforms.HiddenField(validators=[InputRequired()])
