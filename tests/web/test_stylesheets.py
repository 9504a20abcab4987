# SPDX-License-Identifier: AGPL-3.0-or-later
import hashlib
import re
import tomllib
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

ROOT = Path(__file__).parent.parent.parent
STATIC = ROOT / "static"
SHEETS = sorted((STATIC / "css").glob("*.css"))
FONTS = sorted((STATIC / "fonts").glob("*.woff2"))
PHYSICAL = re.compile(
    r"(?<![\w-])(left|right|(margin|padding|border|inset)-(left|right|top|bottom)|"
    r"top|bottom|width|height|(min|max)-(width|height)|float|clear)\s*:"
)


def without_comments(sheet: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.stem)
def test_a_sheet_serves_both_directions(sheet):
    rules = re.sub(r"@media[^{]*", "", without_comments(sheet))
    assert PHYSICAL.findall(rules) == []
    assert re.findall(r"text-align:\s*(left|right)", rules) == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.stem)
def test_a_sheet_can_be_read(sheet):
    text = without_comments(sheet)
    assert [line for line in text.splitlines() if line.count(";") > 1] == []
    assert "@layer" in text
    assert max(len(line) for line in sheet.read_text(encoding="utf-8").splitlines()) <= 120


def test_the_two_ways_into_the_dark_show_the_same():
    text = without_comments(STATIC / "css" / "tokens.css")
    blocks = re.findall(
        r':root(?::not\(\[data-theme="light"\]\)|\[data-theme="dark"\]) \{(.*?)\}', text, re.DOTALL
    )
    tokens = [re.findall(r"(--[\w-]+):\s*([^;]+);", block) for block in blocks]
    assert len(tokens) == 2
    assert tokens[0] == tokens[1]


def test_a_class_of_a_macro_stands_in_a_sheet():
    sheets = "\n".join(without_comments(sheet) for sheet in SHEETS)
    styled = set(re.findall(r"\.([a-z][\w-]*)", sheets))
    for template in (ROOT / "templates" / "components").glob("*.html"):
        text = re.sub(r"\{[{%#].*?[}%#]\}", "", template.read_text("utf-8"), flags=re.DOTALL)
        for classes in re.findall(r'class="([^"]*)"', text):
            for name in classes.split():
                known = name in styled or any(one.startswith(name) for one in styled)
                assert known, f"{template.name}: .{name} has no style"


def test_every_icon_asked_for_is_drawn():
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "img" / "icons.svg").read_text()))
    asked = set()
    for template in (ROOT / "templates").rglob("*.html"):
        asked |= set(re.findall(r'icon(?:_name=|\()"([\w-]+)"', template.read_text("utf-8")))
    assert asked <= drawn
    assert len(drawn) >= 20


@pytest.mark.parametrize("path", FONTS, ids=lambda path: path.stem)
def test_a_font_has_our_name_and_keeps_its_licence(path):
    names = {record.nameID: str(record) for record in TTFont(path)["name"].names}
    assert names[1] == "Sanad UI"
    assert not any("Plex" in names[number] for number in (1, 3, 4, 6))
    assert "IBM" in names[0]
    assert "SIL Open Font License" in names[13]
    characters = TTFont(path).getBestCmap()
    assert 0x202F in characters, "the narrow space of French numbers"
    if "arabic" in path.stem:
        assert all(ord(letter) in characters for letter in "ابتثجحخدذرزسشصضطظعغفقكلمنهويءةىڤگپچ،؟")


def test_what_was_not_written_here_is_locked():
    locked = tomllib.loads((STATIC / "vendor.lock").read_text(encoding="utf-8"))
    files = {}
    for package in locked["package"]:
        assert package["name"]
        assert package["version"]
        assert package["licence"] == "OFL-1.1"
        assert len(package["sha256"]) == 64
        files |= {file["path"]: file["sha256"] for file in package["file"]}
    there = {path.relative_to(STATIC).as_posix() for path in (STATIC / "fonts").iterdir()}
    assert set(files) == there
    for name, digest in files.items():
        assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest() == digest
