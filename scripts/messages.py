# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keep the catalogues true: `update` extracts the messages, `merge LANG FILE` adds translations.

python scripts/messages.py update
python scripts/messages.py merge fr words.fr.po
python scripts/messages.py missing
"""

import fcntl
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
LOCALE = ROOT / "casework" / "locale"
KEYWORDS = {"_": None, "_l": None, "_n": (1, 2), "gettext": None, "ngettext": (1, 2)}
# Where there is something to say: the package, and the pages.
SOURCES = (
    (ROOT / "casework", [("**.py", "python")]),
    (ROOT / "templates", [("**.html", "jinja2.ext.babel_extract")]),
)
OPTIONS = {"**.html": {"encoding": "utf-8", "trimmed": "true"}}


def extracted() -> Catalog:
    """Every message of the source, with the files it stands in (lines would change too often)."""
    found = Catalog()
    for folder, methods in SOURCES:
        for name, _line, message, comments, context in extract_from_dir(
            folder, methods, OPTIONS, KEYWORDS, comment_tags=("i18n:",)
        ):
            place = str((folder / name).relative_to(ROOT))
            found.add(message, None, [(place, None)], auto_comments=comments, context=context)
    return found


def read(language: str) -> Catalog:
    with (LOCALE / f"{language}.po").open("rb") as lines:
        return read_po(lines, locale=language)


def write(language: str, catalogue: Catalog) -> None:
    with (LOCALE / f"{language}.po").open("wb") as lines:
        write_po(lines, catalogue, width=99, sort_output=True, ignore_obsolete=True)


def missing(language: str) -> list[str]:
    """Messages of the source that the language does not say, or says without being sure."""
    known = read(language)
    return [
        str(message.id)
        for message in extracted()
        if message.id and not _said(known.get(message.id))
    ]


def _said(message: object) -> bool:
    if message is None or message.fuzzy:
        return False
    forms = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(forms) and bool(forms)


def update(language: str) -> None:
    """Put new messages in, take gone ones out; what was translated stays as it is."""
    catalogue = read(language)
    catalogue.update(extracted(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    write(language, catalogue)


def merge(language: str, path: Path) -> None:
    with path.open("rb") as lines:
        added = read_po(lines, locale=language)
    catalogue = read(language)
    for message in added:
        if message.id and _said(message):
            _put(catalogue, message)
    write(language, catalogue)


def _put(catalogue: Catalog, message: Message) -> None:
    """Say it in the catalogue. `Catalog.add` keeps the words of a message already listed, were
    they empty or unsure."""
    listed = catalogue.get(message.id, context=message.context)
    if listed is None:
        catalogue.add(message.id, message.string, context=message.context)
    else:
        listed.string = message.string
        listed.flags.discard("fuzzy")


@contextmanager
def alone() -> Iterator[None]:
    with (ROOT / "casework" / "locale" / "fr.po").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main(arguments: list[str]) -> int:
    match arguments:
        case ["update"]:
            with alone():
                for language in ("fr", "ar"):
                    update(language)
        case ["merge", language, path]:
            with alone():
                merge(language, Path(path))
        case ["missing"]:
            gaps = {language: missing(language) for language in ("fr", "ar")}
            for language, messages in gaps.items():
                for message in messages:
                    print(f"{language}: {message}")
            return int(any(gaps.values()))
        case _:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
