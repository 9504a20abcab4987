# SPDX-License-Identifier: AGPL-3.0-or-later
"""The frame around a page: what it shows that only others know.

`web` knows no user. Whoever does (the access room) puts its own answers in the `Shell`; until
then the frame is that of a visitor: no navigation, nothing to lock.
"""

import datetime as dt
from collections.abc import Callable, Iterable, MutableMapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, request, url_for
from flask.templating import Environment
from werkzeug.routing import BuildError

from casework import clock


def _nobody() -> bool:
    return False


def _no_navigation() -> Iterable[tuple[str, str, Any]]:
    return ()


def _no_choice() -> str | None:
    return None


def _forget(_code: str) -> None:
    return None


def _never() -> int:
    return 0


def _same_page() -> str | None:
    rule = request.url_rule
    return request.path if rule and "GET" in (rule.methods or ()) else None


def _no_draft() -> dt.datetime | None:
    return None


@dataclass
class Shell:
    """Questions the frame asks, each answered by a callable of the room that knows.

    `navigation` gives (endpoint, icon, label) in order; the first four fit a phone, which finds
    the others on the page behind `menu`.
    `idle_seconds` is 0 where nobody is signed in. `draft_at` says since when a draft of the form
    at this address waits; `form_path`, at which address the form that was sent is shown, if it is.
    `search`, `lock`, `extend`, `account` and `menu` are endpoints; the frame leaves out what is
    not there.
    """

    signed_in: Callable[[], bool] = _nobody
    navigation: Callable[[], Iterable[tuple[str, str, Any]]] = _no_navigation
    language: Callable[[], str | None] = _no_choice
    remember_language: Callable[[str], None] = _forget
    idle_seconds: Callable[[], int] = _never
    draft_at: Callable[[], dt.datetime | None] = _no_draft
    form_path: Callable[[], str | None] = _same_page
    search: str | Callable[[], str] = "people.search_people"  # empty: not for this reader
    lock: str = "access.lock"
    extend: str = "access.extend"
    account: str = "access.show_account"
    menu: str = "desk.show_menu"
    shortcuts: bool = True

    def url(self, part: str) -> str | None:
        """The address behind `search`, `lock`, `extend`, `account` or `menu`, if there is one."""
        endpoint = getattr(self, part)
        endpoint = endpoint() if callable(endpoint) else endpoint
        return url_if_any(endpoint) if endpoint else None

    def links(self) -> list[dict[str, Any]]:
        """The navigation as links, with the one we are on marked."""
        found = []
        for endpoint, icon, label in self.navigation():
            url = url_if_any(endpoint)
            if url is not None:
                found.append(
                    {"url": url, "icon": icon, "label": label, "current": _is_here(endpoint, url)}
                )
        return found


def url_if_any(endpoint: str) -> str | None:
    try:
        return url_for(endpoint)
    except BuildError:
        return None


def _is_here(endpoint: str, url: str) -> bool:
    here = request.script_root + request.path
    return request.endpoint == endpoint or (url.count("/") > 1 and here.startswith(f"{url}/"))


def product_name() -> str:
    settings = current_app.config.get("CASEWORK")
    return settings.product_name if settings else "Sanad"


class Templates(Environment):
    """Templates that look their shared names up in one plain dict.

    Jinja compares the names of a page with those of each file it takes a macro from; over its own
    chain of dicts that is a tenth of the time of a page. All names are given before the first
    page is asked for, so a copy says the same.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **(d or {})}


def init_app(app: Flask) -> None:
    """Call before anything else asks for the templates."""
    app.jinja_environment = Templates
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    names = app.jinja_env.globals
    names["shell"] = lambda: current_app.extensions["web"]
    names["product_name"] = product_name
    names["today"] = clock.today
    names["url_if_any"] = url_if_any
