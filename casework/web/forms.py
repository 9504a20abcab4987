# SPDX-License-Identifier: AGPL-3.0-or-later
"""The form every form is made from: it speaks the reader's language and keeps what was typed.

A form that fails answers 422 by itself, one refused by a rule its own status; a view only shows
the form again.
"""

import decimal
import re
import unicodedata
import uuid
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import wtforms
from flask import Flask, Response, g
from flask_wtf import FlaskForm
from wtforms import validators

from casework.codelists import UNSAID, codelist
from casework.errors import Refusal
from casework.i18n import _, _l, _n, format_number

FEW = 7  # up to so many answers are chips, more are a list
LONGEST_NOTE = 20_000  # characters

# What WTForms says, said in the words of the house.
PLAIN_WORDS = {
    "This field is required.": _l("Fill this in."),
    "Not a valid choice.": _l("Choose one of the answers."),
    "Invalid Choice: could not coerce.": _l("Choose one of the answers."),
    "Invalid choice(s): one or more data inputs could not be coerced.": _l(
        "Choose one of the answers."
    ),
    "Not a valid date value.": _l("Enter a day, with month and year."),
    "Not a valid time value.": _l("Enter a time, such as 14:30."),
    "Not a valid datetime value.": _l("Enter a day and a time."),
    "Not a valid integer value.": _l("Enter a whole number."),
    "Not a valid decimal value.": _l("Enter a number."),
    "Not a valid float value.": _l("Enter a number."),
    "Number must be at least %(min)s.": _l("Enter %(min)s or more."),
    "Number must be at most %(max)s.": _l("Enter %(max)s or less."),
    "Number must be between %(min)s and %(max)s.": _l("Enter a number from %(min)s to %(max)s."),
    "Field must be equal to %(other_name)s.": _l("The two answers are not the same."),
    "Field cannot be longer than %(max)d character.": _l("At most %(max)d characters fit here."),
    "Field cannot be longer than %(max)d characters.": _l("At most %(max)d characters fit here."),
    "Field must be at least %(min)d characters long.": _l("Enter at least %(min)d characters."),
    "Field must be at least %(min)d character long.": _l("Enter at least %(min)d characters."),
    "Invalid email address.": _l("Enter an e-mail address, such as name@example.org."),
    "The CSRF token has expired.": _l("This page stood open too long. Send it again."),
}
# Nor what turns the letters after it round (U+202A–E, U+2066–9): a name could pass for another.
INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
)


class PlainWords:
    """The translations object WTForms asks for its messages."""

    def gettext(self, message: str) -> str:
        return str(PLAIN_WORDS.get(message) or _("Check this answer."))

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return self.gettext(singular if number == 1 else plural)


def tidy(text: Any) -> Any:
    """A line or a text as its writer meant it: no blank at either end, no invisible character,
    letters composed one way, so that a name is found again however a keyboard sent it."""
    if not isinstance(text, str):
        return text
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    return INVISIBLE.sub("", text).strip()


class BaseForm(FlaskForm):
    """Labels, messages, tidy text, and the status of the answer.

    ONLY names what is asked for some answers only: {field: (other field, answer, answer…)}. Where
    scripts run it stays away for the others; elsewhere its hint says so.
    """

    ONLY: ClassVar[Mapping[str, tuple[str, ...]]] = {}

    class Meta(FlaskForm.Meta):
        csrf = False  # asked of every form at the door, see `security`

        def get_translations(self, _form: Any) -> PlainWords:
            return PlainWords()

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """What was posted; or what was kept while the post was locked, `g.held`."""
            posted = super().wrap_formdata(form, formdata)
            return g.get("held") if posted is None and formdata is not None else posted

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            if _is_free_text(unbound_field.field_class):
                filters = unbound_field.kwargs.get("filters", ())
                unbound_field.kwargs["filters"] = [*(f for f in filters if f is not tidy), tidy]
            field = unbound_field.bind(form=form, **options)
            field.for_some = options["name"] in form.ONLY
            return field

    def validate(self, *args: Any, **more: Any) -> bool:
        valid = super().validate(*args, **more)
        if not valid:
            g.form_status = 422
        return valid

    @property
    def only(self) -> str:
        """ONLY as a page carries it: `reason:status:cancelled`, one after the other."""
        return " ".join(":".join((name, *when)) for name, when in self.ONLY.items())

    def refuse(self, refusal: Refusal, field: str | None = None) -> None:
        """Show the sentence of a rule that said no beside what was typed (status 409 or its own).

        Meant for `except Refusal as refusal: form.refuse(refusal)` and the form shown again.
        """
        if field:
            errors = list(self[field].errors)
            self[field].errors = [*errors, str(refusal)]
        else:
            self.form_errors = [*self.form_errors, str(refusal)]
        g.form_status = refusal.status

    def said(self, *names: str) -> dict[str, Any]:
        """What was answered, by these names. An empty answer is None."""
        return {name: self[name].data or None for name in names}


