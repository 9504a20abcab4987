# SPDX-License-Identifier: AGPL-3.0-or-later
"""The forms about a person. Any of them may be left half empty: what is not said stays unsaid."""

import re
from collections.abc import Iterator
from typing import Any, ClassVar

import wtforms
from flask import request
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from casework import clock
from casework.codelists import UNSAID
from casework.i18n import _, _l
from casework.web import (
    BaseForm,
    ChoiceField,
    LongTextField,
    PartialDate,
    PartialDateField,
    QuickDateField,
    forms,
)

from . import countries
from .ages import situation_on
from .identity import NAMES, OLDEST
from .models import HOW, NAME_LENGTH, Person
from .numbers import e164, plain
from .records import FIRST_DAY, MISTAKE, Mended

LATIN = {"dir": "ltr", "autocapitalize": "characters", "spellcheck": "false"}
ANOTHER = "other"  # a country that the page does not name
SEVERAL = re.compile(r"[,;/\n،]+")
CODED = (
    "sex", "document_kind", "disability", "population_group", "nationality", "nationality_group"
)  # fmt: skip


def the_day(label: Any) -> QuickDateField:
    """The day on which something happened in the programme."""
    return QuickDateField(label, earliest=FIRST_DAY)


class WhyForm(forms.VersionedForm):
    """A form that changes what stands, and asks why of who did not write it: at its end, once she
    has seen what stands and what she changes."""

    LAST: ClassVar = ("mistaken", "why")

    why = LongTextField(
        _l("Why you put it right"), [DataRequired()],
        description=_l("A colleague wrote this. Your name and your reason stay beside what stood."),
    )  # fmt: skip

    def __iter__(self) -> Iterator[wtforms.Field]:
        ends = {name: place for place, name in enumerate(self.LAST, 1)}
        return iter(sorted(super().__iter__(), key=lambda one: ends.get(one.short_name, 0)))

    def new(self) -> Any:
        """For what is not written down yet: nobody has to be asked."""
        del self.why
        return self

    def mending(self, record: Mended) -> Any:
        """For a record that stands. Raises Refusal (403) for who may not put it right, before she
        types anything; what was typed all the same comes back on its page."""
        if request.method == "GET":
            record.check_mender()
        if not record.asks_why:
            del self.why
        return self

    def reason_given(self) -> str | None:
        """Why it is put right; nothing where nobody has to say it."""
        return self.why.data or None if "why" in self else None


class MendingForm(forms.OnceForm, WhyForm):
    """What writes a record down, or puts it right: `mistaken` is asked of what stands already."""

    mistaken = wtforms.BooleanField(MISTAKE)

    def new(self) -> Any:
        """For what is not written down yet: nobody can have been mistaken."""
        del self.mistaken
        return super().new()


def _name(label: Any) -> wtforms.StringField:
    return wtforms.StringField(label, [Optional(), Length(max=NAME_LENGTH)])


def _how() -> wtforms.RadioField:
    return wtforms.RadioField(
        _l("How it was given"),
        choices=lambda: [(code, str(label)) for code, label in HOW.items()],
        default="oral",
    )


class CountryField(wtforms.SelectField):
    """A country, or that it is not known; nothing chosen is None.

    A page carries the usual ones. A script adds the others by their codes, `more`, as browsers
    know the names; where none runs, who asks for another country is sent the whole list.
    """

    blank = ("", _l("Not stated"))

    def __init__(self, label: Any = None, extra_validators: Any = None, **more: Any) -> None:
        super().__init__(
            label,
            extra_validators or [Optional()],
            choices=countries.usual,
            coerce=lambda value: value or None,
            validate_choice=False,
            **more,
        )

    @property
    def more(self) -> str:
        return "" if self.data == ANOTHER else countries.in_short()

    def iter_choices(self) -> Any:
        """The options shown, those who cannot or would not say at the end."""
        shown = countries.usual(self.data) + [(ANOTHER, _("Another country"))]
        if self.data == ANOTHER:
            shown = countries.choices()
        self.choices = shown + [(code, str(words)) for code, words in UNSAID.items()]
        return super().iter_choices()

    def pre_validate(self, _form: Any) -> None:
        if self.data == ANOTHER:
            raise ValidationError(_("The list is whole now: choose the country in it."))
        if self.data and not (countries.is_country(self.data) or self.data in UNSAID):
            raise ValidationError(_("Choose one of the answers."))


class PhonesField(wtforms.StringField):
    """One phone number or several, as typed; `numbers` are all of them in one form."""

    @property
    def numbers(self) -> list[str]:
        return [number for one in self._typed() if (number := e164(one))]

    def _typed(self) -> list[str]:
        return [one for one in SEVERAL.split(self.data or "") if one.strip()]

    def pre_validate(self, _form: Any) -> None:
        if any(e164(one) is None for one in self._typed()):
            raise ValidationError(_("This is not a phone number. Check its figures."))


