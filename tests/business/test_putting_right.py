# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a colleague wrote is put right by who heads the hub, with a reason and her name; by nobody
else."""

import pytest

from casework.business import AeRegistration, TradingStart, VentureSupport, actions
from casework.db import db
from casework.errors import Refusal
from tests.listening.conftest import counted
from tests.listening.test_pages_of_a_cell import LANGUAGES, prefilled
from tests.web import manners

WHY = "Saisie sur le mauvais dossier."


@pytest.fixture
def file(started):
    """A business of omar's person and lina's, with one deed of each kind, and their addresses."""
    him, hers = started.person(), started.person(by="lina")
    registration, venture = started.registered(him), started.venture(him)
    started.joined(hers, venture)
    support = started.helped(venture, note="Machine choisie.")
    start = started.begun(venture)
    here = f"/businesses/{venture}"
    return {
        "ae_registration": (f"/people/{him}/registrations/{registration}", f"/dossiers/{him}"),
        "business_support": (f"{here}/supports/{support}", here),
        "business_start": (f"{here}/starts/{start}", here),
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["ae_registration", "business_support", "business_start"])
def test_the_head_strikes_what_a_colleague_wrote(file, sign_in, language, kind):
    address, page = file[kind]
    head = sign_in("samira", language)
    assert address in head.get(page).text
    shown = head.get(address)
    assert shown.status_code == 200
    manners.check(shown.text, language)
    in_order = [shown.text.index(f'name="{name}"') for name in ("note", "mistaken", "why")]
    assert in_order == sorted(in_order)  # what is asked of a correction alone stands at its end
    before = counted(kind).value
    assert before
    struck = {**prefilled(shown.text), "mistaken": "y"}
    silent = head.post(address, data={**struck, "why": " "})
    assert silent.status_code == 422
    manners.check(silent.text, language)
    assert counted(kind).value == before
    said = {**struck, "why": WHY}
    assert [head.post(address, data=said).status_code for _touch in range(2)] == [303, 303]
    assert counted(kind).value == 0
    other = head.post(address, data={**said, "note": "Autre."})
    assert other.status_code == 409
    assert WHY in other.text
    told = head.get(page).text
    manners.check(told, language)
    assert WHY in told
    assert "Samira" in told
    undone = {**prefilled(head.get(address).text), "why": "C’était juste."}
    del undone["mistaken"]
    assert head.post(address, data=undone).status_code == 303
    assert counted(kind).value == before


def test_its_author_says_no_reason_and_stays_unnamed(file, sign_in):
    address, page = file["business_support"]
    author = sign_in("omar")
    form = author.get(address).text
    assert 'name="why"' not in form
    assert author.post(address, data={**prefilled(form), "note": "Autre machine."}).location == page
    told = author.get(page).text
    assert "Machine choisie." in told
    assert "Nom omar" not in told.split("<main")[1]


def test_a_colleague_who_heads_nothing_is_told_before_she_types(file, sign_in):
    address, page = file["business_support"]
    lina = sign_in("lina")  # follows the other owner, so that she reads the whole file
    assert page.split("/")[-1] in lina.get("/businesses").text
    assert address not in lina.get(page).text
    assert lina.get(address).status_code == 403


@pytest.mark.parametrize(
    ("model", "verb", "kind"),
    [(AeRegistration, actions.correct_registration, "ae_registration"),
     (VentureSupport, actions.correct_support, "business_support"),
     (TradingStart, actions.correct_start, "business_start")],
)  # fmt: skip
def test_no_verb_lets_a_colleague_or_a_head_without_reason(started, file, model, verb, kind):
    key = file[kind][0].rsplit("/", 1)[-1]
    with started.acting("samira"):
        key = next(row.id for row in db.session.query(model) if str(row.id) == key)
    with pytest.raises(Refusal) as refused:
        started.change(verb, model, key, by="samira", mistaken=True)
    assert refused.value.status == 422
    started.change(verb, model, key, by="samira", mistaken=True, why=WHY)
    with started.see(model, key, by="samira") as row:
        (before,) = row.told.earlier
        assert before["why"] == WHY
        assert row.author_id == started.programme.users["omar"]
    if model is not AeRegistration:  # lina does not even reach omar's person
        with started.see(model, key, by="lina") as row:
            assert not row.may_be_mended
        with pytest.raises(Refusal) as refused:
            started.change(verb, model, key, by="lina", mistaken=False, why="Je sais mieux.")
        assert refused.value.status == 403
    assert counted(kind).value == 0
