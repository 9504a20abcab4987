# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keys and bytes: the key file and its slots, the roots, a key per person, what an envelope is.

What it hides: how a secret opens the key file, how roots wrap keys and are destroyed, padding and
binding. It knows no record and no database. A *domain* (`all`, `office`) is what a slot opens; an
*epoch* numbers a root, a *generation* a statistics key.

Modules stand behind the names: `formats` (seal, unseal, derive, binding), `keyfile`, `errors`.
"""

from . import errors as errors
from . import formats as formats
from . import keyfile as keyfile
from .errors import Damaged, Erased, TooMany, VaultClosed, VaultError
from .keyfile import Keyfile
from .keyring import Keyring

__all__ = ["Damaged", "Erased", "Keyfile", "Keyring", "TooMany", "VaultClosed", "VaultError"]
