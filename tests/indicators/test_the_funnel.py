# SPDX-License-Identifier: AGPL-3.0-or-later
"""How many people came to each stage: for everyone who reads figures; broken down for few."""

import datetime as dt

import pytest
import sqlalchemy as sa

from casework.access import acting_as
from casework.db import db, transaction
from casework.hub import Enrolment
from casework.hub.actions import move_stage

from ..web.manners import check


@pytest.fixture
def counted(programme):
    """Two men guided in 2023; one came to his plan that year."""
    him = programme.guided("yassine", [dt.date(2023, 1, 3)], birth_year=1999)
    programme.guided("yassine", [dt.date(2023, 6, 3)], birth_year=1999)
    with acting_as(programme.user("yassine")), transaction():
        path = db.session.scalar(sa.select(Enrolment).where(Enrolment.person_id == him))
        move_stage(path, "PLAN", seen="WELCOME", on=dt.date(2023, 2, 1))
    return programme


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_headlines_are_for_coordinators_and_breakdowns_are_not(counted, sign_in, language):
    address = f"/funnel?period=2023&lang={language}"
    page = sign_in("amina").get(address, follow_redirects=True).text
    check(page, language)
    figures = [part.split("</bdi>")[0] for part in page.split('number"><bdi>')[1:]]
    assert figures == ["2", "0", "1", "0", "0"]
    assert "details-printed" not in page
    whole = sign_in("karim").get(address, follow_redirects=True).text
    check(whole, language)
    assert whole.count("details-printed") == 3


def test_a_period_that_is_none_says_so(counted, sign_in):
    answer = sign_in("amina").get("/funnel?from=2023-02-01&to=2023-01-01")
    assert answer.status_code == 422
    assert "note-bad" in answer.text
    later = sign_in("amina").get("/funnel?period=2099").text
    assert later.count("<bdi>–</bdi>") == 5
