# SPDX-License-Identifier: AGPL-3.0-or-later
"""How an instance is born and how it refuses to start."""

import pytest

from casework import create_app
from casework.ceremony import new_instance
from casework.errors import Refusal
from casework.vault import VaultError

from .conftest import close, create_all


def test_an_instance_is_never_made_over_another(app, instance, settings):
    with pytest.raises(Refusal):
        new_instance(instance, **settings)


def test_without_its_key_file_nothing_starts(app, instance, settings):
    (instance / "keyfile.json").unlink()
    with pytest.raises(VaultError, match="key file is missing|manque"):
        create_app(instance, **settings)


def test_with_another_machine_key_nothing_starts(app, instance, settings, tmp_path):
    wrong = tmp_path / "wrong-key"
    wrong.write_bytes(bytes(32))
    wrong.chmod(0o400)
    with pytest.raises(VaultError):
        create_app(instance, **{**settings, "machine_key": wrong})


def test_a_machine_key_made_beforehand_is_used(template, tmp_path):
    made = new_instance(tmp_path / "second", schema=create_all, machine_key=template.machine_key)
    assert made.extensions["vault"].status().ok
    close(made)