class OnceForm(BaseForm):
    """A form sent twice makes one record: the record's id travels with the form."""

    record = wtforms.HiddenField(default=lambda: str(uuid.uuid4()))

    def record_id(self) -> uuid.UUID:
        """The id the form was given; a mangled one is replaced, never trusted."""
        try:
            return uuid.UUID(self.record.data or "")
        except ValueError:
            return uuid.uuid4()

    def refuse(self, refusal: Refusal, field: str | None = None) -> None:
        super().refuse(refusal, field)
        self.record.data = str(uuid.uuid4())  # nothing was made: sent again, it is another


class VersionedForm(BaseForm):
    """A form that changes a record: it says which version its writer had read."""

    version = wtforms.HiddenField()

    def seen(self) -> int:
        """The version the form was opened at; nought, which no record has, for anything else."""
        said = str(self.version.data or "")
        return int(said) if said.isdecimal() and len(said) < 10 else 0

    def catch_up(self, version: int) -> bool:
        """Whether the record moved since the form was opened. From now on the form stands on
        this version: sent again after reading, it is meant."""
        moved = str(self.version.data) != str(version)
        self.version.data = str(version)
        return moved


def _is_free_text(kind: type) -> bool:
    """Passwords are left exactly as typed."""
    return issubclass(kind, wtforms.StringField) and not issubclass(kind, wtforms.PasswordField)


def set_form_status(response: Response) -> Response:
    """A form shown again with its errors is not an answer 200."""
    status = g.pop("form_status", None)
    if status and response.status_code == 200:
        response.status_code = status
    return response


class Coded:
    """A field whose values are those of a code list, named by `codes`."""

    @classmethod
    def of(cls, declared: Any, **more: Any) -> Any:
        """The field of one declaration: its label and its code list stand with the record."""
        return cls(declared.label, codes=declared.codes, **more)  # type: ignore[call-arg]


class ChoiceField(Coded, wtforms.SelectField):
    """One value of a code list, as chips when there are few and as a list when there are many.

    `codes` names the list; `without` leaves values out; `unsaid` adds "does not know" and
    "prefers not to answer". Unless `required`, no answer is an answer too: data is then None.
    """

    def __init__(
        self,
        label: Any = None,
        extra_validators: Any = None,
        *,
        codes: str,
        without: tuple[str, ...] = (),
        unsaid: bool = False,
        required: bool = False,
        **more: Any,
    ) -> None:
        self.required_choice = required
        self.blank = ("", _l("Choose…")) if required else ("", _l("Not stated"))
        super().__init__(
            label,
            extra_validators or [],
            choices=_codes(codes, without, unsaid),
            coerce=_none_if_blank,
            validate_choice=False,
            **more,
        )

    @property
    def as_chips(self) -> bool:
        return len(list(self.iter_choices())) <= FEW

    def pre_validate(self, _form: Any) -> None:
        known = {choice.value for choice in self.iter_choices()}
        if self.data is None and not self.required_choice:
            return
        if self.data not in known:
            raise validators.ValidationError(_("Choose one of the answers."))


def _none_if_blank(value: Any) -> str | None:
    return str(value) if value not in (None, "", "None") else None


def _codes(
    name: str, without: tuple[str, ...], unsaid: bool
) -> Callable[[], list[tuple[str, str]]]:
    def choices() -> list[tuple[str, str]]:
        listed = [one for one in codelist(name).choices() if one[0] not in without]
        if unsaid:
            there = {code for code, _label in listed}
            listed += [(code, str(label)) for code, label in UNSAID.items() if code not in there]
        return listed

    return choices


class ChoicesField(Coded, wtforms.SelectMultipleField):
    """Any number of values of a code list, as chips to tick."""

    def __init__(self, label: Any = None, extra_validators: Any = None, *, codes: str,
                 **more: Any) -> None:  # fmt: skip
        super().__init__(label, extra_validators or [], choices=_codes(codes, (), False), **more)


