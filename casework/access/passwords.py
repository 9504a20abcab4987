# SPDX-License-Identifier: AGPL-3.0-or-later
"""Passwords: long rather than odd (NIST SP 800-63B-4), kept as argon2id with a pepper."""

import os
import secrets
import threading
import unicodedata

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from flask import current_app

from casework.errors import Refusal
from casework.i18n import _

SHORTEST, LONGEST = 15, 128  # characters; fifteen because it is the only factor
WEAK_WORDS = (
    "password", "motdepasse", "casework", "sanad", "123456", "azerty", "qwerty", "bonjour", "maroc",
)  # fmt: skip
# A storm of sign-ins must not take the memory of the machine: 46 MiB each.
_turnstile = threading.BoundedSemaphore(2)
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def _key_material(password: str) -> bytes:
    return unicodedata.normalize("NFKC", password).encode()


def _pepper() -> bytes:
    return current_app.extensions["vault"].office_key("pepper")


def hash_password(password: str) -> str:
    """The PHC string to keep, with the cost of the settings in force."""
    settings = current_app.config["CASEWORK"]
    with _turnstile:
        return Argon2id(
            salt=os.urandom(16), length=32, iterations=settings.password_rounds, lanes=1,
            memory_cost=settings.password_memory_kib, secret=_pepper(),
        ).derive_phc_encoded(_key_material(password))  # fmt: skip


def matches(password: str, kept: str) -> bool:
    try:
        with _turnstile:
            Argon2id.verify_phc_encoded(_key_material(password), kept, secret=_pepper())
    except (InvalidKey, ValueError):
        return False
    return True


def is_outdated(kept: str) -> bool:
    """Whether the settings now ask for another cost than this hash was made with."""
    settings = current_app.config["CASEWORK"]
    return f"$m={settings.password_memory_kib},t={settings.password_rounds},p=1$" not in kept


def check_new(password: str, *mine: str) -> None:
    """Refuse a password that is short or built on a word anyone would try, hers included."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Refusal(
            _("Use %(least)s to %(most)s characters. A sentence is easy to remember.",
              least=SHORTEST, most=LONGEST), 422,
        )  # fmt: skip
    bare = "".join(filter(str.isalnum, unicodedata.normalize("NFKC", password).casefold()))
    product = current_app.config["CASEWORK"].product_name
    for word in (*WEAK_WORDS, product, *mine):
        word = "".join(filter(str.isalnum, word.casefold()))
        # What is left beside the word must be a password's worth by itself.
        if len(word) > 3 and word in bare and len(bare.replace(word, "")) < 10:
            raise Refusal(_("This password is too easy to guess. Choose other words."), 422)
    if len(set(bare)) < 6:
        raise Refusal(_("This password is too easy to guess. Choose other words."), 422)


def one_time_password() -> str:
    """Shown once, on paper if need be; the first sign-in replaces it. 89 bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _n in range(6)) for _g in range(3))
