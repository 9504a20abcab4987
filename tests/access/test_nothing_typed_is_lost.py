# SPDX-License-Identifier: AGPL-3.0-or-later
"""A locked or ended session never costs a text: same form, same words, same person."""

import datetime as dt
import re
import threading

import pytest
import sqlalchemy as sa
import wtforms
from flask import redirect, render_template_string

from casework import clock
from casework.access import GuardedBlueprint, Permission, acting_as, drafts
from casework.db import db, transaction
from casework.errors import Refusal
from casework.staff.models import Draft, actor_of
from casework.web import BaseForm

from .conftest import PASSWORD, post, token

NOTE = "Elle a dit ce qu’elle n’avait dit à personne."
PAGE = """{% from "components/page.html" import form_token %}{{ form_token() }}
{% for one in form %}{{ one() }}{% endfor %}"""


class NoteForm(BaseForm):
    note = wtforms.TextAreaField("Note")
    steps = wtforms.SelectMultipleField("Steps", choices=["call", "visit"])


@pytest.fixture
def kept(app):
    """A page with a form; gives the list of what was saved for good."""
    pages, saved = GuardedBlueprint("notes", __name__), []

    @pages.route("/notes/new", needs=Permission.SESSION_WRITE, methods=["GET", "POST"])
    def new_note():
        form = NoteForm()
        if form.validate_on_submit():
            saved.append((form.note.data, form.steps.data))
            return redirect("/account", 303)
        return render_template_string(PAGE, form=form)

    app.register_blueprint(pages)
    return saved


def typed(page):
    return {"csrf_token": token(page), "note": NOTE, "steps": ["call", "visit"]}


def later(**delta):
    return clock.frozen(dt.datetime.now(dt.UTC) + dt.timedelta(**delta))


def unlocked(browser, turned, **answers):
    door = turned.location
    shown = browser.get(door)
    return browser.post(door, data={"csrf_token": token(shown.text), **answers})


@pytest.mark.parametrize(
    ("away", "door"), [({"minutes": 30}, "/unlock"), ({"hours": 11}, "/sign-in")]
)
def test_the_same_form_comes_back_with_the_same_text(kept, sign_in, away, door):
    browser = sign_in("counsellor")
    form = typed(browser.get("/notes/new").text)
    with later(**away):
        turned = browser.post("/notes/new", data=form)
        assert turned.status_code == 303
        assert turned.location.startswith(door)
        assert kept == []
        entered = unlocked(browser, turned, login="counsellor", password=PASSWORD)
        assert entered.location == "/notes/new?held=1"
        shown = browser.get(entered.location)
        assert "Elle a dit ce qu" in shown.text
        assert shown.text.count("selected") == 2
        again = {**form, "csrf_token": token(shown.text)}
        assert browser.post(entered.location, data=again).status_code == 303
    assert kept == [(NOTE, ["call", "visit"])]
    with transaction(write=False):
        assert db.session.scalars(sa.select(Draft)).all() == []


def test_the_text_is_not_on_the_page_that_asks_for_the_password(kept, sign_in):
    browser = sign_in("counsellor")
    form = typed(browser.get("/notes/new").text)
    with later(minutes=30):
        turned = browser.post("/notes/new", data=form)
        assert "Elle a dit" not in turned.text + browser.get(turned.location).text


def test_another_person_at_the_same_post_does_not_get_it(kept, sign_in):
    browser = sign_in("counsellor")
    form = typed(browser.get("/notes/new").text)
    with later(hours=11):
        turned = browser.post("/notes/new", data=form)
        entered = unlocked(browser, turned, login="cell_supervisor", password=PASSWORD)
        assert "Elle a dit" not in browser.get(entered.location).text


def test_a_held_form_is_sealed_and_gone_after_a_day(kept, sign_in, staff):
    browser = sign_in("counsellor")
    form = typed(browser.get("/notes/new").text)
    with later(minutes=30):
        browser.post("/notes/new", data=form)
    with transaction(write=False), db.engine.connect() as connection:
        assert "personne" not in str(connection.execute(sa.text("SELECT * FROM draft")).all())
    with later(hours=25), acting_as(staff.user("counsellor")), transaction(write=False):
        assert drafts.draft_of("/notes/new") is None


