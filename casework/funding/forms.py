# SPDX-License-Identifier: AGPL-3.0-or-later
"""The forms of a request for a grant, one for each step."""

from typing import Any

import wtforms
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from casework.i18n import _l
from casework.people import forms as people
from casework.web import ChoiceField, LongTextField, forms

from .models import REFERENCE_LENGTH, GrantRequest

_asked = GrantRequest.business.fields


def _centimes(field: wtforms.Field) -> int | None:
    return None if field.data is None else int((field.data * 100).to_integral())


class AskForm(forms.OnceForm, people.WhyForm):
    """What is asked for, or put right before anybody decided."""

    asked_on = people.the_day(_l("Asked on"))
    amount = forms.MoneyField(_asked["centimes"].label, [InputRequired()], places=2)
    purpose = LongTextField(_asked["purpose"].label, [DataRequired()])

    def content(self) -> dict[str, Any]:
        said = {"centimes": _centimes(self.amount), "purpose": self.purpose.data}
        return {"asked_on": self.asked_on.data, **said}


class WithdrawForm(forms.VersionedForm):
    """Why a request is taken back: its author may keep it to herself."""

    why = LongTextField(_asked["withdrawal"].label)


class DecideForm(forms.VersionedForm):
    on = people.the_day(_asked["decided_on"].label)
    amount = forms.MoneyField(
        _asked["granted"].label, [Optional()], places=2,
        description=_l("In whole or in part. Leave empty to refuse, with a reason."),
    )  # fmt: skip
    grant_refusal = ChoiceField.of(_asked["grant_refusal"])
    note = LongTextField(_asked["decision"].label)

    def content(self) -> dict[str, Any]:
        return {
            "on": self.on.data, "granted": _centimes(self.amount),
            "refusal": self.grant_refusal.data or None, "note": self.note.data or None,
        }  # fmt: skip


class PayForm(forms.VersionedForm):
    on = people.the_day(_asked["paid_on"].label)
    payment_proof = ChoiceField.of(_asked["payment_proof"], required=True)
    reference = wtforms.StringField(
        _asked["reference"].label, [DataRequired(), Length(max=REFERENCE_LENGTH)],
        render_kw={"dir": "ltr", "spellcheck": "false"},
    )  # fmt: skip

    def content(self) -> dict[str, Any]:
        said = {"proof": self.payment_proof.data, "reference": self.reference.data}
        return {"on": self.on.data, **said}
