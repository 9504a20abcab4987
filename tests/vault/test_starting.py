# SPDX-License-Identifier: AGPL-3.0-or-later
import pytest
import sqlalchemy as sa

from casework.db import db, transaction
from casework.keys.keyfile import Secret, create_keyfile
from casework.vault import VaultError, errors, opening
from casework.vault.models import SubjectKey, VaultState
from casework.vault.vault import token_bits

from .conftest import Heron, add_heron, app_over


def test_without_key_file_the_start_is_refused(place):
    (place.instance / "keyfile.json").unlink()
    with pytest.raises(VaultError, match=r"\.$"):
        app_over(place)
    assert not (place.instance / "keyfile.json").exists()


def test_without_machine_key_the_start_is_refused(place):
    place.machine_key.unlink()
    with pytest.raises(VaultError, match=r"\.$"):
        app_over(place)


def test_with_anothers_machine_key_the_start_is_refused(place):
    place.machine_key.chmod(0o600)
    place.machine_key.write_bytes(bytes(32))
    with pytest.raises(VaultError, match=r"\.$"):
        app_over(place)


def test_with_anothers_key_file_the_start_is_refused(app, place, database_url):
    add_heron(given="Aïcha")
    path = place.instance / "keyfile.json"
    path.unlink()
    create_keyfile(path, Secret("machine", place.machine_key.read_bytes()))
    for domain in ("all", "office"):
        with pytest.raises(VaultError, match=r"\.$"):
            app_over(place, database_url, vault=domain)


def test_a_vanished_canary_is_refused_once_people_are_there(app, place, database_url):
    add_heron(given="Aïcha")
    with transaction():
        db.session.execute(sa.delete(VaultState))
    with pytest.raises(VaultError):
        app_over(place, database_url)


def test_an_altered_canary_is_refused(app, place, database_url):
    with transaction():
        db.session.execute(sa.update(VaultState).values(box=b"\x01" + bytes(300)))
    with pytest.raises(VaultError):
        app_over(place, database_url)


def test_a_root_that_the_key_file_does_not_know_is_refused(app, place, database_url):
    add_heron(given="Aïcha")
    with transaction():
        db.session.execute(sa.update(SubjectKey).values(epoch=7))
    with pytest.raises(VaultError, match=r"\.$"):
        app_over(place, database_url)


def test_a_process_of_the_office_opens_no_file(app, place, database_url):
    row = add_heron(given="Aïcha", phones=["0612345678"])
    vault = app.extensions["vault"]
    office = app_over(place, database_url, vault="office")
    with office.app_context(), opening(opening.ALL):
        counting = office.extensions["vault"]
        assert counting.ring is None
        assert counting.office_key("trail") == vault.office_key("trail")
        assert list(counting.boxes()) == list(vault.boxes())
        heron = db.session.get(Heron, row)
        with pytest.raises(errors.VaultClosed):
            _ = heron.identity
        with pytest.raises(errors.VaultClosed):
            Heron.find.candidates("hub", phone="0612345678")
        for refused in (counting.rotate, counting.reindex, counting.verify):
            with pytest.raises(VaultError):
                refused()
        db.session.remove()
        db.engine.dispose()


def test_an_unknown_domain_is_refused(place):
    with pytest.raises(VaultError):
        app_over(place, vault="half")


@pytest.mark.parametrize(("people", "bits"), [(0, 8), (2_000, 8), (20_000, 11), (1_000_000, 16)])
def test_tokens_are_as_wide_as_the_planned_population(people, bits):
    assert token_bits(people) == bits
