# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a name sounds: one key for its Arabic, French, English and West African spellings.

A word gives its skeleton of consonants, in classes that spelling habits do not cross (Mohamed =
Muhammad = محمد = MMD). A whole name gives the consonants of all its words in alphabetical order:
neither the place of a space (Ben Ali, Benali) nor the order of given and family name matters.
"""

import csv
import re
import unicodedata
from collections.abc import Iterable
from itertools import combinations, product
from pathlib import Path

ALIASES = Path(__file__).parent.parent / "data" / "name_aliases.csv"
SHORTEST = {"whole": 4, "family": 2}  # letters of a key; below, vowels count too
MOST_KEYS = 8  # spellings of one name that are indexed or looked up

_MARKS = re.compile("[\u064b-\u0652\u0670\u0640\u0653-\u0655'’`´ʿʾ‘]")
_HEARD_T = re.compile(r"اة\b")  # Hayat, Najat
_BREAKS = re.compile(r"[^\w]+|_")
_FOLDS = str.maketrans(
    {"ç": "s", "œ": "oe", "æ": "ae", "ß": "ss", "ı": "i", "أ": "ٱ", "إ": "ٱ", "آ": "ٱ"}
)
_TITLES = frozenset([
    "si", "sidi", "sid", "moulay", "mly", "moulaye", "lalla", "lala", "hajj", "haj", "hadj",
    "hajja", "haja", "hadja", "hadji", "elhaj", "elhadj", "alhaji", "سي", "سيدي", "مولاي", "لالة",
    "لالا", "الحاج", "الحاجة", "حاج", "حاجة",
])  # fmt: skip
_ARTICLES = frozenset(["el", "al", "l", "les", "ال"])
_JOINED = frozenset([
    "ben", "bin", "ibn", "bou", "ait", "abd", "abdel", "abdul", "abdoul", "عبد", "بن", "ابن", "بو",
    "ايت",
])  # fmt: skip

# Arabic letters that are heard as consonants on both sides; the others are left out.
_ARABIC: dict[int, str | None] = {ord(letter): sound for letter, sound in zip(
    "بتثجخدذرزسشصضطظغفقكلمنڤگپݣ", "BTTJKDDRZSXSDTDGFKKLMNFGBG", strict=True
)}  # fmt: skip
_ARABIC |= {code: None for code in range(0x600, 0x700) if code not in _ARABIC}
_ARABIC_ENDS = [(re.compile(pattern), put) for pattern, put in (
    (r"^عثم", "عسم"), (r"(?<=..)الدين$", "دين"), (r"^عبدال(?=[^ل])", "عبد"), (r"^ال(?=.{3})", ""),
    (r"^لح", "ح"), (r"(.)\1+", r"\1"),
)]  # fmt: skip
_LATIN = [(re.compile(pattern), put) for pattern, put in (
    (r"([a-z])\1+", r"\1"),
    (r"^l[ae]?h", "h"), (r"^(?:el(?=[a-z]{4})|al(?=[^aeiouyl][a-z]{3}))", ""),
    (r"^[aeiou]*(?:oth?|uth?|os|ous|us)m[ae]", "usma"),
    (r"^abd(?:[aeiou]*l(?=[^aeioul]|$)|[aeiou]*)", "BD"), (r"^(n?)di(?=[aeou])", r"\1dj"),
    (r"(?:[tsc]*sh|t?ch|sch)+", "X"), (r"kh|c?qh|qu|c?[qk]|x", "K"), (r"gu(?=[ei])|gh", "G"),
    (r"dj|j|g(?=[eiy])", "J"), (r"c(?=[eiy])|s", "S"), (r"[aeiouyhw]", ""),
)]  # fmt: skip
_CLASSES = str.maketrans("gfvcztdbp", "GFFKZTDBB")
_PHF = re.compile("ph")
_CHAT = str.maketrans({"2": None, "3": None, "5": "kh", "7": "h", "9": "k"})
_OTHER = re.compile(r"[^A-Z]")


def sound(word: str) -> str:
    """The skeleton of one word, in either script; empty when it has no consonant we hear."""
    return _skeleton(_folded(word))


def _folded(text: str) -> str:
    plain = _MARKS.sub("", text.lower().translate(_FOLDS))
    if plain.isascii():
        return plain
    parts = _MARKS.sub("", unicodedata.normalize("NFKD", unicodedata.normalize("NFC", plain)))
    return _HEARD_T.sub("ات", "".join(part for part in parts if not unicodedata.combining(part)))


def _is_arabic(word: str) -> bool:
    return "\u0600" <= word[:1] <= "\u06ff"


def _skeleton(word: str) -> str:
    if _is_arabic(word):
        for pattern, put in _ARABIC_ENDS:
            word = pattern.sub(put, word)
        return _OTHER.sub("", word.translate(_ARABIC))
    word = _PHF.sub("f", word.translate(_CHAT))
    for pattern, put in _LATIN:
        word = pattern.sub(put, word)
    return _OTHER.sub("", word.translate(_CLASSES).upper())


_WEAK_ARABIC: dict[int, str | None] = {ord(letter): sound for letter, sound in zip(
    "بتثجحخدذرزسشصضطظغفقكلمنهةاٱىعوي", "bttjhkddrzsxsdtdgfkklmnhaaaaawy", strict=True
)}  # fmt: skip
_WEAK_ARABIC[ord("ء")] = None
_WEAK = [(re.compile(pattern), put) for pattern, put in (
    (r"([a-z])\1+", r"\1"), (r"^el(?=[a-z]{4})", ""), (r"^ou(?=[aei])", "w"),
    (r"^l[ae]h", "h"), (r"[sct]+h", "x"), (r"kh|q", "k"), (r"dj", "j"), (r"dh", "d"), (r"th", "t"),
    (r"ph|v", "f"), (r"p", "b"), (r"(?<=a)h$", ""), (r"(?<=[^aeiouyw])e$", ""), (r"^[aeiou]", "A"),
    (r"(?<=.)[iy][aeiouy]*$", "I"), (r"(?<=.)[ae][eiyah]*$|a[aeiouy]*$", "A"),
    (r"(?<=.)[ouw]+$", "U"), (r"(?<=.)[aeiouyw]+", ""),
)]  # fmt: skip


def _weak(word: str) -> str:
    """For words with hardly a consonant (Ali, Aya, Bah): first and last vowel count as well."""
    if _is_arabic(word):
        word = re.sub(r"^ال(?=.{3})", "", word).translate(_WEAK_ARABIC)
    for pattern, put in _WEAK:
        word = pattern.sub(put, word)
    return word.lower()


# ---------------------------------------------------------------------- whole names


def _aliases() -> dict[str, list[str]]:
    with ALIASES.open(encoding="utf-8", newline="") as lines:
        return {
            _folded(row["alias"]): _folded(row["name"]).split() for row in csv.DictReader(lines)
        }


_KNOWN = _aliases()


def words(text: str, least: int = 1) -> list[str]:
    """The words of a name that tell people apart: abbreviations written out, titles left out
    as long as `least` words remain (Hadja is a title here and a given name there)."""
    raw = [word for word in _BREAKS.split(_folded(text)) if word]
    spelt = [word for one in raw for word in _KNOWN.get(one, [one])]
    named = [word for word in spelt if word not in _TITLES]
    named = named if len(named) >= least else spelt
    return _joined([word for place, word in enumerate(named) if not _is_article(named, place)])


def _is_article(named: list[str], place: int) -> bool:
    """Whether the word is an article before a name: El Amrani, Es Saidi, Ech Chaoui."""
    word = named[place]
    if place + 1 == len(named):
        return False
    if word in _ARTICLES:
        return True
    assimilated = 2 <= len(word) <= 3 and word[0] in "ae" and word[1:].isalpha()
    return assimilated and word.isascii() and named[place + 1].startswith(word[1:])


def _joined(named: list[str]) -> list[str]:
    """Ben Ali is one name in two words."""
    result: list[str] = []
    for word in named:
        if result and result[-1] in _JOINED:
            bare = re.sub(r"^ال(?=.{3})", "", word) if _is_arabic(word) else word
            result[-1] += bare
        else:
            result.append(word)
    return result


_GROWN = re.compile(r"l[ae](?!h)[a-z]{3}|l(?![aeiouylh])[a-z]{4}|لع")
_GROWN_ABD = re.compile(r"abd[aeiou]*l+[aeiou]")


def _spellings(word: str) -> list[str]:
    """Skeletons of a word where an article may be in it: Lamrani is El Amrani, Latifa is not El
    Atifa; Abdelaziz is Abd El Aziz, Abdelatif is Abd El Latif."""
    skeleton = _skeleton(word)
    if len(skeleton) > 2 and _GROWN.match(word):
        return [skeleton, skeleton[1:]]
    if skeleton.startswith("BDL") and _GROWN_ABD.match(word):
        return [skeleton, f"BD{skeleton[3:]}"]
    return [skeleton]


def _keys(named: Iterable[str], purpose: str) -> set[str]:
    named = list(named)
    keys = set()
    for choice in product(*map(_spellings, named)):
        letters = "".join(choice)
        if len(letters) >= SHORTEST[purpose]:
            keys.add("".join(sorted(letters)) if purpose == "whole" else letters)
    if not keys and named:
        keys.add("|".join(sorted(map(_weak, named))))
    return set(sorted(keys)[:MOST_KEYS])


def record_keys(given: str, family: str = "") -> set[str]:
    """The keys a registered name is found under: whole, and each given name with the family's.
    A name that is kept whole is found whole.

    One word alone is never a key: how often it occurs would tell which name it is.
    """
    first, last = words(given), words(family)
    named = [*first, *last]
    keys = _keys(named, "whole") if len(named) > 1 else set()
    if last and len(first) > 1:
        for one in first:
            keys |= _keys([one, *last], "whole")
    return keys


def query_keys(text: str, loose: bool = False) -> set[str]:
    """The keys to look a typed name up under; `loose` also leaves out one word at a time."""
    named = words(text, least=2)
    keys = _keys(named, "whole")
    if loose and len(named) > 2:
        for some in combinations(named, len(named) - 1):
            keys |= _keys(some, "whole")
    return keys


def family_keys(family: str) -> set[str]:
    """The keys of a family name; only ever indexed with a year."""
    return _keys(words(family), "family")
