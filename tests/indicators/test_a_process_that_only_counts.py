# SPDX-License-Identifier: AGPL-3.0-or-later
"""A process that opened the office slot alone: it counts, signs in, and can open no file."""

import datetime as dt
import os
import subprocess
import sys

import pytest

from ..desk.conftest import PASSWORD

DRIVE = """
import re, sys
from casework import create_app
app = create_app()
assert app.extensions["vault"].ring is None, "this process holds a key of persons"
browser = app.test_client()

def token(page):
    return re.search(r'name="csrf_token" value="([^"]+)"', page)[1]

def sign_in(login):
    page = browser.get("/sign-in").text
    return browser.post("/sign-in", data={"login": login, "password": sys.argv[1],
                                          "csrf_token": token(page)}).status_code

assert sign_in("amina") == 303
for address in sys.argv[2:]:
    answer = browser.get(address)
    print(address, answer.status_code, "Halabi" in answer.text)
app.extensions["trail"].close()
"""
ADDRESSES = ("/", "/indicators", "/indicators?period=2023", "/indicators/PSS-01", "/funnel",
             "/account")  # fmt: skip


@pytest.fixture
def environment(app, programme, instance, settings):
    programme.heard("salma", [dt.date(2023, 1, 9), dt.date(2023, 2, 1)])
    programme.guided("yassine", [dt.date(2023, 4, 4)])
    chosen = {f"CASEWORK_{name.upper()}": str(value) for name, value in settings.items()}
    return {**os.environ, **chosen, "CASEWORK_INSTANCE": str(instance), "CASEWORK_VAULT": "office"}


def test_every_page_of_a_coordinator_works_without_a_persons_key(environment):
    done = subprocess.run(
        [sys.executable, "-c", DRIVE, PASSWORD, *ADDRESSES],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [f"{address} 200 False" for address in ADDRESSES]


def test_the_command_counts_without_a_persons_key(environment):
    command = [sys.executable, "-m", "casework.cli"]
    done = subprocess.run(
        [*command, "indicators", "--from", "2023-01-01", "--to", "2023-12-31", "--internal",
         "--by", "site,sex", "--format", "json"],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert '"value": 1' in done.stdout


def test_a_counsellor_gets_a_plain_refusal_there(environment):
    drive = DRIVE.replace("amina", "salma")
    done = subprocess.run(
        [sys.executable, "-c", drive, PASSWORD, "/dossiers"],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Halabi" not in done.stdout + done.stderr
