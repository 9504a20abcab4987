# SPDX-License-Identifier: AGPL-3.0-or-later
"""The form of a follow-up: what a visit or a call found out, in one screen; that of an owner."""

import decimal
from typing import Any, ClassVar

import wtforms
from wtforms.validators import DataRequired, Length, Optional

from casework.business import FollowUp, Venture, lives, models
from casework.business import forms as business
from casework.i18n import _l
from casework.people import forms as people
from casework.web import BaseForm, ChoiceField, LongTextField, QuickDateField, forms

_asked, _owner = FollowUp.business.fields, models.VentureOwner.business.fields
_venture = Venture.business.fields


class OwnerForm(BaseForm):
    code = wtforms.StringField(
        _l("Code of the person"), [DataRequired(), Length(max=20)], render_kw=business.LATIN,
        description=_l("The code of a file of yours, such as K7M2Q-4."),
    )  # fmt: skip
    since = people.the_day(_owner["since"].label)


class LegalFormForm(forms.VersionedForm):
    legal_form = ChoiceField.of(_venture["forms"], required=True)
    on = people.the_day(_l("Since"))


class FollowUpForm(business.DeedForm):
    ONLY: ClassVar = {"closed_on": ("venture_state", lives.CLOSED)}

    follow_up = ChoiceField.of(_asked["follow_up"], required=True)
    held_on = people.the_day(_asked["held_on"].label)
    venture_state = ChoiceField.of(
        _asked["venture_state"],
        required=True,
        description=_l("Without news after several tries: unknown. Unknown is not closed."),
    )
    closed_on = QuickDateField(_asked["closed_on"].label, required=False)
    hours = forms.MoneyField(
        _asked["minutes"].label, [Optional()], places=2,
        description=_l("Of everyone who is paid, together: 44 hours are one full-time job. Nobody: "
                       "write 0. Not known: leave empty."),
    )  # fmt: skip
    turnover_band = ChoiceField.of(_asked["turnover_band"])
    note = LongTextField(_asked["note"].label, description=business.NOTE_HINT)

    def fitting(self) -> Any:
        """A baseline is of before the start: nothing can be open or closed then."""
        if self.follow_up.data == lives.BASELINE:
            del self.venture_state, self.closed_on
        return self

    def content(self) -> dict[str, Any]:
        given = self.hours.data
        said = self.answers(FollowUp.CONTENT)
        return {**said, "minutes": None if given is None else int((given * 60).to_integral())}


def in_hours(minutes: int | None) -> decimal.Decimal | None:
    """Paid work as its form shows it."""
    return (
        None
        if minutes is None
        else (decimal.Decimal(minutes) / 60).quantize(decimal.Decimal("0.01"))
    )
