# SPDX-License-Identifier: AGPL-3.0-or-later
"""A button touched twice, or two tabs at once: one record, and never an error for what is saved."""

import sqlalchemy as sa

from casework.db import db
from casework.placement import Application
from tests.listening.conftest import TODAY
from tests.listening.test_two_at_once import all_at_once, filled

DAY = TODAY.isoformat()


def test_two_tabs_begin_one_application(app, ways, sign_in):
    her, vacancy = ways.person(), ways.vacancy()
    browser, address = sign_in("omar"), f"/people/{her}/applications/new"
    for where in (f"v:{vacancy}", f"e:{ways.employer()}"):
        typed = filled(browser, address, where=where, state="APPL", on=DAY, record="")
        answers = all_at_once(app, browser, address, typed)
        assert sorted(one.status_code for one in answers) == [303, 409, 409, 409]
    with ways.acting():
        assert db.session.scalar(sa.select(sa.func.count(Application.id))) == 2
