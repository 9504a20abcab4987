# SPDX-License-Identifier: AGPL-3.0-or-later
"""A small application that shows every component, and a browser to look at it with."""

import datetime as dt
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import wtforms
from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from playwright.sync_api import Browser, BrowserContext
from werkzeug.serving import make_server
from wtforms import validators

from casework import clock, web
from casework.errors import Refusal
from casework.i18n import _l
from casework.web import (
    BaseForm,
    ChoiceField,
    LongTextField,
    Page,
    PartialDateField,
    QuickDateField,
)

ROOT = Path(__file__).parent.parent.parent
THE_DAY = dt.date(2026, 3, 12)

pages = Blueprint("gallery", __name__, template_folder="templates")


class GalleryForm(BaseForm):
    """One field of every kind."""

    kind = ChoiceField(_l("Type of session"), codes="session_type", required=True)
    when = QuickDateField(_l("When"))
    family = wtforms.StringField(_l("Name"), [validators.InputRequired()])
    born = PartialDateField(_l("Date of birth"))
    sex = ChoiceField(_l("Sex"), codes="sex", unsaid=True)
    nationality = ChoiceField(_l("Nationality"), codes="nationality_group", unsaid=True)
    minutes = wtforms.IntegerField(_l("Length"), [validators.Optional()])
    topics = wtforms.SelectMultipleField(
        _l("Next step"), choices=lambda: [("a", "A"), ("b", "B")], validators=[]
    )
    safe = wtforms.BooleanField(_l("Safe number"))
    on = wtforms.DateField(_l("Appointment"), [validators.Optional()])
    note = LongTextField(
        _l("Session summary"), longest=500, description=_l("Only the listening team reads this.")
    )


@pages.route("/gallery", methods=["GET", "POST"])
def gallery() -> Any:
    form = GalleryForm()
    if form.validate_on_submit():
        if form.note.data == "refuse":
            form.refuse(Refusal("This case is closed."))
        else:
            flash("Saved.")
            return redirect(url_for(".gallery"))
    return render_template("gallery.html", form=form, page=Page.of(list(range(120))))


@pages.route("/form", methods=["GET", "POST"])
def session_form() -> Any:
    if request.method == "POST" and LOCKS:
        HELD.append(request.form["note"])
        return redirect(url_for(".today"))
    form = GalleryForm()
    if form.validate_on_submit():
        return redirect(url_for(".session_form"))
    return render_template("session_form.html", form=form)


@pages.route("/today")
def today() -> str:
    return render_template("today.html")


@pages.route("/figures")
def figures() -> str:
    return render_template("figures.html")


@pages.route("/draft", methods=["POST"])
def draft() -> tuple[str, int]:
    DRAFTS.append(request.form["note"])
    return "", 204


@pages.route("/lock", methods=["POST"])
def lock() -> str:
    LOCKS.append(1)
    return render_template("locked.html")


@pages.route("/extend")
def extend() -> tuple[str, int]:
    return "", 204


@pages.route("/refusal")
def refusal() -> str:
    raise Refusal("A case cannot close before it opened.")


@pages.route("/crash")
def crash() -> str:
    raise ZeroDivisionError("Salma's secret")


DRAFTS: list[str] = []
LOCKS: list[int] = []
HELD: list[str] = []


@pytest.fixture(autouse=True)
def nothing_happened_yet() -> None:
    for kept in (DRAFTS, LOCKS, HELD):
        kept.clear()


def make_app() -> Flask:
    app = Flask(
        "gallery", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static")
    )
    app.config["SECRET_KEY"] = "for tests"
    web.init_app(app)
    pages.template_folder = str(Path(__file__).parent / "templates")
    app.register_blueprint(pages)
    shell = app.extensions["web"]
    shell.signed_in = lambda: True
    shell.idle_seconds = lambda: 600
    shell.lock, shell.extend = "gallery.lock", "gallery.extend"
    shell.search, shell.account = "gallery.gallery", "gallery.session_form"
    shell.navigation = lambda: [
        ("gallery.today", "today", _l("Today")),
        ("gallery.gallery", "folder", _l("Case files")),
        ("gallery.session_form", "edit", _l("Session")),
        ("gallery.figures", "chart", _l("Indicators")),
    ]
    return app


@pytest.fixture(scope="session")
def gallery_app() -> Flask:
    return make_app()


@pytest.fixture
def visitor(gallery_app: Flask) -> Any:
    with clock.frozen(THE_DAY):
        yield gallery_app.test_client()


@pytest.fixture(scope="session")
def address(gallery_app: Flask) -> Iterator[str]:
    """The gallery, served on a port of its own."""
    server = make_server("127.0.0.1", 0, gallery_app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def context(browser: Browser, address: str) -> Iterator[BrowserContext]:
    made = browser.new_context(base_url=address)
    made.set_default_timeout(5000)
    yield made
    made.close()
