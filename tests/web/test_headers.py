# SPDX-License-Identifier: AGPL-3.0-or-later
import gzip

import pytest

PAGES = ("/gallery", "/form", "/refusal", "/nowhere")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_stays_on_our_side(visitor, path):
    headers = visitor.get(path).headers
    policy = dict(
        (part.split(" ", 1) + [""])[:2] for part in headers["Content-Security-Policy"].split("; ")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["img-src"] == "'self' data: blob:"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert policy["trusted-types"] == "casework"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    said = [name.lower() for name, _value in headers.items() if name.lower() != "set-cookie"]
    assert len(said) == len(set(said))


@pytest.mark.parametrize("path", PAGES)
def test_nothing_but_files_is_kept_by_a_browser(visitor, path):
    assert visitor.get(path).headers["Cache-Control"] == "no-store"


def test_a_file_is_kept_for_a_year_under_an_address_of_its_content(gallery_app, visitor):
    address = gallery_app.extensions["assets"].url("css/casework.css")
    answer = visitor.get(address, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert b"@layer" in gzip.decompress(answer.data)
    assert visitor.get(address).text.startswith("@layer")
    assert visitor.get("/static/css/casework.css").headers["Cache-Control"] == "no-cache"
    assert visitor.get("/static/css/../../pyproject.toml").status_code == 404
    assert visitor.get("/static/0123456789ab/css/casework.css").status_code == 404


def test_only_https_is_told_to_stay_https(visitor):
    assert "Strict-Transport-Security" not in visitor.get("/today").headers
    secure = visitor.get("/today", base_url="https://localhost")
    assert secure.headers["Strict-Transport-Security"].startswith("max-age=63072000")


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_has_nothing_to_send_us(visitor, site):
    answer = visitor.post("/draft", data={"note": "x"}, headers={"Sec-Fetch-Site": site})
    assert answer.status_code == 403


def test_a_page_is_squeezed_and_its_length_tells_little(visitor):
    sizes = set()
    for _round in range(12):
        answer = visitor.get("/nowhere", headers={"Accept-Encoding": "gzip"})
        assert answer.headers["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert b"<h1>" in gzip.decompress(answer.data)
        sizes.add(len(answer.data))
    assert len(sizes) > 3


def test_the_cookie_cannot_be_read_by_a_script(visitor):
    visitor.get("/form")
    cookie = visitor.get_cookie("casework-local")
    assert cookie.http_only
    assert cookie.same_site == "Lax"
