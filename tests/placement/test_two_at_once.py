# SPDX-License-Identifier: AGPL-3.0-or-later
"""A button touched twice, or two tabs at once: one record, and never an error for what is saved."""

import sqlalchemy as sa

from casework.db import db
from casework.placement import Application
from tests.listening.conftest import TODAY
from tests.listening.test_pages_of_a_cell import prefilled
from tests.listening.test_two_at_once import all_at_once, filled

DAY = TODAY.isoformat()


def test_a_step_said_by_two_touches_is_one_step(app, ways, sign_in):
    key = ways.applied()
    browser, address = sign_in("omar"), f"/applications/{key}/moves/new"
    for said in ({"state": "OFFER"}, {"state": "WITHDR", "note": "Autre emploi."}):
        form = {**prefilled(browser.get(address).text), "on": DAY, **said}
        answers = [*all_at_once(app, browser, address, form), browser.post(address, data=form)]
        assert {one.status_code for one in answers} == {303}
    with ways.see(Application, key) as way:
        assert [one["state"] for one in way.moves] == ["PROP", "OFFER", "WITHDR"]


def test_two_tabs_begin_one_application(app, ways, sign_in):
    her, vacancy = ways.person(), ways.vacancy()
    browser, address = sign_in("omar"), f"/people/{her}/applications/new"
    for where in (f"v:{vacancy}", f"e:{ways.employer()}"):
        typed = filled(browser, address, where=where, state="APPL", on=DAY, record="")
        answers = all_at_once(app, browser, address, typed)
        assert sorted(one.status_code for one in answers) == [303, 409, 409, 409]
    with ways.acting():
        assert db.session.scalar(sa.select(sa.func.count(Application.id))) == 2
