# SPDX-License-Identifier: AGPL-3.0-or-later
"""The forms of events: what is planned or was held, who came, what was made."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

import wtforms
from wtforms import validators

from casework.errors import Refusal
from casework.i18n import _, _l, format_day
from casework.web import ChoiceField, LongTextField, dates, forms

from . import costs
from .actions import AlikeNames, WrongLines
from .models import AGENDA, CANCELLED, LONG, SHORT, TITLE, Event, Product
from .pasting import Entry, read

LONGEST_LIST, LONGEST_COSTS = 100_000, 8_000  # characters

_event, _product = Event.FIELDS, Product.FIELDS


def _column(model: Any, name: str) -> Any:
    return model.__table__.c[name].info["field"]


def _line(label: Any, longest: int, *more: Any, **options: Any) -> wtforms.StringField:
    return wtforms.StringField(
        label, [*(more or (validators.Optional(),)), validators.Length(max=longest)], **options
    )


class EventForm(forms.OnceForm, forms.VersionedForm):
    """An event, planned or held. `site` and `product` are left out where there is no choice."""

    ONLY: ClassVar = {"reason": ("status", CANCELLED)}

    kind = ChoiceField.of(_event["kind"], required=True)
    title = _line(_event["title"].label, TITLE, validators.InputRequired())
    first_on = dates.DayField(_column(Event, "first_on").label, [validators.InputRequired()])
    last_on = dates.DayField(
        _column(Event, "last_on").label,
        [validators.Optional()],
        description=_l("Only if it lasts several days."),
    )
    status = ChoiceField(
        _column(Event, "status").label, codes="event_status", required=True, default="planned"
    )
    reason = LongTextField(
        _event["reason"].label, longest=LONG, description=_l("Only if it was cancelled.")
    )
    region = ChoiceField.of(_event["region"], required=True)
    place = _line(_event["place"].label, SHORT)
    site = wtforms.SelectField(
        _l("Site that keeps the list"),
        description=_l("Its head records who came. Nobody else sees the names."),
    )
    topic = ChoiceField.of(_event["topic"])
    partners = LongTextField(_event["partners"].label, longest=LONG)
    agenda = LongTextField(_event["agenda"].label, longest=AGENDA)
    costs = LongTextField(
        _event["costs"].label,
        longest=LONGEST_COSTS,
        description=_l("One cost on a line: what for; amount. The sum is worked out."),
    )
    capacity = wtforms.IntegerField(
        _event["capacity"].label,
        [validators.Optional(), validators.NumberRange(min=1, max=100_000)],
    )
    product = wtforms.SelectField(_column(Event, "product_id").label)

    def content(self) -> dict[str, Any]:
        """What the verbs take, but for the site and the product."""
        names = ("kind", "title", "region", "place", "topic", "partners", "agenda", "capacity")
        spent = costs.read(self.costs.data or "")[0] or None
        return self.said("first_on", "last_on", "status", "reason", *names) | {"costs": spent}

    def validate_costs(self, field: wtforms.Field) -> None:
        problems = costs.read(field.data or "")[1]
        if problems:
            raise validators.ValidationError(" ".join(problems))


def offer(field: wtforms.SelectField, choices: Sequence[tuple[uuid.UUID, str]], none: str) -> None:
    """Let one of these be chosen, or none where there is a word for it."""
    field.choices = [("", none)] if none else []
    field.choices += [(str(key), words) for key, words in choices]
    if field.data in (None, "None"):
        field.data = field.choices[0][0]


class DaysField(wtforms.SelectMultipleField):
    """Days of an event, as chips to tick."""

    def offer(self, days: Iterable[dt.date]) -> None:
        self.choices = [(day.isoformat(), format_day(day, "medium")) for day in days]


class PasteForm(forms.VersionedForm):
    """People pasted from a spreadsheet. `problems` are the sentences about wrong lines; `others`
    is asked where a name is like one that is known."""

    alone = False  # whether an organisation may stand there without a name
    problems: Sequence[str] = ()
    is_alike = False
    lines = LongTextField(
        _l("One person on a line"),
        [validators.InputRequired()],
        longest=LONGEST_LIST,
        description=_l(
            "Name; organisation; kind of organisation; sex; age. Only the name is needed. Copied "
            "cells of a spreadsheet fit as they are."
        ),
    )
    days = DaysField(_l("Days they were present"))
    over = _line(_event["over"].label, LONG)
    others = wtforms.BooleanField(
        _l("They are other people"),
        description=_l("If it is the same person, write her name as it stands on the list."),
    )

    def entries(self) -> list[Entry]:
        """The people on it. Raises WrongLines."""
        found, problems = read(self.lines.data or "", self.alone)
        if problems:
            raise WrongLines(problems)
        return found

    def refuse(self, refusal: Refusal, field: str | None = None) -> None:
        super().refuse(refusal, field)
        self.problems = getattr(refusal, "problems", ())
        self.is_alike = isinstance(refusal, AlikeNames)

    def ask_if_alike(self) -> None:
        """Call before the form is shown: nobody is asked about names that nobody bears."""
        if not (self.is_alike or self.others.data):
            del self.others


class SheetForm(forms.VersionedForm):
    """A whole list in one save: `present` holds line and day of each tick, `line` every line that
    was shown, `gone` those to take off."""

    present = wtforms.SelectMultipleField(_l("Days present"), validate_choice=False, choices=[])
    line = wtforms.SelectMultipleField(_l("On the list"), validate_choice=False, choices=[])
    gone = wtforms.SelectMultipleField(_l("Take off the list"), validate_choice=False, choices=[])
    over = _line(_event["over"].label, LONG)

    def presence(self) -> tuple[dict[uuid.UUID, list[str]], set[uuid.UUID]]:
        """The days of each line shown, and the lines to take off. Raises Refusal (422)."""
        try:
            days: dict[uuid.UUID, list[str]] = {uuid.UUID(one): [] for one in self.line.data or ()}
            for tick in self.present.data or ():
                line, _slash, day = tick.partition("/")
                days[uuid.UUID(line)].append(dt.date.fromisoformat(day).isoformat())
            return days, {uuid.UUID(one) for one in self.gone.data or ()}
        except (ValueError, KeyError):
            raise Refusal(_("Choose one of the answers."), 422) from None


class ProductForm(forms.OnceForm, forms.VersionedForm):
    """Something the programme made."""

    kind = ChoiceField.of(_product["kind"], required=True)
    title = _line(_product["title"].label, TITLE, validators.InputRequired())
    done_on = dates.DayField(
        _column(Product, "done_on").label,
        [validators.Optional()],
        description=_l(
            "The day it was published, delivered or validated; of a priority area, of its first "
            "action. It counts from then on."
        ),
    )
    region = ChoiceField.of(_product["region"])
    note = LongTextField(_product["note"].label, longest=LONG)

    def content(self) -> dict[str, Any]:
        return self.said("kind", "title", "done_on", "region", "note")