# ------------------------------------------------------------------ the cookie itself is gone


def without_cookie(browser):
    browser.delete_cookie("casework-local")
    return browser


def carried(page):
    return re.search(r'name="carried" value="([^"]+)"', page.text)[1]


def enters(browser, page, login="counsellor", password=PASSWORD):
    answers = {"login": login, "password": password, "carried": carried(page)}
    return browser.post("/sign-in", data={"csrf_token": token(page.text), **answers})


def test_the_text_goes_through_the_sign_in_page_and_is_saved_by_her_alone(kept, sign_in):
    browser = sign_in("counsellor")
    form = typed(browser.get("/notes/new").text)
    asked = without_cookie(browser).post("/notes/new", data=form)
    assert asked.status_code == 401
    assert "Elle a dit" not in asked.text
    assert 'action="/sign-in"' in asked.text
    with transaction(write=False):
        assert db.session.scalars(sa.select(Draft)).all() == []
    wrong = enters(browser, asked, password="not hers")
    assert wrong.status_code == 422
    entered = enters(browser, wrong)
    assert entered.location == "/notes/new?held=1"
    assert kept == []
    shown = browser.get(entered.location)
    assert "Elle a dit ce qu" in shown.text
    assert shown.text.count("selected") == 2
    again = {**form, "csrf_token": token(shown.text)}
    assert browser.post(entered.location, data=again).status_code == 303
    assert kept == [(NOTE, ["call", "visit"])]


def test_a_draft_sent_by_its_button_is_carried_to_its_form(kept, sign_in):
    browser = sign_in("counsellor")
    form = typed(browser.get("/notes/new").text)
    asked = without_cookie(browser).post("/drafts/notes/new", data=form)
    assert enters(browser, asked).location == "/notes/new?held=1"


def test_a_script_that_keeps_a_draft_is_sent_away_and_keeps_its_page(kept, sign_in):
    browser = sign_in("counsellor")
    form = typed(browser.get("/notes/new").text)
    asked = {"Accept": "application/json"}
    turned = without_cookie(browser).post("/drafts/notes/new", data=form, headers=asked)
    assert turned.status_code == 303


def test_who_may_not_open_the_form_never_sees_what_was_carried_to_it(kept, sign_in):
    browser = sign_in("counsellor")
    form = typed(browser.get("/notes/new").text)
    asked = without_cookie(browser).post("/notes/new", data=form)
    entered = enters(browser, asked, login="coordinator")
    assert browser.get(entered.location).status_code == 403
    assert kept == []


@pytest.mark.parametrize("forged", ["", "AAAA", "not base64 at all", "é"])
def test_what_we_did_not_seal_leads_nowhere(kept, client, staff, forged):
    page = client.get("/sign-in").text
    answers = {"login": "counsellor", "password": PASSWORD, "carried": forged}
    entered = client.post("/sign-in", data={"csrf_token": token(page), **answers})
    assert entered.location == "/"


def test_what_was_carried_is_good_for_a_day(kept, sign_in):
    browser = sign_in("counsellor")
    form = typed(browser.get("/notes/new").text)
    asked = without_cookie(browser).post("/notes/new", data=form)
    with later(hours=25):
        assert enters(browser, asked).location == "/"


def test_without_its_token_a_form_is_not_carried(kept, client, staff):
    page = client.post("/notes/new", data={"note": NOTE})
    assert page.status_code == 400
    assert "carried" not in page.text


def test_with_every_cookie_gone_the_text_still_comes_back(kept, sign_in, app):
    form = typed(sign_in("counsellor").get("/notes/new").text)
    browser, ours = app.test_client(), {"Sec-Fetch-Site": "same-origin"}
    offered = browser.post("/notes/new", data=form, headers=ours)
    assert 'action="/notes/new?again=1"' in offered.text
    asked = browser.post("/notes/new?again=1", data={**form, "csrf_token": token(offered.text)})
    assert browser.get(enters(browser, asked).location).text.count("Elle a dit") == 1
    assert kept == []


