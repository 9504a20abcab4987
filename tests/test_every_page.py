# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every page each role can reach, in a real browser, in French and in Arabic: nothing runs over the
edge of a small phone, all can be touched, nobody is shut out.

Pages are found as people find them, from link to link; one of each kind is looked at.
"""

import re
import shutil
import threading
from collections import Counter, deque

import pytest
from axe_playwright_python.sync_playwright import Axe
from werkzeug.exceptions import HTTPException
from werkzeug.serving import make_server

from casework import create_app
from casework.demo import PASSWORD, SIGN_INS, fill

from .conftest import CHEAP, close
from .web.test_browser import OUTSIDE, SHORT_OF_A_TARGET

pytestmark = pytest.mark.browser

SHOWS = re.compile(r"\.(show|list)_")
ONE_IN = 16  # of the people of the demo
# Pages that list or show, of each kind: what they lead to differs, for another role only a little.
SEVERAL, AGAIN = 12, 3
# Files, and what answers a script; pages no link leads to: a door, a slip, a form of a guest.
LEFT_OUT = {
    "static", "access.extend", "access.lock", "access.sign_in", "access.unlock",
    "documents.download_document", "reminders.download_calendar", "welcome.scan_slip",
    "welcome.give_opinion",
}  # fmt: skip
# Colours are those of the components, which are read in both schemes elsewhere. In a second
# language other words stand in the same elements.
OF_WORDS = (
    "html-has-lang", "html-lang-valid", "valid-lang", "document-title", "page-has-heading-one",
    "label", "link-name", "button-name", "select-name", "summary-name", "empty-heading",
)  # fmt: skip
RULES = {
    "fr": {"rules": {"color-contrast": {"enabled": False}}},
    "ar": {"runOnly": {"type": "rule", "values": OF_WORDS}},
}


@pytest.fixture(scope="module")
def filled(template, tmp_path_factory):
    """(application, address) of a small programme with every kind of record, served."""
    folder = tmp_path_factory.mktemp("every") / "instance"
    shutil.copytree(template.folder, folder)
    app = create_app(folder, machine_key=template.machine_key, **CHEAP)
    with app.app_context():
        fill(one_in=ONE_IN)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield app, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    close(app)


def kind_of(app, address):
    """The endpoint behind an address of ours; None for any other."""
    try:
        return app.url_map.bind("").match(address.partition("?")[0], method="GET")[0]
    except HTTPException:
        return None


def reached(app, page, met):
    """An address of each kind of page that links lead to, from Today and the page of all ways."""
    found, seen, waiting = {}, Counter(), deque(["/", "/menu"])
    known = set(waiting)
    while waiting:
        address = waiting.popleft()
        kind = kind_of(app, address)
        many = (AGAIN if kind in met else SEVERAL) if SHOWS.search(kind) else 1
        if kind in LEFT_OUT or seen[kind] >= many:
            continue
        seen[kind] += 1
        answer = page.request.get(address)
        assert answer.status == 200, f"{address} is linked and answers {answer.status}"
        found.setdefault(kind, address)
        body = answer.text().partition("<main")[2]
        for link in re.findall(r'href="(/[^"#]*)', body):
            link = link.replace("&amp;", "&")
            if link not in known and kind_of(app, link):
                known.add(link)
                waiting.append(link)
    return found


def enter(page, login):
    page.goto("/sign-in?lang=fr")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", PASSWORD)
    with page.expect_navigation():
        page.click("main button.button-main")


def faults(page, options):
    """What is wrong with the page shown, on a small phone: what fits there fits on a desk."""
    if page.evaluate("document.documentElement.scrollWidth") > 360:
        yield "wider than the screen"
    yield from page.evaluate(OUTSIDE)
    yield from page.evaluate(SHORT_OF_A_TARGET)
    if page.locator("h1").count() != 1:
        yield "not one heading"
    asked = {"resultTypes": ["violations"], **options}
    found = Axe().run(page, options=asked).response["violations"]
    yield from [(one["id"], one["nodes"][0]["html"]) for one in found]


def walk(browser, app, address, login, met):
    """(kinds of pages looked at, what is wrong with them) of what nobody looked at before her; at
    Today everybody looks."""
    phone = {"width": 360, "height": 740}
    context = browser.new_context(base_url=address, bypass_csp=True, viewport=phone)
    context.set_default_timeout(8000)
    page = context.new_page()
    enter(page, login)
    found = reached(app, page, met)
    own = {kind: at for kind, at in found.items() if kind not in met or kind == "desk.home"}
    wrong = []
    for language, options in RULES.items():
        page.goto(f"/?lang={language}")
        for kind, at in own.items():
            if kind.replace(".edit_", ".new_") in own.keys() - {kind}:
                continue  # the same form, and it is looked at empty
            page.goto(at, wait_until="commit")
            page.wait_for_selector("html[data-ready]")
            page.evaluate("() => document.fonts.ready.then(() => true)")
            wrong += [(login, language, kind, one) for one in faults(page, options)]
    context.close()
    return set(own), wrong


def test_every_page_fits_a_phone_and_shuts_nobody_out(browser, filled):
    app, address = filled
    met, wrong = set(), []
    for login in SIGN_INS.values():
        looked_at, found = walk(browser, app, address, login, met)
        met |= looked_at
        wrong += found
    assert not wrong, "\n".join(map(str, wrong))
    # A few lead from what the fiction holds on some days only; each has tests of its own.
    every = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in rule.methods}
    unmet = every - met - LEFT_OUT
    assert len(unmet) * 8 <= len(every), sorted(unmet)
