# SPDX-License-Identifier: AGPL-3.0-or-later
"""One form for what people write in many: phone numbers, document numbers, names of enterprises,
public codes."""

import re
import secrets
import unicodedata

import phonenumbers

from casework.errors import Refusal
from casework.i18n import _

REGION = "MA"  # what a number without a country code is taken for
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford base32: no I, L, O, U
LETTERS = 5
PRIME = 37  # Crockford's check: it catches one wrong character and two that changed places
_MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0"})
_CODE = re.compile(rf"[{ALPHABET}]{{{LETTERS + 1}}}")
_CODE_BREAKS = re.compile(r"[\s\-‐–—_./]+")
_NOT_DOCUMENT = re.compile(r"[\W_]+")
ICE_LENGTH = 15  # 9 of the company, 4 of its branch, 2 to check
# Letters of one name that keyboards of the region write in several ways.
ALIKE = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ـ": "", "ß": "ss"}
)
_WORD = re.compile(r"[^\W_]+")
# What an enterprise is by law, and what it is called by: « Atlas » and « Atlas SARL » are one.
LATIN_FORMS = "sarl sarlau au sa sas snc gie ste societe company co coop cooperative"
LEGAL_WORDS = {*LATIN_FORMS.split(), "شركه", "تعاونيه", "مقاوله"}


def plain(text: object) -> str:
    """Figures of any script as Latin ones, full-width letters as plain ones, upper case."""
    folded = unicodedata.normalize("NFKC", str(text)).upper()
    return "".join(str(unicodedata.decimal(one)) if one.isdecimal() else one for one in folded)


def e164(phone: object) -> str | None:
    """A phone number as +212612345678, however it was typed; None for what cannot be one.

    Numbers are taken as possible, not as assigned: new prefixes come faster than tables of them.
    """
    try:
        number = phonenumbers.parse(plain(phone), REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def document(number: object) -> str | None:
    """The number of a document without spaces, dashes and case; None when nothing is left."""
    return _NOT_DOCUMENT.sub("", plain(number)) or None


def ice_of(typed: str | None) -> str | None:
    """The ICE that was meant, as its 15 figures; None for nothing.

    Its check makes the whole a multiple of 97. Raises Refusal (422) for anything else.
    """
    bare = document(typed or "")
    if bare is None:
        return None
    if len(bare) != ICE_LENGTH or not bare.isdecimal():
        raise Refusal(_("An ICE has 15 figures and nothing else. Read them again."), 422)
    if int(bare) % 97:
        raise Refusal(_("This is not an ICE: its 15 figures do not check. Read them again."), 422)
    return bare


def folded(name: str) -> str:
    """A name as it is compared: `EL AMRANI, Sarah` and `Sara h` differ, `Sarah el-Amrani` not."""
    return " ".join(sorted(_words(name)))


def folded_organisation(name: str) -> str:
    """The same for an enterprise, whatever its legal form: `Sté Atlas S.A.R.L.` is `Atlas`."""
    bare = [word for word in _words(name.replace(".", "")) if word not in LEGAL_WORDS]
    return " ".join(sorted(bare)) or folded(name)


def _words(name: str) -> list[str]:
    text = unicodedata.normalize("NFKD", name.translate(ALIKE))
    bare = "".join(one for one in text if not unicodedata.combining(one))
    return _WORD.findall(bare.casefold())


# ------------------------------------------------------------------ public codes


def new_code() -> str:
    """A random public code, `K7M2Q-4`: five characters and one that catches a slip of the pen.

    Random, so that it tells neither who came first nor how many came. Codes whose check would be
    one of Crockford's five signs are not given: nobody can dictate them.
    """
    while True:
        letters = "".join(secrets.choice(ALPHABET) for _ in range(LETTERS))
        check = _check(letters)
        if check is not None:
            return f"{letters}-{check}"


def code_of(text: str) -> str | None:
    """The code that was meant, if this is one: any case, spaces, O for 0, I and L for 1.

    None for anything else, and where the check character does not fit.
    """
    bare = _CODE_BREAKS.sub("", plain(text)).translate(_MISREAD)
    if not _CODE.fullmatch(bare) or _check(bare[:LETTERS]) != bare[LETTERS:]:
        return None
    return f"{bare[:LETTERS]}-{bare[LETTERS:]}"


def _check(letters: str) -> str | None:
    value = 0
    for letter in letters:
        value = value * len(ALPHABET) + ALPHABET.index(letter)
    place = value % PRIME
    return ALPHABET[place] if place < len(ALPHABET) else None
