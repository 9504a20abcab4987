# SPDX-License-Identifier: AGPL-3.0-or-later
"""The key file: slots that open keys, never a key. How it is made, opened, changed and written.

    secret of a slot (machine key or passphrase)
       ├─ slot that opens all    → file key K → root epochs (person keys, index), and S
       └─ slot that opens office → office key S → trail, pepper, staff cards, statistics

Whoever holds only an office slot can count and sign people in, and can open no person's key.
A code under S covers the whole file, so that an altered file is refused.
"""

import base64
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from casework.i18n import _l

from .errors import VaultError
from .formats import check_value, derive

Domain = Literal["all", "office"]
MACHINE_CREDENTIAL = "casework-machine-key"
PASSPHRASE_CREDENTIAL = "casework-passphrase"  # noqa: S105 (the name of a credential)
SHORTEST_PASSPHRASE = 20
GARBLED = _l("The key file cannot be read. Restore it from its backup.")


@dataclass(frozen=True)
class Cost:
    """What one guess of a passphrase costs (argon2id); tests make it cheap."""

    memory_kib: int = 256 * 1024
    rounds: int = 4


@dataclass(frozen=True)
class Secret:
    """What opens a slot: the bytes of a machine key, or a passphrase."""

    kind: Literal["machine", "passphrase"]
    value: bytes

    def slot_key(self, slot: Mapping[str, Any]) -> bytes | None:
        """The key of this slot; None when a passphrase is not the one it was made with."""
        base = self.value
        if self.kind == "passphrase":
            base = _stretch(self.value, slot)
            if not hmac.compare_digest(_commitment(base), _bytes(slot["commitment"])):
                return None
        return derive(base, f"slot/{slot['opens']}")

    def __repr__(self) -> str:
        return f"<secret: {self.kind}>"


def secret_at_start(machine_key: Path, passphrase: str | None = None) -> Secret:
    """What this process opens with: the passphrase it was given, or the machine key.

    Either may be a credential of the service manager.
    """
    folder = Path(os.environ.get("CREDENTIALS_DIRECTORY") or os.devnull)
    if passphrase is None and (folder / PASSPHRASE_CREDENTIAL).exists():
        passphrase = (folder / PASSPHRASE_CREDENTIAL).read_text(encoding="utf-8")
    if passphrase is not None:
        return passphrase_secret(passphrase)
    credential = folder / MACHINE_CREDENTIAL
    return _read_machine_key(credential) if credential.exists() else machine_secret(machine_key)


def machine_secret(path: Path) -> Secret:
    """The machine key in a file that only its owner reads."""
    if path.exists() and path.stat().st_mode & 0o077:
        raise VaultError(_l("The machine key can be read by other users. Set its mode to 0400."))
    return _read_machine_key(path)


def _read_machine_key(path: Path) -> Secret:
    try:
        value = path.read_bytes()
    except OSError:
        raise VaultError(_l("The machine key of this instance cannot be found.")) from None
    if len(value) != 32:
        raise VaultError(_l("The machine key is not a key of 32 bytes."))
    return Secret("machine", value)


def passphrase_secret(passphrase: str) -> Secret:
    return Secret("passphrase", passphrase.strip().encode())


def create_machine_key(path: Path, instance: Path) -> Secret:
    """A new machine key, outside the instance so that a copy of the instance opens nothing."""
    if path.resolve().is_relative_to(instance.resolve()):
        raise VaultError(_l("The machine key must lie outside the instance folder."))
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    value = secrets.token_bytes(32)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    except FileExistsError:
        raise VaultError(_l("There is a machine key already. It is never overwritten.")) from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(value)
        file.flush()
        os.fsync(file.fileno())
    return Secret("machine", value)


def create_keyfile(path: Path, secret: Secret, cost: Cost | None = None) -> "Keyfile":
    """A new key file with fresh roots, opened by this secret. Never overwrites one."""
    if path.exists():
        raise VaultError(_l("There is a key file already. It is never overwritten."))
    book: dict[str, Any] = {"format": "casework key file", "version": 1, "slots": [], "roots": []}
    file_key, office = secrets.token_bytes(32), secrets.token_bytes(32)
    book |= {"office": _seal(file_key, office, "office"), "generations": []}
    keyfile = Keyfile(path, book, file_key, office)
    keyfile.add_root(save=False)
    keyfile.add_generation(save=False)
    keyfile.add_slot(secret, cost)
    return keyfile


