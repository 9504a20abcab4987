# SPDX-License-Identifier: AGPL-3.0-or-later
"""The main job in the browser: open a case, record sessions, close it; in three languages."""

import datetime as dt
import re
import uuid

import pytest
import sqlalchemy as sa

from casework import clock
from casework.db import db, transaction
from casework.listening import Case, FirstContact, ListeningSession
from casework.people import Person
from casework.staff.models import Draft
from tests.web import manners

from .conftest import OPENED, PASSWORD, TODAY, counted, one, send, token, torn_at_its_end

NOTE = "Elle a dit ce qu’elle n’avait dit à personne."
TYPED = {
    "held_on": TODAY.isoformat(), "session_type": "INDIV", "session_format": "PERSON",
    "minutes": "45", "language": "ary", "interpreter": "none", "attendance": "attended",
    "next_steps": ["APPT", "CALL"], "note": NOTE,
}  # fmt: skip
LANGUAGES = ["fr", "ar", "en"]
ANY_ID = r"[0-9a-f]{8}-[0-9a-f-]{27}"


def sessions(programme, case, by="salma"):
    db.session.expunge_all()  # read what the browser's request wrote
    with programme.acting(by), transaction(write=False):
        rows = sa.select(ListeningSession).where(ListeningSession.case_id == case)
        return [(row.id, row.story.note) for row in db.session.scalars(rows)]


def prefilled(page):
    """What a browser would send of the form as it is shown."""
    return Shown(page).answers()


