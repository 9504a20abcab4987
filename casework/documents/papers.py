# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether a file is what its name says, by its bytes; pictures lose what a camera wrote in them.

A photograph of a diploma tells where and when it was taken: that is left out before it is sealed.
What a word processor wrote into a text (its author) stays in it.
"""

import io
import zipfile
from pathlib import PurePath
from typing import NamedTuple

from casework.errors import Refusal
from casework.i18n import _

LARGEST = 5 * 1024 * 1024
ODT = "application/vnd.oasis.opendocument.text"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PNG_MARK = b"\x89PNG\r\n\x1a\n"
PNG_KEPT = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT"}
# By the ending of a name: what the file must be.
ENDINGS = {
    ".pdf": "application/pdf", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png",
    ".docx": DOCX, ".odt": ODT,
}  # fmt: skip
SUFFIXES = {media: ending for ending, media in reversed(ENDINGS.items())}


class Paper(NamedTuple):
    media: str
    content: bytes


def read_paper(name: str, content: bytes) -> Paper:
    """The file as it is kept. Raises Refusal (422), and never repeats its name."""
    media = ENDINGS.get(PurePath(name.lower()).suffix)
    if media is None:
        raise Refusal(_("Only PDF, JPEG, PNG, DOCX and ODT files can be kept."), 422)
    if not content:
        raise Refusal(_("This file is empty. Choose another one."), 422)
    if len(content) > LARGEST:
        raise Refusal(_("This file is too large. At most 5 MB can be kept."), 422)
    try:
        kept = READERS[media](content)
    except (ValueError, IndexError, KeyError, zipfile.BadZipFile, NotImplementedError):
        kept = None
    if kept is None:
        sentence = _("This file is not what its name says. Save it again as a PDF and choose that.")
        raise Refusal(sentence, 422)
    return Paper(media, kept)


def _pdf(content: bytes) -> bytes | None:
    return content if content.startswith(b"%PDF-") and b"%%EOF" in content[-2048:] else None


def _jpeg(content: bytes) -> bytes | None:
    """Without what cameras and programmes note (APP1 to APP15 but Adobe's colours, comments)."""
    if not content.startswith(b"\xff\xd8\xff"):
        return None
    kept, at = [content[:2]], 2
    while content[at + 1] != 0xDA:  # until the picture itself
        mark, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        if content[at] != 0xFF or length < 2:
            return None
        if not (0xE1 <= mark <= 0xEF or mark == 0xFE) or mark == 0xEE:
            kept.append(content[at : at + 2 + length])
        at += 2 + length
    end = content.rindex(b"\xff\xd9", at)
    return b"".join([*kept, content[at:end], b"\xff\xd9"])


def _png(content: bytes) -> bytes | None:
    """With the parts that make the picture, and nothing after its end."""
    if not content.startswith(PNG_MARK):
        return None
    kept, at, name = [PNG_MARK], len(PNG_MARK), b""
    while name != b"IEND":
        end = at + 12 + int.from_bytes(content[at : at + 4], "big")
        name = content[at + 4 : at + 8]
        if end > len(content):
            return None
        kept += [content[at:end]] if name in PNG_KEPT else []
        at = end
    return b"".join(kept)


def _docx(content: bytes) -> bytes | None:
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        names = set(parts.namelist())
    has_macros = any(name.lower().endswith("vbaproject.bin") for name in names)
    is_text = {"[Content_Types].xml", "word/document.xml"} <= names
    return content if is_text and not has_macros else None


def _odt(content: bytes) -> bytes | None:
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        first = parts.infolist()[0]
        said = parts.read(first) if first.filename == "mimetype" and first.file_size < 200 else b""
        has_macros = any(name.startswith(("Basic/", "Scripts/")) for name in parts.namelist())
    return content if said == ODT.encode() and not has_macros else None


READERS = {
    "application/pdf": _pdf, "image/jpeg": _jpeg, "image/png": _png, DOCX: _docx, ODT: _odt,
}  # fmt: skip
