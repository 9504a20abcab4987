# SPDX-License-Identifier: AGPL-3.0-or-later
import json
import stat

import pytest

from casework.keys.keyfile import (
    Cost,
    Secret,
    create_keyfile,
    create_machine_key,
    machine_secret,
    open_keyfile,
    passphrase_secret,
    secret_at_start,
)
from casework.vault import VaultError, errors

MACHINE = Secret("machine", bytes(range(32)))
WORDS = passphrase_secret("olive cedar wind harbour salt lantern")
CHEAP = Cost(memory_kib=64, rounds=1)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "keyfile.json"


def test_it_is_for_its_owner_only_and_holds_no_key(path):
    keyfile = create_keyfile(path, MACHINE)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    written = path.read_text()
    for key in (*keyfile.roots.values(), keyfile.office_key("trail"), MACHINE.value):
        assert key.hex() not in written
    assert [one.name for one in path.parent.iterdir()] == ["keyfile.json"]


def test_it_is_never_overwritten(path):
    create_keyfile(path, MACHINE)
    before = path.read_bytes()
    with pytest.raises(VaultError):
        create_keyfile(path, MACHINE)
    assert path.read_bytes() == before


def test_every_slot_opens_the_same_keys(path):
    made = create_keyfile(path, MACHINE)
    made.add_slot(WORDS, CHEAP)
    for secret in (MACHINE, WORDS):
        assert open_keyfile(path, secret).roots == made.roots
        assert open_keyfile(path, secret).office_key("trail") == made.office_key("trail")


def test_the_office_slot_opens_the_office_only(path):
    made = create_keyfile(path, WORDS, CHEAP)
    office = open_keyfile(path, WORDS, "office")
    assert office.roots == {}
    assert office.office_key("statistics/1") == made.office_key("statistics/1")
    assert office.generations() == [1]
    with pytest.raises(VaultError):
        office.add_root()
    with pytest.raises(VaultError):
        office.add_slot(MACHINE)


@pytest.mark.parametrize("opens", ["all", "office"])
def test_a_wrong_secret_opens_nothing(path, opens):
    create_keyfile(path, MACHINE).add_slot(WORDS, CHEAP)
    for wrong in (Secret("machine", bytes(32)), passphrase_secret("six other words of course yes")):
        with pytest.raises(VaultError, match=r"\.$"):
            open_keyfile(path, wrong, opens)


def test_a_short_passphrase_is_refused_and_leaves_nothing(path):
    with pytest.raises(VaultError):
        create_keyfile(path, passphrase_secret("too short"), CHEAP)
    assert not path.exists()


@pytest.mark.parametrize(
    "garbled",
    [b"", b"{}", b"[]", b"\xff\xfe", b'{"version": 1}', b"null", b'{"version": 1, "slots": [1]}'],
)
def test_a_garbled_key_file_is_refused(path, garbled):
    path.write_bytes(garbled)
    with pytest.raises(VaultError, match=r"\.$"):
        open_keyfile(path, MACHINE)


def leaves(value, trail=()):
    if isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        return [leaf for name, inner in pairs for leaf in leaves(inner, (*trail, name))]
    return [(trail, value)]


def test_a_change_anywhere_in_the_key_file_is_refused(path):
    keyfile = create_keyfile(path, MACHINE)
    keyfile.add_slot(WORDS, CHEAP)
    keyfile.add_root()
    book = json.loads(path.read_bytes())
    for trail, value in leaves(book):
        if trail[0] == "format":
            continue
        changed = json.loads(json.dumps(book))
        inner = changed
        for name in trail[:-1]:
            inner = inner[name]
        inner[trail[-1]] = value + 1 if isinstance(value, int) else "A" + value[1:] + "A"
        path.write_text(json.dumps(changed))
        with pytest.raises(VaultError):
            open_keyfile(path, MACHINE)


def test_a_missing_key_file_is_a_plain_sentence_and_makes_none(path):
    with pytest.raises(VaultError, match=r"\.$"):
        open_keyfile(path, MACHINE)
    assert not path.exists()


def test_a_destroyed_root_and_generation_are_gone(path):
    keyfile = create_keyfile(path, MACHINE)
    keyfile.add_root()
    keyfile.add_generation()
    keyfile.destroy_root(1)
    keyfile.destroy_generation(1)
    again = open_keyfile(path, MACHINE)
    assert list(again.roots) == [2]
    assert again.epochs("destroyed") == [1]
    assert again.generations() == [2]
    with pytest.raises(VaultError):
        again.office_key("statistics/1")


def test_the_newest_root_and_generation_cannot_be_destroyed(path):
    keyfile = create_keyfile(path, MACHINE)
    keyfile.destroy_root(1)
    keyfile.destroy_generation(1)
    assert list(open_keyfile(path, MACHINE).roots) == [1]
    assert keyfile.generations() == [1]


def test_another_process_learns_of_a_new_root(path):
    first = create_keyfile(path, MACHINE)
    second = open_keyfile(path, MACHINE)
    first.add_root()
    assert second.refresh()
    assert second.roots == first.roots
    assert not second.refresh()


def test_each_purpose_has_its_own_key(path):
    keyfile = create_keyfile(path, MACHINE)
    keyfile.add_generation()
    purposes = ("trail", "pepper", "staff", "cookie", "content", "statistics/1", "statistics/2")
    assert len({keyfile.office_key(purpose) for purpose in purposes}) == len(purposes)
    assert len(keyfile.office_key("trail")) == 32


def test_the_machine_key_lies_outside_the_instance_for_its_owner_only(tmp_path):
    instance = tmp_path / "instance"
    with pytest.raises(VaultError):
        create_machine_key(instance / "deep" / "key", instance)
    path = tmp_path / "keys" / "key"
    secret = create_machine_key(path, instance)
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    assert machine_secret(path) == secret
    with pytest.raises(VaultError):
        create_machine_key(path, instance)


def test_a_machine_key_that_others_can_read_is_refused(tmp_path):
    path = tmp_path / "key"
    create_machine_key(path, tmp_path / "instance")
    path.chmod(0o440)
    with pytest.raises(VaultError, match=r"0400"):
        machine_secret(path)


def test_a_machine_key_may_be_a_credential(tmp_path, monkeypatch):
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    (tmp_path / "casework-machine-key").write_bytes(MACHINE.value)
    assert secret_at_start(tmp_path / "none") == MACHINE
    (tmp_path / "casework-passphrase").write_text("olive cedar wind harbour salt lantern\n")
    assert secret_at_start(tmp_path / "none") == WORDS


def test_nothing_shows_a_key(path):
    keyfile = create_keyfile(path, MACHINE)
    for thing in (keyfile, MACHINE, WORDS, errors.VaultError()):
        assert MACHINE.value.hex() not in repr(thing)
        assert "olive" not in repr(thing)
