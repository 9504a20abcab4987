# SPDX-License-Identifier: AGPL-3.0-or-later
"""The forms of calls: what a hub asks, what a person answers, what readers and the head say."""

from typing import Any, ClassVar

import wtforms
from flask import request
from wtforms import validators

from casework.errors import Refusal
from casework.i18n import _, _l
from casework.people import forms as people
from casework.web import ChoiceField, LongTextField, dates, forms

from .models import LONG, RECEIVED, REFUSED, SCALES, TITLE, Application, Call, Review

CRITERION, MOST_CRITERIA, HEAVIEST = 80, 12, 100  # characters, lines, weight
_call, _application = Call.FIELDS, Application.business.fields
_review = Review.business.fields


def column(model: Any, name: str) -> Any:
    """The declaration of a column in clear."""
    return model.__table__.c[name].info["field"]


def line(label: Any, required: bool = False) -> wtforms.StringField:
    """One line of text, as long as a title."""
    rule = validators.InputRequired() if required else validators.Optional()
    return wtforms.StringField(label, [rule, validators.Length(max=TITLE)])


def places(model: Any, most: int) -> wtforms.IntegerField:
    """How many places there are, one at least."""
    fits = validators.NumberRange(min=1, max=most)
    label = column(model, "places").label
    return wtforms.IntegerField(label, [validators.InputRequired(), fits])


def _age(label: Any) -> wtforms.IntegerField:
    fits = validators.NumberRange(min=0, max=120)
    return wtforms.IntegerField(label, [validators.Optional(), fits])


class CallForm(forms.OnceForm, forms.VersionedForm):
    """A call: whom a hub looks for. Conditions are said to who applies and refuse nobody."""

    title = line(_call["title"].label, required=True)
    about = LongTextField(_call["about"].label, longest=LONG)
    opens_on = dates.DayField(column(Call, "opens_on").label, [validators.InputRequired()])
    closes_on = dates.DayField(column(Call, "closes_on").label, [validators.InputRequired()])
    places = places(Call, 10_000)
    age_from = _age(_call["age_from"].label)
    age_to = _age(_call["age_to"].label)
    sexes = forms.ChoicesField(_call["sexes"].label, codes="sex")
    groups = forms.ChoicesField(_call["groups"].label, codes="population_group")
    pathways = forms.ChoicesField(_call["pathways"].label, codes="pathway")
    criteria = LongTextField(
        _call["criteria"].label,
        longest=LONG,
        description=_l("One on a line, with its weight: Motivation; 2"),
    )
    scale = wtforms.SelectField(
        _l("Highest score"),
        choices=lambda: [(n, str(n)) for n in SCALES],
        coerce=int,
        default=SCALES[0],
    )

    def content(self) -> dict[str, Any]:
        """What the verbs take. Raises Refusal (422) for a criterion that is not understood."""
        names = ("title", "about", "age_from", "age_to", "sexes", "groups", "pathways")
        days = self.said("opens_on", "closes_on", "places")
        return {**days, **self.said(*names), "criteria": self._weighted(), "scale": self.scale.data}

    def _weighted(self) -> list[dict[str, Any]]:
        lines = [line.strip() for line in (self.criteria.data or "").splitlines() if line.strip()]
        if len(lines) > MOST_CRITERIA:
            raise Refusal(_("At most %(n)s criteria fit.", n=MOST_CRITERIA), 422)
        return [_criterion(line) for line in lines]


def _criterion(line: str) -> dict[str, Any]:
    """A name and its weight, 1 where none is said. Raises Refusal (422), which says the line."""
    name, sign, said = line.replace("؛", ";").rpartition(";")
    name, weight = (name.strip(), said.strip()) if sign else (line, "1")
    right = weight.isdecimal() and len(weight) < 4 and 1 <= int(weight) <= HEAVIEST
    if not (right and name and len(name) <= CRITERION):
        raise Refusal(
            _("“%(line)s”: write a name and, after a semicolon, a weight from 1 to 100.",
              line=line[:CRITERION]), 422,
        )  # fmt: skip
    return {"name": name, "weight": int(weight)}


def as_lines(criteria: list[dict[str, Any]] | None) -> str:
    """Criteria as their form shows them."""
    return "\n".join(f"{one['name']}; {one['weight']}" for one in criteria or ())


class QuietForm(forms.VersionedForm):
    """A form that asks why only when a doubt has asked it."""

    def quiet(self) -> Any:
        """Without the question why: nobody has to explain the usual."""
        if request.method == "GET" and not self.reason.data:
            del self.reason
        return self

    def answers(self, names: tuple[str, ...]) -> dict[str, Any]:
        """What was said, by the names of the record; an unasked answer stays unsaid."""
        return self.said(*(name for name in names if name in self))


class ApplicationForm(forms.OnceForm, QuietForm):
    held_on = people.the_day(_application["held_on"].label)
    project = LongTextField(
        _application["project"].label, [validators.InputRequired()], longest=LONG,
        description=_l("Readers see these three texts and no file: write no name."),
    )  # fmt: skip
    background = LongTextField(_application["background"].label, longest=LONG)
    needs = LongTextField(_application["needs"].label, longest=LONG)
    reason = LongTextField(_application["reason"].label, longest=LONG)

    def content(self) -> dict[str, Any]:
        return self.answers(Application.CONTENT)


class ReadersForm(forms.VersionedForm):
    readers = wtforms.SelectMultipleField(
        _call["readers"].label, [validators.InputRequired()],
        description=_l("Each gets a copy of every application that is not decided."),
    )  # fmt: skip


class ReviewForm(forms.VersionedForm):
    """Scores of one reader: one number for each criterion, in their order."""

    scores = wtforms.SelectMultipleField(_review["scores"].label, choices=[], validate_choice=False)
    note = LongTextField(
        _review["note"].label, longest=LONG, description=_l("The head of the hub reads it.")
    )

    def given(self) -> list[int]:
        """The scores; one below nought, which no criterion has, for what is no whole number."""
        said = [one.strip() for one in self.scores.data or ()]
        return [int(one) if one.isdecimal() and len(one) < 4 else -1 for one in said]


class DecisionForm(QuietForm):
    ONLY: ClassVar = {"refusal": ("status", REFUSED)}

    status = ChoiceField(
        column(Application, "status").label, codes="application_status", without=(RECEIVED,),
        required=True,
    )  # fmt: skip
    refusal = ChoiceField.of(_application["refusal"], description=_l("Only if it is refused."))
    note = LongTextField(_application["note"].label, longest=LONG)
    reason = LongTextField(_l("Why more than the places"), longest=LONG)
