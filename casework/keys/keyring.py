# SPDX-License-Identifier: AGPL-3.0-or-later
"""The key ring: opens persons' keys with the roots, and remembers them for ten minutes."""

import threading
import time
from collections import OrderedDict

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from . import formats
from .errors import Damaged, Erased
from .keyfile import Keyfile

MOST_KEYS = 50_000
SECONDS = 600.0


class Keyring:
    """Person keys opened under the roots of a key file that opens everything.

    A key is `(generation, AESGCM)`; a label says what a wrapped key belongs to.
    """

    def __init__(self, keyfile: Keyfile, size: int = MOST_KEYS, seconds: float = SECONDS) -> None:
        self._keyfile, self._size, self._seconds = keyfile, size, seconds
        self._kept: OrderedDict[bytes, tuple[float, int, AESGCM]] = OrderedDict()
        self._lock = threading.Lock()
        self._derive()

    def __repr__(self) -> str:
        return "<key ring>"

    def _derive(self) -> None:
        self.epoch = self._keyfile.epoch
        roots = self._keyfile.roots.items()
        self._wrapping = {epoch: AESGCM(formats.derive(root, "wrap")) for epoch, root in roots}
        self._sealing = {epoch: AESGCM(formats.derive(root, "seal")) for epoch, root in roots}

    def refresh(self) -> None:
        """Learn of roots that another process made or destroyed."""
        if self._keyfile.refresh() or set(self._wrapping) != set(self._keyfile.roots):
            self._derive()

    # ------------------------------------------------------------------ persons' keys

    def new_key(self, person: bytes, generation: int = 1) -> bytes:
        """A fresh key for one person, wrapped under the active root."""
        self.refresh()
        key = AESGCM.generate_key(256)
        return self._wrap_person(key, person, generation)

    def rewrap(self, person: bytes, wrapped: bytes) -> bytes:
        """The same key under the active root."""
        generation, key = self.unwrap(person, wrapped)
        return self._wrap_person(key, person, generation)

    def _wrap_person(self, key: bytes, person: bytes, generation: int) -> bytes:
        kek = self._wrapping[self.epoch]
        return formats.wrap(kek, key, self.epoch, generation, b"dk" + person)

    def unwrap(self, person: bytes, wrapped: bytes) -> tuple[int, bytes]:
        """The generation and bytes of a person's key; Damaged or Erased if it does not open."""
        epoch, generation = formats.wrapped_head(wrapped)
        kek = self._kek(self._wrapping, epoch)
        return generation, formats.unwrap(kek, wrapped, b"dk" + person)

    def _kek(self, shelf: dict[int, AESGCM], epoch: int) -> AESGCM:
        if epoch not in shelf:
            self.refresh()
            shelf = self._wrapping if shelf is not self._sealing else self._sealing
        if epoch in shelf:
            return shelf[epoch]
        if epoch in self._keyfile.epochs("destroyed"):
            raise Erased
        raise Damaged

    def admit(self, person: bytes, wrapped: bytes) -> tuple[int, AESGCM]:
        """Open a person's key and keep it at hand."""
        generation, raw = self.unwrap(person, wrapped)
        key = AESGCM(raw)
        with self._lock:
            self._kept[person] = (time.monotonic() + self._seconds, generation, key)
            self._kept.move_to_end(person)
            if len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return generation, key

    def get(self, person: bytes) -> tuple[int, AESGCM] | None:
        """A key at hand, if it was opened within the last ten minutes."""
        kept = self._kept.get(person)
        if kept is None or kept[0] < time.monotonic():
            return None
        return kept[1], kept[2]

    def forget(self, person: bytes | None = None) -> None:
        """Drop one key, or all of them."""
        with self._lock:
            if person is None:
                self._kept.clear()
            else:
                self._kept.pop(person, None)

    # ------------------------------------------------------------------ the vault's own keys

    def wrap_named(self, name: str, key: bytes) -> bytes:
        """A key of the vault itself under the active root."""
        kek = self._sealing[self.epoch]
        return formats.wrap(kek, key, self.epoch, 1, b"vk" + name.encode())

    def unwrap_named(self, name: str, wrapped: bytes) -> bytes:
        epoch, _generation = formats.wrapped_head(wrapped)
        return formats.unwrap(self._kek(self._sealing, epoch), wrapped, b"vk" + name.encode())
