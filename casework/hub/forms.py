# SPDX-License-Identifier: AGPL-3.0-or-later
"""The forms of the hub: one tap per answer, the usual answer already chosen.

Nothing but the day and a coded value is ever required: what a person keeps to herself stays
with her.
"""

import uuid
from typing import Any

import wtforms
from wtforms import validators

from casework.codelists import codelist
from casework.i18n import _, _l
from casework.people import records
from casework.web import BaseForm, ChoiceField, LongTextField, QuickDateField

from .models import Enrolment, OrientationSession

MINUTES = (30, 45, 60, 90, 120)
USUAL_MINUTES = 45
NOTE_HINT = _l("Only hub staff can read this. Write what helps.")

_enrolment, _session = Enrolment.business.fields, OrientationSession.business.fields


def coded(declared: Any, **more: Any) -> ChoiceField:
    """The field of one declaration: its label and its code list stand with the record."""
    return ChoiceField(declared.label, codes=declared.codes, **more)


def the_day(label: Any) -> QuickDateField:
    return QuickDateField(label, earliest=records.FIRST_DAY)


class EnrolmentForm(BaseForm):
    """The beginning of a path at the hub: where to, and from where if it is said."""

    opened_on = the_day(Enrolment.__table__.c.opened_on.info["field"].label)
    pathway = coded(_enrolment["pathway"], required=True, unsaid=True)
    legal_form = coded(_enrolment["legal_form"], unsaid=True)
    situation = LongTextField(_enrolment["situation"].label, description=NOTE_HINT)


class OrientationForm(BaseForm):
    """One orientation, written down in at most five taps beside the text.

    Sent twice it makes one record: the record's id travels with the form.
    """

    record = wtforms.HiddenField(default=lambda: str(uuid.uuid4()))
    version = wtforms.HiddenField()
    held_on = the_day(_session["held_on"].label)
    orientation_format = coded(_session["orientation_format"], required=True, default="INDIV")
    topics = wtforms.SelectMultipleField(
        _session["topics"].label, choices=lambda: codelist("orientation_topic").choices()
    )
    note = LongTextField(_session["note"].label, description=NOTE_HINT)
    minutes = wtforms.RadioField(
        _session["minutes"].label, validators=[validators.Optional()], default=str(USUAL_MINUTES)
    )
    attendance = coded(_session["attendance"], required=True, default=records.ATTENDED)

    def __init__(self, *args: Any, minutes: int | None = None, **more: Any) -> None:
        """`minutes` is a length that must be offered beside the usual ones."""
        super().__init__(*args, **{**more, **({"minutes": str(minutes)} if minutes else {})})
        offered = sorted({*MINUTES, *([minutes] if minutes else [])})
        self.minutes.choices = [(str(n), _("%(n)s min", n=n)) for n in offered]

    def record_id(self) -> uuid.UUID:
        """The id the form was given; a mangled one is replaced, never trusted."""
        try:
            return uuid.UUID(self.record.data or "")
        except ValueError:
            return uuid.uuid4()

    def content(self) -> dict[str, Any]:
        """What the record holds, by the record's own names."""
        found = {name: self[name].data or None for name in OrientationSession.CONTENT}
        found["minutes"] = int(found["minutes"]) if found["minutes"] else None
        return found


class EndForm(BaseForm):
    """The day the hub had finished."""

    closed_on = the_day(_enrolment["closed_on"].label)
