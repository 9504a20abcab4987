# SPDX-License-Identifier: AGPL-3.0-or-later
"""Correcting a dossier: what was wrong, what has changed since, and what somebody else saved."""

import datetime as dt

import pytest

from casework.access import acting_as
from casework.db import db, transaction
from casework.desk import essentials
from casework.indicators import CATALOGUE, Period, figure
from casework.people import Person, attributes_on
from casework.staff import acting_as_system

from ..web.manners import check, token

D = dt.date
Y2023 = Period.named("2023")


@pytest.fixture
def her(programme):
    situation = {"population_group": "MIG_IRR", "nationality": "ML", "languages": ["fr", "bm"]}
    return programme.heard("salma", [D(2023, 1, 9), D(2023, 6, 1)], birth_year=1990, **situation)


def hidden(page, name):
    return page.split(f'name="{name}"')[1].split('value="')[1].split('"')[0]


def send(browser, her, **typed):
    page = browser.get(f"/dossiers/{her}/edit").text
    data = {"csrf_token": token(page), "version": hidden(page, "version"), "given": "Nour",
            "family": "Halabi", "sex": "F", "birth": ["", "", "1990", ""],
            "population_group": "MIG_IRR"}  # fmt: skip
    return browser.post(f"/dossiers/{her}/edit", data={**data, **typed})


def counted(*by):
    with acting_as_system():
        return figure(CATALOGUE["PSS-01"], Y2023, by).cells


def afresh():
    """What another request saved since is seen by a new transaction only."""
    db.session.rollback()
    db.session.expunge_all()


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_the_form_has_its_manners(her, sign_in, language):
    page = sign_in("salma").get(f"/dossiers/{her}/edit?lang={language}", follow_redirects=True)
    check(page.text, language)


def test_a_form_just_opened_says_nothing_of_a_change(her, sign_in):
    page = sign_in("salma").get(f"/dossiers/{her}/edit").text
    assert "note-warning" not in page


def test_a_corrected_age_moves_the_figure(her, sign_in):
    assert counted("age_band") == {("30_34",): 1}
    assert send(sign_in("salma"), her, birth=["", "", "1950", ""]).status_code == 303
    assert counted("age_band") == {("60_99",): 1}


def test_what_has_changed_since_a_day_leaves_earlier_days_alone(programme, her, sign_in):
    answer = send(sign_in("salma"), her, population_group="MIG_REG", since=["other", "2023-03-01"])
    assert answer.status_code == 303, answer.text
    afresh()
    with acting_as(programme.user("salma")), transaction(write=False):
        person = db.session.get_one(Person, her)
        assert attributes_on(person, D(2023, 2, 1))["population_group"] == "MIG_IRR"
        assert attributes_on(person, D(2023, 3, 2))["population_group"] == "MIG_REG"


@pytest.mark.parametrize("version", ["0", "", "x", "9" * 40, "-1"])
def test_another_version_is_a_stale_form(her, sign_in, version):
    before = counted("sex")
    answer = send(sign_in("salma"), her, version=version, given="Nourhane", sex="M")
    assert answer.status_code == 409
    assert "Nourhane" in answer.text
    assert counted("sex") == before


def test_a_stale_form_saves_once_it_was_read_again(her, sign_in):
    first, second = sign_in("salma"), sign_in("nawal")
    page = second.get(f"/dossiers/{her}/edit").text
    assert send(first, her, given="Amal").status_code == 303
    stale = send(second, her, version=hidden(page, "version"), given="Noor")
    assert stale.status_code == 409
    check(stale.text, "fr")
    again = send(second, her, version=hidden(stale.text, "version"), given="Noor")
    assert again.status_code == 303
    key = token(second.get(f"/dossiers/{her}").text)
    assert "Noor" in second.post(f"/dossiers/{her}/name", data={"csrf_token": key}).text


@pytest.mark.parametrize(
    "wrong", [{"given": "A" * 90}, {"sex": "robot"}, {"since": ["other", "2999-01-01"]},
              {"birth": ["31", "2", "1990", ""]}, {"population_group": "ZZ"}],
)  # fmt: skip
def test_a_wrong_answer_comes_back_with_everything_typed(her, sign_in, wrong):
    before = counted("sex", "age_band")
    answer = send(sign_in("salma"), her, **{"family_ar": "حلبي", **wrong})
    assert answer.status_code == 422
    assert "حلبي" in answer.text
    assert counted("sex", "age_band") == before


def test_the_essentials_are_in_words(programme, her):
    with acting_as(programme.user("salma")), transaction(write=False):
        said = dict(essentials.pairs(db.session.get_one(Person, her)))
    assert said["Âge"].startswith("environ ")
    assert said["Nationalité"] == "Mali"
    assert "français" in said["Langues parlées"].lower()
    assert "Halabi" not in " ".join(filter(None, said.values()))
