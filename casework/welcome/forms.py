# SPDX-License-Identifier: AGPL-3.0-or-later
"""The forms of the room: who is invited, who comes, a slip at the door, an opinion."""

import uuid
from collections.abc import Callable
from typing import Any

import wtforms
from wtforms import validators

from casework.access import current_user
from casework.codelists import codelist, label
from casework.errors import Refusal
from casework.events import Entry, Event
from casework.events import forms as events
from casework.i18n import _, _l
from casework.web import ChoiceField, LongTextField, dates, forms

from .models import NAME
from .opinions import LONGEST, MARKS, QUESTIONS

OVER = Event.FIELDS["over"].label
LONGEST_WHY = 1000
OfCodes = Callable[[list[str]], list[Entry]]


class InviteForm(events.PasteForm):
    """Guests pasted from a spreadsheet, and people of the hub by their codes."""

    alone = True
    days = over = None
    lines = LongTextField(
        _l("One guest on a line"),
        longest=events.LONGEST_LIST,
        description=_l(
            "Name; organisation; kind of organisation; sex; age. Without a name the organisation "
            "is invited. Copied cells of a spreadsheet fit as they are."
        ),
    )
    earlier = wtforms.SelectField(_l("Everybody on the list of an earlier event"))
    codes = LongTextField(
        _l("People of the hub"),
        longest=events.LONGEST_LIST,
        description=_l(
            "The codes of your files, one on a line. Their names are copied on the list; nothing "
            "there leads to a file."
        ),
    )

    def guests(
        self, of_codes: Callable[[list[str]], list[Entry]], also: list[Entry]
    ) -> list[Entry]:
        """Everybody to invite; `also` are those of an earlier list. Raises WrongLines, or what
        `of_codes` raises."""
        codes = (self.codes.data or "").split() if "codes" in self else []
        pasted = self.entries() if self.lines.data or not (codes or also) else []
        return [*pasted, *of_codes(codes), *also]

    def only_with_files(self) -> None:
        """Codes are asked of who follows people at the hub, and of nobody else."""
        if "hub" not in current_user.strands:
            del self.codes


class EachField(wtforms.Field):
    """One answer for each row of a page: inputs are called `name-id`."""

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.process_errors, self.object_data, self.data = [], data, {}
        before = f"{self.name}-"
        for name in formdata or ():
            if name.startswith(before):
                self.data[name[len(before) :]] = formdata.get(name)

    def by_id(self) -> dict[uuid.UUID, str]:
        """Raises Refusal (422) for a name that none of our pages gives."""
        try:
            return {uuid.UUID(key): value for key, value in self.data.items()}
        except ValueError:
            raise Refusal(_("Choose one of the answers."), 422) from None


class AnswersForm(forms.VersionedForm):
    """Who comes, everybody in one save; `who` names those whom organisations send."""

    answer = EachField()
    who = EachField()
    gone = wtforms.SelectMultipleField(_l("Take off"), validate_choice=False, choices=[])
    over = wtforms.StringField(OVER, [validators.Optional(), validators.Length(max=LONGEST_WHY)])

    def off(self) -> set[uuid.UUID]:
        """Whom to take off. Raises Refusal (422)."""
        try:
            return {uuid.UUID(one) for one in self.gone.data or ()}
        except ValueError:
            raise Refusal(_("Choose one of the answers."), 422) from None


class ListForm(forms.VersionedForm):
    """From the invitations to the attendance list."""

    silent = wtforms.BooleanField(_l("Put those who did not answer on it as well"))
    over = wtforms.StringField(OVER, [validators.Optional(), validators.Length(max=LONGEST_WHY)])


class SlipForm(forms.BaseForm):
    """One button; a name where an organisation sent somebody, a reason where the room is full."""

    who = wtforms.StringField(_l("Name"), [validators.Optional(), validators.Length(max=NAME)])
    over = wtforms.StringField(OVER, [validators.Optional(), validators.Length(max=LONGEST_WHY)])


class SurveyForm(forms.BaseForm):
    """Until when a satisfaction form can be answered."""

    last_on = dates.DayField(
        _l("Closing day"),
        [validators.InputRequired()],
        description=_l("Results are shown once the form is closed, from five answers on."),
    )


class OpinionForm(forms.OnceForm):
    """What a guest thought. No question must be answered."""

    useful = ChoiceField(codes=MARKS)
    clear = ChoiceField(codes=MARKS)
    held = ChoiceField(codes=MARKS)
    heard = ChoiceField(codes=MARKS)
    again = ChoiceField(codes=MARKS)
    comment = LongTextField(
        _l("What else would you like to say?"),
        longest=LONGEST,
        description=_l("Please name nobody, not even yourself."),
    )

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        for question in codelist(QUESTIONS):
            self[question.code.lower()].label.text = label(QUESTIONS, question.code)

    def marks(self) -> dict[str, str | None]:
        """The mark of each question."""
        return {one.code: self[one.code.lower()].data for one in codelist(QUESTIONS)}
