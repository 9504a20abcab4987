# SPDX-License-Identifier: AGPL-3.0-or-later
"""A locked or ended session never costs a text: same form, same words, same person."""

import base64
import datetime as dt
import html
import os
import re
import threading

import pytest
import sqlalchemy as sa
import wtforms
from flask import redirect, render_template_string
from werkzeug.datastructures import MultiDict

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
def app(own_app):
    """One that takes pages of the tests’ own."""
    return own_app


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
    assert entered.location == "/"
    assert kept == []
    assert [form for form, _writer in waiting()] == ["/notes/new"]


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


def sent_again(browser, offered):
    """What the page that offers it sends, hidden fields and all."""
    form = offered.text.partition('action="/notes/new?again=1"')[2].partition("</form>")[0]
    data = MultiDict()
    for name, value in re.findall(r'name="([^"]+)"[^>]*? value="([^"]*)"', form):
        data.add(name, html.unescape(value))
    return browser.post("/notes/new?again=1", data=data)


def test_a_form_left_open_by_another_is_never_saved_unseen(kept, sign_in, staff):
    """She signs out in another tab and a colleague signs in: the first tab is still there."""
    browser = sign_in("counsellor")
    form = typed(browser.get("/notes/new").text)
    post(browser, "/sign-out", page="/account")
    sign_in("cell_supervisor", client=browser)
    ours = {"Sec-Fetch-Site": "same-origin"}
    offered = browser.post("/notes/new", data=form, headers=ours)
    assert offered.status_code == 400
    seen = sent_again(browser, offered)
    assert seen.location == "/"
    assert "Ce qu’une collègue écrivait ici l’attend." in browser.get("/account").text
    assert "Elle a dit" not in browser.get("/notes/new?held=1").text
    assert waiting() == [("/notes/new", staff.users["counsellor"])]
    assert kept == []


def test_her_own_form_in_another_tab_outlives_a_new_sign_in(kept, sign_in):
    browser = sign_in("counsellor")
    form = typed(browser.get("/notes/new").text)
    sign_in("counsellor", client=without_cookie(browser))
    assert browser.post("/notes/new", data=form).status_code == 303
    assert kept == [(NOTE, ["call", "visit"])]


def test_a_draft_left_open_across_a_sign_in_is_offered_in_its_form(kept, sign_in):
    browser = sign_in("counsellor")
    ours = {"Sec-Fetch-Site": "same-origin"}
    typed_late = {**typed(browser.get("/notes/new").text), "csrf_token": "old"}
    offered = browser.post("/drafts/notes/new", data=typed_late, headers=ours)
    assert 'action="/notes/new?again=1"' in offered.text
    elsewhere = browser.post("/drafts/sign-out", data=typed_late, headers=ours)
    assert "action=" not in elsewhere.text.partition("<main")[2]


# ------------------------------------------------------------------ whose text it is


def waiting():
    """(form, writer) of everything kept unsaved."""
    with transaction(write=False):
        return [(one.form_key, one.user_id) for one in db.session.scalars(sa.select(Draft))]


def left_by(browser, path="/notes/new"):
    """The page that asks who is there, after a form was sent from a post nobody is at."""
    form = typed(browser.get("/notes/new").text)
    return without_cookie(browser).post(path, data=form)


@pytest.mark.parametrize("other", ["cell_supervisor", "hub_adviser", "coordinator"])
def test_what_a_colleague_left_waits_for_her_and_is_nobody_else_s(kept, sign_in, staff, other):
    browser = sign_in("counsellor")
    entered = enters(browser, left_by(browser), login=other)
    assert entered.location == "/"
    told = browser.get("/account")
    assert "Ce qu’une collègue écrivait ici l’attend." in told.text
    assert "Elle a dit" not in told.text + browser.get("/notes/new?held=1").text
    assert waiting() == [("/notes/new", staff.users["counsellor"])]
    assert "Elle a dit ce qu" in sign_in("counsellor").get("/notes/new?held=1").text


def test_what_a_colleague_left_does_not_take_the_place_of_what_she_wrote_since(kept, sign_in):
    browser = sign_in("counsellor")
    asked = left_by(browser)
    with later(minutes=1):
        hers = sign_in("counsellor")
        since = {**typed(hers.get("/notes/new").text), "note": "Et depuis, ceci."}
        hers.post("/drafts/notes/new", data=since)
    with later(minutes=2):
        enters(browser, asked, login="hub_adviser")
        assert "Et depuis, ceci." in sign_in("counsellor").get("/notes/new?held=1").text


