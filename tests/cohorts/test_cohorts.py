# SPDX-License-Identifier: AGPL-3.0-or-later
"""A group: who is in it, when it meets, who came, and who stayed how long."""

import datetime as dt
import re

import pytest

from casework.calls import Call, selected
from casework.cohorts import Cohort
from casework.cohorts import actions as gathering
from casework.cohorts.models import CohortSession, members_of, sessions_of, stays
from casework.errors import Refusal, Stale
from casework.people import Person
from tests.listening.conftest import TODAY, one, send, token
from tests.web import manners

FIRST, LAST = dt.date(2026, 2, 2), dt.date(2026, 4, 30)
DAYS = [dt.date(2026, 2, day) for day in (9, 16, 23)] + [dt.date(2026, 3, 2)]
COHORT = {"title": "Cohorte printemps", "first_on": FIRST, "last_on": LAST, "places": 2}


@pytest.fixture
def groups(calls):
    return Groups(calls)


class Groups:
    """Cohorts led by omar, unless the head makes them."""

    def __init__(self, calls):
        self.calls, self.acting = calls, calls.acting

    def cohort(self, by="omar", call=None, **changes):
        with self.acting(by):
            site = self.calls.programme.site_of("omar")
            of = one(Call, call) if call else None
            return gathering.begin_cohort(site, call=of, **{**COHORT, **changes}).id

    def take_in(self, cohort, *people, by="omar", joined_on=FIRST, over=None):
        with self.acting(by):
            chosen = [one(Person, key) for key in people]
            there = one(Cohort, cohort)
            return gathering.take_in(there, chosen, joined_on=joined_on, over=over)

    def session(self, cohort, day, by="omar", **more):
        with self.acting(by):
            said = {"held_on": day, "topic": "Budget", **more}
            return gathering.plan_session(one(Cohort, cohort), **said).id

    def mark(self, cohort, session, *present, by="omar", version=None):
        with self.acting(by):
            there, met = one(Cohort, cohort), one(CohortSession, session)
            mine = {row.person_id: row.id for row in members_of(there)}
            ticked = {mine[key] for key in present}
            seen = version or met.version
            gathering.mark(there, met, ticked, mine.values(), version=seen)


def test_who_stayed_how_long_counts_the_sessions_held_while_she_was_there(groups):
    cohort = groups.cohort(places=3)
    stayed, left, late = (groups.calls.person() for _turn in range(3))
    groups.take_in(cohort, stayed, left)
    groups.take_in(cohort, late, joined_on=DAYS[2])
    met = [groups.session(cohort, day) for day in DAYS]
    groups.mark(cohort, met[0], stayed, left)
    groups.mark(cohort, met[1], stayed)
    groups.mark(cohort, met[2], stayed, late)
    with groups.acting("omar"):
        rows = {row.person_id: row for row in members_of(one(Cohort, cohort))}
        gathering.leave(
            rows[left], version=rows[left].version, left_on=DAYS[1], cohort_leave="WORK"
        )
    with groups.acting("omar"):
        there = one(Cohort, cohort)
        found = stays(members_of(there), sessions_of(there), LAST, TODAY)
        assert {one.member.person_id: (one.came, one.held, one.missed) for one in found} == {
            stayed: (3, 3, 0), left: (1, 2, 1), late: (1, 1, 0)
        }  # fmt: skip
        assert {one.member.person_id: one.weeks for one in found} == {stayed: 6, left: 3, late: 3}
        assert [one.details["present"] for one in sessions_of(there)] == [2, 1, 2, None]
    groups.mark(cohort, met[0], stayed)  # put right, as a whole again
    with groups.acting("omar"):
        assert one(CohortSession, met[0]).details["present"] == 1


def test_numbers_follow_who_left_and_who_is_back(groups, sign_in):
    cohort, stayed, left = groups.cohort(), groups.calls.person(), groups.calls.person()
    groups.take_in(cohort, stayed, left)
    met = [groups.session(cohort, day) for day in DAYS[:2]]
    for session in met:
        groups.mark(cohort, session, stayed, left)
    with groups.acting("omar"):
        mine = {row.person_id: row.id for row in members_of(one(Cohort, cohort))}
    browser, here = sign_in("omar"), f"/cohorts/{cohort}"
    page = f"{here}/members/{mine[left]}"

    def present():
        with groups.acting("omar"):
            return [one.details["present"] for one in sessions_of(one(Cohort, cohort))]

    said = {"left_on": DAYS[0].isoformat(), "cohort_leave": "WORK"}
    assert send(browser, page, **said).status_code == 303
    assert present() == [2, 1]
    groups.mark(cohort, met[1], stayed)
    assert present() == [2, 1]
    shown = browser.get(page).text
    manners.check(shown, "fr")
    assert browser.post(f"{page}/back", data={"csrf_token": token(shown)}).status_code == 303
    assert present() == [2, 2]
    assert f"{page}/back" not in browser.get(page).text
    assert send(browser, page, **said).status_code == 303
    assert groups.take_in(cohort, left) == 1  # added again, she is back
    assert present() == [2, 2]