def open_keyfile(path: Path, secret: Secret, opens: Domain = "all") -> "Keyfile":
    """Open a slot of the key file, or stop with one sentence. No key is ever made up."""
    book = _read(path)
    try:
        for slot in book["slots"]:
            if (slot["kind"], slot["opens"]) == (secret.kind, opens):
                key = secret.slot_key(slot)
                opened = key and _unseal(key, slot["sealed"], f"slot/{opens}")
                if opened:
                    return _opened(path, book, opened, opens)
    except (KeyError, TypeError, ValueError):
        raise VaultError(GARBLED) from None
    if secret.kind == "machine":
        raise VaultError(_l("This machine key does not open the key file."))
    raise VaultError(_l("This passphrase does not open the key file."))


def _opened(path: Path, book: dict[str, Any], key: bytes, opens: Domain) -> "Keyfile":
    office = key if opens == "office" else _unseal(key, book["office"], "office")
    if office is None or not hmac.compare_digest(_code(book, office), _bytes(book["code"])):
        raise VaultError(_l("The key file was altered. Restore it from its backup."))
    return Keyfile(path, book, key if opens == "all" else None, office)


def _read(path: Path) -> dict[str, Any]:
    try:
        book = json.loads(path.read_bytes())
        if book["version"] == 1 and {"slots", "roots", "office", "generations", "code"} <= {*book}:
            return dict(book)
    except FileNotFoundError:
        raise VaultError(
            _l("The key file is missing. Restore it, or start a new instance with casework init.")
        ) from None
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise VaultError(GARBLED)


