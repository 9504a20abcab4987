# SPDX-License-Identifier: AGPL-3.0-or-later
"""Codes that are shown and found again: on a slip, in the address of a form; and their pictures.

The code of a slip is worked out from the random id of its invitation under a key of the office, so
that a sheet can be printed again and nothing needs to be kept but the keyed hash it is found by.
A code opens nothing: whoever scans one signs in and must reach the list.
"""

import base64
import hmac
import secrets
import uuid

import segno
from flask import current_app
from markupsafe import Markup

from casework.vault import formats

LENGTH = 16  # bytes: nobody guesses one of 2^128


def code_of(invitation_id: uuid.UUID) -> str:
    """The code on the slip of an invitation."""
    return _spelled(hmac.digest(_key("slip"), invitation_id.bytes, "sha256")[:LENGTH])


def new_code() -> str:
    """A random code."""
    return _spelled(secrets.token_bytes(LENGTH))


def kept(code: str) -> bytes:
    """What is kept of a code to find it again."""
    return hmac.digest(_key("found"), code.encode(), "sha256")


def picture(address: str) -> Markup:
    """An address as a square to scan: paths of an inline picture, no style of its own."""
    drawn = segno.make(address, micro=False, error="m")
    text = drawn.svg_inline(omitsize=True, border=4, svgclass="code-square", lineclass=None)
    return Markup(text)  # noqa: S704 (numbers of a path, made from an address of ours)


def _spelled(code: bytes) -> str:
    return base64.b32encode(code).decode().rstrip("=").lower()


def _key(purpose: str) -> bytes:
    key: bytes = formats.derive(current_app.extensions["vault"].office_key("welcome"), purpose)
    return key