def test_more_people_than_places_is_a_warning_with_a_reason(groups):
    cohort, people = groups.cohort(), [groups.calls.person() for _turn in range(3)]
    with pytest.raises(Refusal) as refusal:
        groups.take_in(cohort, *people)
    assert refusal.value.status == 409
    assert groups.take_in(cohort, *people, over="Deux habitent loin.") == 3
    assert groups.take_in(cohort, *people) == 0


def test_a_cohort_is_made_of_who_was_selected(groups):
    call = groups.calls.call(places=2)
    chosen, other = groups.calls.application(call), groups.calls.application(call, by="lina")
    groups.calls.decide(chosen, "selected")
    groups.calls.decide(other, "waiting")
    cohort = groups.cohort(by="head", call=call)
    with groups.acting("head"):
        people = [person.id for person in selected(one(Call, call))]
    assert groups.take_in(cohort, *people, by="head") == 1


def test_what_a_session_and_its_attendance_cannot_be(groups):
    cohort, her = groups.cohort(), groups.calls.person()
    groups.take_in(cohort, her)
    met = groups.session(cohort, DAYS[0])
    assert groups.session(cohort, DAYS[0], id=met) == met
    for day, status in ((DAYS[0], 409), (dt.date(2026, 5, 1), 422)):
        with pytest.raises(Refusal) as refusal:
            groups.session(cohort, day)
        assert refusal.value.status == status
    with pytest.raises(Stale):
        groups.mark(cohort, met, her, version=99)
    later = groups.session(cohort, dt.date(2026, 4, 2))
    with pytest.raises(Refusal) as refusal:
        groups.mark(cohort, later, her)
    assert refusal.value.status == 422


def test_who_leads_keeps_the_list_and_it_goes_with_her(groups):
    cohort, her = groups.cohort(), groups.calls.person()
    groups.take_in(cohort, her)
    with groups.acting("lina"):
        assert members_of(one(Cohort, cohort)) == []
    with groups.acting("head"):
        gathering.lead(one(Cohort, cohort), groups.calls.programme.users["lina"])
    with groups.acting("omar"):
        assert members_of(one(Cohort, cohort)) == []
    with groups.acting("lina"):
        assert [row.person_id for row in members_of(one(Cohort, cohort))] == [her]


def change(groups, verb, cohort, session, by="omar", version=None, **said):
    with groups.acting(by):
        met = one(CohortSession, session)
        verb(one(Cohort, cohort), met, version=version or met.version, **said)


def told(groups, cohort):
    """What is noted of its sessions, and how often each of its people came."""
    with groups.acting("omar"):
        there = one(Cohort, cohort)
        met = sessions_of(there)
        found = stays(members_of(there), met, LAST, TODAY)
        return [(row.held_on, row.details["present"]) for row in met], [row.came for row in found]


def test_a_wrong_day_and_topic_are_put_right_and_who_came_stays(groups):
    cohort, her, late = groups.cohort(), groups.calls.person(), groups.calls.person()
    groups.take_in(cohort, her)
    groups.take_in(cohort, late, joined_on=DAYS[1])
    met, other = groups.session(cohort, DAYS[1]), groups.session(cohort, DAYS[2])
    groups.mark(cohort, met, her, late)
    said = {"held_on": DAYS[0], "topic": "Prix"}
    change(groups, gathering.correct_session, cohort, met, **said)
    change(groups, gathering.correct_session, cohort, met, version=1, **said)  # sent twice
    days, came = told(groups, cohort)
    assert days == [(DAYS[0], 1), (DAYS[2], None)]  # one of them was not of the group on that day
    assert sorted(came) == [0, 1]
    change(groups, gathering.correct_session, cohort, met, held_on=DAYS[1], topic="Prix")
    assert told(groups, cohort) == ([(DAYS[1], 2), (DAYS[2], None)], [1, 1])
    for day, status in ((DAYS[2], 409), (dt.date(2026, 5, 1), 422), (dt.date(2026, 4, 2), 422)):
        with pytest.raises(Refusal) as refusal:
            change(groups, gathering.correct_session, cohort, met, held_on=day, topic=None)
        assert refusal.value.status == status
    with pytest.raises(Stale):
        change(groups, gathering.correct_session, cohort, other, version=9, held_on=DAYS[3],
               topic=None)  # fmt: skip
    change(groups, gathering.correct_session, cohort, other, held_on=LAST, topic=None)  # to come


