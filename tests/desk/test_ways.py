# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page of all ways: whatever a role may reach stands on it, and nothing else."""

import re

import pytest

from casework.access import blueprint
from casework.policy import ROLES

from .conftest import STAFF

# Pages that are no list nor a place to begin: each is reached from the one it belongs to.
FROM_ELSEWHERE = {
    "desk.show_menu", "access.extend", "reminders.download_calendar", "people.new_person",
    "employers.new_employer", "events.new_event", "events.new_product", "calls.new_call",
    "cohorts.new_cohort", "access.new_user", "access.new_site",
}  # fmt: skip


def pages_without_a_record(app):
    """(endpoint, what it needs) of every page one can ask for by its bare address."""
    for rule in app.url_map.iter_rules():
        needs = getattr(app.view_functions[rule.endpoint], "needs", None)
        if "GET" in rule.methods and not rule.arguments and needs not in (None, blueprint.PUBLIC):
            yield rule, needs


@pytest.mark.parametrize("login", sorted(STAFF))
def test_all_that_a_role_opens_stands_on_the_page_of_all_ways(programme, app, sign_in, login):
    menu = sign_in(login).get("/menu").text
    body = menu[menu.index("<main") :]
    listed = set(re.findall(r'class="list-row" href="([^"]+)"', body))
    role = ROLES[STAFF[login][0]]
    opened = {
        rule.rule
        for rule, needs in pages_without_a_record(app)
        if rule.endpoint not in FROM_ELSEWHERE
        and (needs is blueprint.SIGNED_IN or needs in role.permissions)
    }
    assert listed == opened


def test_each_way_opens(programme, app, sign_in):
    browser = sign_in("nawal")
    menu = browser.get("/menu").text
    for address in re.findall(r'class="list-row" href="([^"]+)"', menu):
        assert browser.get(address).status_code == 200, address


def test_subjects_without_a_way_are_left_out(programme, sign_in):
    menu = sign_in("amina").get("/menu").text
    assert menu.count("<h2>") == menu.count('<section class="card">') == 4
