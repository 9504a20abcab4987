# SPDX-License-Identifier: AGPL-3.0-or-later
"""The forms of a listening cell: one tap per answer, the usual answer already chosen.

Nothing but the day and a coded value is ever required: what a person keeps to herself stays
with her.
"""

from typing import Any

import wtforms
from wtforms import validators

from casework.i18n import _l
from casework.people import forms as people
from casework.people import records
from casework.web import BaseForm, ChoiceField, LongTextField, forms

from .models import MERGED, NEXT_STEPS, SHORT, Case, FirstContact
from .models import ListeningSession as Session

NOTE_HINT = _l("Only the listening team can read this. Write what helps; leave out names.")

_case, _session, _contact = Case.story.fields, Session.story.fields, FirstContact.story.fields


def the_steps() -> wtforms.SelectMultipleField:
    """Any number of next steps, as chips to tick."""
    return wtforms.SelectMultipleField(
        _session["next_steps"].label,
        choices=lambda: [(code, str(label)) for code, label in NEXT_STEPS.items()],
    )


class CaseForm(BaseForm):
    """A new case: how the person came, and why if it is said."""

    opened_on = people.the_day(Case.__table__.c.opened_on.info["field"].label)
    first_contact = ChoiceField.of(
        _case["first_contact"], required=True, unsaid=True, default="WALKIN"
    )
    referred_by = wtforms.StringField(
        _case["referred_by"].label,
        validators=[validators.Optional(), validators.Length(max=SHORT)],
        description=_l("If a partner sent her or him."),
    )
    reason = LongTextField(_case["reason"].label, description=NOTE_HINT)


class SessionForm(forms.OnceForm, forms.VersionedForm):
    """One session, written down in at most five taps beside the text."""

    held_on = people.the_day(_session["held_on"].label)
    session_type = ChoiceField.of(_session["session_type"], required=True, default="INDIV")
    note = LongTextField(_session["note"].label, description=NOTE_HINT)
    next_steps = the_steps()
    session_format = ChoiceField.of(_session["session_format"], required=True, default="PERSON")
    minutes = forms.MinutesField(_session["minutes"].label, (15, 30, 45, 60, 90), default=45)
    language = ChoiceField.of(_session["language"], unsaid=True)
    interpreter = ChoiceField.of(_session["interpreter"], default="none")
    attendance = ChoiceField.of(_session["attendance"], required=True, default=records.ATTENDED)

    def content(self) -> dict[str, Any]:
        """What the record holds, by the record's own names."""
        return self.said(*Session.CONTENT)


class ClosureForm(BaseForm):
    """The end of a case. The reason is coded, the note is free."""

    closed_on = people.the_day(_case["closed_on"].label)
    closure_reason = ChoiceField.of(_case["closure_reason"], required=True, without=(MERGED,))
    note = LongTextField(_case["closure_note"].label, description=NOTE_HINT)


class ReopeningForm(BaseForm):
    """The day a closed case was taken up again."""

    reopened_on = people.the_day(_l("Reopened on"))


class ContactForm(forms.OnceForm):
    """Someone came or called and gave no name."""

    site = wtforms.RadioField(_l("Site"))
    held_on = people.the_day(_contact["held_on"].label)
    first_contact = ChoiceField.of(_contact["first_contact"], required=True, default="WALKIN")
    note = LongTextField(
        _contact["note"].label,
        description=_l("Nothing here may tell who it was. Leave out names and numbers."),
    )
    next_steps = the_steps()
    language = ChoiceField.of(_contact["language"], unsaid=True)

    def content(self) -> dict[str, Any]:
        return self.said(*FirstContact.CONTENT)


class AttachmentForm(BaseForm):
    """Whose first contact it was."""

    code = wtforms.StringField(
        _l("Case code"),
        validators=[validators.InputRequired()],
        description=_l("As on the case file, for example K7M2Q-4."),
        render_kw={"autocomplete": "off"},
    )
