# SPDX-License-Identifier: AGPL-3.0-or-later
"""Checks any page of ours must pass, made without a browser."""

import re
from collections import Counter
from html.parser import HTMLParser
from xml.etree.ElementTree import Element, TreeBuilder

import html5lib

DIRECTIONS = {"fr": "ltr", "en": "ltr", "ar": "rtl"}
# Where only words of ours stand: a name or a note may hold any character.
OURS = {"h2", "h3", "button", "legend", "summary", "caption"}
WITHOUT_END = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
SELF_NAMED = {"hidden", "submit", "button"}


def parse(text: str) -> Element:
    """The page as a tree. Raises on anything a strict parser stumbles over."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    return parser.parse(text)


class _Reader(HTMLParser):
    """Builds the tree of a page that keeps to its manners: nothing in it needs mending."""

    def __init__(self) -> None:
        super().__init__()
        self.tree = TreeBuilder()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tree.start(tag, {name: value or "" for name, value in attrs})
        if tag in WITHOUT_END:
            self.tree.end(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tree.start(tag, {name: value or "" for name, value in attrs})
        self.tree.end(tag)

    def handle_endtag(self, tag: str) -> None:
        self.tree.end(tag)

    def handle_data(self, data: str) -> None:
        self.tree.data(data)


def read(text: str) -> Element:
    """The page as a tree, in a fraction of the time that a strict parser takes."""
    reader = _Reader()
    reader.feed(text.replace("\r\n", "\n"))  # as every parser begins
    reader.close()
    return reader.tree.close()


def token(text: str) -> str:
    """The form token of a page."""
    return re.search(r'name="csrf_token" value="([^"]+)"', text)[1]


def words(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def check(text: str, language: str) -> None:
    """Language, heading, labels, unique ids, nothing inline, every form with its token."""
    page = parse(text)
    assert page.get("lang") == language
    assert page.get("dir") == DIRECTIONS[language]
    check_heading(page)
    check_ids(page)
    check_labels(page)
    check_nothing_inline(page)
    for form in page.iter("form"):
        if form.get("method") == "post":
            assert form.find(".//input[@name='csrf_token']") is not None
    for element in page.iter():
        if element.tag in OURS:
            assert "'" not in words(element), "a straight apostrophe"


def check_heading(page: Element) -> None:
    headings = [words(heading) for heading in page.iter("h1")]
    assert len(headings) == 1
    assert words(page.find(".//title")).startswith(headings[0])


def check_ids(page: Element) -> None:
    counts = Counter(element.get("id") for element in page.iter() if element.get("id"))
    assert [name for name, count in counts.items() if count > 1] == []
    for element in page.iter():
        for name in (element.get("aria-describedby") or "").split():
            assert name in counts, f"described by {name}, which is not there"


def check_labels(page: Element) -> None:
    labelled = {label.get("for") for label in page.iter("label")}
    inside = {field for label in page.iter("label") for field in label.iter("input")}
    for field in page.iter():
        if field.tag not in {"input", "select", "textarea"} or field.get("type") in SELF_NAMED:
            continue
        named = field in inside or field.get("id") in labelled or field.get("aria-label")
        assert named, f"no label: {field.attrib}"


def check_nothing_inline(page: Element) -> None:
    for element in page.iter():
        assert element.get("style") is None
        assert not [name for name in element.attrib if str(name).startswith("on")]
        if element.tag == "script":
            assert element.get("src"), "an inline script"
        assert element.tag != "style"
