# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an error looks like: calm, in the reader's language, naming nobody and nothing inside.

These pages are drawn without the database and without asking who is there, so that they can be
shown when either is what broke.
"""

from http import HTTPStatus
from typing import Any

from flask import Flask, current_app, request
from flask_wtf.csrf import CSRFError
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException, InternalServerError

from casework.errors import Refusal
from casework.i18n import _, _l

from .pages import here_with

# (heading, what to do) of each status.
SAYINGS = {
    400: (_l("This request was not understood"), _l("Go back and try again.")),
    403: (_l("This page is not open to you"), _l("Ask your supervisor if you need it.")),
    404: (
        _l("This page does not exist"),
        _l("The link may be old, or the page may not be open to you."),
    ),
    405: (_l("This page cannot do that"), _l("Go back and try again.")),
    409: (_l("This cannot be done now"), _l("Nothing was changed.")),
    413: (
        _l("This is too large to send"),
        _l("Nothing was saved. So much cannot be shown again: send less at a time."),
    ),
    422: (_l("Some answers need another look"), _l("Go back and check what you entered.")),
    429: (_l("Too many attempts"), _l("Wait a few minutes, then try again.")),
    500: (
        _l("Something went wrong on our side"),
        _l("Nothing was changed. Try again; if it happens again, tell your supervisor."),
    ),
    503: (_l("The service is resting"), _l("Try again in a few minutes.")),
}
NEVER_REPEATED = {"csrf_token", "password", "new_password", "code"}


def init_app(app: Flask) -> None:
    app.register_error_handler(CSRFError, offer_to_send_again)
    app.register_error_handler(Refusal, show_refusal)
    app.register_error_handler(HTTPException, show_http_error)
    app.register_error_handler(InternalServerError, show_http_error)


def error_page(
    status: int, heading: Any = None, sentence: Any = None, **more: Any
) -> tuple[str, int]:
    """The page of an error. Wanted by a script, the same sentence as JSON."""
    known = SAYINGS.get(status) or SAYINGS[400 if status < 500 else 500]
    heading, sentence = heading or known[0], sentence or known[1]
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        return current_app.json.dumps({"error": str(sentence)}), status
    # Not render_template: context processors may ask the database who is signed in.
    page = current_app.jinja_env.get_template("errors/page.html")
    return page.render(heading=heading, sentence=sentence, status=status, **more), status


def show_http_error(error: HTTPException) -> Any:
    status = error.code or 500
    if status < 400:
        return error  # a redirect raised as an exception
    kept = current_app.extensions["web"].draft_at() if status == 413 else None
    text, status = error_page(status, kept=kept, again=here_with(held=1))
    response = current_app.make_response((text, status))
    for name, value in error.get_headers():
        if name not in {"Content-Type", "Content-Length"}:
            response.headers[name] = value
    if text.startswith("{"):
        response.mimetype = "application/json"
    return response


def show_refusal(refusal: Refusal) -> Any:
    """A rule said no and no form was there to say so."""
    heading = SAYINGS.get(refusal.status, SAYINGS[409])[0]
    return error_page(refusal.status, heading, refusal.message)


def show_damage(_damage: Exception) -> Any:
    """One record does not open any more; the rest of the house works. `create_app` registers it
    for the vault's own exception, which this floor does not know."""
    return error_page(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        _("This record is damaged"),
        _("It cannot be opened. The other files are not affected. Tell your administrator."),
    )


def give_text_back(typed: MultiDict[str, str], action: str, sentence: Any) -> Any:
    """What was typed cannot be kept on our side: the page holds it, and leads to its form."""
    return error_page(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        _("Nothing is saved yet"),
        sentence,
        typed=typed,
        action=action,
        submit=_("Back to my text"),
    )


def offer_to_send_again(_error: CSRFError) -> Any:
    """The form stood open for too long or across a sign-in: what was typed comes back.

    Only for a browser that says the request is our own page's: nobody is to be led into sending
    what another site typed. And only where a form shows it again: elsewhere, sending is acting.
    """
    typed: MultiDict[str, str] = MultiDict()
    at = current_app.extensions["web"].form_path()
    if at and request.headers.get("Sec-Fetch-Site") == "same-origin":
        for name, value in request.form.items(multi=True):
            if name not in NEVER_REPEATED:
                typed.add(name, value)
    if typed:  # the old token still says on whose page it was written
        typed.setdefault("written_with", request.form.get("csrf_token", ""))
    return error_page(
        HTTPStatus.BAD_REQUEST,
        _("This page stood open too long"),
        _("Nothing was saved yet. Your text is kept: send it again.")
        if typed
        else _("Nothing was saved. Go back, reload the page and try again."),
        typed=typed,
        # To be seen again in its form, not saved unseen: another may sit there now.
        action=here_with(again=1) if at == request.path else f"{at}?again=1",
    )
