# SPDX-License-Identifier: AGPL-3.0-or-later
"""The forms of what a person starts: one tap per answer, the usual one already chosen."""

from typing import Any

import wtforms
from flask import request
from wtforms.validators import DataRequired, Length, Optional

from casework.errors import Refusal
from casework.i18n import _l
from casework.people import forms as people
from casework.web import ChoiceField, LongTextField, forms

from .deeds import AeRegistration, TradingStart, VentureSupport
from .models import NAME_LENGTH, NUMBER_LENGTH, Venture
from .numbers import ice_of

NOTE_HINT = _l("Only hub staff can read this. Write what helps.")
# Law 114-13, article 1.
CAPS_HINT = _l(
    "Yearly turnover of an auto-entrepreneur: at most 500,000 MAD in trade, craft and industry, "
    "200,000 MAD in services."
)
FIGURES = {"dir": "ltr", "inputmode": "numeric", "spellcheck": "false"}
LATIN = {"dir": "ltr", "autocapitalize": "characters", "spellcheck": "false"}

_venture = Venture.business.fields
_entered, _support = AeRegistration.business.fields, VentureSupport.business.fields
_start = TradingStart.business.fields


def _line(declared: Any, longest: int = NAME_LENGTH, **more: Any) -> wtforms.StringField:
    return wtforms.StringField(declared.label, [Optional(), Length(max=longest)], **more)


class DeedForm(people.MendingForm):
    """What writes a deed down, or puts it right."""

    def quiet(self) -> Any:
        """Without the question why, until a doubt asks it: nobody has to explain the usual."""
        if request.method == "GET" and not self.reason.data:
            del self.reason
        return self

    def answers(self, names: tuple[str, ...]) -> dict[str, Any]:
        """What was said, by the names of the record; an unasked answer stays unsaid."""
        return self.said(*(name for name in names if name in self))


class RegistrationForm(DeedForm):
    held_on = people.the_day(_entered["held_on"].label)
    ae_registration = ChoiceField.of(_entered["ae_registration"], required=True, default="FIRST")
    ae_evidence = ChoiceField.of(_entered["ae_evidence"], required=True)
    number = _line(_entered["number"], NUMBER_LENGTH, render_kw=LATIN)
    activity = _line(_entered["activity"], description=CAPS_HINT)
    isic_section = ChoiceField.of(_entered["isic_section"])
    note = LongTextField(_entered["note"].label, description=NOTE_HINT)
    reason = LongTextField(_entered["reason"].label)

    def content(self) -> dict[str, Any]:
        return self.answers(AeRegistration.CONTENT)


class VentureForm(forms.OnceForm, forms.VersionedForm):
    """A project or business. `seen_codes` are those of twins that were shown already."""

    seen_codes = wtforms.HiddenField()
    name = _line(_venture["name"])
    activity = wtforms.StringField(
        _venture["activity"].label, [DataRequired(), Length(max=NAME_LENGTH)]
    )
    isic_section = ChoiceField.of(_venture["isic_section"])
    legal_form = ChoiceField.of(_venture["forms"], required=True, default="PROJ")
    since = people.the_day(_l("Since"))
    ice = _line(_venture["ice"], NUMBER_LENGTH, render_kw=FIGURES, description=_l("15 figures"))
    rnae = _line(_venture["rnae"], NUMBER_LENGTH, render_kw=LATIN)
    commune = _line(_venture["commune"])

    def validate_ice(self, field: wtforms.Field) -> None:
        try:
            ice_of(field.data)
        except Refusal as refusal:
            raise wtforms.ValidationError(str(refusal)) from None

    def as_it_stands(self) -> Any:
        """For a business that has a file: its legal form has a page of its own."""
        del self.legal_form, self.since
        return self

    def content(self) -> dict[str, Any]:
        return self.said(*Venture.CONTENT)


class SupportForm(DeedForm):
    held_on = people.the_day(_support["held_on"].label)
    support_type = ChoiceField.of(_support["support_type"], required=True)
    amount = forms.MoneyField(
        _support["centimes"].label, [Optional()], places=2,
        description=_l("For a grant or goods. Leave empty for advice."),
    )  # fmt: skip
    note = LongTextField(_support["note"].label, description=NOTE_HINT)

    def content(self) -> dict[str, Any]:
        return {**self.answers(VentureSupport.CONTENT), "centimes": self.amount.centimes}


class StartForm(DeedForm):
    held_on = people.the_day(_start["held_on"].label)
    start_evidence = ChoiceField.of(_start["start_evidence"], required=True)
    note = LongTextField(_start["note"].label, description=NOTE_HINT)
    reason = LongTextField(_start["reason"].label)

    def content(self) -> dict[str, Any]:
        return self.answers(TradingStart.CONTENT)