class MinutesField(wtforms.RadioField):
    """How long something took, among the usual lengths and the one it had before."""

    def __init__(self, label: Any = None, usual: tuple[int, ...] = (), **more: Any) -> None:
        self.usual = usual
        super().__init__(label, [validators.Optional()], coerce=_whole, **more)

    def process_data(self, value: Any) -> None:
        super().process_data(value)
        offered = sorted({*self.usual, *([self.data] if self.data else [])})
        self.choices = [(n, _("%(n)s min", n=n)) for n in offered]


def _whole(value: Any) -> int | None:
    return int(value) if value not in (None, "") else None


class LongTextField(wtforms.TextAreaField):
    """A free text. One that is too long comes back whole, with a sentence."""

    def __init__(
        self, label: Any = None, extra_validators: Any = None, *, longest: int = LONGEST_NOTE,
        **more: Any,
    ) -> None:  # fmt: skip
        self.longest = longest
        super().__init__(label, extra_validators or [], **more)

    def pre_validate(self, _form: Any) -> None:
        excess = len(self.data or "") - self.longest
        if excess > 0:
            raise validators.ValidationError(
                _n(
                    "This text is too long by %(n)s character. At most %(most)s fit.",
                    "This text is too long by %(n)s characters. At most %(most)s fit.",
                    excess,
                    most=format_number(self.longest),
                )
            )


NO_NUMBER = "Not a valid decimal value."  # as the library says it


class MoneyField(wtforms.DecimalField):
    """An amount in dirhams, with a comma or a point, in figures of any script: no number of the
    browser, which would take none of them."""

    widget = wtforms.widgets.TextInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        plain = ["".join(one.split()).replace("\u066b", ".").replace(",", ".") for one in valuelist]
        super().process_formdata(plain)
        if self.data is not None and not self.data.is_finite():  # NaN and Infinity are words here
            self.data = None
            raise ValueError(self.gettext(NO_NUMBER))

    def _value(self) -> str:
        """Without decimals where there are none: 12000, not 12000.00."""
        amount = self.data
        if self.raw_data or amount is None or amount != amount.to_integral_value():
            return str(super()._value())
        return f"{amount:.0f}"

    @property
    def centimes(self) -> int | None:
        """The amount as records keep it."""
        return None if self.data is None else int((self.data * 100).to_integral())


def in_dirhams(centimes: int | None) -> decimal.Decimal | None:
    """An amount as its form shows it."""
    return None if centimes is None else decimal.Decimal(centimes) / 100


KINDS = (
    ("quick_date", "QuickDateField"),
    ("partial_date", "PartialDateField"),
    ("hidden", wtforms.HiddenField),
    ("switch", wtforms.BooleanField),
    ("radios", wtforms.RadioField),
    ("checks", wtforms.SelectMultipleField),
    ("select", wtforms.SelectField),
    ("long_text", wtforms.TextAreaField),
    ("password", wtforms.PasswordField),
    ("file", wtforms.FileField),
    ("day", wtforms.DateField),
    ("number", wtforms.IntegerField),
    ("number", wtforms.DecimalField),
)


def form_kind(field: wtforms.Field) -> str:
    """Which component shows a field: the name of a macro of `components/form.html`."""
    if isinstance(field, ChoiceField):
        return "radios" if field.as_chips else "select"
    for name, kind in KINDS:
        if field.type == kind if isinstance(kind, str) else isinstance(field, kind):
            return name
    return "line"


def is_optional(field: wtforms.Field) -> bool:
    """Whether to say "optional" beside the label. Boxes to tick need no such word, and what is
    asked for some answers only says so itself."""
    kind = form_kind(field)
    if getattr(field, "for_some", False):
        return False
    if isinstance(field, ChoiceField):
        return not field.required_choice
    if kind == "quick_date":
        return not field.required_day
    if kind == "partial_date":
        return not field.required_date
    if kind in {"checks", "switch", "hidden"}:
        return False
    if kind in {"radios", "select"}:
        return bool(field.flags.optional)
    return not field.flags.required


def init_app(app: Flask) -> None:
    app.after_request(set_form_status)
    app.jinja_env.globals.update(form_kind=form_kind, is_optional=is_optional)
