# SPDX-License-Identifier: AGPL-3.0-or-later
"""Coming in, waiting after failures, locking, and going."""

import datetime as dt
import threading
import time

import pytest
import sqlalchemy as sa

from casework import clock
from casework.access import User, actions
from casework.db import db, transaction
from casework.errors import Refusal
from casework.staff.models import Attempt, SignIn

from .conftest import PASSWORD, post, token


def test_a_counsellor_signs_in_and_sees_her_account(sign_in):
    page = sign_in("counsellor").get("/account")
    assert page.status_code == 200
    assert "Nom de counsellor" in page.text


def test_capitals_and_blanks_do_not_matter_in_a_user_name(sign_in):
    assert sign_in(" Counsellor ").get("/account").status_code == 200


def test_a_page_without_a_session_leads_to_the_door_and_back(client, staff):
    turned = client.get("/account")
    assert turned.status_code == 303
    assert turned.location.startswith("/sign-in?next=")
    shown = client.get(turned.location)
    entered = client.post(
        turned.location,
        data={"csrf_token": token(shown.text), "login": "counsellor", "password": PASSWORD},
    )
    assert entered.location == "/account"


@pytest.mark.parametrize("wrong", ["http://elsewhere.example", "/users", "IiI.x", ""])
def test_a_way_back_that_we_did_not_sign_is_not_taken(client, staff, wrong):
    shown = client.get(f"/sign-in?next={wrong}")
    form = {"csrf_token": token(shown.text), "login": "counsellor", "password": PASSWORD}
    assert client.post(f"/sign-in?next={wrong}", data=form).location == "/"


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(sign_in, app, staff):
    local = sign_in("counsellor").entered.headers["Set-Cookie"]
    assert local.startswith("casework-local=")
    assert "HttpOnly" in local
    assert "SameSite=Strict" in local
    secure = app.test_client()
    shown = secure.get("/sign-in", base_url="https://localhost")
    form = {"csrf_token": token(shown.text), "login": "counsellor", "password": PASSWORD}
    cookies = secure.post("/sign-in", base_url="https://localhost", data=form).headers
    cookie = next(c for c in cookies.getlist("Set-Cookie") if c.startswith("__Host-casework="))
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie


def test_the_database_holds_neither_the_token_nor_a_name(sign_in, instance, app):
    browser = sign_in("counsellor")
    held = browser.get_cookie("casework-local").value
    with db.engine.connect() as connection:
        for table in ("user", "sign_in", "attempt"):
            rows = connection.execute(sa.text(f'SELECT * FROM "{table}"')).all()
            assert held not in str(rows)
            assert "counsellor" not in str(rows)
            assert "Nom de" not in str(rows)


# ------------------------------------------------------------------ wrong passwords


def test_a_wrong_password_and_an_unknown_user_get_the_same_words(client, staff):
    wrong = post(client, "/sign-in", login="counsellor", password="not this one at all")
    unknown = post(client, "/sign-in", login="nobody", password="not this one at all")
    assert wrong.status_code == unknown.status_code == 422
    sentence = "Le nom d’utilisateur ou le mot de passe n’est pas juste."
    assert sentence in wrong.text
    assert sentence in unknown.text


def test_an_unknown_user_costs_as_much_as_a_known_one(app, staff):
    """In processor time of this thread, so that a busy machine cannot tell one from the other."""
    app.config["CASEWORK"].values["password_memory_kib"] = 8192
    with transaction():
        actions.create_user("slow", "Slow", password=PASSWORD)

    def spent(login, address):
        start = time.thread_time()
        with pytest.raises(Refusal):
            actions.sign_in(login, "wrong", address)
        return time.thread_time() - start

    spent("nobody", "a")  # the decoy is made once
    known = [spent("slow", f"a{n}") for n in range(4)]
    unknown = [spent(f"nobody{n}", f"b{n}") for n in range(4)]
    assert 0.5 < min(unknown) / min(known) < 2


def test_from_the_fifth_failure_on_one_waits_longer_and_longer(app, staff):
    def fail(times):
        for _ in range(times):
            with pytest.raises(Refusal) as refused:
                actions.sign_in("counsellor", "wrong", "192.0.2.1")
        return refused.value.status

    start = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
    with clock.frozen(start):
        assert fail(5) == 422
        assert fail(1) == 429
        with pytest.raises(Refusal):
            actions.sign_in("counsellor", PASSWORD, "192.0.2.1")
    with clock.frozen(start + dt.timedelta(seconds=2)):
        assert fail(1) == 422
        assert fail(1) == 429


