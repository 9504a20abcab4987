# SPDX-License-Identifier: AGPL-3.0-or-later
"""The forms of a listening cell: one tap per answer, the usual answer already chosen.

Nothing but the day and a coded value is ever required: what a person keeps to herself stays
with her.
"""

import uuid
from typing import Any

import wtforms
from wtforms import validators

from casework.i18n import _, _l
from casework.people import records
from casework.web import BaseForm, ChoiceField, LongTextField, QuickDateField

from .models import MERGED, NEXT_STEPS, SHORT, Case, FirstContact
from .models import ListeningSession as Session

MINUTES = (15, 30, 45, 60, 90)
USUAL_MINUTES = 45
NOTE_HINT = _l("Only the listening team can read this. Write what helps; leave out names.")

_case, _session, _contact = Case.story.fields, Session.story.fields, FirstContact.story.fields


def coded(declared: Any, **more: Any) -> ChoiceField:
    """The field of one declaration: its label and its code list stand with the record."""
    return ChoiceField(declared.label, codes=declared.codes, **more)


def the_day(label: Any) -> QuickDateField:
    return QuickDateField(label, earliest=records.FIRST_DAY)


def the_steps() -> wtforms.SelectMultipleField:
    """Any number of next steps, as chips to tick."""
    return wtforms.SelectMultipleField(
        _session["next_steps"].label,
        choices=lambda: [(code, str(label)) for code, label in NEXT_STEPS.items()],
    )


class OnceForm(BaseForm):
    """A form sent twice makes one record: the record's id travels with the form."""

    record = wtforms.HiddenField(default=lambda: str(uuid.uuid4()))

    def record_id(self) -> uuid.UUID:
        """The id the form was given; a mangled one is replaced, never trusted."""
        try:
            return uuid.UUID(self.record.data or "")
        except ValueError:
            return uuid.uuid4()


class CaseForm(BaseForm):
    """A new case: how the person came, and why if it is said."""

    opened_on = the_day(Case.__table__.c.opened_on.info["field"].label)
    first_contact = coded(_case["first_contact"], required=True, unsaid=True, default="WALKIN")
    referred_by = wtforms.StringField(
        _case["referred_by"].label,
        validators=[validators.Optional(), validators.Length(max=SHORT)],
        description=_l("If a partner sent her or him."),
    )
    reason = LongTextField(_case["reason"].label, description=NOTE_HINT)


class SessionForm(OnceForm):
    """One session, written down in at most five taps beside the text."""

    version = wtforms.HiddenField()
    held_on = the_day(_session["held_on"].label)
    session_type = coded(_session["session_type"], required=True, default="INDIV")
    note = LongTextField(_session["note"].label, description=NOTE_HINT)
    next_steps = the_steps()
    session_format = coded(_session["session_format"], required=True, default="PERSON")
    minutes = wtforms.RadioField(
        _session["minutes"].label, validators=[validators.Optional()], default=str(USUAL_MINUTES)
    )
    language = coded(_session["language"], unsaid=True)
    interpreter = coded(_session["interpreter"], default="none")
    attendance = coded(_session["attendance"], required=True, default=records.ATTENDED)

    def __init__(self, *args: Any, minutes: int | None = None, **more: Any) -> None:
        """`minutes` is a length that must be offered beside the usual ones."""
        super().__init__(*args, **{**more, **({"minutes": str(minutes)} if minutes else {})})
        offered = sorted({*MINUTES, *([minutes] if minutes else [])})
        self.minutes.choices = [(str(n), _("%(n)s min", n=n)) for n in offered]

    def content(self) -> dict[str, Any]:
        """What the record holds, by the record's own names."""
        found = {name: self[name].data or None for name in Session.CONTENT}
        found["minutes"] = int(found["minutes"]) if found["minutes"] else None
        return found


class ClosureForm(BaseForm):
    """The end of a case. The reason is coded, the note is free."""

    closed_on = the_day(_case["closed_on"].label)
    closure_reason = coded(_case["closure_reason"], required=True, without=(MERGED,))
    note = LongTextField(_case["closure_note"].label, description=NOTE_HINT)


class ReopeningForm(BaseForm):
    """The day a closed case was taken up again."""

    reopened_on = the_day(_l("Reopened on"))


class ContactForm(OnceForm):
    """Someone came or called and gave no name."""

    site = wtforms.RadioField(_l("Site"))
    held_on = the_day(_contact["held_on"].label)
    first_contact = coded(_contact["first_contact"], required=True, default="WALKIN")
    note = LongTextField(
        _contact["note"].label,
        description=_l("Nothing here may tell who it was. Leave out names and numbers."),
    )
    next_steps = the_steps()
    language = coded(_contact["language"], unsaid=True)

    def content(self) -> dict[str, Any]:
        return {name: self[name].data or None for name in FirstContact.CONTENT}


class AttachmentForm(BaseForm):
    """Whose first contact it was."""

    code = wtforms.StringField(
        _l("Case code"),
        validators=[validators.InputRequired()],
        description=_l("As on the case file, for example K7M2Q-4."),
        render_kw={"autocomplete": "off"},
    )
