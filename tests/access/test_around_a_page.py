# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is put around every page, and in which order."""

import uuid

import pytest
import sqlalchemy as sa
from flask import abort

from casework.access import GuardedBlueprint, Permission, acting_as, blueprint, current_user, fetch
from casework.audit import spoken
from casework.db import db, transaction
from casework.errors import Refusal, Stale
from casework.policy import PolicyError
from casework.staff import acting_as_system
from casework.vault import VaultError, opening

from .conftest import Leaflet, post


@pytest.fixture
def app(own_app):
    """One that takes pages of the tests’ own."""
    return own_app


@pytest.fixture
def leaflets(app):
    """A little room of pages over the tests' own record."""
    pages = GuardedBlueprint("leaflets", __name__)
    both = ["GET", "POST"]

    @pages.route("/leaflets/<uuid:leaflet_id>", needs=Permission.CASE_READ, methods=both)
    def show(leaflet_id):
        leaflet = fetch(Leaflet, leaflet_id)
        return f"{leaflet.story.text} read by {current_user.name}"

    @pages.route("/leaflets", needs=Permission.CASE_READ)
    def listed():
        found = db.session.scalars(sa.select(Leaflet)).all()
        blueprint.hits(len(found))
        return str(len(found))

    @pages.route("/leaflets/<uuid:leaflet_id>/<how>", needs=Permission.SESSION_WRITE, methods=both)
    def change(leaflet_id, how):
        leaflet = fetch(Leaflet, leaflet_id)
        leaflet.story.text = how
        db.session.flush()
        if how == "refuse":
            raise Refusal("No.", 409)
        if how == "stale":
            raise Stale("Read it again.")
        if how == "fail":
            raise ZeroDivisionError
        if how == "abort":
            abort(410)
        return how, 422 if how == "invalid" else 200

    app.register_blueprint(pages)
    app.config["WTF_CSRF_ENABLED"] = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return pages


def text_of(staff, key):
    db.session.expunge_all()  # what another session saved since
    with acting_as(staff.user("counsellor")), transaction(write=False):
        return fetch(Leaflet, key).story.text


def said(app):
    """(action, outcome, hits) of the trail, in order."""
    app.extensions["trail"].close()
    return [(line.get("action"), line.get("outcome"), line.get("hits")) for line in lines(app)]


def lines(app):
    return list(spoken(app.extensions["trail"]))[::-1]


def test_a_page_without_a_need_is_not_registered():
    pages = GuardedBlueprint("bare", __name__)
    with pytest.raises(TypeError, match="does not say what it needs"):
        pages.route("/open")(lambda: "")
    with pytest.raises(TypeError, match="does not say what it needs"):
        pages.route("/open", needs="case:read")(lambda: "")
    with pytest.raises(TypeError, match="does not say what it needs"):
        pages.add_url_rule("/open", view_func=lambda: "")


def test_every_page_of_the_house_says_what_it_needs(app):
    free = {"static"}
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        assert rule.endpoint in free or hasattr(view, "needs"), rule


def test_what_is_in_reach_opens_and_what_is_not_does_not_exist(leaflets, staff, sign_in):
    key = staff.leaflet()
    shown = sign_in("counsellor").get(f"/leaflets/{key}")
    assert shown.text == "in confidence read by Nom de counsellor"
    assert sign_in("cell_supervisor").get(f"/leaflets/{key}").status_code == 200
    for nobody in (key, uuid.uuid4()):
        assert sign_in("hub_manager").get(f"/leaflets/{nobody}").status_code == 403
    _user, once = staff.hire("ber", "counsellor", "BER")
    with transaction():
        staff.user("ber").must_change_password = False
    beyond = sign_in("ber", once).get(f"/leaflets/{key}")
    unknown = sign_in("ber", once).get(f"/leaflets/{uuid.uuid4()}")
    assert beyond.status_code == unknown.status_code == 404
    # The address aside, which each page repeats.
    assert len(beyond.text) == len(unknown.text)


