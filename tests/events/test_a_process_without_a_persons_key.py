# SPDX-License-Identifier: AGPL-3.0-or-later
"""A coordinator runs events, and asks what guests thought of them, in a process that holds the
office key alone and opens nobody."""

import os
import subprocess
import sys

import pytest

from .conftest import PASSWORD, counted

DRIVE = """
import re, sys
from casework import clock, create_app
app = create_app()
assert app.extensions["vault"].ring is None, "this process holds a key of persons"
browser = app.test_client()

def send(address, **data):
    page = browser.get(address).text
    hidden = dict(re.findall(r'type="hidden" name="(\\w+)" value="([^"]*)"', page))
    return browser.post(address, data={**hidden, **data})

assert send("/sign-in", login="amina", password=sys.argv[1]).status_code == 303
event, site = sys.argv[2:4]
said = {"kind": "EMPLOYER", "title": "Recruter", "region": "01", "first_on": "2026-02-10"}
held = send(f"/events/{event}/edit", **said, status="held", site=site)
assert held.status_code == 303, held.text
made = send("/products/new", kind="VIDEO", title="Travailler ensemble", done_on="2026-02-11")
assert made.status_code == 303, made.text
planned = send("/events/new", **said, status="planned")
assert planned.status_code == 303, planned.text
wrong = send("/events/new", **{**said, "title": ""}, status="planned")
assert wrong.status_code == 422, wrong.text
asked = send(f"/events/{event}/opinions/new", last_on=clock.today().isoformat())
assert asked.status_code == 303, asked.text
address = re.search("/opinion/[a-z2-7]+", browser.get(asked.location).text)[0]
for _guest in range(5):
    given = send(address, useful="4", comment="Une belle salle.")
    assert given.status_code == 303, given.text
token = re.search('csrf_token" value="([^"]*)"', browser.get(asked.location).text)[1]
browser.post(f"/events/{event}/opinions/close", data={"csrf_token": token})
assert "Une belle salle." in browser.get(asked.location).text
assert browser.get(f"/events/{event}/invitations").status_code == 403
pages = ("/events", f"/events/{event}", f"/events/{event}/edit", f"/events/{event}/paper",
         planned.location, "/products", made.location, "/events/new")
for address in pages:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    assert "Fictive" not in answer.text, address
assert browser.get(f"/events/{event}/attendance").status_code == 403
app.extensions["trail"].close()
print("done")
"""


@pytest.fixture
def environment(app, instance, settings):
    chosen = {f"CASEWORK_{name.upper()}": str(value) for name, value in settings.items()}
    return {**os.environ, **chosen, "CASEWORK_INSTANCE": str(instance), "CASEWORK_VAULT": "office"}


def test_what_she_says_counts_people_whom_nothing_there_can_open(programme, environment):
    event = programme.event(by="amina", site="TTA", status="planned")
    programme.people(event)
    arguments = [PASSWORD, str(event), str(programme.sites["TTA"])]
    done = subprocess.run(
        [sys.executable, "-c", DRIVE, *arguments],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout == "done\n", done.stderr[-3000:]
    assert counted("event_held").value == 1
    assert counted("event_present", "people").value == 3
    assert counted("product_done").value == 1
