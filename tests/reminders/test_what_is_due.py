# SPDX-License-Identifier: AGPL-3.0-or-later
"""What falls due is seen by who follows the file, and by nobody else."""

import datetime as dt

import pytest
from icalendar import Calendar

from casework.errors import Refusal
from casework.reminders import Reminder, ReminderKind

from ..desk.test_a_damaged_part import break_box
from ..web.manners import check
from .conftest import TODAY

IN_A_WEEK = TODAY + dt.timedelta(days=7)
LATE = TODAY - dt.timedelta(days=2)


def test_what_is_due_rises_on_the_page_of_who_follows_her(programme, due, sign_in):
    late, later = programme.person("omar"), programme.person("omar")
    due(late, LATE)
    due(later, IN_A_WEEK + dt.timedelta(days=1))
    page = sign_in("omar").get("/").text
    assert programme.code(late, "omar") in page
    assert "Faire le point" in page
    assert "2 jours de retard" in page
    assert page.count("Faire le point") == 1  # what is further away waits on its own page


@pytest.mark.parametrize("other", ["lina", "salma", "said"])
def test_nobody_else_learns_of_it(programme, due, sign_in, days, other):
    person = programme.person("omar")
    due(person, TODAY)
    assert days(other) == []
    browser = sign_in(other)
    for address in ("/", "/reminders", "/reminders/calendar.ics"):
        assert "Faire le point" not in browser.get(address).text
    assert "VEVENT" not in browser.get("/reminders/calendar.ics").text


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_the_pages_have_their_manners(programme, due, sign_in, language):
    person = programme.person("omar")
    due(person, LATE)
    due(programme.person("omar"), TODAY, at=dt.time(10, 30))
    browser = sign_in("omar", language)
    for address in ("/", "/reminders"):
        check(browser.get(f"{address}?lang={language}", follow_redirects=True).text, language)


def test_a_record_has_one_reminder_which_moves(programme, due, days):
    person = programme.person("omar")
    due(person, TODAY)
    due(person, IN_A_WEEK)
    assert days("omar") == [IN_A_WEEK]


def test_what_was_done_is_not_due_any_more(programme, due, settled, days):
    person = programme.person("omar")
    due(person, TODAY)
    settled(person)
    assert days("omar") == []
    settled(person)  # nothing is there, and nothing happens


def test_a_colleague_reminds_of_no_file_she_does_not_follow(programme, due):
    person = programme.person("omar")
    with pytest.raises(Refusal):
        due(person, TODAY, by="lina")


def test_all_that_is_due_stands_on_one_page_the_late_first(programme, due, sign_in):
    first, second = programme.person("omar"), programme.person("omar")
    due(second, IN_A_WEEK)
    due(first, LATE)
    page = sign_in("omar").get("/reminders").text
    assert page.index(programme.code(first, "omar")) < page.index(programme.code(second, "omar"))


def test_the_calendar_says_days_and_hours_and_nothing_of_anyone(programme, due, sign_in):
    person = programme.person("omar", given="Tarik", family="Benjelloun")
    other = programme.person("omar")
    due(person, TODAY, at=dt.time(10, 30))
    due(other, IN_A_WEEK)
    answer = sign_in("omar").get("/reminders/calendar.ics")
    assert answer.mimetype == "text/calendar"
    for word in ("Tarik", "Benjelloun", "Faire le point", "localhost", "Sanad",
                 programme.code(person, "omar"), str(person)):  # fmt: skip
        assert word not in answer.text
    assert len(Calendar.from_ical(answer.data).events) == 2
    assert "DTSTART:20260312T103000Z" in answer.text  # in Ramadan, Morocco keeps UTC
    assert "DTSTART;VALUE=DATE:20260319" in answer.text


def test_a_damaged_reminder_stands_in_its_place_and_the_others_are_read(programme, due, sign_in):
    broken, whole = programme.person("omar"), programme.person("omar")
    row = due(broken, LATE)
    due(whole, TODAY)
    break_box(Reminder, "identity_box", id=row)
    browser = sign_in("omar")
    page = browser.get("/reminders")
    assert page.status_code == 200
    assert "ne s’ouvre pas" in page.text
    assert programme.code(whole, "omar") in page.text
    assert browser.get("/reminders/calendar.ics").text.count("BEGIN:VEVENT") == 1


def test_two_kinds_cannot_have_one_name():
    with pytest.raises(ValueError, match="another kind"):
        ReminderKind("test_review", "Autre chose", "desk.home", "x")