@pytest.mark.parametrize("role", ["coordinator", "me_officer", "dpo", "administrator"])
def test_who_has_no_caseload_opens_no_page_of_it(leaflets, staff, sign_in, role):
    key = staff.leaflet()
    browser = sign_in(role)
    assert browser.get(f"/leaflets/{key}").status_code == 403
    assert browser.get("/leaflets").status_code == 403


@pytest.mark.parametrize(
    ("how", "status"),
    [("refuse", 409), ("stale", 409), ("fail", 500), ("abort", 410), ("invalid", 422)],
)
def test_what_does_not_end_well_changes_nothing(leaflets, staff, sign_in, how, status):
    key = staff.leaflet()
    assert sign_in("counsellor").post(f"/leaflets/{key}/{how}").status_code == status
    assert text_of(staff, key) == "in confidence"


def test_what_ends_well_is_kept(leaflets, staff, sign_in):
    key = staff.leaflet()
    assert sign_in("counsellor").post(f"/leaflets/{key}/better").status_code == 200
    assert text_of(staff, key) == "better"


def test_reading_a_page_saves_nothing(leaflets, staff, sign_in):
    key = staff.leaflet()
    sign_in("counsellor").get(f"/leaflets/{key}/changed")
    assert text_of(staff, key) == "in confidence"


def test_the_trail_says_what_was_tried_and_how_it_ended(app, leaflets, staff, sign_in):
    key = staff.leaflet()
    browser = sign_in("counsellor")
    browser.get("/leaflets")
    for how in ("better", "refuse", "stale", "fail"):
        browser.post(f"/leaflets/{key}/{how}")
    sign_in("coordinator").get("/leaflets")
    trail = said(app)
    assert ("case:read", "ok", 1) in trail
    outcomes = [
        outcome for action, outcome, _hits in trail if action == "session:write" and outcome
    ]
    assert outcomes == ["ok", "refused", "stale", "failed"]
    assert ("case:read", "refused", None) in trail
    assert trail.count(("sealed", None, None)) >= 1


def test_the_trace_is_there_before_the_act(app, leaflets, staff, sign_in):
    key = staff.leaflet()
    browser = sign_in("counsellor")
    engine = sa.create_engine(app.extensions["trail"].store._engine.url)
    with engine.begin() as connection:  # a trail that can take no more lines
        connection.execute(sa.text("ALTER TABLE trail_line RENAME TO trail_line_gone"))
    answer = browser.get(f"/leaflets/{key}")
    assert answer.status_code >= 500
    assert "in confidence" not in answer.text
    with engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE trail_line_gone RENAME TO trail_line"))
    engine.dispose()


# ------------------------------------------------------------------ acting


def test_a_command_acts_within_the_reach_of_its_user(staff):
    key = staff.leaflet()
    with acting_as(staff.user("cell_supervisor"), reason="drill") as actor:
        assert current_user.id == actor.id
        assert fetch(Leaflet, key).story.text == "in confidence"
    with acting_as(staff.user("hub_manager")), pytest.raises(Refusal):
        fetch(Leaflet, key)
    with pytest.raises(PolicyError):
        db.session.scalars(sa.select(Leaflet)).all()


def test_the_system_counts_and_opens_nothing(staff):
    key = staff.leaflet()
    with acting_as_system():
        assert db.session.scalar(sa.select(sa.func.count(Leaflet.id))) == 1
        with pytest.raises(VaultError):
            _text = fetch(Leaflet, key).story.text


def test_a_closed_account_does_not_act(staff):
    user = staff.user("counsellor")
    user.is_active = False
    with pytest.raises(Refusal), acting_as(user):
        pass
    db.session.rollback()


def test_outside_acting_nobody_is_the_current_user(app):
    assert not current_user.is_authenticated
    assert current_user.id is None
    assert not current_user.may(Permission.CASE_READ)
    with opening(opening.ALL), pytest.raises(PolicyError):
        db.session.scalars(sa.select(Leaflet)).all()


def test_a_password_that_must_be_changed_comes_first(leaflets, staff, sign_in):
    _user, once = staff.hire("fresh", "counsellor", "OUJ")
    browser = sign_in("fresh", once)
    assert browser.get("/leaflets").location == "/account/password"
    assert post(browser, "/leaflets").status_code == 405