def test_a_form_left_open_by_another_is_never_saved_unseen(kept, sign_in, app):
    """She signs out in another tab and a colleague signs in: the first tab is still there."""
    browser = sign_in("counsellor")
    form = typed(browser.get("/notes/new").text)
    post(browser, "/sign-out", page="/account")
    sign_in("cell_supervisor", client=browser)
    ours = {"Sec-Fetch-Site": "same-origin"}
    offered = browser.post("/notes/new", data=form, headers=ours)
    assert offered.status_code == 400
    again = {**form, "csrf_token": token(offered.text)}
    seen = browser.post("/notes/new?again=1", data=again)
    assert seen.location == "/notes/new?held=1"
    assert kept == []


def test_her_own_form_in_another_tab_outlives_a_new_sign_in(kept, sign_in):
    browser = sign_in("counsellor")
    form = typed(browser.get("/notes/new").text)
    sign_in("counsellor", client=without_cookie(browser))
    assert browser.post("/notes/new", data=form).status_code == 303
    assert kept == [(NOTE, ["call", "visit"])]


# ------------------------------------------------------------------ another language


def test_another_language_shows_the_same_form_with_the_same_text_unsaved(kept, sign_in):
    browser = sign_in("counsellor")
    form = typed(browser.get("/notes/new").text)
    turned = browser.post("/notes/new?lang=ar", data=form)
    assert turned.location == "/notes/new?lang=ar&held=1"
    shown = browser.get(turned.location, follow_redirects=True)
    assert shown.headers["Content-Language"] == "ar"
    assert "Elle a dit ce qu" in shown.text
    assert shown.text.count("selected") == 2
    assert kept == []


def test_a_language_that_is_none_is_no_switch(kept, sign_in):
    browser = sign_in("counsellor")
    form = typed(browser.get("/notes/new").text)
    assert browser.post("/notes/new?lang=xx", data=form).location == "/account"
    assert kept == [(NOTE, ["call", "visit"])]


# ------------------------------------------------------------------ drafts


def test_a_draft_is_kept_every_few_seconds_and_comes_back(kept, sign_in):
    browser = sign_in("counsellor")
    form = typed(browser.get("/notes/new").text)
    asked = {"Accept": "application/json"}
    for text in ("Elle", "Elle a", NOTE):
        answer = browser.post("/drafts/notes/new", data={**form, "note": text}, headers=asked)
        assert answer.status_code == 200
        assert "saved_at" in answer.json
    assert "Elle a dit ce qu" in browser.get("/notes/new?held=1").text
    assert "Elle a dit" not in browser.get("/notes/new").text


def test_a_draft_stays_one_when_its_form_is_held_meanwhile(kept, sign_in):
    browser = sign_in("counsellor")
    form = typed(browser.get("/notes/new").text)
    browser.post("/drafts/notes/new", data=form)
    browser.post("/notes/new?lang=ar", data=form)
    with transaction(write=False):
        assert not db.session.scalars(sa.select(Draft.is_held)).one()


def meanwhile(app, actor, act):
    """A thread that does this as a request of hers would, and what it met."""
    met = []

    def request():
        try:
            with app.app_context(), acting_as(actor), transaction():
                act()
        except Exception as problem:
            met.append(problem)

    return threading.Thread(target=request), met


@pytest.fixture
def counsellor(staff):
    """As a request knows her: read before its own transaction begins."""
    with transaction(write=False):
        return actor_of(staff.user("counsellor"))


def test_two_posts_of_one_form_at_the_same_moment_are_one_draft(app, counsellor):
    """The button, while the clock was at it."""
    second = {"note": "second"}
    button, met = meanwhile(app, counsellor, lambda: drafts.save_draft("/notes/new", second))
    with acting_as(counsellor), transaction():
        drafts.save_draft("/notes/new", {"note": "first"})
        button.start()
        button.join(0.5)
        assert button.is_alive()  # it waits for this one
    button.join(10)
    assert met == []
    db.session.expunge_all()  # what another session saved since
    with acting_as(counsellor), transaction(write=False):
        assert drafts.draft_of("/notes/new")["note"] == "second"
    with transaction(write=False):
        assert len(db.session.scalars(sa.select(Draft)).all()) == 1


