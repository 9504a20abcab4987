#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Build `static/fonts` from the published package of IBM Plex Sans Arabic.

Needs npm and the `test` extras (fonttools, brotli), and only when the fonts are to be changed:
what it builds is committed. The licence (OFL 1.1) reserves the name "Plex", and a subset is a
modified version, so the family is renamed; copyright and licence stay inside each file, and the
text of the licence stands beside them.

python scripts/build_fonts.py            build from the version that vendor.lock names
"""

import hashlib
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

STATIC = Path(__file__).parent.parent / "static"
LOCK = STATIC / "vendor.lock"
PACKAGE, VERSION, LICENCE = "@ibm/plex-sans-arabic", "1.1.0", "OFL-1.1"
FAMILY = "Sanad UI"
NARROW_SPACE = "narrownobreakspace"
WEIGHTS = {400: "Regular", 600: "SemiBold"}

# French and English, names of the region (ḍ, ḥ, ṣ, ṭ, ẓ…), typographic marks, a few arrows.
LATIN = [
    *range(0x20, 0x7F), *range(0xA0, 0x180), 0x218, 0x219, 0x21A, 0x21B, 0x1E0D, 0x1E25, 0x1E63,
    0x1E6D, 0x1E93, 0x200B, 0x200E, 0x200F, 0x2010, 0x2011, 0x2013, 0x2014, 0x2018, 0x2019,
    0x201C, 0x201D, 0x2022, 0x2026, 0x2039, 0x203A, 0x20AC, 0x2190, 0x2192, 0x2212, 0x2264,
    0x2265, 0x00D7,
]  # fmt: skip
# An Arabic page also shows codes, numbers and names in Latin letters: it needs no other file.
BASIC_LATIN = [*range(0x20, 0x7F), 0xA0, 0xAB, 0xBB, 0xB7, 0xD7, 0xE9, 0xE8, 0xEA, 0xE0, 0xE7]
# Arabic, the letters Maghrebi and Persian names add, digits of both forms, vowel marks.
ARABIC = [
    0x60C, 0x61B, 0x61F, *range(0x621, 0x63B), *range(0x640, 0x656), *range(0x660, 0x66D), 0x670,
    0x671, 0x67E, 0x686, 0x698, 0x6A4, 0x6A8, 0x6A9, 0x6AD, 0x6AF, 0x6CC, 0x6D5,
    *range(0x200C, 0x2010), 0x2013, 0x2019, 0x2026, 0x2212, 0x2190, 0x2192, 0x2264, 0x2265,
]  # fmt: skip
SUBSETS = {"latin": LATIN, "arabic": [*BASIC_LATIN, *ARABIC]}
FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl", "init", "medi", "fina", "rlig", "calt", "liga"]

# Name records of a font file: what each number holds.
COPYRIGHT, FAMILY_ID, STYLE, UNIQUE, FULL, POSTSCRIPT, LICENCE_ID, LICENCE_URL = (
    0, 1, 2, 3, 4, 6, 13, 14,
)  # fmt: skip
KEPT_AS_IT_IS = {COPYRIGHT, LICENCE_ID, LICENCE_URL}


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        archive = fetch(Path(folder))
        written = build(unpack(archive))
        LOCK.write_text(lock_text(digest(archive), written), encoding="utf-8")
    for path in written:
        print(f"{path.relative_to(STATIC)}: {path.stat().st_size / 1024:.1f} KB")
    return 0


def fetch(folder: Path) -> Path:
    """The package as published. Stops when it is not the one the lock file knows."""
    command = ["npm", "pack", "--silent", f"{PACKAGE}@{VERSION}"]
    # The command is the constant above, and npm is wherever the builder has it.
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    archive = next(folder.glob("*.tgz"))
    known = locked_digest()
    if known and known != digest(archive):
        sys.exit(f"{PACKAGE} {VERSION} is not the file that vendor.lock knows; nothing was built.")
    return archive


def unpack(archive: Path) -> Path:
    with tarfile.open(archive) as files:
        files.extractall(archive.parent, filter="data")
    return archive.parent / "package"


def build(package: Path) -> list[Path]:
    fonts = STATIC / "fonts"
    fonts.mkdir(parents=True, exist_ok=True)
    written = [
        subset(package, fonts / f"ui-{script}-{weight}.woff2", weight, characters)
        for script, characters in SUBSETS.items()
        for weight in WEIGHTS
    ]
    licence = fonts / "OFL.txt"
    licence.write_text((package / "LICENSE.txt").read_text(encoding="utf-8"), encoding="utf-8")
    return [*written, licence]


def subset(package: Path, target: Path, weight: int, characters: list[int]) -> Path:
    style = WEIGHTS[weight]
    source = package / "fonts" / "complete" / "woff2" / f"IBMPlexSansArabic-{style}.woff2"
    font = TTFont(source)
    options = Options()
    options.layout_features = FEATURES
    options.hinting = False
    options.name_IDs = ["*"]
    options.notdef_outline = True
    cut = Subsetter(options)
    cut.populate(unicodes=characters)
    cut.subset(font)
    add_narrow_space(font)
    rename(font, style)
    font.flavor = "woff2"
    font.save(target)
    return target


def add_narrow_space(font: TTFont) -> None:
    """French numbers are set with U+202F, which the package lacks: half a space of its own."""
    space = font.getBestCmap()[0x20]
    width, bearing = font["hmtx"][space]
    font.setGlyphOrder([*font.getGlyphOrder(), NARROW_SPACE])
    font["glyf"].glyphs[NARROW_SPACE] = font["glyf"][space]
    font["hmtx"][NARROW_SPACE] = (width * 3 // 4, bearing)
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[0x202F] = NARROW_SPACE


def rename(font: TTFont, style: str) -> None:
    """A family name of our own; what the licence asks to keep is kept."""
    table = font["name"]
    plain = f"{FAMILY.replace(' ', '')}-{style}"
    ours = {FAMILY_ID: FAMILY, STYLE: style, UNIQUE: plain, FULL: f"{FAMILY} {style}",
            POSTSCRIPT: plain}  # fmt: skip
    for record in list(table.names):
        if record.nameID in ours:
            table.setName(
                ours[record.nameID], record.nameID, record.platformID, record.platEncID,
                record.langID,
            )  # fmt: skip
        elif record.nameID not in KEPT_AS_IT_IS:
            table.removeNames(record.nameID, record.platformID, record.platEncID, record.langID)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def locked_digest() -> str | None:
    if not LOCK.exists():
        return None
    locked = tomllib.loads(LOCK.read_text(encoding="utf-8"))
    return next((one["sha256"] for one in locked["package"] if one["version"] == VERSION), None)


def lock_text(archive_digest: str, written: list[Path]) -> str:
    lines = [
        "# What stands in static/ and was not written here. Built by scripts/build_fonts.py.",
        "[[package]]",
        f'name = "{PACKAGE}"',
        f'version = "{VERSION}"',
        f'licence = "{LICENCE}"',
        f'sha256 = "{archive_digest}"',
    ]
    for path in written:
        lines += ["", "[[package.file]]", f'path = "{path.relative_to(STATIC)}"',
                  f'sha256 = "{digest(path)}"']  # fmt: skip
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
