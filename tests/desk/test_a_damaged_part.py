# SPDX-License-Identifier: AGPL-3.0-or-later
"""What does not open any more says so in its place; the rest of the dossier, and others, work."""

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa

from casework.access import acting_as
from casework.db import db, transaction
from casework.hub import OrientationSession
from casework.listening import Case
from casework.people import Consent, Person
from casework.staff import acting_as_system

from ..web.manners import check, token

D = dt.date
SENTENCE = {"fr": "abîmé", "ar": "تالفة", "en": "damaged"}


@pytest.fixture
def her(programme):
    return programme.heard("salma", [D(2023, 1, 9)])


def break_box(model, column, **where):
    """Turn one bit of a stored envelope, from outside the product and past all its walls."""
    with acting_as_system(), transaction(write=False):
        query = sa.select(model.id, getattr(model, column))
        for name, value in where.items():
            query = query.where(getattr(model, name) == value)
        row, box = db.session.execute(query.limit(1)).one()
    broken = bytearray(box)
    broken[-1] ^= 1
    raw = db.engine.raw_connection()
    is_lite = db.engine.dialect.name == "sqlite"
    mark = "?" if is_lite else "%s"
    key = row.hex if is_lite else row
    raw.cursor().execute(
        f"UPDATE {model.__tablename__} SET {column} = {mark} WHERE id = {mark}",
        (bytes(broken), key),
    )
    raw.commit()
    raw.close()
    db.session.expunge_all()
    return row


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_a_damaged_identity_leaves_the_history_readable(her, sign_in, language):
    break_box(Person, "identity_box", id=her)
    browser = sign_in("salma")
    page = browser.get(f"/dossiers/{her}?lang={language}", follow_redirects=True)
    assert page.status_code == 200
    check(page.text, language)
    assert SENTENCE[language] in page.text
    assert "En confiance." in page.text
    assert f"/dossiers/{her}/edit" not in page.text
    named = browser.post(f"/dossiers/{her}/name", data={"csrf_token": token(page.text)})
    assert named.status_code == 200
    assert SENTENCE[language] in named.text


def test_a_damaged_answer_leaves_the_identity_readable(her, sign_in):
    break_box(Consent, "consent_box", person_id=her)
    page = sign_in("salma").get(f"/dossiers/{her}")
    assert page.status_code == 200
    assert "abîmé" in page.text
    assert "Femme" in page.text


def test_a_damaged_case_leaves_its_sessions_readable(her, sign_in):
    break_box(Case, "story_box", person_id=her)
    page = sign_in("salma").get(f"/dossiers/{her}")
    assert page.status_code == 200
    assert "En confiance." in page.text


def test_a_damaged_orientation_says_so(programme, sign_in):
    him = programme.guided("yassine", [D(2023, 4, 4), D(2023, 5, 4)])
    break_box(OrientationSession, "business_box")
    page = sign_in("yassine").get(f"/dossiers/{him}")
    assert page.status_code == 200
    assert page.text.count("abîmé") == 1


def test_a_damaged_file_spoils_no_list_and_no_search(programme, her, sign_in):
    other = programme.heard("salma", [D(2023, 2, 9)])
    break_box(Person, "identity_box", id=her)
    browser = sign_in("salma")
    assert browser.get("/").status_code == 200
    page = browser.get("/dossiers")
    assert page.status_code == 200
    answer = browser.post("/dossiers/named", data={"part": "hala", "csrf_token": token(page.text)})
    check(answer.text, "fr")
    assert f"/dossiers/{other}" in answer.text
    assert f'href="/dossiers/{her}"' not in answer.text
    assert "1 dossier abîmé" in answer.text


def test_nobody_is_nobody(programme, sign_in):
    assert sign_in("salma").get(f"/dossiers/{uuid.uuid4()}").status_code == 404


def test_a_closed_case_says_when_and_why(programme, her, sign_in):
    browser = sign_in("salma")
    with acting_as(programme.user("salma")), transaction(write=False):
        case = db.session.scalar(sa.select(Case.id).where(Case.person_id == her))
    page = browser.get(f"/cases/{case}/closure").text
    data = {"csrf_token": token(page), "closed_on": ["other", "2023-02-01"],
            "closure_reason": "GOALS", "note": "Tout va bien."}  # fmt: skip
    assert browser.post(f"/cases/{case}/closure", data=data).status_code == 303
    shown = browser.get(f"/dossiers/{her}").text
    check(shown, "fr")
    assert "Clôture du dossier" in shown
    assert "Tout va bien." in shown
    assert f"/people/{her}/cases/new" in shown
