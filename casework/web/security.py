# SPDX-License-Identifier: AGPL-3.0-or-later
"""The headers that keep a browser on our side, and the requests that are turned away at the door.

Nothing inline, nothing from elsewhere, nothing kept: a page with somebody's life on it must not
be found again in a cache, a frame, a referrer or a script.
"""

import io
from typing import IO, Any

from flask import Flask, Request, Response, abort, request
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

# Scripts make only what the policy named `casework` lets them: today nothing, later /sw.js.
CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types casework",
    )
)
NOT_NEEDED = (
    "accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer",
    "microphone", "midi", "payment", "usb", "browsing-topics",
)  # fmt: skip
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in NOT_NEEDED),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",  # for browsers that do not know frame-ancestors
}
TWO_YEARS = 63_072_000
LARGEST_REQUEST = 2 * 1024 * 1024  # bytes; a view that takes files raises its own limit
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
OUR_OWN = {"same-origin", "none"}  # "none": typed, bookmarked, reloaded


class Arriving(Request):
    """A request whose files stay in memory: the usual ones go to a temporary file, in clear."""

    def _get_file_stream(self, *_about: Any, **_more: Any) -> IO[bytes]:
        return io.BytesIO()


def init_app(app: Flask) -> None:
    app.request_class = Arriving
    secure = app.config["CASEWORK"].trusted_proxy if "CASEWORK" in app.config else False
    if secure:
        # One proxy of ours stands before us and says what the browser spoke.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    app.config.update(
        SESSION_COOKIE_NAME="__Host-casework" if secure else "casework-local",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_REQUEST,
        # The token lives as long as the session: nobody loses a text for having written slowly.
        WTF_CSRF_TIME_LIMIT=None,
        # We send no referrer, so there is none to compare; `turn_away_strangers` stands in for it.
        WTF_CSRF_SSL_STRICT=False,
    )
    app.before_request(turn_away_strangers)
    app.after_request(add_headers)
    CSRFProtect(app)


def turn_away_strangers() -> None:
    """A page of another site has nothing to send us (W3C Fetch Metadata)."""
    site = request.headers.get("Sec-Fetch-Site")
    if request.method not in SAFE_METHODS and site and site not in OUR_OWN:
        abort(403)


def add_headers(response: Response) -> Response:
    response.headers.extend(HEADERS)  # no page says any of them itself
    if request.is_secure:
        response.headers.setdefault(
            "Strict-Transport-Security", f"max-age={TWO_YEARS}; includeSubDomains"
        )
    if request.endpoint != "static" or response.status_code != 200:
        response.headers["Cache-Control"] = "no-store"
    return response
