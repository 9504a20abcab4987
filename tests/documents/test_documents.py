# SPDX-License-Identifier: AGPL-3.0-or-later
"""Career documents: what may come in, what it loses, who may read it, and how it leaves."""

import io
import struct
import zipfile
import zlib

import pytest
import sqlalchemy as sa
from flask import request

from casework.db import db, transaction
from casework.documents import CareerDocument, papers
from casework.documents.models import DocumentFile
from casework.documents.papers import read_paper
from tests.listening.conftest import token
from tests.listening.test_pages_of_a_cell import LANGUAGES, prefilled
from tests.web import manners

LIMIT = 100_000  # here: the test client writes larger ones to a temporary file
SECRET = "Chantier naval de Tanger, 2019"
PDF = b"%PDF-1.7\n" + SECRET.encode() + b"\ntrailer\n%%EOF\n"
GPS = b"35.7595 N"


def segment(mark, body):
    return bytes((0xFF, mark)) + struct.pack(">H", len(body) + 2) + body


JPEG = b"".join([
    b"\xff\xd8", segment(0xE0, b"JFIF\0"), segment(0xE1, b"Exif\0\0" + GPS), segment(0xFE, GPS),
    segment(0xDB, b"table"), segment(0xDA, b"scan"), b"picture", b"\xff\xd9", GPS,
])  # fmt: skip


def part(name, body):
    crc = struct.pack(">I", zlib.crc32(name + body))
    return struct.pack(">I", len(body)) + name + body + crc


PNG = b"".join([
    papers.PNG_MARK, part(b"IHDR", b"\0" * 13), part(b"tEXt", GPS), part(b"eXIf", GPS),
    part(b"IDAT", b"picture"), part(b"IEND", b""), GPS,
])  # fmt: skip


def zipped(*parts):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as whole:
        for name, body in parts:
            whole.writestr(name, body)
    return made.getvalue()


DOCX = zipped(("[Content_Types].xml", "<x/>"), ("word/document.xml", "<x/>"))
ODT = zipped(("mimetype", papers.ODT), ("content.xml", "<x/>"))
MACROS = zipped(
    ("[Content_Types].xml", ""), ("word/document.xml", ""), ("word/vbaProject.bin", "")
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content"),
    [("CV.PDF", PDF), ("a.jpg", JPEG), ("a.jpeg", JPEG), ("a.png", PNG), ("a.docx", DOCX),
     ("نسخة.odt", ODT)],
)  # fmt: skip
def test_what_is_what_it_says_is_kept_without_what_a_camera_wrote(name, content):
    kept = read_paper(name, content)
    assert kept.media == papers.ENDINGS["." + name.lower().rpartition(".")[2]]
    assert GPS not in kept.content
    assert read_paper(name, kept.content).content == kept.content
    if kept.media.startswith("image"):
        assert b"picture" in kept.content


WRONG = {
    "another kind": ("cv.pdf", JPEG), "no kind of ours": ("cv.html", b"<script>"),
    "no ending": ("cv", PDF), "empty": ("cv.pdf", b""), "macros": ("cv.docx", MACROS),
    "an archive": ("cv.docx", zipped(("a.txt", "x"))), "not quite": ("cv.odt", DOCX),
    "cut off": ("a.jpg", JPEG[:30]), "cut off too": ("a.png", PNG[:40]), "half": ("a.pdf", PDF[:9]),
    "broken": ("a.docx", b"PK\x03\x04" + b"x" * 40), "a programme": ("a.jpg", b"MZ" + b"\0" * 99),
    "too large": ("a.pdf", PDF[:-6] + b" " * LIMIT + b"%%EOF\n"),
}  # fmt: skip


class Desk:
    """What an adviser does with the documents of one person, in a browser."""

    def __init__(self, programme, browser, person):
        self.programme, self.browser = programme, browser
        self.here = f"/people/{person}/documents"

    def send(self, name, content, **typed):
        form = prefilled(self.browser.get(f"{self.here}/new").text)
        form.pop("file", None)
        sent = {**form, "career_document": "CV", "title": SECRET, **typed}
        return self.browser.post(
            f"{self.here}/new", data={**sent, "file": (io.BytesIO(content), name)},
            content_type="multipart/form-data",
        )  # fmt: skip

    def kept(self, by="omar"):
        db.session.expunge_all()
        with self.programme.acting(by), transaction(write=False):
            return list(db.session.scalars(sa.select(CareerDocument.id)))


