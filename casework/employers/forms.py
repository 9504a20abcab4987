# SPDX-License-Identifier: AGPL-3.0-or-later
"""The forms of the directory: an employer, its contacts, what was said, a vacancy."""

import uuid
from collections.abc import Sequence
from typing import Any

import wtforms
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from casework import clock
from casework.errors import Refusal
from casework.i18n import _l
from casework.people import forms as people
from casework.people import numbers
from casework.web import ChoiceField, LongTextField, dates, forms

from .models import NAME_LENGTH, NUMBER_LENGTH, Employer, Exchange
from .vacancies import MOST_PLACES, Vacancy

NOTE_HINT = _l("Only hub staff can read this. Write what helps.")
FIGURES = {"dir": "ltr", "inputmode": "numeric", "spellcheck": "false"}

_employer, _exchange = Employer.business.fields, Exchange.business.fields
_vacancy = Vacancy.business.fields


def _line(label: Any, longest: int = NAME_LENGTH, *more: Any, **options: Any) -> Any:
    checks = [*(more or (Optional(),)), Length(max=longest)]
    return wtforms.StringField(label, checks, **options)


class EmployerForm(forms.OnceForm, forms.VersionedForm):
    """An employer. `seen_twins` are those of twins that were shown already."""

    seen_twins = wtforms.HiddenField()
    site = wtforms.SelectField(_l("Hub"))
    name = _line(_employer["name"].label, NAME_LENGTH, DataRequired())
    isic_section = ChoiceField.of(_employer["isic_section"])
    employer_size = ChoiceField.of(_employer["employer_size"])
    commune = _line(_employer["commune"].label)
    ice = _line(_employer["ice"].label, NUMBER_LENGTH, render_kw=FIGURES,
                description=_l("15 figures"))  # fmt: skip
    hires = forms.ChoicesField.of(_employer["hires"])
    note = LongTextField(_employer["note"].label, description=NOTE_HINT)
    is_gone = wtforms.BooleanField(_l("No longer in the directory: closed, or not to be asked"))

    def validate_ice(self, field: wtforms.Field) -> None:
        try:
            numbers.ice_of(field.data)
        except Refusal as refusal:
            raise wtforms.ValidationError(str(refusal)) from None

    def new(self) -> Any:
        """For one that is not written down yet: it is in the directory."""
        del self.is_gone
        return self

    def at(self, sites: Sequence[tuple[uuid.UUID, str]]) -> uuid.UUID:
        """The hub it belongs to: asked only of who works at several."""
        self.site.choices = [(str(key), name) for key, name in sites]
        chosen = next((key for key, _n in sites if str(key) == self.site.data), sites[0][0])
        if len(sites) == 1:
            del self.site
        return chosen

    def content(self) -> dict[str, Any]:
        return self.said(*Employer.CONTENT)


class ContactForm(forms.OnceForm, forms.VersionedForm):
    """Somebody to talk to at an employer."""

    name = _line(_l("Name"), NAME_LENGTH, DataRequired())
    function = _line(_l("What she or he does there"))
    phone = _line(_l("Phone"), NUMBER_LENGTH, render_kw={"dir": "ltr", "inputmode": "tel"})
    email = _line(_l("E-mail"), render_kw={"dir": "ltr", "inputmode": "email"})
    is_gone = wtforms.BooleanField(_l("No longer a contact: erase"))

    def new(self) -> Any:
        del self.is_gone
        return self

    def content(self) -> dict[str, Any]:
        return self.said("name", "function", "phone", "email")


class ExchangeForm(forms.OnceForm, forms.VersionedForm):
    """A visit, a call, an answer to the study."""

    held_on = people.the_day(_exchange["held_on"].label)
    employer_exchange = ChoiceField.of(_exchange["employer_exchange"], required=True)
    study_result = ChoiceField.of(
        _exchange["study_result"], description=_l("Only for the follow-up study.")
    )
    note = LongTextField(_exchange["note"].label, description=NOTE_HINT)

    def content(self) -> dict[str, Any]:
        return self.said(*Exchange.CONTENT)


class VacancyForm(forms.OnceForm, forms.VersionedForm):
    """A vacancy: what is offered, until when, what is asked for. Nothing asked is no bar."""

    title = _line(_vacancy["title"].label, NAME_LENGTH, DataRequired())
    places = wtforms.IntegerField(
        _vacancy["places"].label, [InputRequired(), NumberRange(min=1, max=MOST_PLACES)], default=1
    )
    first_on = dates.DayField(
        Vacancy.__table__.c.first_on.info["field"].label, [InputRequired()], default=clock.today
    )
    last_on = dates.DayField(
        Vacancy.__table__.c.last_on.info["field"].label, [Optional()],
        description=_l("Leave empty where no last day was said."),
    )  # fmt: skip
    contract_type = ChoiceField.of(_vacancy["contract_type"])
    isco_major = ChoiceField.of(_vacancy["isco_major"])
    education = ChoiceField.of(_vacancy["education"], without=("9",))
    languages = forms.ChoicesField.of(_vacancy["languages"])
    licence = wtforms.BooleanField(_vacancy["licence"].label)
    commune = _line(_vacancy["commune"].label)
    note = LongTextField(_vacancy["note"].label, description=NOTE_HINT)

    def content(self) -> dict[str, Any]:
        return self.said("first_on", "last_on", *Vacancy.CONTENT)