class Shown:
    """The main form of a page, as a person finds it."""

    def __init__(self, page):
        self.page = manners.read(page)
        self.form = next(f for f in self.page.iter("form") if "form card" in f.get("class", ""))

    def answers(self):
        found = {}
        for element in self.form.iter():
            name = element.get("name")
            if element.tag == "input" and name:
                kind = element.get("type", "text")
                if kind not in ("radio", "checkbox") or element.get("checked") is not None:
                    found.setdefault(name, []).append(element.get("value", ""))
            elif element.tag == "select":
                chosen = [o for o in element.iter("option") if o.get("selected") is not None]
                found[name] = [(chosen or list(element.iter("option")))[0].get("value", "")]
            elif element.tag == "textarea":
                found[name] = ["".join(element.itertext()).strip("\n")]
        return found

    def untouched(self):
        """Groups where something must be chosen and nothing is yet: each costs a tap."""
        names = {e.get("name") for e in self.form.iter("input") if e.get("type") == "radio"}
        return {name for name in names if name not in self.answers()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_case_from_its_opening_to_its_closure(programme, sign_in, language):
    her = programme.person()
    browser = sign_in("salma", language)
    opened = send(
        browser, f"/people/{her}/cases/new",
        opened_on=["other", OPENED.isoformat()], first_contact="REFERRED",
        referred_by="Association d’accueil", reason="Besoin d’écoute.",
    )  # fmt: skip
    assert opened.status_code == 303, opened.text
    case = opened.location.rsplit("/", 1)[1]
    assert send(browser, f"/cases/{case}/sessions/new", **TYPED).status_code == 303
    closed = send(
        browser, f"/cases/{case}/closure", closed_on=TODAY.isoformat(), closure_reason="GOALS",
        note="Tout est dit.",
    )  # fmt: skip
    assert closed.status_code == 303
    page = browser.get(f"/cases/{case}")
    manners.check(page.text, language)
    for words in (NOTE, "Besoin d’écoute.", "Tout est dit.", "Association d’accueil"):
        assert words in page.text
    assert "Benali" not in page.text
    assert programme.code(her) in page.text
    assert counted("pss_session", "people").value == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_has_its_manners(programme, sign_in, language):
    her = programme.person()
    case = programme.case(person=her)
    session = programme.session(case, note=NOTE)
    browser = sign_in("salma", language)
    made = send(browser, "/contacts/new", first_contact="PHONE", held_on=TODAY.isoformat())
    pages = ("/contacts/new", made.location, f"{made.location}/person", f"/people/{her}/cases/new",
             f"/cases/{case}", f"/cases/{case}/sessions/new", f"/cases/{case}/sessions/{session}",
             f"/cases/{case}/closure", f"/cases/{case}/reopening")  # fmt: skip
    for address in pages:
        page = browser.get(address)
        assert page.status_code == 200, address
        manners.check(page.text, language)
        assert "Benali" not in page.text


def test_a_session_costs_at_most_five_taps_beside_the_text(programme, sign_in):
    her = programme.person()
    case = programme.case(person=her)
    programme.session(case, session_type="FAMILY", language="wo", interpreter="phone")
    browser = sign_in("salma")
    page = browser.get(f"/cases/{case}")
    assert f'href="/cases/{case}/sessions/new"' in page.text
    from_today = 1 + 1  # the dossier, then « Record a session », which it links
    form = Shown(browser.get(f"/cases/{case}/sessions/new").text)
    shown = form.answers()
    assert shown["session_type"] == ["FAMILY"]
    assert (shown["language"], shown["interpreter"]) == (["wo"], ["phone"])
    assert shown["held_on"][0] == TODAY.isoformat()
    taps = from_today + len(form.untouched()) + 1  # and « Save »
    assert taps <= 5
    saved = browser.post(f"/cases/{case}/sessions/new", data={**shown, "note": NOTE})
    assert saved.status_code == 303
    assert NOTE in [note for _id, note in sessions(programme, case)]


def test_a_first_session_is_a_first_reception(programme, sign_in):
    case = programme.case()
    page = sign_in("salma").get(f"/cases/{case}/sessions/new").text
    assert prefilled(page)["session_type"] == ["FIRST"]


def test_the_form_works_without_a_script(programme, sign_in):
    case = programme.case()
    page = sign_in("salma").get(f"/cases/{case}/sessions/new").text
    draft = f"/drafts/cases/{case}/sessions/new"
    assert f'data-draft="{draft}"' in page
    assert f'formaction="{draft}"' in page


WRONG = [
    {"held_on": ["other", ""]},
    {"held_on": ["other", "2026-02-31"]},
    {"held_on": ["other", "2026-03-13"]},
    {"held_on": ["other", "1999-12-31"]},
    {"held_on": "soon"},
    {"session_type": "TELEPATHY"},
    {"session_type": ""},
    {"session_format": "PIGEON"},
    {"language": "klingon"},
    {"minutes": "7"},
    {"minutes": "long"},
    {"next_steps": ["DANCE"]},
    {"attendance": "maybe"},
    {"note": NOTE + "x" * 20_000},
    # Known only to the case: it opened in January.
    {"held_on": ["other", "2026-01-04"]},
]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wrong_answer_comes_back_with_all_that_was_typed(programme, sign_in, language):
    case = programme.case()
    browser, address = sign_in("salma", language), f"/cases/{case}/sessions/new"
    csrf = token(browser.get(address).text)
    for wrong in WRONG:
        answer = browser.post(address, data={"csrf_token": csrf, **TYPED, **wrong})
        assert answer.status_code == 422, wrong
        assert NOTE in answer.text
        if "next_steps" not in wrong:
            assert prefilled(answer.text)["next_steps"] == ["APPT", "CALL"]
        manners.check(answer.text, language)
        summary = re.search(r"error-summary.*?</div>", answer.text, re.DOTALL)[0]
        if language != "en":
            assert not re.search(r"\b(Choose|Enter|This|Say|The)\b", summary), summary
    assert sessions(programme, case) == []
    assert counted("pss_session").value == 0


def test_a_closed_case_gives_the_text_back_and_keeps_it(programme, sign_in):
    case = programme.case()
    browser, address = sign_in("salma"), f"/cases/{case}/sessions/new"
    form = browser.get(address)
    send(browser, f"/cases/{case}/closure", closure_reason="MOVED", closed_on=TODAY.isoformat())
    late = browser.post(address, data={"csrf_token": token(form.text), **TYPED})
    assert late.status_code == 409
    assert NOTE in late.text
    assert f"/cases/{case}/reopening" in late.text
    assert sessions(programme, case) == []
    # Left and come back to, after the case was taken up again.
    send(browser, f"/cases/{case}/reopening", reopened_on=TODAY.isoformat())
    kept = browser.get(address)
    assert prefilled(kept.text)["note"] == [NOTE]
    assert browser.post(address, data=prefilled(kept.text)).status_code == 303
    assert [note for _id, note in sessions(programme, case)] == [NOTE]
    assert prefilled(browser.get(address).text)["note"] == [""]


def test_a_draft_comes_back_and_may_be_left(programme, sign_in):
    case = programme.case()
    browser, address = sign_in("salma"), f"/cases/{case}/sessions/new"
    page = browser.get(address)
    answers = {**TYPED, "csrf_token": token(page.text)}
    kept = browser.post(f"/drafts{address}", data=answers, headers={"Accept": "text/html"})
    assert kept.status_code in (200, 303)
    assert prefilled(browser.get(address).text)["note"] == [NOTE]
    assert prefilled(browser.get(f"{address}?fresh=1").text)["note"] == [""]
    assert sessions(programme, case) == []
    assert send(browser, address, **TYPED).status_code == 303
    with transaction(write=False):
        assert db.session.scalars(sa.select(Draft)).all() == []


def test_a_post_that_locked_meanwhile_gives_the_same_text_back(programme, sign_in):
    case = programme.case()
    browser, address = sign_in("salma"), f"/cases/{case}/sessions/new"
    answers = {**prefilled(browser.get(address).text), "note": NOTE}
    with clock.frozen(clock.now() + dt.timedelta(minutes=30)):
        turned = browser.post(address, data=answers)
        assert turned.status_code == 303
        assert turned.location.startswith("/unlock")
        assert sessions(programme, case) == []
        door = browser.get(turned.location).text
        entered = browser.post(
            turned.location, data={"csrf_token": token(door), "password": PASSWORD}
        )
        shown = prefilled(browser.get(entered.location).text)
        assert shown["note"] == [NOTE]
        assert browser.post(entered.location, data=shown).status_code == 303
    assert [note for _id, note in sessions(programme, case)] == [NOTE]


def test_a_form_sent_twice_makes_one_session(programme, sign_in):
    case = programme.case()
    browser, address = sign_in("salma"), f"/cases/{case}/sessions/new"
    answers = {**prefilled(browser.get(address).text), "note": NOTE}
    for _time in range(2):
        assert browser.post(address, data=answers).status_code == 303
    assert len(sessions(programme, case)) == 1
    assert counted("pss_session").value == 1


def test_a_correction_keeps_the_first_wording_on_the_page(programme, sign_in):
    case = programme.case()
    session = programme.session(case, note="Première version.", minutes=50)
    browser, address = sign_in("salma"), f"/cases/{case}/sessions/{session}"
    shown = prefilled(browser.get(address).text)
    assert shown["note"] == ["Première version."]
    assert shown["minutes"] == ["50"]
    assert browser.post(address, data={**shown, "note": NOTE}).status_code == 303
    page = browser.get(f"/cases/{case}").text
    assert NOTE in page
    assert "Première version." in page
    assert counted("pss_session").value == 1


def test_a_stale_correction_shows_both_texts_and_changes_nothing(programme, sign_in):
    case = programme.case()
    session = programme.session(case, note="Première version.")
    browser, address = sign_in("salma"), f"/cases/{case}/sessions/{session}"
    old = prefilled(browser.get(address).text)
    second = browser.post(address, data={**old, "note": "Deuxième version."})
    assert second.status_code == 303, second.text
    late = browser.post(address, data={**old, "note": NOTE})
    assert late.status_code == 409
    assert NOTE in late.text
    assert "Deuxième version." in late.text
    assert [note for _id, note in sessions(programme, case)] == ["Deuxième version."]
    assert browser.post(address, data=prefilled(late.text)).status_code == 303
    assert [note for _id, note in sessions(programme, case)] == [NOTE]


def test_only_the_author_is_offered_a_correction(programme, sign_in):
    case = programme.case()
    session = programme.session(case, note="Première version.")
    supervisor = sign_in("said")
    assert f"/sessions/{session}" not in supervisor.get(f"/cases/{case}").text
    address = f"/cases/{case}/sessions/{session}"
    assert supervisor.get(address).status_code == 403  # said before she types anything
    other = prefilled(supervisor.get(f"/cases/{case}/sessions/new").text)
    assert supervisor.post(address, data={**other, **TYPED}).status_code == 403
    assert [note for _id, note in sessions(programme, case)] == ["Première version."]


def test_a_wrong_closure_changes_nothing(programme, sign_in):
    case = programme.case()
    browser, address = sign_in("salma"), f"/cases/{case}/closure"
    right = {"closure_reason": "GOALS", "closed_on": TODAY.isoformat(), "note": ""}
    for wrong in (
        {"closure_reason": ""},
        {"closure_reason": "BORED"},
        {"closure_reason": "DUP"},
        {"closed_on": ["other", "2026-01-04"]},
        {"closed_on": ["other", "2027-01-01"]},
        {"note": "x" * 20_001},
    ):
        assert send(browser, address, **{**right, **wrong}).status_code == 422, wrong
    with programme.acting("salma"), transaction(write=False):
        assert one(Case, case).is_open


def test_a_case_cannot_be_closed_twice(programme, sign_in):
    case, browser = programme.case(), sign_in("salma")
    answers = {"closure_reason": "GOALS", "closed_on": TODAY.isoformat()}
    assert send(browser, f"/cases/{case}/closure", **answers).status_code == 303
    assert send(browser, f"/cases/{case}/closure", **answers).status_code == 409


def test_an_anonymous_contact_is_recorded_then_attached_by_code(programme, sign_in):
    her = programme.person()
    programme.case(person=her)
    browser = sign_in("salma")
    made = send(
        browser, "/contacts/new", held_on=TODAY.isoformat(), first_contact="PHONE",
        language="ary", note="Demande d’hébergement.", next_steps=["REFER"],
    )  # fmt: skip
    assert made.status_code == 303, made.text
    assert "Demande d’hébergement." in browser.get(made.location).text
    assert counted("pss_session", "people").value == 0
    for wrong in ("", "ZZZZZ-Z", "nobody"):
        assert send(browser, f"{made.location}/person", code=wrong).status_code == 422
    attached = send(browser, f"{made.location}/person", code=programme.code(her).lower())
    assert attached.status_code == 303, attached.text
    assert programme.code(her) in browser.get(made.location).text
    assert counted("pss_session", "people").value == 1
    assert counted("pss_session", "facts").value == 1
    assert send(browser, f"{made.location}/person", code=programme.code(her)).status_code == 409


def test_a_contact_is_not_attached_to_a_person_out_of_reach(programme, sign_in):
    hers = programme.person(by="hind")
    code = programme.code(hers, by="hind")
    browser = sign_in("salma")
    made = send(browser, "/contacts/new", held_on=TODAY.isoformat(), first_contact="PHONE")
    assert send(browser, f"{made.location}/person", code=code).status_code == 422
    with programme.acting("salma"), transaction(write=False):
        id = uuid.UUID(made.location.rsplit("/", 1)[1])
        assert one(FirstContact, id).person_id is None


def test_a_contact_cannot_be_put_at_another_site(programme, sign_in):
    site = str(programme.sites["BER"])
    answers = {"held_on": TODAY.isoformat(), "first_contact": "PHONE", "site": site}
    assert send(sign_in("salma"), "/contacts/new", **answers).status_code == 422
    assert counted("pss_session").value == 0


def test_a_counsellor_does_not_see_another_ones_case(programme, sign_in):
    case = programme.case(by="hind")
    session = programme.session(case, by="hind", note=NOTE)
    other = programme.case(by="nora")
    browser = sign_in("salma")
    for hidden in (case, other, uuid.uuid4()):
        for page in ("", "/sessions/new", "/closure", "/reopening", f"/sessions/{session}"):
            assert browser.get(f"/cases/{hidden}{page}").status_code == 404, page
    answers = {**TYPED, "csrf_token": token(browser.get("/contacts/new").text)}
    assert browser.post(f"/cases/{case}/sessions/new", data=answers).status_code == 404
    assert sign_in("said").get(f"/cases/{case}").status_code == 404
    assert sign_in("said").get(f"/cases/{other}").status_code == 200


@pytest.mark.parametrize("name", ["omar", "adil"])
def test_a_case_does_not_exist_for_the_hub_and_for_coordinators(programme, sign_in, name):
    case, browser = programme.case(), sign_in(name)
    for page in ("", "/sessions/new", "/closure"):
        there = browser.get(f"/cases/{case}{page}")
        nowhere = browser.get(f"/cases/{uuid.uuid4()}{page}")
        assert there.status_code == nowhere.status_code in (403, 404)
        assert there.text.replace(str(case), "") == re.sub(ANY_ID, "", nowhere.text)
    with programme.acting(name), transaction(write=False):
        assert db.session.scalars(Case.still_open()).all() == []


def test_a_damaged_session_spares_the_rest_of_the_case(programme, sign_in):
    case = programme.case()
    programme.session(case, note="Entière.")
    broken = programme.session(case, note="Perdue.")
    with programme.acting("salma"), transaction():
        row = one(ListeningSession, broken)
        db.session.execute(
            sa.update(ListeningSession).where(ListeningSession.id == broken)
            .values(story_box=torn_at_its_end(row.story_box))
        )  # fmt: skip
    browser = sign_in("salma")
    page = browser.get(f"/cases/{case}")
    assert page.status_code == 200
    assert "Entière." in page.text
    assert "Perdue." not in page.text
    assert browser.get(f"/cases/{case}/sessions/new").status_code == 200


def test_nothing_said_lies_open_in_the_database(programme, app):
    her = programme.person()
    case = programme.case(person=her, reason="Un motif bien reconnaissable.")
    programme.session(case, note="Une note bien reconnaissable.")
    with programme.acting("salma"), transaction(write=False):
        for model in (Case, ListeningSession, Person):
            for row in db.session.scalars(sa.select(model)):
                columns = [getattr(row, c.key) for c in sa.inspect(model).columns]
                assert not any("reconnaissable" in str(value) for value in columns)
