# SPDX-License-Identifier: AGPL-3.0-or-later
"""The form of guidance for a group."""

import re
from typing import Any

import wtforms

from casework.hub import OrientationSession
from casework.i18n import _l
from casework.people import forms as people
from casework.web import LongTextField, forms

_session = OrientationSession.business.fields
SEVERAL = re.compile(r"[,;/\n،؛\s]+")


class GroupForm(forms.OnceForm):
    """One orientation for many: who was there is ticked, others are added by their codes."""

    held_on = people.the_day(_session["held_on"].label)
    there = wtforms.SelectMultipleField(_l("Who was there"), validate_choice=False)
    others = LongTextField(
        _l("Others, by their codes"), longest=2000,
        description=_l("Codes of files of yours, such as K7M2Q-4, with a comma between them."),
    )  # fmt: skip
    topics = forms.ChoicesField.of(_session["topics"])
    minutes = forms.MinutesField(_session["minutes"].label, (60, 90, 120, 180), default=120)
    note = LongTextField(
        _session["note"].label,
        description=_l("This text goes into the file of each of them: name nobody here."),
    )

    def content(self) -> dict[str, Any]:
        return self.said("held_on", "topics", "minutes", "note")

    def codes(self) -> list[str]:
        return [one for one in SEVERAL.split(self.others.data or "") if one.strip()]
