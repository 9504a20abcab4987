# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bytes over the wire as a phone pays for them: compressed, the headers of answers included."""

import gzip
import re
from collections.abc import Iterator
from typing import Any

from flask import current_app

from .pages import LOGIN, Browser, Cell, a_cell
from .stopwatch import Ratio, Sizes

KIB = 1024
NAMES = {"fr": "French", "ar": "Arabic"}
FIRST_VISIT, LATER = {"fr": 60, "ar": 75}, 6
FILE = re.compile(r'(?:href|src)="(/static/[^"#]+)')


def measure(sizes: Sizes) -> Iterator[Ratio]:
    """The first visit in each script, then the heaviest of the pages of every day."""
    cell = a_cell(sizes)
    browser = Browser(current_app)
    browser.sign_in(LOGIN)
    for language, name in NAMES.items():
        today = browser.read(f"/?lang={language}", gzip=True)
        files = sorted(set(FILE.findall(gzip.decompress(today.data).decode())))
        whole = weight(today) + sum(weight(browser.read(file, gzip=True)) for file in files)
        yield Ratio(f"first visit in {name}, Today with all its files", whole / KIB,
                    FIRST_VISIT[language], unit="KB", detail=f"{len(files)} files")  # fmt: skip
        pages = {kind: weight(browser.read(path, gzip=True)) for kind, path in usual(cell)}
        heaviest = max(pages, key=lambda kind: pages[kind])
        others = ", ".join(f"{kind} {size / KIB:.1f}" for kind, size in pages.items())
        yield Ratio(f"heaviest later page in {name}: {heaviest}", pages[heaviest] / KIB, LATER,
                    unit="KB", detail=others)  # fmt: skip


def usual(cell: Cell) -> list[tuple[str, str]]:
    """What a counsellor opens in a day, by name and address."""
    person, case = cell.people[0], cell.cases[0]
    return [
        ("today", "/"),
        ("fifty dossiers", "/dossiers?show=all"),
        ("search", "/people/search"),
        ("registering", "/people/new"),
        ("dossier", f"/dossiers/{person}"),
        ("case", f"/cases/{case}"),
        ("session form", f"/cases/{case}/sessions/new"),
        ("indicators", "/indicators"),
    ]


def weight(answer: Any) -> int:
    """Bytes of an answer with its headers."""
    head = sum(len(name) + len(value) + 4 for name, value in answer.headers.items())
    return head + len(answer.data)