def test_what_is_left_by_someone_whose_account_was_closed_since_is_not_kept(kept, sign_in, staff):
    browser = sign_in("counsellor")
    asked = left_by(browser)
    with transaction():
        staff.user("counsellor").is_active = False
    assert enters(browser, asked, login="hub_adviser").location == "/"
    assert "n’a pas été gardé" in browser.get("/account").text
    assert waiting() == []


def test_with_every_cookie_gone_the_old_token_still_tells_the_writer(kept, sign_in, app, staff):
    form = typed(sign_in("counsellor").get("/notes/new").text)
    browser, ours = app.test_client(), {"Sec-Fetch-Site": "same-origin"}
    offered = browser.post("/notes/new", data=form, headers=ours)
    asked = sent_again(browser, offered)
    assert enters(browser, asked, login="hub_adviser").location == "/"
    assert waiting() == [("/notes/new", staff.users["counsellor"])]
    assert "Elle a dit ce qu" in sign_in("counsellor").get("/notes/new?held=1").text


@pytest.fixture
def shared_form(app):
    """A form that both strands open."""
    pages = GuardedBlueprint("names", __name__)

    @pages.route("/names/new", needs=Permission.PERSON_CREATE, methods=["GET", "POST"])
    def new_name():
        return render_template_string(PAGE, form=NoteForm())

    app.register_blueprint(pages)


def with_every_cookie_gone(app, sign_in, path):
    form = typed(sign_in("counsellor").get(path).text)
    browser, ours = app.test_client(), {"Sec-Fetch-Site": "same-origin"}
    offered = browser.post(path, data=form, headers=ours)
    again = {**form, "csrf_token": token(offered.text)}
    return browser, browser.post(f"{path}?again=1", data=again)


@pytest.mark.parametrize("login", ["hub_adviser", "coordinator"])
def test_what_nobody_is_known_to_have_written_stays_in_its_strand(kept, sign_in, app, login):
    browser, asked = with_every_cookie_gone(app, sign_in, "/notes/new")
    assert enters(browser, asked, login=login).location == "/"
    assert waiting() == []


@pytest.mark.parametrize("login", ["hub_adviser", "counsellor"])
def test_what_either_strand_may_have_written_is_given_to_none(shared_form, sign_in, app, login):
    browser, asked = with_every_cookie_gone(app, sign_in, "/names/new")
    assert enters(browser, asked, login=login).location == "/"
    assert "n’a pas été gardé" in browser.get("/account").text
    assert waiting() == []


# ------------------------------------------------------------------ what cannot be kept aside

LONG = "mot " * 60_000


def shows_it_all(page):
    return page.status_code == 413 and page.text.count("mot") >= 60_000


def test_what_is_too_long_to_be_kept_is_shown_again_in_its_form(kept, sign_in):
    browser = sign_in("counsellor")
    form = {**typed(browser.get("/notes/new").text), "note": LONG}
    for asked in ("lang=ar", "again=1"):
        page = browser.post(f"/notes/new?{asked}", data=form)
        assert shows_it_all(page)
        assert page.text.count("selected") == 2
    assert kept == []
    assert waiting() == []
    assert browser.post("/notes/new", data=form).status_code == 303


def test_a_draft_too_long_to_be_kept_is_refused_and_given_back(kept, sign_in):
    browser = sign_in("counsellor")
    form = {**typed(browser.get("/notes/new").text), "note": LONG}
    page = browser.post("/drafts/notes/new", data=form)
    assert shows_it_all(page)
    assert 'action="/notes/new?again=1"' in page.text
    script = browser.post("/drafts/notes/new", data=form, headers={"Accept": "application/json"})
    assert script.status_code == 413
    assert waiting() == []


@pytest.mark.parametrize("away", [{"minutes": 30}, {"hours": 11}, {"hours": 40}])
def test_what_is_too_long_to_be_held_goes_through_the_door(kept, sign_in, away):
    browser = sign_in("counsellor")
    form = {**typed(browser.get("/notes/new").text), "note": LONG}
    with later(**away):
        asked = browser.post("/notes/new", data=form)
        assert asked.status_code == 401
        assert "mot mot" not in asked.text
        door = re.search(r'action="(/unlock|/sign-in)"', asked.text)[1]
        answers = {"login": "counsellor", "password": PASSWORD, "carried": carried(asked)}
        given = browser.post(door, data={"csrf_token": token(asked.text), **answers})
        assert shows_it_all(given)
        again = {**form, "csrf_token": token(given.text)}
        assert shows_it_all(browser.post("/notes/new?again=1", data=again))
    assert kept == []


