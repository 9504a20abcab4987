# SPDX-License-Identifier: AGPL-3.0-or-later
"""The list of dossiers: right rows in the right order, few questions, a page at a time."""

import datetime as dt
import re

import pytest
import sqlalchemy as sa

from casework import clock
from casework.access import acting_as
from casework.db import db, transaction
from casework.desk import listed, named

from ..web.manners import token

AGO = dt.timedelta


@pytest.fixture
def people(programme):
    day = clock.today()
    return [
        programme.heard("salma", [day - AGO(60), day - AGO(50)], family="Benali"),
        programme.heard("salma", [day - AGO(20)], family="El Idrissi"),
        programme.heard("salma", [day - AGO(2)], family_ar="بنعلي"),
        programme.heard("houda", [day - AGO(1)], family="Benali"),
    ]


def shown(page):
    return re.findall(r'href="/dossiers/([0-9a-f-]{36})"', page)


def test_rows_come_in_the_order_asked(people, sign_in):
    browser = sign_in("salma")
    ids = [str(one) for one in people[:3]]
    assert shown(browser.get("/dossiers").text) == ids[::-1]
    assert shown(browser.get("/dossiers?sort=last").text) == ids
    assert shown(browser.get("/dossiers?show=quiet").text) == ids[:1]
    assert shown(browser.get("/dossiers?show=closed").text) == []
    by_code = re.findall(r">([0-9A-Z]{5}-.)</bdi>", browser.get("/dossiers?sort=code").text)
    assert by_code == sorted(by_code)
    assert len(by_code) == 3


@pytest.mark.parametrize("show", ["mine", "all", "quiet", "closed"])
def test_one_tap_leads_to_each_part_of_the_list_and_the_part_shown_is_said(people, sign_in, show):
    page = sign_in("salma").get(f"/dossiers?show={show}").text
    parts = re.findall(r'href="/dossiers\?show=(\w+)"( aria-current="true")?', page)
    assert [name for name, _here in parts] == ["mine", "all", "quiet", "closed"]
    assert [name for name, here in parts if here] == [show]


def test_what_a_part_of_a_name_found_is_none_of_these_parts(people, sign_in):
    browser = sign_in("salma")
    typed = {"part": "bena", "csrf_token": token(browser.get("/dossiers").text)}
    page = browser.post("/dossiers/named", data=typed).text
    assert shown(page) == [str(people[0])]
    assert not re.search(r'show=\w+" aria-current', page)


def test_a_supervisor_has_all_of_her_site_in_reach(people, sign_in):
    browser = sign_in("nawal")
    hers = {str(one) for one in people[:3]}
    assert set(shown(browser.get("/dossiers").text)) == hers  # who heads a site follows nobody
    assert set(shown(browser.get("/dossiers?show=all").text)) == hers
    assert shown(browser.get("/dossiers?show=mine").text) == []


def test_meetings_are_counted(programme, people):
    with acting_as(programme.user("salma")), transaction(write=False):
        rows = listed("mine", "last")
        assert [row.meetings for row in rows] == [2, 1, 1]
        assert [row.state for row in rows] == ["quiet", "open", "open"]


@pytest.mark.parametrize(
    ("part", "places"), [("benali", [0]), ("BENA", [0]), ("idriss", [1]), ("بنعلي", [2]),
                         ("nour", [0, 1, 2]), ("nobody", [])],
)  # fmt: skip
def test_a_part_of_a_name_finds_ones_own(programme, people, part, places):
    with acting_as(programme.user("salma")), transaction(write=False):
        rows, damaged = named(part)
    assert {row.person_id for row in rows} == {people[place] for place in places}
    assert damaged == 0


def test_the_whole_page_asks_few_questions_however_many_lines(programme, people, sign_in):
    browser = sign_in("nawal")
    browser.get("/dossiers?show=all")
    few = questions(lambda: browser.get("/dossiers?show=all"))
    for _one in range(6):
        programme.heard("salma", [clock.today() - AGO(5)])
    many = questions(lambda: browser.get("/dossiers?show=all"))
    assert len(few) == len(many)
    about = [one for one in many if re.search(r"\b(person|registration|listening_\w+|site)\b", one)]
    assert len(about) <= 4, about


def questions(do):
    asked = []

    def note(_connection, _cursor, sql, *_more):
        if sql.startswith("SELECT"):
            asked.append(sql)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    do()
    sa.event.remove(db.engine, "before_cursor_execute", note)
    return asked


def test_fifty_stand_on_a_page(programme, sign_in, monkeypatch):
    monkeypatch.setattr("casework.web.pages.PER_PAGE", 2)
    for _one in range(5):
        programme.heard("salma", [clock.today()])
    browser = sign_in("salma")
    seen = [shown(browser.get(f"/dossiers?sort=code&page={n}").text) for n in (1, 2, 3)]
    assert [len(page) for page in seen] == [2, 2, 1]
    assert len({one for page in seen for one in page}) == 5
    assert 'rel="next"' in browser.get("/dossiers?page=2").text
