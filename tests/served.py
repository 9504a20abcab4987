# SPDX-License-Identifier: AGPL-3.0-or-later
"""A real server process for the stories told in a browser: one for the run, as each person, and
each group, is somebody else's."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest
from playwright.sync_api import expect

from casework import create_app
from casework.access import Site
from casework.access import actions as access
from casework.db import db, transaction

from .instances import CHEAP, close

PASSWORD = "quatre petits poissons bleus"
BAD = {"error", "warning"}
STAFF = {"salma": ("counsellor", "OUJ"), "yassine": ("hub_adviser", "TTA"),
         "hind": ("hub_manager", "TTA"), "amina": ("coordinator", None)}  # fmt: skip


@pytest.fixture(scope="session")
def served(template, tmp_path_factory):
    """The address of a server of its own, over an instance with three colleagues."""
    instance = tmp_path_factory.mktemp("served") / "instance"
    subprocess.run(["cp", "-r", template.folder, instance], check=True)
    hire(instance, template.machine_key)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    chosen = {f"CASEWORK_{name.upper()}": str(value) for name, value in CHEAP.items()}
    environment = {**os.environ, **chosen, "CASEWORK_INSTANCE": str(instance),
                   "CASEWORK_MACHINE_KEY": str(template.machine_key)}  # fmt: skip
    command = [sys.executable, "-m", "casework.cli", "serve", "--bind", address]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as server:  # fmt: skip
        wait_for(f"http://{address}/sign-in")
        yield f"http://{address}", instance
        server.send_signal(signal.SIGINT)


def hire(instance, machine_key):
    app = create_app(instance, machine_key=machine_key, **CHEAP)
    with app.app_context(), transaction():
        for code, kind in (("OUJ", "cell"), ("TTA", "hub")):
            access.create_site(code, kind, {"fr": code, "ar": code, "en": code})
        for login, (role, place) in STAFF.items():
            user, _password = access.create_user(login, login.title(), password=PASSWORD)
            site = db.session.query(Site).filter_by(code=place).one() if place else None
            access.grant(user, role, site)
    close(app)


def wait_for(url):
    for _ in range(150):
        try:
            urllib.request.urlopen(url).close()
        except urllib.error.URLError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server did not start")


@pytest.fixture
def visit(browser, served):
    """`page = visit("salma")`: her own browser, signed in, whose console stays empty."""
    opened = []

    def enter(login, language="fr", **options):
        context = browser.new_context(base_url=served[0], **options)
        context.set_default_timeout(8000)
        page = context.new_page()
        said = []
        page.on(
            "console", lambda message: said.append(message.text) if message.type in BAD else None
        )
        opened.append((context, said))
        page.goto(f"/sign-in?lang={language}")
        page.fill("input[name=login]", login)
        page.fill("input[name=password]", PASSWORD)
        press(page, "main button.button-main")
        expect(page.locator("nav a[aria-current=page]").first).to_be_visible()
        return page

    yield enter
    for context, said in opened:
        context.close()
        assert [line for line in said if not re.search("status of 4(01|09|22)", line)] == []


def press(page, selector):
    """Touch what leads to another page, and have that page whole before anything is read on it."""
    with page.expect_navigation():
        page.click(selector)
