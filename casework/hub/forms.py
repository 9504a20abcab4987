# SPDX-License-Identifier: AGPL-3.0-or-later
"""The forms of the hub: one tap per answer, the usual answer already chosen.

Nothing but the day and a coded value is ever required: what a person keeps to herself stays
with her.
"""

from typing import Any

import wtforms
from wtforms.validators import DataRequired, Length, Optional

from casework.i18n import _l
from casework.people import forms as people
from casework.people import records
from casework.web import BaseForm, ChoiceField, LongTextField, dates, forms

from .diagnosis import SKILLS_LENGTH, WORDS_LENGTH, Diagnosis
from .following import STEP_LENGTH, Review, Step
from .models import Enrolment, Noted, OrientationSession

NOTE_HINT = _l("Only hub staff can read this. Write what helps.")

_enrolment, _session = Enrolment.business.fields, OrientationSession.business.fields
_known = Diagnosis.business.fields
_review, _step = Review.business.fields, Step.business.fields


class EnrolmentForm(BaseForm):
    """The beginning of a path at the hub: where to, and from where if it is said."""

    opened_on = people.the_day(Enrolment.__table__.c.opened_on.info["field"].label)
    pathway = ChoiceField.of(_enrolment["pathway"], required=True, unsaid=True)
    legal_form = ChoiceField.of(_enrolment["legal_form"], unsaid=True)
    situation = LongTextField(_enrolment["situation"].label, description=NOTE_HINT)


class OrientationForm(forms.OnceForm, forms.VersionedForm):
    """One orientation, written down in at most five taps beside the text."""

    held_on = people.the_day(_session["held_on"].label)
    orientation_format = ChoiceField.of(
        _session["orientation_format"], required=True, default="INDIV"
    )
    topics = forms.ChoicesField.of(_session["topics"])
    note = LongTextField(_session["note"].label, description=NOTE_HINT)
    minutes = forms.MinutesField(_session["minutes"].label, (30, 45, 60, 90, 120), default=45)
    attendance = ChoiceField.of(_session["attendance"], required=True, default=records.ATTENDED)

    def content(self) -> dict[str, Any]:
        """What the record holds, by the record's own names."""
        return self.said(*OrientationSession.CONTENT)


class StageForm(BaseForm):
    """Another stage for one person. `seen` is the one she was seen at, `back` the page to go back
    to."""

    seen = wtforms.HiddenField()
    back = wtforms.HiddenField()
    stage = ChoiceField.of(Enrolment.__table__.c.stage.info["field"], required=True)
    on = people.the_day(_l("Since"))


def _words(declared: Any) -> wtforms.StringField:
    return wtforms.StringField(declared.label, [Optional(), Length(max=WORDS_LENGTH)])


class DiagnosisForm(forms.OnceForm, forms.VersionedForm):
    """A career diagnosis, shown in its parts: nothing but the day has to be answered."""

    held_on = people.the_day(_known["held_on"].label)
    work_situation = ChoiceField.of(_known["work_situation"])
    constraints = forms.ChoicesField.of(_known["constraints"])
    childcare = ChoiceField.of(_known["childcare"])
    residence_documents = ChoiceField.of(_known["residence_documents"])
    education = ChoiceField.of(_known["education"])
    skills = LongTextField(_known["skills"].label, longest=SKILLS_LENGTH)
    isco_known = forms.ChoicesField.of(_known["isco_known"])
    driving_licence = ChoiceField.of(_known["driving_licence"])
    languages_fluent = forms.ChoicesField.of(_known["languages_fluent"])
    languages_basic = forms.ChoicesField.of(_known["languages_basic"])
    wanted = _words(_known["wanted"])
    isco_wanted = forms.ChoicesField.of(_known["isco_wanted"])
    mobility = ChoiceField.of(_known["mobility"])
    commune = _words(_known["commune"])
    note = LongTextField(_known["note"].label, description=NOTE_HINT)

    def parts(self) -> list[tuple[Any, list[wtforms.Field]]]:
        """The fields under the title of their part."""
        return [(title, [self[name] for name in names]) for title, names in Diagnosis.PARTS]

    def content(self) -> dict[str, Any]:
        return self.said(*Diagnosis.CONTENT)


class EndForm(BaseForm):
    """She leaves a path: on which day, and why."""

    closed_on = people.the_day(_enrolment["closed_on"].label)
    exit_reason = ChoiceField.of(_enrolment["exit_reason"], required=True, unsaid=True)
    exit_note = LongTextField(_enrolment["exit_note"].label, description=NOTE_HINT)


class PauseForm(BaseForm):
    on = people.the_day(_l("Paused since"))
    why = LongTextField(_l("Why, and until when"), description=NOTE_HINT)


class TakeUpForm(BaseForm):
    on = people.the_day(_l("Taken up again on"))


class NotedForm(forms.OnceForm, forms.VersionedForm):
    """What writes a review or a step down, or puts it right."""

    KEEPS: type[Noted]

    def content(self) -> dict[str, Any]:
        return self.said(*self.KEEPS.CONTENT)


class ReviewForm(NotedForm):
    KEEPS = Review
    held_on = people.the_day(_review["held_on"].label)
    progress = ChoiceField.of(_review["progress"], required=True)
    note = LongTextField(_review["note"].label, description=NOTE_HINT)
    next_on = dates.DayField(_review["next_on"].label, [Optional()])


class StepForm(NotedForm):
    KEEPS = Step
    what = wtforms.StringField(_step["what"].label, [DataRequired(), Length(max=STEP_LENGTH)])
    due_on = dates.DayField(_step["due_on"].label, [Optional()])
    step_by = ChoiceField.of(_step["step_by"], required=True, default="HER")
    held_on = people.the_day(_step["held_on"].label)
    note = LongTextField(_step["note"].label, description=NOTE_HINT)
