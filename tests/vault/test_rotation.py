# SPDX-License-Identifier: AGPL-3.0-or-later
import pytest
import sqlalchemy as sa

from casework.db import db, transaction
from casework.keys.keyring import Keyring
from casework.vault import errors, new_subject, rotation
from casework.vault.models import SubjectKey, Token, VaultKey

from .conftest import Heron, add_heron, app_over
from .test_sealed_records import damage_key


@pytest.fixture
def vault(app):
    return app.extensions["vault"]


def test_after_a_rotation_everything_opens_and_old_copies_open_nobody(
    app, vault, place, database_url
):
    row = add_heron(given="Aïcha", phones=["0612345678"])
    old = dict(db.session.execute(sa.select(SubjectKey.subject_id, SubjectKey.wrapped)).all())
    db.session.rollback()
    report = vault.rotate()
    assert report.ok, report
    assert report.sentence.endswith(".")
    assert set(db.session.scalars(sa.select(SubjectKey.epoch))) == {2}
    assert set(db.session.scalars(sa.select(VaultKey.epoch))) == {2}
    for person, wrapped in old.items():
        with pytest.raises(errors.Erased):
            vault.ring.unwrap(person.bytes, wrapped)
    db.session.expunge_all()
    vault.ring.forget()
    assert db.session.get(Heron, row).identity.given == "Aïcha"
    assert Heron.find.candidates("hub", phone="0612345678") == [row]
    assert vault.verify().ok
    db.session.rollback()
    app_over(place, database_url)


def test_an_interrupted_rotation_goes_on_where_it_stopped(vault, place, database_url, monkeypatch):
    for number in range(7):
        add_heron(given=f"n{number}")
    monkeypatch.setattr(rotation, "BATCH", 2)

    def stop(done):
        if done >= 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        vault.rotate(stop)
    app_over(place, database_url)  # a start in the middle is no harm
    assert vault.verify().ok
    db.session.rollback()
    seen = []
    assert vault.rotate(seen.append).ok
    assert seen[-1] == 3
    assert vault.verify().ok
    assert vault.statistics_generations() == [1, 2]


def test_a_person_registered_during_a_rotation_is_not_lost(vault, monkeypatch):
    add_heron(given="Early")
    late = []

    def register(done):
        if not late:
            late.append(add_heron(given="Late"))
            stale = sa.update(SubjectKey).values(epoch=1)  # as a slower process would leave it
            person = sa.select(Heron.subject_id).where(Heron.id == late[0]).scalar_subquery()
            with transaction():
                db.session.execute(stale.where(SubjectKey.subject_id == person))

    assert vault.rotate(register).ok
    vault.ring.forget()
    assert db.session.get(Heron, late[0]).identity.given == "Late"
    assert set(db.session.scalars(sa.select(SubjectKey.epoch))) == {2}


def test_another_process_follows_a_rotation(vault):
    row = add_heron(given="Aïcha")
    other = Keyring(vault._keyfile)
    vault.rotate()
    person = db.session.get(Heron, row).subject_id
    wrapped = db.session.scalar(sa.select(SubjectKey.wrapped))
    assert other.unwrap(person.bytes, wrapped)[0] == 1


def test_a_key_that_does_not_open_keeps_the_old_root_alive(vault):
    good, bad = add_heron(given="Good"), add_heron(given="Bad")
    damage_key(bad)
    report = vault.rotate()
    assert not report.ok
    assert vault._keyfile.epochs("retiring") == [1]
    assert str(db.session.get(Heron, bad).subject_id) in " ".join(report.lines)
    vault.ring.forget()
    assert db.session.get(Heron, good).identity.given == "Good"


def test_verification_names_damaged_rows_and_no_words(vault):
    row = add_heron(given="Aïcha")
    with db.engine.begin() as connection:
        box = bytearray(connection.scalar(sa.select(Heron.identity_box)))
        box[40] ^= 1
        connection.execute(sa.update(Heron.__table__).values(identity_box=bytes(box)))
    report = vault.verify()
    assert not report.ok
    assert str(row) in " ".join(report.lines)
    assert "Aïcha" not in f"{report}"


def test_erased_people_do_not_disturb_drills(vault):
    row = add_heron(given="Gone")
    with transaction():
        vault.erase(db.session.get(Heron, row).subject_id)
    assert vault.verify().ok
    db.session.rollback()
    assert vault.rotate().ok


def test_reindexing_finds_the_same_people_under_new_tokens(vault):
    row = add_heron(given="Mohamed", family="Benali", phones=["0612345678"])
    before = set(db.session.scalars(sa.select(Token.token)))
    db.session.rollback()
    assert vault.reindex().ok
    assert set(db.session.scalars(sa.select(Token.token))) != before
    assert Heron.find.candidates("hub", phone="0612345678") == [row]
    assert Heron.find.candidates("hub", name="Med Benali") == [row]


def test_a_key_made_and_rolled_back_leaves_nothing(vault):
    def fail():
        with transaction():
            new_subject()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SubjectKey)) == 0


def test_the_status_says_what_a_machine_slot_means(vault):
    assert vault.status().sentence
    assert repr(vault) == "<vault, opens all>"
