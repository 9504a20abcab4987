# SPDX-License-Identifier: AGPL-3.0-or-later
"""A locked or ended session never costs a text: same form, same words, same person."""

import datetime as dt

import pytest
import sqlalchemy as sa
import wtforms
from flask import redirect, render_template_string

from casework import clock
from casework.access import GuardedBlueprint, Permission, acting_as, drafts
from casework.db import db, transaction
from casework.errors import Refusal
from casework.staff.models import Draft
from casework.web import BaseForm

from .conftest import PASSWORD, token

NOTE = "Elle a dit ce qu’elle n’avait dit à personne."
PAGE = """{% for one in form %}{{ one() }}{% endfor %}"""


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


def test_without_any_session_nothing_is_held(kept, client, staff):
    form = typed(client.get("/sign-in").text)
    turned = client.post("/notes/new", data=form)
    assert turned.location.startswith("/sign-in")
    with transaction(write=False):
        assert db.session.scalars(sa.select(Draft)).all() == []


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
