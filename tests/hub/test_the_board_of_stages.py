# SPDX-License-Identifier: AGPL-3.0-or-later
"""A person stands at a stage, any move is allowed, and the board shows who stands where."""

import datetime as dt
import re

import pytest

from casework.db import db, gathering, transaction
from casework.errors import Refusal, Stale
from casework.hub import Enrolment, board
from casework.hub.actions import close_enrolment, move_stage
from casework.hub.stages import FIRST, KEPT_MOVES
from tests.listening.conftest import OPENED, TODAY, counted, one, send, token
from tests.web import manners

FEBRUARY_2, FEBRUARY_9 = dt.date(2026, 2, 2), dt.date(2026, 2, 9)


def move(programme, enrolment, stage, on=TODAY, seen=None, by="omar"):
    with programme.acting(by), transaction():
        path = one(Enrolment, enrolment)
        move_stage(path, stage, seen=seen or path.stage, on=on)


def move_by_two(programme, enrolment):
    """One who may reads it, one who may not moves it."""
    with transaction(), gathering():
        with programme.acting("omar"):
            path = one(Enrolment, enrolment)
        with programme.acting("lina"):
            move_stage(path, "PLAN", seen=path.stage, on=TODAY)
            db.session.flush()


def standing(programme, enrolment, by="omar"):
    db.session.expunge_all()
    with programme.acting(by), transaction(write=False):
        path = one(Enrolment, enrolment)
        return path.stage, path.stage_since, path.reached


def reached():
    """How many people reached each stage."""
    kinds = ("welcome", "diagnosis", "plan", "doing", "settled")
    return [counted(f"stage_{kind}", "people").value for kind in kinds]


def test_a_stage_skipped_is_not_reached_and_one_come_back_to_counts_once(programme):
    enrolment = programme.enrolment()
    assert standing(programme, enrolment) == (FIRST, OPENED, {FIRST: OPENED})
    for stage, day in (("PLAN", FEBRUARY_2), ("DOING", FEBRUARY_9), ("PLAN", TODAY)):
        move(programme, enrolment, stage, day)
    stage, since, days = standing(programme, enrolment)
    assert (stage, since) == ("PLAN", TODAY)
    assert days == {"WELCOME": OPENED, "PLAN": FEBRUARY_2, "DOING": FEBRUARY_9}
    assert reached() == [1, 0, 1, 1, 0]
    assert counted("stage_plan", last=dt.date(2026, 2, 1)).value == 0


def test_a_slip_put_back_on_its_day_never_happened(programme):
    enrolment = programme.enrolment()
    move(programme, enrolment, "SETTLED")
    assert reached() == [1, 0, 0, 0, 1]
    move(programme, enrolment, FIRST)
    assert standing(programme, enrolment) == (FIRST, OPENED, {FIRST: OPENED})
    assert reached() == [1, 0, 0, 0, 0]


def test_what_a_move_cannot_be(programme):
    enrolment = programme.enrolment()
    move(programme, enrolment, "PLAN", FEBRUARY_9)
    for on, stage, status in ((FEBRUARY_2, "DOING", 422), (dt.date(2026, 3, 13), "DOING", 422),
                              (TODAY, "MOON", 422)):  # fmt: skip
        with pytest.raises(Refusal) as refusal:
            move(programme, enrolment, stage, on)
        assert refusal.value.status == status
    with pytest.raises(Stale):
        move(programme, enrolment, "DOING", seen=FIRST)
    move(programme, enrolment, "PLAN", seen=FIRST)  # the same form, sent twice
    with programme.acting("omar"), transaction():
        close_enrolment(one(Enrolment, enrolment), TODAY)
    with pytest.raises(Refusal) as refusal:
        move(programme, enrolment, "DOING")
    assert refusal.value.status == 409
    assert standing(programme, enrolment)[:2] == ("PLAN", FEBRUARY_9)


def test_many_moves_fit_and_the_first_ones_stay(programme):
    enrolment = programme.enrolment()
    with programme.acting("omar"), transaction():
        path = one(Enrolment, enrolment)
        for turn in range(KEPT_MOVES * 2):
            move_stage(path, ("PLAN", "DOING", "SETTLED")[turn % 3], seen=path.stage, on=TODAY)
        assert len(path.business.moves) == KEPT_MOVES + 4
    assert list(standing(programme, enrolment)[2]) == ["WELCOME", "PLAN", "DOING", "SETTLED"]


def test_what_a_batch_changes_of_a_path_is_written_once_and_only_by_who_may(programme):
    enrolment = programme.enrolment()
    with programme.acting("omar"), gathering(), transaction():
        path = one(Enrolment, enrolment)
        before = path.version
        for stage in ("PLAN", "DOING"):
            move_stage(path, stage, seen=path.stage, on=TODAY)
        close_enrolment(path, TODAY)
        db.session.flush()
        assert (path.version, path.stage) == (before + 1, "DOING")
    assert reached() == [1, 0, 1, 1, 0]
    other = programme.enrolment()
    with pytest.raises(Refusal) as refusal:
        move_by_two(programme, other)
    assert refusal.value.status == 403
    assert standing(programme, other)[0] == FIRST


# ---------------------------------------------------------------- the pages


def on_board(page):
    """The codes shown, column by column."""
    columns = re.findall(r"<details.*?</details>", page, re.DOTALL)
    return [re.findall(r"<bdi class=\"whole\">(.*?)</bdi>", column) for column in columns]


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_a_card_is_moved_by_a_plain_form_and_leads_back_to_the_board(programme, sign_in, language):
    him = programme.person(by="omar")
    enrolment, code = programme.enrolment(person=him), programme.code(him, by="omar")
    programme.enrolment(by="lina")
    browser = sign_in("omar", language)
    page = browser.get("/board").text
    manners.check(page, language)
    assert on_board(page) == [[code], [], [], [], []]
    assert "Benali" not in page
    card = {"csrf_token": token(page), "seen": FIRST, "stage": "PLAN", "back": "board/mine"}
    moved = browser.post(f"/enrolments/{enrolment}/stage", data=card)
    assert (moved.status_code, moved.location) == (303, "/board?show=mine")
    page = browser.get(moved.location).text
    assert on_board(page) == [[], [], [code], [], []]
    assert code in page[page.index("note-good") :]
    alone = browser.get("/board?show=mine&stage=PLAN").text
    assert on_board(alone) == [[code]]
    manners.check(alone, language)
    # A colleague's board still shows her where she was.
    late = browser.post(f"/enrolments/{enrolment}/stage", data={**card, "stage": "DOING"})
    assert late.status_code == 409
    manners.check(late.text, language)
    assert standing(programme, enrolment)[:2] == ("PLAN", TODAY)
    assert send(browser, f"/enrolments/{enrolment}/stage", seen="PLAN", stage="").status_code == 422


def test_a_board_is_bounded_and_keeps_to_ones_reach(programme, sign_in, monkeypatch):
    monkeypatch.setattr(board, "PER_COLUMN", 2)
    hers = programme.enrolment(by="lina")
    for _turn in range(3):
        programme.enrolment()
    browser = sign_in("omar")
    page = browser.get("/board?show=all").text
    assert len(on_board(page)[0]) == 2
    assert "/board?show=all&amp;stage=WELCOME" in page
    assert len(on_board(browser.get("/board?show=all&stage=WELCOME").text)[0]) == 3
    answer = browser.post(
        f"/enrolments/{hers}/stage",
        data={"csrf_token": token(page), "seen": FIRST, "stage": "PLAN"},
    )
    assert answer.status_code == 404
    assert sign_in("salma").get("/board").status_code == 403