def test_nobody_can_lock_her_out(app, staff):
    start = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
    with clock.frozen(start), transaction():
        for token in db.session.scalars(sa.select(Attempt)):
            db.session.delete(token)
        key = actions.models.keyed("login", "counsellor")
        db.session.add(Attempt(token=key, failures=5000, last_at=start))
    with clock.frozen(start + dt.timedelta(seconds=60)):
        assert actions.sign_in("counsellor", PASSWORD, "192.0.2.1")


def test_an_unknown_user_waits_as_a_known_one_does(client, staff):
    for login in ("nobody", "counsellor"):
        for _ in range(5):
            post(client, "/sign-in", login=login, password="wrong")
        assert post(client, "/sign-in", login=login, password="wrong").status_code == 429


def test_two_failures_at_the_same_moment_are_both_counted(app, staff):
    key, said = actions.models.keyed("login", "counsellor"), []

    def fails():
        try:
            with app.app_context():
                actions.sign_in("counsellor", "wrong", "192.0.2.1")
        except Exception as problem:
            said.append(problem)

    other = threading.Thread(target=fails)
    with transaction():
        db.session.execute(sa.insert(Attempt).values(token=key, failures=1, last_at=clock.now()))
        other.start()
        other.join(1)
        assert other.is_alive()  # it waits for the first to be counted
    other.join(10)
    assert [getattr(one, "status", one) for one in said] == [422]
    with transaction(write=False):
        assert db.session.get(Attempt, key).failures == 2


def test_a_failure_of_the_day_before_yesterday_is_forgotten(app, staff):
    start = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
    key = actions.models.keyed("login", "counsellor")
    for moment in (start, start + dt.timedelta(days=2)):
        with clock.frozen(moment), pytest.raises(Refusal):
            actions.sign_in("counsellor", "wrong", "192.0.2.1")
    with transaction(write=False):
        assert db.session.get(Attempt, key).failures == 1


def test_success_forgets_the_failures_of_the_login(app, staff):
    for _ in range(3):
        with pytest.raises(Refusal):
            actions.sign_in("counsellor", "wrong", "192.0.2.1")
    actions.sign_in("counsellor", PASSWORD, "192.0.2.1")
    key = actions.models.keyed("login", "counsellor")
    assert db.session.get(Attempt, key) is None


# ------------------------------------------------------------------ the life of a session


def later(minutes):
    return clock.frozen(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=minutes))


def test_a_post_nobody_touches_locks(sign_in):
    browser = sign_in("counsellor")
    with later(9):
        assert browser.get("/account").status_code == 200
    with later(18):
        assert browser.get("/account").status_code == 200
    with later(29):
        turned = browser.get("/account")
        assert turned.location.startswith("/unlock")


def test_a_shared_post_locks_sooner(sign_in):
    browser = sign_in("counsellor", is_shared="y")
    with later(6):
        assert browser.get("/account").location.startswith("/unlock")


def test_a_form_of_the_door_says_first_what_it_is_for(sign_in):
    browser = sign_in("counsellor")
    assert "Au moins quinze caractères." in browser.get("/account/password").text
    post(browser, "/lock", page="/account")
    assert "Votre texte est conservé." in browser.get("/unlock").text


def test_unlocking_asks_for_the_password_and_changes_the_token(sign_in):
    browser = sign_in("counsellor")
    before = browser.get_cookie("casework-local").value
    assert post(browser, "/lock", page="/account").status_code == 200
    assert browser.get("/account").location.startswith("/unlock")
    assert post(browser, "/unlock", password="wrong").status_code == 422
    assert post(browser, "/unlock", password=PASSWORD).status_code == 303
    assert browser.get("/account").status_code == 200
    assert browser.get_cookie("casework-local").value != before


def test_hide_works_by_a_link_alone(sign_in):
    browser = sign_in("counsellor")
    page = browser.get("/lock")
    assert page.status_code == 200
    assert "counsellor" not in page.text
    assert browser.get("/account").location.startswith("/unlock")


def test_a_session_ends_after_ten_hours_however_busy(sign_in):
    browser = sign_in("counsellor")
    for minutes in range(9, 600, 9):
        with later(minutes):
            assert browser.get("/extend").status_code == 204
    with later(601):
        assert browser.get("/account").location.startswith("/sign-in")


def test_signing_out_ends_the_session_on_the_server(sign_in, app):
    browser = sign_in("counsellor")
    held = browser.get_cookie("casework-local").value
    out = post(browser, "/sign-out", page="/account")
    assert out.headers["Clear-Site-Data"] == '"cache"'
    thief = app.test_client()
    thief.set_cookie("casework-local", held)
    assert thief.get("/account").location.startswith("/sign-in")