@pytest.fixture
def desk(programme, sign_in):
    return Desk(programme, sign_in("omar"), programme.person(by="omar"))


def test_what_is_not_what_it_says_is_refused_with_a_sentence_and_nothing_is_kept(desk, monkeypatch):
    assert papers.LARGEST == 5 * 1024 * 1024
    monkeypatch.setattr(papers, "LARGEST", LIMIT)
    for wrong in WRONG.values():
        answer = desk.send(*wrong)
        assert answer.status_code == 422, wrong[0]
        assert SECRET in answer.text
        assert "error-summary" in answer.text
    assert desk.send("cv.pdf", PDF, career_document="").status_code == 422
    assert desk.send("cv.pdf", PDF, title="x" * 121).status_code == 422
    assert desk.kept() == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_document_is_kept_found_and_destroyed(programme, sign_in, language):
    him = programme.person(by="omar")
    desk = Desk(programme, sign_in("omar", language), him)
    for page in ("", "/new"):
        manners.check(desk.browser.get(desk.here + page).text, language)
    form = prefilled(desk.browser.get(f"{desk.here}/new").text)
    for _twice in range(2):
        assert desk.send("Amal Idrissi.pdf", PDF, record=form["record"]).status_code == 303
    (key,) = desk.kept()
    page = desk.browser.get(desk.here).text
    manners.check(page, language)
    assert SECRET in page
    assert "Idrissi" not in page
    got = desk.browser.get(f"{desk.here}/{key}")
    assert got.data == PDF
    code = programme.code(him, by="omar")
    assert got.headers["Content-Disposition"] == f"attachment; filename={code}-CV.pdf"
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Cache-Control"] == "no-store"
    assert "sandbox" in got.headers.getlist("Content-Security-Policy")
    gone = desk.browser.post(f"{desk.here}/{key}/remove", data={"csrf_token": token(page)})
    assert gone.status_code == 303
    assert desk.browser.get(f"{desk.here}/{key}").status_code == 404
    with programme.acting("omar"), transaction(write=False):
        assert db.session.scalars(sa.select(DocumentFile.id)).all() == []


def test_what_comes_in_stays_in_memory(app):
    sent = {"file": (io.BytesIO(b"x" * 600_000), "cv.pdf")}
    with app.test_request_context(method="POST", data=sent) as context:
        assert isinstance(request.files["file"].stream, io.BytesIO)
        context.request.environ["wsgi.input"].close()  # the client's own temporary file


def test_nobody_else_reads_a_document_not_even_from_the_disk(desk, programme, sign_in, instance):
    assert desk.send("cv.pdf", PDF[:-6] + SECRET.encode() * 3000 + b"%%EOF\n").status_code == 303
    (key,) = desk.kept()
    for name, status in (("lina", 404), ("salma", 403), ("adil", 403)):
        browser = sign_in(name)
        for page in ("", "/new", f"/{key}"):
            assert browser.get(desk.here + page).status_code == status
    other = Desk(programme, desk.browser, programme.person(by="omar"))
    assert desk.browser.get(f"{other.here}/{key}").status_code == 404
    written = b"".join(path.read_bytes() for path in instance.rglob("*") if path.is_file())
    assert SECRET.encode() not in written


def test_a_file_that_was_changed_on_the_disk_says_so(desk, programme):
    desk.send("cv.pdf", PDF)
    (key,) = desk.kept()
    with programme.acting("omar"), transaction():
        file = db.session.get_one(DocumentFile, key)
        file.box = file.box[:-1] + bytes((file.box[-1] ^ 1,))
    answer = desk.browser.get(f"{desk.here}/{key}")
    assert answer.status_code >= 400
    assert SECRET not in answer.text
