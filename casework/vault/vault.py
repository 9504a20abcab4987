# SPDX-License-Identifier: AGPL-3.0-or-later
"""The vault of one application: opened at the start or not at all."""

import secrets
import uuid
from collections.abc import Iterator

import sqlalchemy as sa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Flask

from casework.db import db, new_id, on_commit, transaction
from casework.i18n import _l
from casework.keys import Damaged, Keyfile, Keyring, VaultError, formats
from casework.keys import keyfile as key_files

from .gate import current_vault
from .models import KEYS, SubjectKey, Token, VaultKey, VaultState
from .rotation import (
    Progress,
    Report,
    described,
    late_keys,
    reindexed,
    rewrap_named,
    rewrap_people,
    rotated,
    silent,
    verified,
)
from .sealing import Content, boxes, sealed_models

INDEX = "index"
KEYFILE = "keyfile.json"
CANARY = b"casework"
_NOBODY = uuid.UUID(int=0)  # a canary is no person's


class Vault:
    """Keys of one application. `ring` opens files; None where only the office domain is open."""

    def __init__(self, keyfile: Keyfile, planned_people: int) -> None:
        self._keyfile = keyfile
        self._planned_people = planned_people
        self._office: dict[str, bytes] = {}
        self._index: tuple[bytes, bytes] = (b"", b"")
        self.ring = Keyring(keyfile) if keyfile.opens == "all" else None

    def __repr__(self) -> str:
        return f"<vault, opens {self._keyfile.opens}>"

    @classmethod
    def init_app(cls, app: Flask, passphrase: str | None = None) -> "Vault":
        """Open the vault of this instance, or stop with a VaultError of one sentence."""
        settings = app.config["CASEWORK"]
        if settings.vault not in ("all", "office"):
            raise VaultError(_l("The setting vault is all or office."))
        secret = key_files.secret_at_start(settings.machine_key, passphrase)
        keyfile = key_files.open_keyfile(settings.instance / KEYFILE, secret, settings.vault)
        vault = cls(keyfile, settings.planned_people)
        with app.app_context():
            try:
                vault.check()
            finally:
                db.engine.dispose()  # a worker forked later must not share this connection
        app.extensions["vault"] = vault
        return vault

    # ------------------------------------------------------------------ the office domain

    def office_key(self, purpose: str) -> bytes:
        """The 32-byte key of a purpose: `trail`, `pepper`, `cookie`, `statistics/<generation>`."""
        if purpose not in self._office:
            self._office[purpose] = self._keyfile.office_key(purpose)
        return self._office[purpose]

    def statistics_generations(self) -> list[int]:
        """The living generations of the statistics key, the one to write with last."""
        if self._keyfile.refresh():
            self._office.clear()
        return self._keyfile.generations()

    def add_generation(self) -> int:
        """A new statistics key. The ledger re-seals under it, then the old one is destroyed."""
        self.statistics_generations()
        return self._keyfile.add_generation()

    def destroy_generation(self, number: int) -> None:
        """Forget an old statistics key for good."""
        self.statistics_generations()
        self._keyfile.destroy_generation(number)
        self._office.clear()

    # ------------------------------------------------------------------ the start

    def check(self) -> None:
        """Open the canaries, and know every root in use; VaultError otherwise."""
        with db.engine.connect() as connection:
            if not sa.inspect(connection).has_table(VaultState.__tablename__):
                return
            found = dict(connection.execute(sa.select(VaultState.name, VaultState.box)).all())
            used = sa.select(SubjectKey.epoch).where(SubjectKey.wrapped.is_not(None)).distinct()
            epochs = set(connection.scalars(used))
        if not found and not epochs:
            return
        for name, keys in self._canary_keys().items():
            if not any(_opens(key, found.get(name), name) for key in keys):
                raise VaultError(
                    _l("This key file does not belong to this database. Nothing was opened.")
                )
        if self.ring and epochs - set(self._keyfile.roots):
            raise VaultError(_l("The key file does not know all the roots that the database uses."))

    def establish(self) -> None:
        """Plant the canaries and make the key of the search tokens, once, in a new database."""
        planted = set(db.session.scalars(sa.select(VaultState.name)))
        if not planted:
            self.plant_canaries()
        if self.ring and db.session.get(VaultKey, INDEX) is None:
            self.renew_index()

    def plant_canaries(self) -> None:
        """Seal the known text under today's keys."""
        for name, keys in self._canary_keys().items():
            box = formats.seal(AESGCM(keys[0]), 1, CANARY, _place(name))
            db.session.merge(VaultState(name=name, box=box))

    def _canary_keys(self) -> dict[str, list[bytes]]:
        """Newest first: an interrupted rotation leaves a canary of the retiring root."""
        keys = {"office": [self.office_key("canary")]}
        if self.ring:
            roots = sorted(self._keyfile.roots.items(), reverse=True)
            keys["persons"] = [formats.derive(root, "canary") for _epoch, root in roots]
        return keys

    # ------------------------------------------------------------------ keys of persons

    def writing_ring(self) -> Keyring:
        """The ring, once no rotation can destroy the root that a new key is wrapped under."""
        ring = self._whole_ring()
        if db.engine.dialect.name == "postgresql" and "locked" not in db.session.info:
            db.session.execute(sa.text("LOCK TABLE subject_key IN ROW EXCLUSIVE MODE"))
            db.session.info["locked"] = True
        ring.refresh()
        return ring

    def erase(self, subject_id: uuid.UUID) -> None:
        """Destroy a person's key and search tokens in the current transaction.

        Older copies of the wrapped key open nothing once the root they need is rotated away.
        """
        gone = sa.update(SubjectKey).where(SubjectKey.subject_id == subject_id)
        db.session.execute(gone.values(wrapped=None, epoch=0))
        forget_tokens(subject_id)
        if self.ring:
            self.ring.forget(subject_id.bytes)
        on_commit(scrub_log)

    # ------------------------------------------------------------------ drills

    def status(self) -> Report:
        """What this vault opens, and the numbers of its keys."""
        return described(self._keyfile)

    def verify(self) -> Report:
        """Whether every key and every envelope opens."""
        self.check()
        return verified(self._whole_ring())

    def rotate(self, progress: Progress = silent) -> Report:
        """A new root epoch; every key is wrapped again and the old root destroyed.

        Outside any transaction; interrupted, it goes on where it stopped. A new statistics key is
        ready afterwards (`statistics_generations`): the ledger re-seals, then destroys the old one.
        """
        ring = self._whole_ring()
        ring.refresh()
        if not self._keyfile.epochs("retiring"):
            self._keyfile.add_root()
            self.add_generation()
            ring.refresh()
        done, damaged = rewrap_people(ring, progress)
        with transaction():
            rewrap_named(ring)
            self.plant_canaries()
        while not damaged and not self._retire(ring):
            more, damaged = rewrap_people(ring, progress)
            done += more
        return rotated(self._keyfile, done, damaged)

    def _retire(self, ring: Keyring) -> bool:
        """Destroy the retiring roots, unless a key was wrapped under one of them meanwhile."""
        with transaction():
            if late_keys(ring.epoch):
                return False
            for number in self._keyfile.epochs("retiring"):
                self._keyfile.destroy_root(number)
            on_commit(scrub_log)
        ring.refresh()
        return True

    def reindex(self, progress: Progress = silent) -> Report:
        """New keys for the search tokens, as wide as planned today, and all tokens anew."""
        self._whole_ring()
        with transaction():
            self.renew_index()
            return reindexed(progress)

    def _whole_ring(self) -> Keyring:
        if self.ring is None:
            raise VaultError(_l("This needs a key that opens the whole vault."))
        return self.ring

    def boxes(self) -> Iterator[Content]:
        """Every envelope of the database, unopened: `(table, row, compartment, mac)`."""
        return boxes()

    # ------------------------------------------------------------------ the search tokens

    def index(self) -> tuple[bytes, int]:
        """The root of the token keys and the width in bits, as this transaction sees them."""
        ring = self._whole_ring()
        seen = db.session.info.get("index")
        if seen is None:
            query = sa.select(VaultKey.wrapped, VaultKey.bits).where(VaultKey.name == INDEX)
            with db.session.no_autoflush:
                seen = db.session.execute(query).one_or_none()
            if seen is None:
                raise VaultError(_l("This database has no vault yet. Run casework init."))
            db.session.info["index"] = seen
        wrapped, bits = seen
        if self._index[0] != wrapped:
            self._index = (wrapped, ring.unwrap_named(INDEX, wrapped))
        return self._index[1], bits

    def renew_index(self) -> None:
        """A new root for the tokens, as wide as the planned population asks for."""
        ring = self._whole_ring()
        wrapped = ring.wrap_named(INDEX, secrets.token_bytes(32))
        bits = token_bits(self._planned_people)
        db.session.merge(VaultKey(name=INDEX, epoch=ring.epoch, bits=bits, wrapped=wrapped))
        db.session.flush()
        db.session.info.pop("index", None)