def test_a_session_entered_by_mistake_is_struck_and_comes_back(groups):
    cohort, her = groups.cohort(), groups.calls.person()
    groups.take_in(cohort, her)
    met = groups.session(cohort, DAYS[0], topic="Prix")
    groups.mark(cohort, met, her)
    for why, error in ((None, Refusal), ("x" * 5_001, Refusal)):
        with pytest.raises(error) as refusal:
            change(groups, gathering.strike_session, cohort, met, why=why)
        assert refusal.value.status == 422
    change(groups, gathering.strike_session, cohort, met, why="Saisie deux fois.")
    assert told(groups, cohort) == ([], [0])
    with groups.acting("omar"):
        (struck,) = one(Cohort, cohort).struck.values()
        assert (struck["why"], struck["topic"]) == ("Saisie deux fois.", "Prix")
    other = groups.session(cohort, DAYS[0])  # its day is free
    with groups.acting("omar"), pytest.raises(Refusal) as refusal:
        gathering.restore_session(one(Cohort, cohort), met)
    assert refusal.value.status == 409
    change(groups, gathering.strike_session, cohort, other, why="Une seule séance ce jour-là.")
    for _touch in range(2):
        with groups.acting("omar"):
            gathering.restore_session(one(Cohort, cohort), met)
    assert told(groups, cohort) == ([(DAYS[0], 1)], [1])
    with groups.acting("omar"):
        assert list(one(Cohort, cohort).struck) == [str(other)]


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_a_session_is_put_right_and_struck_in_the_browser(groups, sign_in, language):
    cohort, browser = groups.cohort(), sign_in("omar", language)
    here = f"/cohorts/{cohort}/sessions/{groups.session(cohort, DAYS[0], topic='Prix')}"
    assert f"{here}/edit" in browser.get(here).text
    form = browser.get(f"{here}/edit").text
    manners.check(form, language)
    bad = send(browser, f"{here}/edit", held_on="2026-05-02", topic="Prix et budget")
    assert bad.status_code == 422
    assert "Prix et budget" in bad.text
    manners.check(bad.text, language)
    said = {"held_on": DAYS[1].isoformat(), "topic": "Prix et budget"}
    assert send(browser, f"{here}/edit", **said).status_code == 303
    asked = browser.get(f"{here}/strike").text
    manners.check(asked, language)
    assert send(browser, f"{here}/strike", why="").status_code == 422
    gone = {"csrf_token": token(asked), "version": "2", "why": "Le formateur était absent."}
    codes = [browser.post(f"{here}/strike", data=gone).status_code for _touch in range(2)]
    assert codes == [303, 303]
    page = browser.get(f"/cohorts/{cohort}").text
    manners.check(page, language)
    assert "Le formateur était absent." in page
    assert browser.get(here).status_code == 404
    lina = sign_in("lina", language)
    assert "Le formateur était absent." not in lina.get(f"/cohorts/{cohort}").text
    assert lina.get(f"{here}/edit").status_code == 404
    back = {"csrf_token": token(page)}
    assert browser.post(f"{here}/back", data=back).status_code == 303
    assert browser.get(here).status_code == 200


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_a_group_from_its_making_to_its_sheet(groups, sign_in, language):
    browser = sign_in("omar", language)
    people = [groups.calls.person() for _turn in range(3)]
    codes = [groups.calls.programme.code(key, by="omar") for key in people]
    typed = {"title": "Cohorte d’été", "first_on": "2026-03-01", "last_on": "2026-04-30",
             "places": "2"}  # fmt: skip
    here = send(browser, "/cohorts/new", **typed).location
    bad = send(browser, f"{here}/members/new", codes=f"{codes[0]}\nK7M2Q-0", joined_on="2026-03-01")
    assert bad.status_code == 422
    assert "K7M2Q-0" in bad.text
    manners.check(bad.text, language)
    full = {"codes": "\n".join(codes), "joined_on": "2026-03-01"}
    assert send(browser, f"{here}/members/new", **full).status_code == 409
    assert send(browser, f"{here}/members/new", **full, over="Accord.").location == here
    said = {"held_on": TODAY.isoformat(), "topic": "Premières ventes"}
    assert send(browser, f"{here}/sessions/new", **said).location == here
    page = browser.get(here).text
    sheet = re.search(rf'href="({here}/sessions/[0-9a-f-]+)"', page)[1]
    member = re.search(rf'href="({here}/members/[0-9a-f-]+)"', page)[1]
    shown = browser.get(sheet).text
    lines = re.findall(r'name="line" value="([^"]+)"', shown)
    assert len(lines) == 3
    saved = send(browser, sheet, line=lines, present=lines[:2])
    assert saved.location == here
    assert send(browser, member, cohort_leave="").status_code == 422
    assert send(browser, member, cohort_leave="TIME").location == here
    addresses = ("/cohorts", here, f"{here}/edit", f"{here}/members/new", f"{here}/sessions/new",
                 sheet, member)  # fmt: skip
    for address in addresses:
        page = browser.get(address)
        assert page.status_code == 200, address
        manners.check(page.text, language)
        assert "Benali" not in page.text
    first = {"csrf_token": manners.token(shown), "version": "1", "line": lines}
    again = browser.post(sheet, data={**first, "present": lines[:2]})
    assert again.status_code == 303  # a second touch of the same button
    late = browser.post(sheet, data={**first, "present": lines})
    assert late.status_code == 409
    assert len(re.findall(r'name="present"[^>]* checked', late.text)) == 3  # all that was ticked
    lina = sign_in("lina", language)
    assert codes[0] not in lina.get(here).text
    assert lina.get(sheet).status_code == 404
    assert sign_in("salma").get("/cohorts").status_code == 403