class IdentityForm(BaseForm):
    """Who someone is. `identity()` is what `register_person` and `correct_person` take."""

    given = _name(_l("Given name"))
    family = _name(_l("Family name"))
    given_ar = _name(_l("Given name in Arabic script"))
    family_ar = _name(_l("Family name in Arabic script"))
    sex = ChoiceField(_l("Sex"), codes="sex", without=("U",), unsaid=True)
    birth = PartialDateField(_l("Born on"))
    phones = PhonesField(
        _l("Phone"),
        [Optional()],
        description=_l("Several numbers: put a comma between them."),
        render_kw={"inputmode": "tel"},
    )
    languages = forms.ChoicesField(_l("Languages"), codes="language")
    population_group = ChoiceField(_l("Population group"), codes="population_group")
    nationality = CountryField(_l("Nationality"))
    nationality_group = ChoiceField(
        _l("Region, if country unknown"), codes="nationality_group", without=("MAR", "STL")
    )
    disability = ChoiceField(_l("Disability"), codes="disability")
    document_kind = ChoiceField(_l("Document"), codes="id_document", unsaid=True)
    document_number = wtforms.StringField(
        _l("Document number"), [Optional(), Length(max=40)], render_kw=LATIN
    )

    def identity(self, person: Person | None = None) -> dict[str, Any]:
        """What was said. An age that `person` was estimated at before keeps its day."""
        birth = self.birth.data or PartialDate()
        said = {name: self[name].data for name in (*NAMES, *CODED, "languages", "document_number")}
        said |= {"phones": self.phones.numbers, "born": birth.day, "birth_year": birth.year}
        said |= {"age_estimate": birth.age, "age_estimated_on": None}
        if birth.age is not None:
            before = person.identity if person else None
            same = before is not None and before.age_estimate == birth.age
            said["age_estimated_on"] = before.age_estimated_on if same else clock.today()
        return said


def identity_of(person: Person) -> dict[str, Any]:
    """What a file says, as the `data` of an IdentityForm that corrects it."""
    who = person.identity
    situation = situation_on(who, clock.today())
    known = countries.is_country(situation.get("nationality"))
    plain_ones = (*NAMES, "sex", "disability", "document_kind", "document_number", "languages")
    return {
        **{name: getattr(who, name) for name in plain_ones},
        "phones": ", ".join(who.phones or ()),
        "birth": PartialDate(who.born, who.birth_year, who.age_estimate),
        "population_group": situation.get("population_group"),
        "nationality": situation.get("nationality"),
        "nationality_group": None if known else situation.get("nationality_group"),
    }


SELDOM = ("languages", "disability", "document_kind", "document_number")


class RegistrationForm(IdentityForm):
    """A new file: who, and what she or he agrees to. `site` is left out where there is one only.

    `seen` holds the codes of possible duplicates already shown: who saves again means it.
    """

    seen = wtforms.HiddenField()
    site = wtforms.SelectField(_l("Site"))
    care = ChoiceField(_l("Agrees that a file is kept"), codes="consent_answer", required=True)
    statistics = ChoiceField(
        _l("Agrees to anonymous statistics"), codes="consent_answer", required=True
    )
    contact = ChoiceField(_l("Agrees to be contacted"), codes="consent_answer")
    how = _how()

    def in_order(self) -> list[wtforms.Field]:
        """The questions as they are asked: agreement comes before anything is written down."""
        asked = ("site", "care", "statistics", "contact", "how")
        first = [self[name] for name in asked if name in self]
        said = (*first, *self.seldom())
        hidden = (wtforms.HiddenField,)
        return first + [one for one in self if one not in said and not isinstance(one, hidden)]

    def seldom(self) -> list[wtforms.Field]:
        """What few are asked at once, folded at the end of the page."""
        return [self[name] for name in SELDOM]

    def is_unfolded(self) -> bool:
        """Nothing that was said, or said wrongly, is folded away."""
        return any(one.data or one.errors for one in self.seldom())

    def consents(self) -> dict[str, str]:
        """An answer per purpose; nothing said is not asked yet."""
        asked = {"CARE": self.care, "STATS": self.statistics, "CONTACT": self.contact}
        return {purpose: field.data or "not_asked" for purpose, field in asked.items()}


class ConsentForm(BaseForm):
    purpose = ChoiceField(_l("Purpose"), codes="consent_type", required=True)
    answer = ChoiceField(
        _l("Answer"), codes="consent_answer", without=("not_asked",), required=True
    )
    on = QuickDateField(_l("Day"))
    how = _how()


class SearchForm(BaseForm):
    q = wtforms.StringField(
        _l("Code, whole name, phone or document"),
        [DataRequired(), Length(max=200)],
        description=_l("A name may be in Latin or Arabic letters, with any spelling."),
    )
    birth_year = wtforms.StringField(
        _l("Year of birth"), [Optional()], render_kw={"inputmode": "numeric", "maxlength": 4}
    )

    @property
    def year(self) -> int | None:
        text = plain(self.birth_year.data or "")
        return int(text) if text.isdecimal() and len(text) < 10 else None

    def validate_birth_year(self, field: wtforms.Field) -> None:
        this_year = clock.today().year
        if self.year is None or not this_year - OLDEST <= self.year <= this_year:
            raise ValidationError(_("Check the year of birth."))
