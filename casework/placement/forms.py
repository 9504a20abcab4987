# SPDX-License-Identifier: AGPL-3.0-or-later
"""The forms of placement: one tap per answer; nothing asked twice that the vacancy says."""

import uuid
from collections.abc import Sequence
from typing import Any, ClassVar

import wtforms
from flask import request
from wtforms.validators import DataRequired, Length, Optional

from casework.i18n import _l
from casework.people import forms as people
from casework.people import records
from casework.web import ChoiceField, LongTextField, QuickDateField, dates, forms

from .models import BEGUN_BY, NAME_LENGTH, PROPOSED, SAID, Application
from .steps import NO_HIRE, Hire, Internship, Interview

NOTE_HINT = _l("Only hub staff can read this. Write what helps.")
STATES = ("PROP", "APPL", "PLAN", "HELD", "NOSHOW", "OFFER", "HIRED", "REFUS", "WITHDR")

_application, _interview = Application.business.fields, Interview.business.fields
_internship, _hire = Internship.business.fields, Hire.business.fields


def _line(label: Any, longest: int = NAME_LENGTH, **more: Any) -> wtforms.StringField:
    return wtforms.StringField(label, [Optional(), Length(max=longest)], **more)


def _note() -> LongTextField:
    return LongTextField(_application["note"].label, description=NOTE_HINT)


def _any_day(label: Any) -> QuickDateField:
    """A day that may be still to come."""
    return QuickDateField(label, earliest=records.FIRST_DAY, future=True)


def _all_but(kept: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(state for state in STATES if state not in kept)


class Doubted(forms.OnceForm):
    """A form with a question why, which nobody is asked until a doubt asks it."""

    def quiet(self) -> Any:
        if request.method == "GET" and not self["reason"].data:
            del self.reason
        return self


class ApplicationForm(Doubted):
    """Where she applies: to a vacancy, or to an employer of her own accord."""

    where = wtforms.SelectField(_l("Vacancy or employer"), [DataRequired()])
    state = ChoiceField(
        _l("How it begins"), codes="application_state", without=_all_but(BEGUN_BY), required=True,
        default=PROPOSED,
        description=_l("Put forward by the hub: the employer sees her profile, if she agreed."),
    )  # fmt: skip
    on = people.the_day(_l("When"))
    post = _line(_application["post"].label, description=_l("Only where there is no vacancy."))
    isco_major = ChoiceField.of(
        _application["isco_major"], description=_l("Only where the vacancy does not say it.")
    )
    note = _note()
    reason = LongTextField(_hire["reason"].label)

    def offer(self, choices: Sequence[tuple[str, str]]) -> None:
        self.where.choices = [("", str(_l("Choose…"))), *choices]

    def content(self) -> dict[str, Any]:
        names = [name for name in ("state", "on", "reason") if name in self]
        return self.said(*names, *Application.CONTENT)


class AboutForm(forms.VersionedForm):
    """What an application is about, put right. Of a vacancy the post is known."""

    post = _line(_application["post"].label)
    isco_major = ChoiceField.of(_application["isco_major"])
    note = _note()

    def content(self) -> dict[str, Any]:
        return self.said(*(name for name in Application.CONTENT if name in self))


class MoveForm(forms.OnceForm, forms.VersionedForm):
    """A step that is said: applied, offered, refused, withdrawn."""

    ONLY: ClassVar = dict.fromkeys(("refused_by", "refusal_reason"), ("state", "REFUS"))

    state = ChoiceField(
        _l("What happened"), codes="application_state", without=_all_but(SAID), required=True
    )
    on = people.the_day(_l("When"))
    refused_by = ChoiceField(
        _l("Refused by"), codes="refused_by", description=_l("Only for a refusal.")
    )
    refusal_reason = ChoiceField(
        _l("Why"), codes="refusal_reason", description=_l("Only for a refusal.")
    )
    note = _note()

    def content(self) -> dict[str, Any]:
        return self.said("state", "on", "refused_by", "refusal_reason", "note")


class StepForm(people.MendingForm):
    """What writes a step down, or puts it right."""

    CONTENT: tuple[str, ...]

    def content(self) -> dict[str, Any]:
        """What was said, by the names of the record; an unasked answer stays unsaid."""
        return self.said(*(name for name in self.CONTENT if name in self))


class InterviewForm(StepForm):
    CONTENT = Interview.CONTENT
    held_on = _any_day(_interview["held_on"].label)
    hour = wtforms.TimeField(_interview["hour"].label, [Optional()])
    place = _line(_interview["place"].label)
    interview_outcome = ChoiceField.of(_interview["interview_outcome"], required=True)
    note = _note()

    def content(self) -> dict[str, Any]:
        hour = self.hour.data
        return {**super().content(), "hour": hour.strftime("%H:%M") if hour else None}


class InternshipForm(StepForm):
    CONTENT = Internship.CONTENT
    held_on = _any_day(_internship["held_on"].label)
    ends_on = dates.DayField(
        _internship["ends_on"].label, [Optional()],
        description=_l("As agreed; once it has ended, as it was."),
    )  # fmt: skip
    internship_state = ChoiceField.of(_internship["internship_state"], required=True)
    supervisor = _line(_internship["supervisor"].label)
    amount = forms.MoneyField(_internship["centimes"].label, [Optional()], places=2)
    note = _note()

    def content(self) -> dict[str, Any]:
        return {**super().content(), "centimes": self.amount.centimes}


class HireForm(StepForm, Doubted):
    CONTENT = Hire.CONTENT
    held_on = people.the_day(_hire["held_on"].label)
    contract_type = ChoiceField.of(_hire["contract_type"], required=True, without=NO_HIRE)
    hire_evidence = ChoiceField.of(_hire["hire_evidence"], required=True)
    note = _note()
    reason = LongTextField(_hire["reason"].label)


class StayForm(forms.VersionedForm):
    """Whether she is still there, so many months after."""

    on = people.the_day(_l("Known on"))
    stay = ChoiceField(_l("Is she still there?"), codes="stay", required=True)
    note = _note()

    def content(self) -> dict[str, Any]:
        return self.said("on", "stay", "note")


def key_of(chosen: str, letter: str) -> uuid.UUID | None:
    """The id in a choice such as `v:…`; None where it names another kind, or nothing."""
    kind, _colon, key = chosen.partition(":")
    return uuid.UUID(key) if kind == letter and key else None
