# SPDX-License-Identifier: AGPL-3.0-or-later
"""A new file: whole or not there, and never in the place of another."""

import os
from pathlib import Path

from .errors import Refusal
from .i18n import _l


def write_new(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write a file that was not there; durable on return.

    Raises Refusal where there is one of this name, OSError where it does not fit: nothing of it
    stays then.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError:
        sentence = _l("There is a file of this name already. Nothing was changed.")
        raise Refusal(sentence) from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink()
        raise
