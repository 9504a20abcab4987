# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bytes over the wire, headers included, as a phone pays for them."""

import gzip
import re

import pytest

KIB = 1024
STATIC_URL = re.compile(r'(?:href|src)="(/static/[^"#]+)')


def weight(visitor, path: str) -> int:
    answer = visitor.get(path, headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200, path
    head = sum(len(name) + len(value) + 4 for name, value in answer.headers.items())
    return head + len(answer.data)


def first_visit(visitor, path: str) -> dict[str, int]:
    page = visitor.get(path, headers={"Accept-Encoding": "gzip"})
    files = sorted(set(STATIC_URL.findall(gzip.decompress(page.data).decode())))
    return {name: weight(visitor, name) for name in [path, *files]}


@pytest.mark.parametrize(("language", "budget"), [("fr", 60), ("ar", 75), ("en", 60)])
def test_a_first_visit_is_light(visitor, language, budget):
    visitor.get(f"/today?lang={language}")
    weights = first_visit(visitor, "/today")
    total = sum(weights.values()) / KIB
    print(f"first visit {language}, KiB", round(total, 1))
    assert len(weights) <= 11
    assert sum("fonts" in name for name in weights) == 2
    assert total <= budget, weights


@pytest.mark.parametrize("path", ["/today", "/form", "/figures", "/gallery"])
@pytest.mark.parametrize("language", ["fr", "ar"])
def test_a_later_page_is_light(visitor, path, language):
    visitor.get(f"{path}?lang={language}")
    size = weight(visitor, path) / KIB
    print(f"{path} {language}, KiB", round(size, 1))
    assert size <= 6


def test_our_own_script_and_sheet_are_light(gallery_app):
    files = gallery_app.extensions["assets"].files
    script = sum(len(file.squeezed) for name, file in files.items() if name.endswith(".js"))
    sheet = len(files["css/casework.css"].squeezed)
    print("script, KiB", round(script / KIB, 1))
    print("sheet, KiB", round(sheet / KIB, 1))
    assert script <= 8 * KIB
    assert sheet <= 10 * KIB
