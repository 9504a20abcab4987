# SPDX-License-Identifier: AGPL-3.0-or-later
import datetime as dt

import pytest
import sqlalchemy as sa

from casework.db import db, transaction
from casework.vault import errors, opening, tokens
from casework.vault.models import Token

from .conftest import Heron, add_heron


def find(realm="hub", **criteria):
    """Candidates that really match would be told apart by the caller; few rows, few decoys."""
    return Heron.find.candidates(realm, **criteria)


def test_a_phone_is_found_in_any_spelling(app):
    row = add_heron(phones=["+212 612-345678", "0522 00 11 22"])
    assert find(phone="06 12 34 56 78") == [row]
    assert find(phone=["0000", "00212522001122"]) == [row]


def test_a_name_is_found_across_scripts_and_habits(app):
    row = add_heron(given_ar="محمد", family_ar="بنعلي", family="Benali", born=dt.date(1990, 5, 1))
    for typed in ("Mohamed Ben Ali", "Mohammed Benali", "Med Benali", "بن علي محمد"):
        assert find(name=typed) == [row]
    assert find(family_year=("Ben Ali", 1990)) == [row]
    assert find(family_year=("بنعلي", range(1989, 1992))) == [row]
    assert find(family_year=("Ben Ali", 1991)) == []


def test_criteria_together_narrow_the_search(app):
    old = add_heron(given="Ali", family="Tazi", born=dt.date(1960, 1, 1))
    young = add_heron(given="Ali", family="Tazi", born=dt.date(2000, 1, 1))
    assert set(find(name="Ali Tazi")) == {old, young}
    assert find(name="Ali Tazi", family_year=("Tazi", 2000)) == [young]


def test_candidates_may_come_opened(app):
    row = add_heron(given="Ali", family="Tazi", phones=["0612345678"])
    ((found, fields),) = Heron.find.opened(Heron.identity, "hub", name="Tazi Ali")
    assert (found, fields["given"]) == (row, "Ali")


def test_indexes_of_two_realms_never_meet(app):
    row = add_heron(phones=["0612345678"])
    assert find("listening", phone="0612345678") == []
    with transaction():
        heron = db.session.get(Heron, row)
        heron.realm = "listening"
    assert find("listening", phone="0612345678") == [row]
    assert find("hub", phone="0612345678") == []


def test_tokens_follow_the_record(app):
    row = add_heron(phones=["0612345678"], document="ab12")
    with transaction():
        db.session.get(Heron, row).identity.phones = ["0699999999"]
    assert find(phone="0612345678") == []
    assert find(phone="0699999999") == [row]
    assert find(document="AB12") == [row]
    with transaction():
        db.session.delete(db.session.get(Heron, row))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Token)) == 0


def test_too_many_candidates_ask_for_more(app, monkeypatch):
    monkeypatch.setattr(Heron.find, "most", 2)
    for year in (1990, 1991, 1992):
        add_heron(given="Ali", family="Tazi", born=dt.date(year, 1, 1))
    with pytest.raises(errors.TooMany):
        find(name="Ali Tazi")
    assert len(find(name="Ali Tazi", family_year=("Tazi", 1991))) == 1


def test_searching_needs_what_reading_needs(app):
    with opening(frozenset({"story"})), pytest.raises(errors.VaultClosed):
        find(phone="0612345678")


def test_a_search_for_nothing_finds_nobody(app):
    add_heron(given="Ali", family="Tazi", phones=["0612345678"])
    assert find(phone="") == find(phone=[]) == find(name="") == find(name=" - ") == []


def test_a_table_of_tokens_tells_no_words(app):
    add_heron(given="Ali", family="Tazi", phones=["0612345678"], document="ab12")
    kept = db.session.execute(sa.select(Token.kind, Token.token)).all()
    bits = db.session.info["index"][1] if "index" in db.session.info else 11
    assert {kind for kind, _token in kept} == {"heron.phone", "heron.document", "heron.name"}
    assert all(0 <= token < 2**bits for _kind, token in kept)


def test_declarations_say_what_they_index():
    declared = tokens(name=tokens.name(("identity.given", "identity.family")))
    assert declared.compartments == {"identity"}
