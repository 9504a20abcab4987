# SPDX-License-Identifier: AGPL-3.0-or-later
"""Static files under addresses that change with their content, kept by browsers for a year.

One fingerprint covers the whole of `static/`, so that a stylesheet, a font and a module name each
other by plain relative addresses. Files are read and compressed once, at start: there are a dozen
and they are small. Pages are compressed as they go, with a name of random length in the gzip
header, so that the length of an answer says little about a secret beside a chosen word (BREACH).
"""

import gzip
import hashlib
import io
import mimetypes
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response, abort, current_app, request

# The sheets are written apart and served as one: a phone pays for each request.
SHEETS = ("tokens", "base", "components", "print")
BUNDLE = "css/casework.css"
SERVED = {".css", ".js", ".svg", ".woff2", ".png", ".webmanifest", ".txt", ".ico"}
COMPRESSED = {".css", ".js", ".svg", ".webmanifest", ".txt"}
FOR_EVER = "public, max-age=31536000, immutable"
WORTH_COMPRESSING = 400  # bytes; below, gzip adds more than it takes
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("font/woff2", ".woff2")


@dataclass(frozen=True)
class Asset:
    """One file as it is served."""

    body: bytes
    squeezed: bytes | None
    kind: str


class Assets:
    """Every file of `static/`, in memory."""

    def __init__(self, folder: Path) -> None:
        bodies = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.suffix in SERVED
        }
        sheets = [bodies.get(f"css/{name}.css", b"").decode() for name in SHEETS]
        bodies[BUNDLE] = without_comments("\n".join(sheets)).encode()
        self.files = {name: _asset(name, body) for name, body in bodies.items()}
        whole = hashlib.sha256()
        for name, body in sorted(bodies.items()):
            whole.update(name.encode() + b"\0" + body)
        self.fingerprint = whole.hexdigest()[:12]

    def url(self, file: str) -> str:
        """The address of a file of `static/`. Raises KeyError for one that is not there."""
        if file not in self.files:
            raise KeyError(f"there is no static/{file}")
        return f"/static/{self.fingerprint}/{file}"


def _asset(name: str, body: bytes) -> Asset:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if kind.startswith("text/"):
        kind += "; charset=utf-8"
    squeeze = Path(name).suffix in COMPRESSED
    return Asset(body, gzip.compress(body, 9, mtime=0) if squeeze else None, kind)


def without_comments(sheet: str) -> str:
    """A stylesheet without what only people read. Our sheets hold no comment inside a string."""
    bare = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    bare = re.sub(r"\s+", " ", bare)
    return re.sub(r" ?([{};,]) ?", r"\1", bare).strip()


def init_app(app: Flask) -> None:
    assets = Assets(Path(app.static_folder or "static"))
    app.extensions["assets"] = assets
    app.view_functions["static"] = serve
    app.jinja_env.globals["static_url"] = assets.url
    app.after_request(compress)


def serve(filename: str) -> Response:
    """A file by its fingerprinted address; by its bare one too, but then nobody may keep it."""
    assets = current_app.extensions["assets"]
    version, _slash, rest = filename.partition("/")
    lasting = version == assets.fingerprint
    asset = assets.files.get(rest if lasting else filename)
    if asset is None:
        abort(404)
    squeezed = asset.squeezed if asset.squeezed and _takes_gzip() else None
    response = Response(squeezed or asset.body, content_type=asset.kind)
    response.headers["Cache-Control"] = FOR_EVER if lasting else "no-cache"
    if asset.squeezed:
        response.vary.add("Accept-Encoding")
    if squeezed:
        response.content_encoding = "gzip"
    return response


def compress(response: Response) -> Response:
    """Squeeze a page on its way out."""
    kind = response.mimetype
    textual = kind.startswith("text/") or kind in {"application/json", "image/svg+xml"}
    if not textual or response.is_streamed or response.content_encoding:
        return response
    response.vary.add("Accept-Encoding")
    if response.direct_passthrough or not _takes_gzip():
        return response
    body = response.get_data()
    if len(body) >= WORTH_COMPRESSING:
        response.set_data(_squeeze(body))
        response.content_encoding = "gzip"
    return response


def _takes_gzip() -> bool:
    return request.accept_encodings["gzip"] > 0


def _squeeze(body: bytes) -> bytes:
    name = secrets.token_hex(16)[: secrets.randbelow(32)]
    out = io.BytesIO()
    with gzip.GzipFile(name, "wb", 6, out, mtime=0) as file:
        file.write(body)
    return out.getvalue()