def test_her_other_sessions_are_listed_and_ended(sign_in, staff):
    one, other = sign_in("counsellor"), sign_in("counsellor")
    page = one.get("/account").text
    with transaction(write=False):
        ids = list(db.session.scalars(sa.select(SignIn.id)))
    ends = [key for key in ids if f"/account/sessions/{key}/end" in page]
    assert len(ends) == 1
    post(one, f"/account/sessions/{ends[0]}/end", page="/account")
    assert other.get("/account").status_code == 303
    assert one.get("/account").status_code == 200


def test_nobody_ends_the_session_of_another(sign_in, staff):
    mine, other = sign_in("counsellor"), sign_in("hub_adviser")
    with transaction(write=False):
        theirs = db.session.scalar(
            sa.select(SignIn.id).where(SignIn.user_id == staff.users["hub_adviser"])
        )
    ended = post(mine, f"/account/sessions/{theirs}/end", page="/account")
    assert ended.status_code == 404
    assert other.get("/account").status_code == 200


def test_signing_out_everywhere_ends_them_all(sign_in):
    one, other = sign_in("counsellor"), sign_in("counsellor")
    post(one, "/account/sessions/end", page="/account")
    assert one.get("/account").status_code == other.get("/account").status_code == 303


def test_a_closed_account_is_gone_at_the_next_request(sign_in, staff):
    browser, admin = sign_in("counsellor"), sign_in("administrator")
    user = staff.users["counsellor"]
    assert post(admin, f"/users/{user}/closure", page=f"/users/{user}").status_code == 303
    assert browser.get("/account").location.startswith("/sign-in")
    again = post(browser, "/sign-in", login="counsellor", password=PASSWORD)
    assert again.status_code == 422


def test_plain_http_from_elsewhere_is_refused(client, app):
    assert client.get("/sign-in", base_url="http://sanad.example").status_code == 400
    assert client.get("/sign-in", environ_base={"REMOTE_ADDR": "192.0.2.9"}).status_code == 400
    assert client.get("/sign-in", base_url="https://sanad.example").status_code == 200


def test_the_door_speaks_three_languages(client):
    for language, word in (("fr", "Se connecter"), ("ar", "تسجيل الدخول"), ("en", "Sign in")):
        assert word in client.get(f"/sign-in?lang={language}", follow_redirects=True).text


# ------------------------------------------------------------------ passwords


def test_the_first_sign_in_replaces_the_one_time_password(app, staff, sign_in):
    with transaction():
        _user, once = actions.create_user("new", "Nouvelle")
    browser = sign_in("new", once)
    assert browser.get("/account").location == "/account/password"
    chosen = {"password": once, "new_password": "une phrase que je retiens"}
    assert post(browser, "/account/password", **chosen).status_code == 303
    assert browser.get("/account").location.startswith("/sign-in")
    sign_in("new", chosen["new_password"], browser)
    assert browser.get("/account").status_code == 200


@pytest.mark.parametrize(
    "weak",
    [
        "short",
        "aaaaaaaaaaaaaaaaaaaa",
        "motdepasse12345",
        "Sanad Sanad 2026!",
        "counsellor 2026!",
        "x" * 129,
    ],
)
def test_a_password_that_is_short_or_easily_guessed_is_refused(sign_in, weak):
    browser = sign_in("counsellor")
    answer = post(browser, "/account/password", password=PASSWORD, new_password=weak)
    assert answer.status_code == 422
    assert browser.get("/account").status_code == 200


def test_a_hash_is_renewed_when_the_cost_rises(app, staff, sign_in):
    app.config["CASEWORK"].values["password_rounds"] = 2
    sign_in("counsellor")
    with transaction(write=False):
        assert "t=2" in db.session.get_one(User, staff.users["counsellor"]).password


def test_no_one_can_be_signed_in_by_another_site(app, staff):
    form = {"login": "counsellor", "password": PASSWORD}
    assert app.test_client().post("/sign-in", data=form).status_code == 400


def test_the_first_to_sign_in_lets_sqlite_learn_how_large_its_tables_are(sign_in, app):
    sign_in("counsellor")
    if db.engine.dialect.name == "sqlite":  # PostgreSQL does so by itself
        with db.engine.connect() as connection:
            measured = connection.execute(sa.text("SELECT tbl FROM sqlite_stat1")).scalars()
            assert "user" in set(measured)
    else:
        with db.engine.connect() as connection:
            assert not sa.inspect(connection).has_table("sqlite_stat1")
