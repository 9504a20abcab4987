# SPDX-License-Identifier: AGPL-3.0-or-later
"""The forms of cohorts: what it is, who is in it, when it meets, who came."""

import uuid
from typing import Any

import wtforms
from wtforms import validators

from casework.calls import forms as calls
from casework.errors import Refusal
from casework.i18n import _, _l
from casework.people import forms as people
from casework.web import BaseForm, ChoiceField, LongTextField, dates, forms

from .models import LONG, Cohort, CohortSession, Member

_cohort, _session, _member = Cohort.FIELDS, CohortSession.FIELDS, Member.business.fields


class CohortForm(forms.OnceForm, forms.VersionedForm):
    """A cohort. `call` and `leader` are left out where there is no choice."""

    title = calls.line(_cohort["title"].label, required=True)
    first_on = dates.DayField(calls.column(Cohort, "first_on").label, [validators.InputRequired()])
    last_on = dates.DayField(calls.column(Cohort, "last_on").label, [validators.InputRequired()])
    places = calls.places(Cohort, 1_000)
    place = calls.line(_cohort["place"].label)
    about = LongTextField(_cohort["about"].label, longest=LONG)
    leader = wtforms.SelectField(_l("Led by"), description=_l("Keeps the list and sees who came."))

    def content(self) -> dict[str, Any]:
        return self.said("title", "first_on", "last_on", "places", "place", "about")


class MembersForm(BaseForm):
    """People to take in: codes of files, and all who were selected by its call."""

    codes = LongTextField(
        _l("Codes of files, one on a line"), longest=LONG,
        description=_l("Your own files. All are taken in, or none."),
    )  # fmt: skip
    selected = wtforms.BooleanField(_l("Everyone selected by the call"))
    joined_on = dates.DayField(_member["joined_on"].label, [validators.InputRequired()])
    over = LongTextField(_cohort["over"].label, longest=LONG)


class LeaveForm(forms.VersionedForm):
    left_on = people.the_day(_member["left_on"].label)
    cohort_leave = ChoiceField.of(_member["cohort_leave"], required=True)


class SessionForm(forms.OnceForm, forms.VersionedForm):
    held_on = dates.DayField(
        calls.column(CohortSession, "held_on").label, [validators.InputRequired()]
    )
    topic = calls.line(_session["topic"].label)


class StrikeForm(forms.VersionedForm):
    why = LongTextField(
        _l("Why it is struck"), [validators.InputRequired()], longest=LONG,
        description=_l("It stays on the page of the cohort with this reason, and counts no more."),
    )  # fmt: skip


class SheetForm(forms.VersionedForm):
    """A whole group in one save: `present` are the ticks, `line` everyone who was shown."""

    present = wtforms.SelectMultipleField(_l("Present"), validate_choice=False, choices=[])
    line = wtforms.SelectMultipleField(_l("In the group"), validate_choice=False, choices=[])

    def presence(self) -> tuple[set[uuid.UUID], set[uuid.UUID]]:
        """Who was ticked, and who was shown. Raises Refusal (422)."""
        try:
            ticked, shown = (
                {uuid.UUID(one) for one in field.data or ()} for field in (self.present, self.line)
            )
        except ValueError:
            raise Refusal(_("Choose one of the answers."), 422) from None
        return ticked, shown
