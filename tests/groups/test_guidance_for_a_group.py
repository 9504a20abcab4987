# SPDX-License-Identifier: AGPL-3.0-or-later
"""Guidance for a group: one save, a record for each, all or nobody, and nobody else's people."""

import uuid

import pytest
import sqlalchemy as sa

from casework.db import db, transaction
from casework.hub import OrientationSession, actions
from tests.hub.way import Way
from tests.listening.conftest import TODAY, counted, send
from tests.listening.test_pages_of_a_cell import LANGUAGES, prefilled
from tests.web import manners

NOTE = "Statut expliqué, cotisations calculées ensemble."


def orientations(programme):
    db.session.expunge_all()
    with programme.acting("omar"), transaction(write=False):
        return {
            row.enrolment_id: row.business.orientation_format
            for row in db.session.scalars(sa.select(OrientationSession))
        }


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_save_gives_each_of_a_group_a_record_and_counts_her_once(programme, sign_in, language):
    ways = [Way(programme) for _ in range(3)]
    browser = sign_in("omar", language)
    shown = browser.get("/orientations/group").text
    manners.check(shown, language)
    codes = [programme.code(way.person, by="omar") for way in ways]
    assert all(code in shown for code in codes)
    typed = {**prefilled(shown), "topics": ["AE"], "note": NOTE,
             "there": [str(ways[0].id), str(ways[1].id)],
             "others": f"{codes[1].lower()}، {codes[2]}"}  # fmt: skip
    for _twice in range(2):
        assert browser.post("/orientations/group", data=typed).status_code == 303
    assert orientations(programme) == {way.id: "GROUP" for way in ways}
    assert counted("hub_orientation", "people").value == 3
    assert counted("hub_orientation").value == 3


def test_a_group_with_one_who_is_not_ones_own_is_saved_for_nobody(programme, sign_in):
    mine, hers, left = Way(programme), Way(programme, by="lina"), Way(programme)
    left.does(actions.close_enrolment, TODAY, reason="WORK")
    hers_code = programme.code(hers.person, by="lina")
    browser = sign_in("omar")
    for wrong in (
        {"others": hers_code}, {"others": "K7M2Q-4"}, {"others": "???"},
        {"there": [str(mine.id), str(hers.id)]}, {"there": [str(left.id)]},
        {"there": [str(mine.id), str(uuid.uuid4())]}, {"there": []},
    ):  # fmt: skip
        typed = {"there": [str(mine.id)], "note": NOTE, **wrong}
        answer = send(browser, "/orientations/group", held_on=TODAY.isoformat(), **typed)
        assert answer.status_code in (409, 422), wrong
        assert NOTE in answer.text
    unknown = send(browser, "/orientations/group", held_on=TODAY.isoformat(), others="K7M2Q-4")
    theirs = send(browser, "/orientations/group", held_on=TODAY.isoformat(), others=hers_code)
    assert len(unknown.text) == len(theirs.text.replace(hers_code, "K7M2Q-4"))
    assert orientations(programme) == {}
    assert counted("hub_orientation").value == 0
