# SPDX-License-Identifier: AGPL-3.0-or-later
import copy
import datetime as dt
import pickle
import uuid

import pytest
import sqlalchemy as sa

from casework.db import db, transaction
from casework.errors import Stale
from casework.vault import errors as vault_errors
from casework.vault import new_subject, opening
from casework.vault.models import SubjectKey

from .conftest import Heron, add_heron


def test_a_record_keeps_its_words_and_types(app):
    moment = dt.datetime(2026, 3, 1, 9, 30, tzinfo=dt.UTC)
    link = uuid.uuid4()
    known = dict(given="Aïcha", born=dt.date(1990, 5, 4), age=33, link=link, seen=moment)
    row = add_heron(**known, phones=["0612345678"])
    heron = db.session.get(Heron, row)
    for name, value in known.items():
        assert getattr(heron.identity, name) == value
    assert heron.identity.phones == ["0612345678"]
    assert heron.identity.family is None
    assert heron.story.narrative is None


def test_an_opened_record_shows_nothing_of_itself(app):
    heron = db.session.get(Heron, add_heron(given="Aïcha"))
    assert repr(heron.identity) == "<sealed>"
    assert "Aïcha" not in repr(heron)
    with pytest.raises(TypeError) as refusal:
        heron.identity.age = "Aïcha"
    assert "Aïcha" not in str(refusal.value)


def test_an_opened_record_goes_nowhere_else(app):
    heron = db.session.get(Heron, add_heron(given="Aïcha"))
    with pytest.raises(TypeError):
        pickle.dumps(heron.identity)
    with pytest.raises(TypeError):
        copy.copy(heron.identity)


def test_a_damaged_record_is_not_overwritten(app):
    row = add_heron(given="Aïcha")
    with db.engine.begin() as connection:
        broken = sa.update(Heron.__table__).values(identity_box=b"\x01\x01" + bytes(300))
        connection.execute(broken)
    heron = db.session.get(Heron, row)
    with pytest.raises(vault_errors.Damaged):
        heron.identity = {"given": "Zineb"}
    assert heron not in db.session.dirty


def test_nothing_opens_outside_opening_nor_in_another_compartment(app):
    row = add_heron(given="Aïcha")
    heron = db.session.get(Heron, row)
    assert heron.identity.given == "Aïcha"
    with opening(frozenset({"story"})), pytest.raises(vault_errors.VaultClosed):
        _ = heron.identity
    with opening(frozenset()), pytest.raises(vault_errors.VaultClosed):
        heron.story = {"narrative": "a word"}


def test_lists_and_dicts_are_copies(app):
    phones = ["1"]
    row = add_heron(phones=phones)
    phones.append("2")
    heron = db.session.get(Heron, row)
    heron.identity.phones.append("3")
    assert heron.identity.phones == ["1"]
    assert heron not in db.session.dirty


def test_a_concurrent_edit_is_refused(app):
    row = add_heron(given="Aïcha")
    with transaction():
        heron = db.session.get(Heron, row)
    with db.engine.begin() as other:
        other.execute(sa.update(Heron.__table__).values(version=9))
    with pytest.raises(Stale), transaction():
        heron.identity.given = "Zineb"
    assert db.session.get(Heron, row).identity.given == "Aïcha"


def test_a_rollback_drops_the_opened_text(app):
    heron = db.session.get(Heron, add_heron(given="Aïcha"))
    heron.identity.given = "Zineb"
    db.session.rollback()
    assert heron.identity.given == "Aïcha"


def test_a_later_release_keeps_what_it_does_not_know(app):
    row = add_heron(given="Aïcha", family="Amrani")
    heron = db.session.get(Heron, row)
    kept = Heron.identity.fields.pop("family")
    try:
        with transaction():
            heron.identity.given = "Zineb"
    finally:
        Heron.identity.fields["family"] = kept
    db.session.expire_all()
    assert heron.identity.family == "Amrani"


def test_one_query_brings_the_keys_of_a_whole_list(app):
    rows = [add_heron(given=f"n{number}") for number in range(5)]
    app.extensions["vault"].ring.forget()
    herons = list(db.session.scalars(sa.select(Heron)))
    seen = []
    sa.event.listen(db.engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
    assert {heron.identity.given for heron in herons} == {f"n{n}" for n in range(5)}
    assert len(rows) == 5
    assert len([one for one in seen if "subject_key" in one]) == 1


def damage_key(row):
    with db.engine.begin() as connection:
        person = sa.select(Heron.subject_id).where(Heron.id == row).scalar_subquery()
        connection.execute(
            sa.update(SubjectKey.__table__)
            .where(SubjectKey.subject_id == person)
            .values(wrapped=b"\x01" + bytes(65))
        )


def test_one_damaged_key_fails_its_own_person_only(app):
    bad, good = add_heron(given="Bad"), add_heron(given="Good")
    damage_key(bad)
    app.extensions["vault"].ring.forget()
    herons = {heron.id: heron for heron in db.session.scalars(sa.select(Heron))}
    with pytest.raises(vault_errors.Damaged) as problem:
        _ = herons[bad].identity.given
    assert problem.value.row_id == bad
    assert "Bad" not in str(problem.value)
    assert herons[good].identity.given == "Good"


def test_a_copied_envelope_is_refused(app):
    one, two = add_heron(given="One"), add_heron(given="Two")
    with db.engine.begin() as connection:
        box = connection.scalar(sa.select(Heron.identity_box).where(Heron.id == one))
        connection.execute(
            sa.update(Heron.__table__).where(Heron.id == two).values(identity_box=box)
        )
    with pytest.raises(vault_errors.Damaged):
        _ = db.session.get(Heron, two).identity.given
    assert db.session.get(Heron, one).identity.given == "One"


def test_a_too_long_record_is_refused(app):
    db.session.add(Heron(subject_id=new_subject(), story={"narrative": "x" * 200_001}))
    with pytest.raises(vault_errors.VaultError):
        db.session.flush()


def test_an_erased_person_opens_nowhere(app):
    row, other = add_heron(given="Gone", phones=["0612345678"]), add_heron(given="Here")
    heron = db.session.get(Heron, row)
    with transaction():
        app.extensions["vault"].erase(heron.subject_id)
    db.session.expunge_all()
    with pytest.raises(vault_errors.Erased):
        _ = db.session.get(Heron, row).identity
    assert db.session.get(Heron, other).identity.given == "Here"
    assert Heron.find.candidates("hub", phone="0612345678") == []


def test_what_was_sealed_is_told_to_the_trail(app):
    with transaction():
        heron = Heron(subject_id=new_subject(), identity={"given": "Aïcha"})
        db.session.add(heron)
        db.session.flush()
        told = db.session.info["sealed"]
        assert [one[:3] for one in told] == [("heron", heron.id, "identity")]
    assert "sealed" not in db.session.info
    assert list(app.extensions["vault"].boxes()) == told