def test_a_form_saved_while_its_draft_is_being_kept_leaves_no_draft(app, counsellor):
    with acting_as(counsellor), transaction():
        drafts.save_draft("/notes/new", {"note": "first"})
    saving, met = meanwhile(app, counsellor, lambda: drafts.drop_draft("/notes/new"))
    with acting_as(counsellor), transaction():
        drafts.save_draft("/notes/new", {"note": "second"})
        saving.start()
        saving.join(0.5)
        assert saving.is_alive()
    saving.join(10)
    assert met == []
    with transaction(write=False):
        assert db.session.scalars(sa.select(Draft)).all() == []


def test_without_scripts_the_draft_button_leads_back_to_the_form(kept, sign_in):
    browser = sign_in("counsellor")
    answer = browser.post("/drafts/notes/new", data=typed(browser.get("/notes/new").text))
    assert answer.location == "/notes/new?held=1"


def test_saving_for_good_drops_the_draft(kept, sign_in):
    browser = sign_in("counsellor")
    form = typed(browser.get("/notes/new").text)
    browser.post("/drafts/notes/new", data=form)
    browser.post("/notes/new", data=form)
    assert "Elle a dit" not in browser.get("/notes/new?held=1").text


def test_a_draft_sent_to_a_locked_post_is_held_for_its_form(kept, sign_in):
    browser = sign_in("counsellor")
    form = typed(browser.get("/notes/new").text)
    with later(minutes=30):
        turned = browser.post("/drafts/notes/new", data=form)
        entered = unlocked(browser, turned, password=PASSWORD)
        assert entered.location == "/notes/new?held=1"
        assert "Elle a dit ce qu" in browser.get(entered.location).text


def test_what_is_too_large_leads_to_the_draft_there_is(kept, sign_in):
    browser = sign_in("counsellor")
    form = typed(browser.get("/notes/new").text)
    large = {**form, "note": "mots " * 600_000}
    assert "held=1" not in browser.post("/notes/new", data=large).text
    browser.post("/drafts/notes/new", data=form)
    refused = browser.post("/notes/new", data=large)
    assert refused.status_code == 413
    assert 'href="/notes/new?held=1"' in refused.text
    assert "Elle a dit ce qu" in browser.get("/notes/new?held=1").text


def test_drafts_are_each_one_s_own(staff):
    with acting_as(staff.user("counsellor")), transaction():
        drafts.save_draft("/notes/new", {"note": NOTE, "steps": ["call"]})
    with acting_as(staff.user("counsellor")), transaction(write=False):
        assert drafts.draft_of("/notes/new").getlist("steps") == ["call"]
    with acting_as(staff.user("cell_supervisor")), transaction(write=False):
        assert drafts.draft_of("/notes/new") is None


def test_who_opens_no_file_keeps_no_draft(staff):
    with acting_as(staff.user("coordinator")), transaction(), pytest.raises(Refusal):
        drafts.save_draft("/notes/new", {"note": NOTE})


def test_a_draft_is_dropped_on_demand(staff):
    with acting_as(staff.user("counsellor")), transaction():
        drafts.save_draft("/notes/new", {"note": NOTE})
        drafts.drop_draft("/notes/new")
        assert drafts.draft_of("/notes/new") is None


def test_passwords_are_never_kept(sign_in):
    browser = sign_in("counsellor")
    form = {"csrf_token": token(browser.get("/account/password").text), "password": "a secret"}
    with later(minutes=30):
        browser.post("/account/password", data={**form, "new_password": "another"})
    with transaction(write=False):
        held = db.session.scalars(sa.select(Draft)).one()
        with drafts.opening({"draft"}):
            assert held.draft.answers == {}
