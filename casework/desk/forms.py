# SPDX-License-Identifier: AGPL-3.0-or-later
"""The forms of a dossier: one that corrects who someone is, one that shares it."""

import datetime as dt

import wtforms
from wtforms.validators import DataRequired, InputRequired

from casework import clock
from casework.i18n import _l
from casework.people import forms as people
from casework.web import BaseForm, QuickDateField, dates, forms

USUAL = dt.timedelta(days=30)


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


class SharingForm(BaseForm):
    colleague = wtforms.RadioField(_l("Colleague"), [InputRequired(_l("Choose a colleague."))])
    until = dates.DayField(
        _l("Until"), [InputRequired()], default=lambda: clock.today() + USUAL,
        description=_l("She reads the file until that day and writes nothing in it."),
    )  # fmt: skip
    agreed = wtforms.BooleanField(
        _l("The person agrees"), [DataRequired(_l("Ask the person first."))]
    )
