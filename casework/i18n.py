# SPDX-License-Identifier: AGPL-3.0-or-later
"""Languages read from `locale/*.po`: words, plurals, direction, days and numbers.

Each catalogue is compiled in memory on first use; there is no `.mo` to ship or to forget.
Source strings are English. A language is one file: its header carries its name.
"""

import datetime as dt
import gettext
import io
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from babel import Locale, dates, lists, numbers
from babel.messages import mofile, pofile
from babel.support import LazyProxy

from . import clock

LOCALE = Path(__file__).parent / "locale"
DEFAULT = "fr"
# "1er mars" in French: the locale data has no such form.
FIRST_OF_MONTH = re.compile(r"\b1 (?=\D)")
# What keeps a piece of a line in its own direction (first strong isolate, and its end).
FSI, PDI = "\u2068", "\u2069"
# Where a space of French holds, whole or thin: what is typed in a catalogue is a plain one.
HOLDING = re.compile(r" (?=[:»]|%%)|(?<=«) |(?<=\d) (?=%(?!\())")
THIN = re.compile(r" (?=[;!?])|(?<=\d) (?=\d{3})")
# Plain `ar` has other month names and a twelve-hour clock, plain `en` American dates.
FORMATS = {"fr": "fr", "ar": "ar_MA", "en": "en_GB"}


@dataclass(frozen=True)
class Language:
    """One language of the screen: `direction` is ltr or rtl, `locale` formats days and numbers."""

    code: str
    name: str
    direction: str
    locale: Locale


def _language(code: str) -> Language:
    locale = Locale.parse(FORMATS[code])
    name = {"fr": "Français", "ar": "العربية", "en": "English"}[code]
    return Language(code, name, locale.text_direction, locale)


LANGUAGES = {code: _language(code) for code in FORMATS}

_current: ContextVar[str] = ContextVar("language", default=DEFAULT)


def language() -> str:
    """The code of the language in use: fr, ar or en."""
    return _current.get()


def set_language(code: str) -> None:
    """Speak a language from here on (a request sets it once, at its start)."""
    _current.set(code if code in LANGUAGES else DEFAULT)


def language_of(environ: Mapping[str, str]) -> str:
    """The language a terminal asks for, by the order of POSIX; ours where it asks for none."""
    asked = next(filter(None, map(environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), DEFAULT)
    return asked[:2] if asked[:2] in LANGUAGES else DEFAULT


@contextmanager
def use_language(code: str) -> Iterator[None]:
    """Speak another language for a while: a letter, a printed page, a test."""
    token = _current.set(code if code in LANGUAGES else DEFAULT)
    try:
        yield
    finally:
        _current.reset(token)


@cache
def catalogue(code: str) -> gettext.NullTranslations:
    """The compiled messages of one language."""
    with (LOCALE / f"{code}.po").open("rb") as lines:
        messages = pofile.read_po(lines, locale=code)
    if code == "fr":
        for message in messages:
            message.string = _typeset(message.string)
    compiled = io.BytesIO()
    mofile.write_mo(compiled, messages)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def _typeset(said: Any) -> Any:
    """French with the spaces that hold: no line begins with a colon or ends on a quotation mark."""
    if isinstance(said, tuple | list):
        return [_typeset(one) for one in said]
    return THIN.sub("\u202f", HOLDING.sub("\u00a0", said or ""))


def _(message: str, **values: Any) -> str:
    """The sentence in the reader's language, with `%(name)s` filled in."""
    text = catalogue(language()).gettext(message)
    return text % values if values else text


def _n(singular: str, plural: str, number: int, **values: Any) -> str:
    """The sentence for a number: Arabic has six forms, French counts nought as one."""
    text = catalogue(language()).ngettext(singular, plural, number)
    return text % {"n": format_number(number), **values}


def _l(message: str, **values: Any) -> Any:
    """The sentence, put into words only when shown: for labels declared at import."""
    return LazyProxy(_, message, enable_cache=False, **values)


def _locale() -> Locale:
    return LANGUAGES[language()].locale


def format_day(day: dt.date, style: str = "long") -> str:
    """A day nobody can misread: the month in words (`long`, `full`, `medium`; `short` leaves the
    year out, where it stands above)."""
    return _written_day(day, style, language())


SKELETONS = {"medium": "yMMMd", "short": "MMMd"}


# A list of fifty lines asks again and again; putting a day into words takes 20 µs.
@lru_cache(4096)
def _written_day(day: dt.date, style: str, code: str) -> str:
    locale = LANGUAGES[code].locale
    if style in SKELETONS:  # whose own patterns are in figures in Arabic
        words = dates.format_skeleton(SKELETONS[style], day, locale=locale)
    else:
        words = dates.format_date(day, style, locale=locale)
    return FIRST_OF_MONTH.sub("1er ", words) if code == "fr" and day.day == 1 else words


def format_month(day: dt.date) -> str:
    """A month and its year in words."""
    return dates.format_skeleton("yMMMM", day, locale=_locale())


def format_time(moment: dt.datetime) -> str:
    """The hour on the wall in Morocco, 24 hours."""
    return dates.format_time(moment, "HH:mm", tzinfo=clock.MOROCCO, locale=_locale())


def format_number(number: float, decimals: int | None = None) -> str:
    """A number with the language's separators and Latin digits, and so many decimals if said."""
    return _written_number(number, language(), decimals)


@lru_cache(4096, typed=True)
def _written_number(number: float, code: str, decimals: int | None) -> str:
    pattern = None if decimals is None else f"#,##0.{'0' * decimals}".rstrip(".")
    return numbers.format_decimal(number, pattern, locale=LANGUAGES[code].locale)


def format_list(items: list[str]) -> str:
    """« a, b et c » in the reader's language."""
    return lists.format_list(items, locale=_locale())


def isolated(part: object) -> str:
    """A piece of a line that keeps its own direction, whatever is written beside it."""
    words = str(part)
    return words if words.startswith(FSI) and words.endswith(PDI) else f"{FSI}{words}{PDI}"


def joined(*parts: object) -> str:
    """« a · b · c », each part in its own direction: where writing runs from the right, a Latin
    name and a number beside it would else change places. What is empty is left out."""
    return " · ".join([isolated(part) for part in parts if part])
