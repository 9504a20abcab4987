# SPDX-License-Identifier: AGPL-3.0-or-later
"""A file that a colleague of the site reads: agreed to, for a time, and writing nothing in it."""

import datetime as dt

import pytest
import sqlalchemy as sa

from casework import clock
from casework.access import Site
from casework.access import actions as access
from casework.db import db, transaction
from casework.staff import models as staff
from tests.listening.test_pages_of_a_cell import prefilled

from ..web import manners
from .conftest import PASSWORD

LANGUAGES = ("fr", "ar", "en")


@pytest.fixture
def hub(programme):
    """A file that yassine follows; rim is his colleague, hind heads the hub, adil is elsewhere."""
    with transaction():
        for login, role, code in (("rim", "hub_adviser", "TTA"), ("hind", "hub_manager", "TTA"),
                                  ("ikram", "counsellor", "OUJ")):  # fmt: skip
            user, _password = access.create_user(login, login.title(), password=PASSWORD)
            access.grant(user, role, db.session.get_one(Site, programme.sites[code]))
    today = clock.today()
    person = programme.guided("yassine", [today - dt.timedelta(days=3)])
    programme.started("yassine", person, today - dt.timedelta(days=2))
    return person


def post(browser, person, colleague, until, **more):
    here = f"/dossiers/{person}/sharing"
    said = {"colleague": str(colleague), "until": until.isoformat(), "agreed": "y", **more}
    said = {name: value for name, value in said.items() if value}
    return browser.post(here, data={"csrf_token": manners.token(browser.get(here).text), **said})


def id_of(login):
    with transaction(write=False):
        return access.find_user(login).id


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_colleague_reads_what_is_shared_and_writes_nothing(hub, sign_in, language):
    owner, other, here = sign_in("yassine"), sign_in("rim"), f"/dossiers/{hub}"
    for browser in (owner, other):
        browser.get(f"/?lang={language}")
    assert other.get(here).status_code == 404
    page = owner.get(f"{here}/sharing").text
    manners.check(page, language)
    assert "Rim" in page
    assert not any(name in page for name in ("Ikram", "Hind", "Salma"))
    until = clock.today() + dt.timedelta(days=20)
    assert post(owner, hub, id_of("rim"), until).status_code == 303
    manners.check(owner.get(f"{here}/sharing").text, language)
    read = other.get(here)
    manners.check(read.text, language)
    assert "/orientations/new" not in read.text
    assert f'"{here}/edit"' not in read.text
    for address in ("/enrolments/", "/businesses/"):
        inner = address + read.text.split(f'href="{address}')[1].split('"')[0]
        shown = other.get(inner)
        assert shown.status_code == 200
        assert "/new" not in shown.text.partition("<main")[2]
    assert other.get(f"{here}/sharing").status_code == 404
    assert "/orientations/new" not in other.get("/dossiers/open").text
    assert "/documents/new" not in other.get(f"/people/{hub}/documents").text
    with clock.frozen(until + dt.timedelta(days=1)):
        assert sign_in("rim").get(here).status_code == 404


def test_who_heads_the_hub_shares_and_ends_it(hub, sign_in):
    head, here = sign_in("hind"), f"/dossiers/{hub}"
    assert post(head, hub, id_of("rim"), clock.today()).status_code == 303
    other = sign_in("rim")
    assert other.get(here).status_code == 200
    page = head.get(f"{here}/sharing").text
    ending = f"{here}/sharing/{id_of('rim')}/end"
    assert ending in page
    said = {"csrf_token": manners.token(page)}
    assert [head.post(ending, data=said).status_code for _touch in range(2)] == [303, 303]
    assert other.get(here).status_code == 404


@pytest.mark.parametrize(
    ("colleague", "days", "agreed"),
    [("rim", -1, "y"), ("rim", 300, "y"), ("rim", 10, ""), ("ikram", 10, "y"), ("salma", 10, "y"),
     ("hind", 10, "y"), ("yassine", 10, "y")],
)  # fmt: skip
def test_what_cannot_be_shared_is_told_and_nothing_is(hub, sign_in, colleague, days, agreed):
    until = clock.today() + dt.timedelta(days=days)
    answer = post(sign_in("yassine"), hub, id_of(colleague), until, agreed=agreed)
    assert answer.status_code == 422
    assert until.isoformat() in answer.text
    manners.check(answer.text, "fr")
    with transaction(write=False):
        assert db.session.scalars(sa.select(staff.Share.record_id)).all() == []


def test_nobody_else_shares_it(hub, sign_in):
    for login, status in (("rim", 404), ("salma", 404), ("amina", 403), ("admin", 403)):
        assert sign_in(login).get(f"/dossiers/{hub}/sharing").status_code == status


@pytest.mark.parametrize(
    ("form", "note", "said"),
    [("closure", "exit_note", {"exit_reason": "WORK"}),
     ("orientations/new", "note", {"orientation_format": "INDIV"})],
)  # fmt: skip
def test_what_a_reader_typed_in_a_form_of_hers_stays_on_the_page(hub, sign_in, form, note, said):
    """The links are hidden from her; an address kept from before is not."""
    assert post(sign_in("yassine"), hub, id_of("rim"), clock.today()).status_code == 303
    other = sign_in("rim")
    key = other.get(f"/dossiers/{hub}").text.split('href="/enrolments/')[1].split('"')[0]
    here = f"/enrolments/{key}/{form}"
    page = other.get(here)
    assert page.status_code == 200
    typed = {**said, note: "Trois phrases pesées."}
    answer = other.post(here, data={**prefilled(page.text), **typed})
    assert answer.status_code == 403
    assert "Trois phrases pesées." in answer.text
    shown = sign_in("yassine").get(f"/enrolments/{key}").text
    assert f"/enrolments/{key}/closure" in shown
    assert "Trois phrases" not in shown