_NEW_KEY = sa.insert(KEYS)


def new_subject() -> uuid.UUID:
    """A key for a person, made in the current transaction; its number for her records."""
    subject = new_id()
    ring = current_vault().writing_ring()
    wrapped = ring.new_key(subject.bytes)
    row = {"subject_id": subject, "epoch": ring.epoch, "wrapped": wrapped}
    with db.session.no_autoflush:  # what else was changed can wait for what comes with her
        db.session.execute(_NEW_KEY, row)
    ring.admit(subject.bytes, wrapped)
    return subject


def token_bits(planned_people: int) -> int:
    """floor(log2(N / 8)): a token is shared by some eight to sixteen people, by design."""
    return max(8, min(63, (max(planned_people, 8) // 8).bit_length() - 1))


def _place(name: str) -> bytes:
    return formats.binding(VaultState.__tablename__, name, _NOBODY, _NOBODY)


def _opens(key: bytes, box: bytes | None, name: str) -> bool:
    try:
        return box is not None and formats.unseal(AESGCM(key), box, _place(name)) == CANARY
    except Damaged:
        return False


def forget_tokens(subject_id: uuid.UUID) -> None:
    """Delete the search tokens of a person's records."""
    for model in sealed_models():
        if model.__tokens__:
            mine = sa.select(model.id).where(model.subject_id == subject_id)
            rows = list(db.session.scalars(mine))
            db.session.execute(sa.delete(Token).where(Token.row_id.in_(rows)))


def scrub_log() -> None:
    """SQLite keeps old pages in its log until it is emptied: a destroyed key must not stay there.

    PostgreSQL keeps dead rows and its own log; there the rotation of the root does this work.
    """
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:
            raw = connection.connection.driver_connection
            assert raw is not None
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
