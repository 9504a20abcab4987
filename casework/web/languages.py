# SPDX-License-Identifier: AGPL-3.0-or-later
"""The language of a request: the reader's own choice, or the one last taken on this device.

`?lang=ar` on any page is the switch: it remembers the choice and shows the same page again, so
the place, the filters and the sort stay. French is what people see first.
"""

from urllib.parse import urlencode

from flask import Flask, Response, current_app, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from casework import i18n

COOKIE = "casework-language"
ONE_YEAR = 31_536_000


def init_app(app: Flask) -> None:
    app.before_request(choose_language)
    app.after_request(name_language)
    app.jinja_env.globals.update(
        _=i18n._,
        _n=i18n._n,
        gettext=i18n._,
        ngettext=i18n._n,
        language=i18n.language,
        languages=i18n.LANGUAGES,
        direction=lambda: i18n.LANGUAGES[i18n.language()].direction,
        language_url=language_url,
    )
    for name in ("format_day", "format_time", "format_month", "format_number", "format_list"):
        app.jinja_env.globals[name] = app.jinja_env.filters[name] = getattr(i18n, name)


def choose_language() -> AnyResponse | None:
    """Speak the reader's language from here on; a switch is answered by the page itself."""
    wanted = request.args.get("lang")
    if wanted in i18n.LANGUAGES and request.method == "GET":
        return _switch(wanted)
    of_user = current_app.extensions["web"].language()
    i18n.set_language(of_user or request.cookies.get(COOKIE) or i18n.DEFAULT)
    return None


def _switch(wanted: str) -> AnyResponse:
    i18n.set_language(wanted)
    current_app.extensions["web"].remember_language(wanted)
    response = redirect(_here(without="lang"), 303)
    response.set_cookie(
        COOKIE, wanted, max_age=ONE_YEAR, secure=request.is_secure, httponly=True, samesite="Lax"
    )
    return response


def language_url(code: str) -> str:
    """The address of this page in another language."""
    here = _here(without="lang")
    return f"{here}{'&' if '?' in here else '?'}lang={code}"


def _here(without: str) -> str:
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != without]
    path = request.script_root + request.path
    # Two slashes at the head would be read as another host.
    path = "/" + path.lstrip("/")
    return f"{path}?{urlencode(kept)}" if kept else path


def name_language(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.headers["Content-Language"] = i18n.language()
    return response