def test_what_is_too_large_for_the_door_is_refused_where_it_was_typed(kept, sign_in):
    browser = sign_in("counsellor")
    noise = base64.urlsafe_b64encode(os.urandom(1_200_000)).decode()
    form = {**typed(browser.get("/notes/new").text), "note": noise}
    refused = without_cookie(browser).post("/notes/new", data=form)
    assert refused.status_code == 413
    assert "Revenez en arrière" in refused.text


def test_a_process_that_opens_no_file_shows_the_text_at_once(kept, sign_in, app):
    app.extensions["vault"].ring = None
    browser = sign_in("counsellor")
    form = typed(browser.get("/notes/new").text)
    page = browser.post("/notes/new?lang=ar", data=form)
    assert page.status_code == 413
    assert "Elle a dit ce qu" in page.text


def test_only_so_many_forms_of_one_person_wait(staff):
    with acting_as(staff.user("counsellor")), transaction():
        for number in range(drafts.MOST):
            drafts.save_draft(f"/notes/{number}", {"note": NOTE})
        drafts.save_draft("/notes/0", {"note": "again"})
        with pytest.raises(Refusal) as refused:
            drafts.save_draft("/notes/one-more", {"note": NOTE})
    assert refused.value.status == 413


# ------------------------------------------------------------------ who may have a form kept


@pytest.mark.parametrize("asked", ["lang=ar", "again=1"])
def test_a_form_is_only_kept_for_who_may_open_it(kept, sign_in, asked):
    browser = sign_in("coordinator")
    form = {"csrf_token": token(browser.get("/account").text), "note": NOTE}
    assert browser.post(f"/notes/new?{asked}", data=form).status_code == 403
    assert browser.post("/drafts/notes/new", data=form).status_code == 404
    assert waiting() == []


@pytest.mark.parametrize("nowhere", ["nowhere", "notes/new/at/all", "account", "sign-out"])
def test_a_draft_of_what_is_no_form_is_not_kept(kept, sign_in, nowhere):
    browser = sign_in("counsellor")
    form = typed(browser.get("/notes/new").text)
    assert browser.post(f"/drafts/{nowhere}", data=form).status_code == 404
    assert waiting() == []


# ------------------------------------------------------------------ pages that only take


@pytest.fixture
def acts(app):
    """A page that is only posted to; gives the list of what it did."""
    pages, done = GuardedBlueprint("acts", __name__), []

    @pages.route("/notes/named", needs=Permission.SESSION_WRITE, methods=["POST"])
    def list_named():
        done.append(1)
        return "done"

    app.register_blueprint(pages)
    return done


def test_what_only_takes_is_not_a_place_to_come_back_to(kept, acts, sign_in):
    browser = sign_in("counsellor")
    form = {"csrf_token": token(browser.get("/notes/new").text), "part": "ka"}
    with later(minutes=30):
        turned = browser.post("/notes/named", data=form)
        assert "Ce que vous avez demandé n’a pas été fait." in browser.get(turned.location).text
        assert unlocked(browser, turned, password=PASSWORD).location == "/"
    with later(hours=11):
        turned = browser.post("/notes/named", data=form)
        entered = unlocked(browser, turned, login="counsellor", password=PASSWORD)
        assert entered.location == "/"
    turned = without_cookie(browser).post("/notes/named", data=form)
    assert turned.location.startswith("/sign-in?next=")
    assert waiting() == []
    assert acts == []


def test_what_only_takes_does_not_act_on_what_is_only_to_be_seen(kept, acts, sign_in):
    browser, ours = sign_in("counsellor"), {"Sec-Fetch-Site": "same-origin"}
    form = {"csrf_token": token(browser.get("/notes/new").text), "part": "ka"}
    stale = browser.post("/notes/named", data={**form, "csrf_token": "old"}, headers=ours)
    assert stale.status_code == 400
    assert "again" not in stale.text
    again = browser.post("/notes/named?again=1", data=form)
    assert again.status_code == 400
    assert "Rien n’a été fait." in again.text
    assert acts == []


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
    assert len(waiting()) == 1


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
    assert waiting() == []


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
