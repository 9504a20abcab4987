# SPDX-License-Identifier: AGPL-3.0-or-later
"""The administrator makes accounts and gives roles, and opens no file."""

import re

import pytest
import sqlalchemy as sa

from casework.access import Site, acting_as, actions
from casework.db import db, transaction
from casework.errors import Refusal
from casework.staff.models import RoleGrant

from .conftest import post


def test_a_new_user_gets_a_password_that_is_shown_once(sign_in, staff):
    admin = sign_in("administrator")
    made = post(admin, "/users/new", name="Salma N.", login="salma", language="ar")
    assert made.status_code == 200
    once = re.search(r"<code>([a-z0-9-]{20})</code>", made.text).group(1)
    with transaction(write=False):
        key = actions.find_user("salma").id
    assert once not in admin.get(f"/users/{key}").text
    assert sign_in("salma", once).get("/account").location == "/account/password"


def test_a_user_name_is_given_once(sign_in):
    admin = sign_in("administrator")
    answer = post(admin, "/users/new", name="Other", login=" COUNSELLOR ", language="fr")
    assert answer.status_code == 422
    assert 'value="Other"' in answer.text


def test_a_role_is_given_and_withdrawn_at_once(sign_in, staff):
    admin, browser = sign_in("administrator"), sign_in("coordinator")
    user, site = staff.users["coordinator"], staff.sites["OUJ"]
    page = f"/users/{user}"
    given = {"role": "cell_supervisor", "site": str(site)}
    assert post(admin, f"{page}/roles", page=page, **given).status_code == 303
    assert "Responsable de cellule" in browser.get("/account").text
    with transaction(write=False):
        grant = db.session.scalar(sa.select(RoleGrant.id).where(RoleGrant.site_id == site,
                                  RoleGrant.user_id == user))  # fmt: skip
    post(admin, f"/roles/{grant}/end", page=page)
    assert "Responsable de cellule" not in browser.get("/account").text


@pytest.mark.parametrize(
    ("role", "site"),
    [("counsellor", "TTA"), ("hub_adviser", "OUJ"), ("counsellor", None), ("coordinator", "OUJ")],
)
def test_a_role_is_only_held_where_it_belongs(staff, role, site):
    place = db.session.get_one(Site, staff.sites[site]) if site else None
    with transaction(), pytest.raises(Refusal):
        actions.grant(staff.user("me_officer"), role, place)


@pytest.mark.parametrize("apart", ["administrator", "dpo"])
def test_who_runs_accounts_or_watches_over_data_opens_no_file(staff, apart):
    cell = db.session.get_one(Site, staff.sites["OUJ"])
    with transaction(), pytest.raises(Refusal):
        actions.grant(staff.user(apart), "counsellor", cell)
    with transaction(), pytest.raises(Refusal):
        actions.grant(staff.user("counsellor"), apart)


def test_nobody_changes_her_own_roles(staff):
    with acting_as(staff.user("administrator")), transaction():
        with pytest.raises(Refusal):
            actions.grant(staff.user("administrator"), "coordinator")
        with pytest.raises(Refusal):
            actions.withdraw(actions.grants_of(staff.user("administrator"))[0])
        with pytest.raises(Refusal):
            actions.disable(staff.user("administrator"))


def test_a_reset_ends_every_session(sign_in, staff):
    admin, browser = sign_in("administrator"), sign_in("counsellor")
    page = f"/users/{staff.users['counsellor']}"
    answer = post(admin, f"{page}/password", page=page)
    once = re.search(r"<code>([a-z0-9-]{20})</code>", answer.text).group(1)
    assert browser.get("/account").location.startswith("/sign-in")
    assert sign_in("counsellor", once).get("/account").location == "/account/password"


def test_sites_are_numbered_once_and_for_ever(sign_in, staff):
    admin = sign_in("administrator")
    names = {"name_fr": "Nador", "name_ar": "الناظور", "name_en": "Nador"}
    assert post(admin, "/sites/new", code="nad", kind="cell", **names).status_code == 303
    assert post(admin, "/sites/new", code="NAD", kind="cell", **names).status_code == 422
    assert "NAD" in admin.get("/sites").text
    with transaction(write=False):
        numbers = list(db.session.scalars(sa.select(Site.number).order_by(Site.number)))
    assert numbers == [1, 2, 3, 4]


@pytest.mark.parametrize("role", sorted(set(actions.ROLES) - {"administrator"}))
def test_nobody_else_runs_accounts(sign_in, staff, role):
    browser = sign_in(role)
    for page in ("/users", "/users/new", f"/users/{staff.users['dpo']}", "/sites", "/sites/new"):
        assert browser.get(page).status_code == 403


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_every_page_is_shown_in_every_language(sign_in, staff, language):
    admin = sign_in("administrator")
    admin.get(f"/account?lang={language}", follow_redirects=True)
    user = staff.users["counsellor"]
    for page in ("/account", "/account/password", "/users", "/users/new", f"/users/{user}",
                 "/sites", "/sites/new"):  # fmt: skip
        shown = admin.get(page)
        assert shown.status_code == 200
        assert f'lang="{language}"' in shown.text
        assert shown.text.count("<h1>") == 1


def test_the_language_chosen_is_remembered_for_the_next_device(sign_in, app):
    sign_in("counsellor").get("/account?lang=ar", follow_redirects=True)
    assert 'dir="rtl"' in sign_in("counsellor").get("/account").text


def test_an_unknown_user_is_404(sign_in, staff):
    assert sign_in("administrator").get(f"/users/{staff.sites['OUJ']}").status_code == 404
