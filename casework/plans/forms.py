# SPDX-License-Identifier: AGPL-3.0-or-later
"""The forms of a canvas and of a business plan, in the order in which they are read."""

from typing import Any

import wtforms
from babel.support import LazyProxy
from wtforms.validators import Length, NumberRange, Optional

from casework.codelists import codelist, label
from casework.errors import Refusal
from casework.i18n import _l
from casework.people import forms as people
from casework.web import LongTextField, forms

from .models import (
    BLOCK_LENGTH,
    CHAPTER_LENGTH,
    MOST_MAD,
    REMARK_LENGTH,
    CanvasVersion,
    PlanVersion,
    Version,
    check_lines,
)

_canvas, _plan = CanvasVersion.business.fields, PlanVersion.business.fields


def _few_lines(_form: Any, field: wtforms.Field) -> None:
    try:
        check_lines(field.data)
    except Refusal as refusal:
        raise wtforms.ValidationError(str(refusal)) from None


def _block(name: str, question: Any) -> LongTextField:
    label = _canvas[name].label
    return LongTextField(label, [_few_lines], longest=BLOCK_LENGTH, description=question)


def _chapter(name: str, question: Any) -> LongTextField:
    return LongTextField(_plan[name].label, longest=CHAPTER_LENGTH, description=question)


def _remark() -> wtforms.StringField:
    hint = _l("In a few words, for who looks for an earlier version.")
    checks = [Optional(), Length(max=REMARK_LENGTH)]
    return wtforms.StringField(_canvas["remark"].label, checks, description=hint)


class VersionForm(forms.OnceForm, forms.VersionedForm):
    """What the next version says. Its `version` is the newest number there was when it was opened:
    a version is never changed, so that is what may move meanwhile."""

    @classmethod
    def fields_of(cls, parts: dict[str, Any]) -> dict[str, Any]:
        """What the fields hold where a version says this."""
        return parts

    @classmethod
    def on(cls, parts: dict[str, Any], newest: int) -> Any:
        """The form that begins with these parts."""
        return cls(**cls.fields_of(parts), version=newest)

    def follow(self, opened: dict[str, Any], newer: dict[str, Any]) -> None:
        """What its writer left as it was `opened` becomes what a newer version says; what she
        typed stays."""
        before, now = self.fields_of(opened), self.fields_of(newer)
        for name in before | now:
            field = self[name]
            typed = None if field.data == "" else field.data
            if not field.errors and typed == before.get(name) and typed != now.get(name):
                field.data, field.raw_data = now.get(name), None

    def content(self) -> dict[str, Any]:
        """By the names of the record."""
        raise NotImplementedError

    def kept(self, model: type[Version]) -> dict[str, Any]:
        """What is typed, to be held against a version: the parts alone."""
        return {name: said for name, said in self.content().items() if name in model.PARTS}


class MistakeForm(people.MendingForm):
    """That a version was entered by mistake. Its `version` is that of the record."""

    mistaken = wtforms.BooleanField(_canvas["mistaken"].label)


class CanvasForm(VersionForm):
    segments = _block("segments", _l("For whom is it? Who pays, who uses it?"))
    value = _block("value", _l("Which problem does it solve? Why here and not elsewhere?"))
    channels = _block("channels", _l("Where do customers hear of it, buy it, receive it?"))
    relationships = _block("relationships", _l("How are customers won and kept?"))
    revenue = _block("revenue", _l("What do customers pay for, how much, how often?"))
    resources = _block("resources", _l("Which skills, tools, place and money does it take?"))
    activities = _block("activities", _l("What has to be done every day?"))
    partners = _block("partners", _l("Who supplies, helps, lends?"))
    costs = _block("costs", _l("What costs most? What must be paid even without a sale?"))
    remark = _remark()

    def content(self) -> dict[str, Any]:
        return self.said(*CanvasVersion.CONTENT)


class PlanForm(VersionForm):
    """Amounts have a field each, `needs_rent` and so on, made of the code lists below."""

    summary = _chapter(
        "summary", _l("The project in ten lines: who, what, for whom, how much, from when.")
    )
    market = _chapter("market", _l("Customers and how many, prices around, who sells the same."))
    offer = _chapter("offer", _l("Products or services, their prices, what makes them different."))
    organisation = _chapter(
        "organisation", _l("Who does what, premises, equipment, legal form, permits to be had.")
    )
    sales = _chapter("sales", _l("How many a month at first and later, where, by which promotion."))
    remark = _remark()

    @classmethod
    def fields_of(cls, parts: dict[str, Any]) -> dict[str, Any]:
        amounts = {
            amount_field(name, code): forms.in_dirhams(centimes)
            for name in PlanVersion.AMOUNTS
            for code, centimes in (parts.get(name) or {}).items()
        }
        return amounts | {name: parts.get(name) for name in PlanVersion.CHAPTERS}

    def amounts(self, name: str) -> list[wtforms.Field]:
        """The fields of one list of amounts, in its order."""
        return [self[amount_field(name, code)] for code in _codes(name)]

    def content(self) -> dict[str, Any]:
        given = {
            name: {
                code: field.centimes
                for code, field in zip(_codes(name), self.amounts(name), strict=True)
                if field.data is not None
            }
            or None
            for name in PlanVersion.AMOUNTS
        }
        return self.said(*PlanVersion.CHAPTERS, "remark") | given


def amount_field(name: str, code: str) -> str:
    """How the field of an amount is called."""
    return f"{name}_{code.lower()}"


def _codes(name: str) -> tuple[str, ...]:
    return codelist(_plan[name].codes or "").codes


for _name in PlanVersion.AMOUNTS:
    for _code in _codes(_name):
        _words = LazyProxy(label, _plan[_name].codes, _code, enable_cache=False)
        _field = forms.MoneyField(
            _words, [Optional(), NumberRange(min=0, max=MOST_MAD // 100)], places=None
        )
        setattr(PlanForm, amount_field(_name, _code), _field)