class Keyfile:
    """An opened key file. `roots` is empty when only the office domain was opened."""

    def __init__(
        self, path: Path, book: dict[str, Any], file_key: bytes | None, office: bytes
    ) -> None:
        self.path, self._book, self._file_key, self._office = path, book, file_key, office
        self._stamp = _stamp(path)
        self._open_keys()

    def __repr__(self) -> str:
        return f"<key file, opens {self.opens}>"

    @property
    def opens(self) -> Domain:
        return "all" if self._file_key else "office"

    def _open_keys(self) -> None:
        self.roots = _keys(self._book["roots"], self._file_key, "root") if self._file_key else {}
        self._statistics = _keys(self._book["generations"], self._office, "statistics")
        self.epoch = max((entry["number"] for entry in self._book["roots"]), default=0)

    def epochs(self, state: str) -> list[int]:
        """The numbers of the roots that are active, retiring or destroyed."""
        return [root["number"] for root in self._book["roots"] if root["state"] == state]

    def slots(self) -> list[tuple[str, str]]:
        """What each slot is and opens."""
        return [(slot["kind"], slot["opens"]) for slot in self._book["slots"]]

    def refresh(self) -> bool:
        """Read the file again if another process wrote it. True when something changed."""
        stamp = _stamp(self.path)
        if stamp == self._stamp:
            return False
        book = _read(self.path)
        fresh = _opened(self.path, book, self._file_key or self._office, self.opens)
        self._book, self._office, self._stamp = book, fresh._office, stamp
        self._open_keys()
        return True

    # -------------------------------------------------------------- the office domain

    def office_key(self, purpose: str) -> bytes:
        """A key of the office domain; `statistics/<generation>` dies with its generation."""
        if purpose.startswith("statistics/"):
            number = int(purpose.partition("/")[2])
            if number not in self._statistics:
                raise VaultError(_l("This statistics key was destroyed."))
            return derive(self._statistics[number], f"office/{purpose}")
        return derive(self._office, f"office/{purpose}")

    def generations(self) -> list[int]:
        """The statistics generations that still live, newest last."""
        return sorted(self._statistics)

    def add_generation(self, save: bool = True) -> int:
        """A new statistics key, the one to write with from now on."""
        return self._add("generations", self._office, "statistics", save)

    def destroy_generation(self, number: int) -> None:
        """Forget a statistics key for good. The newest one cannot be destroyed."""
        self._destroy("generations", number)

    # -------------------------------------------------------------- the persons domain

    def add_root(self, save: bool = True) -> int:
        """A new active root epoch; the former ones retire until their keys are rewrapped."""
        if self._file_key is None:
            raise VaultError(_l("This needs a key that opens the whole vault."))
        for root in self._book["roots"]:
            root["state"] = "retiring" if root["state"] == "active" else root["state"]
        return self._add("roots", self._file_key, "root", save)

    def destroy_root(self, number: int) -> None:
        """Forget a root for good: whatever is still wrapped under it opens nowhere any more."""
        self._destroy("roots", number)

    def add_slot(self, secret: Secret, cost: Cost | None = None) -> None:
        """Let this secret open the whole file, and the office domain alone."""
        if self._file_key is None:
            raise VaultError(_l("This needs a key that opens the whole vault."))
        details = _passphrase_details(secret, cost or Cost())
        for opens, key in (("all", self._file_key), ("office", self._office)):
            slot = {"kind": secret.kind, "opens": opens, **details}
            slot_key = secret.slot_key(slot)
            assert slot_key is not None
            slot["sealed"] = _seal(slot_key, key, f"slot/{opens}")
            self._book["slots"].append(slot)
        self.save()

    def _add(self, shelf: str, under: bytes, label: str, save: bool) -> int:
        key = secrets.token_bytes(32)
        number = 1 + max((entry["number"] for entry in self._book[shelf]), default=0)
        self._book[shelf].append({
            "number": number,
            "state": "active",
            "check": check_value(key).hex(),
            "sealed": _seal(under, key, f"{label}/{number}"),
        })  # fmt: skip
        self._open_keys()
        if save:
            self.save()
        return number

    def _destroy(self, shelf: str, number: int) -> None:
        newest = max(entry["number"] for entry in self._book[shelf])
        for entry in self._book[shelf]:
            if entry["number"] == number and number != newest:
                entry |= {"state": "destroyed", "sealed": ""}
        self.save()

    def save(self) -> None:
        """Write the file whole or not at all, for its owner's eyes only."""
        self._book["code"] = _text(_code(self._book, self._office))
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_name(f"{self.path.name}.{secrets.token_hex(4)}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            json.dump(self._book, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.path)
        _sync_folder(self.path.parent)
        self._stamp = _stamp(self.path)
        self._open_keys()


def _keys(entries: list[dict[str, Any]], under: bytes, label: str) -> dict[int, bytes]:
    found = {}
    for entry in entries:
        if entry["state"] == "destroyed":
            continue
        key = _unseal(under, entry["sealed"], f"{label}/{entry['number']}")
        if key is None or check_value(key).hex() != entry["check"]:
            raise VaultError(_l("A key of the key file is not the one it should be."))
        found[entry["number"]] = key
    return found


def _passphrase_details(secret: Secret, cost: Cost) -> dict[str, Any]:
    """Salt, cost and commitment. GCM alone would accept one ciphertext under several keys, which
    lets a guesser test many passphrases at once (partitioning oracles)."""
    if secret.kind != "passphrase":
        return {}
    if len(secret.value.decode()) < SHORTEST_PASSPHRASE:
        raise VaultError(_l("A passphrase needs at least six words."))
    salt = _text(secrets.token_bytes(16))
    details = {"salt": salt, "memory_kib": cost.memory_kib, "rounds": cost.rounds}
    return {**details, "commitment": _text(_commitment(_stretch(secret.value, details)))}


def _stretch(passphrase: bytes, slot: Mapping[str, Any]) -> bytes:
    return Argon2id(
        salt=_bytes(slot["salt"]), length=32, lanes=1,
        iterations=slot["rounds"], memory_cost=slot["memory_kib"],
    ).derive(passphrase)  # fmt: skip


def _commitment(stretched: bytes) -> bytes:
    return derive(stretched, "slot/commitment")


def _code(book: Mapping[str, Any], office: bytes) -> bytes:
    content = {name: value for name, value in book.items() if name != "code"}
    text = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
    return hmac.digest(derive(office, "key file"), text, "sha256")


def _seal(key: bytes, text: bytes, label: str) -> str:
    nonce = os.urandom(12)
    return _text(nonce + AESGCM(key).encrypt(nonce, text, f"key file/{label}".encode()))


def _unseal(key: bytes, sealed: str, label: str) -> bytes | None:
    try:
        box = _bytes(sealed)
        return AESGCM(key).decrypt(box[:12], box[12:], f"key file/{label}".encode())
    except (InvalidTag, ValueError, TypeError):
        return None


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _bytes(value: str) -> bytes:
    return base64.b64decode(value)


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_ino


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
