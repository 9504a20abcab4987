# SPDX-License-Identifier: AGPL-3.0-or-later
"""How text about people is sealed, under which key, and how it is still found.

Hidden here: the key file and its slots, root epochs, a key per person, the bytes of an envelope,
when a record is opened and sealed, tokens over sealed names, rotation. Known here: no person, no
page, no user. A record is *sealed* under the key of its *subject*; a *compartment* is what a role
may open; a *domain* (`all`, `office`) is what a process may open.

    class Person(Vaulted, db.Model):
        identity = envelope(given=sealed(_l("Given name"), str, Sensitivity.PERSONAL))
        find = tokens(realm="strand", phone=tokens.exact("identity.phones", normal=e164))

    with opening({"identity"}):
        person = Person(subject_id=new_subject(), identity={"given": "…"})
        ids = Person.find.candidates("hub", phone="0612 34 56 78")

`attachments` seals whole files: `key, box = attachments.seal_file(content, row, person)`.
`current_app.extensions["vault"]` is the Vault: `office_key`, `erase`, `rotate`, `verify`. Drills
use `opening(opening.ALL)`. The kinds of VaultError are in `errors` (`from casework.vault import
errors`): a page catches `errors.Damaged`, a search `errors.TooMany`.
"""

from casework.keys import VaultError
from casework.keys import errors as errors
from casework.keys import formats as formats

from . import attachments as attachments
from .bulk import open_rows
from .envelopes import Vaulted, envelope, sealed
from .gate import opening
from .tokens import tokens
from .vault import new_subject

__all__ = [
    "VaultError",
    "Vaulted",
    "envelope",
    "new_subject",
    "open_rows",
    "opening",
    "sealed",
    "tokens",
]
