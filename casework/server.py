# SPDX-License-Identifier: AGPL-3.0-or-later
"""The production server: granian over our WSGI application, on an address that is safe to use."""

import errno
import ipaddress
import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from granian import Granian
from granian.constants import Interfaces

from . import config
from .errors import Refusal
from .i18n import _l
from .keys import keyfile

DEMO_MARK = "fictional-programme"
DEFAULT_BIND = "127.0.0.1:8000"


def is_demo(settings: config.Settings) -> bool:
    """Whether this instance holds the fictional programme."""
    return (settings.instance / DEMO_MARK).exists()


def mark_demo(settings: config.Settings) -> None:
    """Say for good that nobody in this instance is real."""
    (settings.instance / DEMO_MARK).write_text("Everyone in here is invented.\n")


def check_bind(settings: config.Settings, host: str) -> None:
    """Refuse what would put passwords on a wire in clear, or a demo on a network.

    Raises Refusal with the sentence that says what to do.
    """
    if is_loopback(host):
        return
    if is_demo(settings):
        raise Refusal(_l("The fictional programme is served on this machine only."))
    if not settings.trusted_proxy:
        raise Refusal(
            _l("Plain HTTP leaves this machine only behind a proxy. See the setting trusted_proxy.")
        )


def is_loopback(host: str) -> bool:
    """Whether an address never leaves this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def split_bind(bind: str) -> tuple[str, int]:
    """HOST:PORT in its two parts. Raises Refusal when it is not one."""
    host, _colon, port = bind.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65_536:
        raise Refusal(_l("Give the address as HOST:PORT, for instance 127.0.0.1:8000."), 400)
    return host, int(port)


def check_free(host: str, port: int) -> None:
    """Refuse an address that another server holds, were it one of ours: the system would share it
    between the two without a word. Raises Refusal."""
    try:
        address = _numeric(host)
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        with socket.socket(family) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # one that just stopped
            trial.bind((address, port))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            sentence = _l("Another server runs on this address. Stop it, or choose another port.")
        else:
            sentence = _l("This machine cannot serve on this address.")
        raise Refusal(sentence) from None


def _numeric(host: str) -> str:
    """The address a name stands for: granian knows no names."""
    found = socket.getaddrinfo(host.strip("[]"), None, type=socket.SOCK_STREAM)
    return str(min(found, key=lambda one: one[0] != socket.AF_INET)[4][0])


def serve(
    settings: config.Settings,
    bind: str,
    workers: int,
    threads: int = 4,
    passphrase: str | None = None,
) -> None:
    """Serve until stopped. Each worker opens the vault and claims its own lane of the trail."""
    host, port = split_bind(bind)
    os.environ["CASEWORK_INSTANCE"] = str(settings.instance)
    with _handed_over(passphrase):
        _granian(host, port, workers, threads)


@contextmanager
def _handed_over(passphrase: str | None) -> Iterator[None]:
    """Let the workers read the passphrase as a credential: in memory, for this user only."""
    if passphrase is None:
        yield
        return
    memory = Path("/dev/shm")  # noqa: S108 (a folder of our own in it, mode 0700)
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        credential = Path(folder) / keyfile.PASSPHRASE_CREDENTIAL
        credential.touch(mode=0o600)
        credential.write_text(passphrase, encoding="utf-8")
        os.environ["CREDENTIALS_DIRECTORY"] = folder
        yield


def _granian(host: str, port: int, workers: int, threads: int) -> None:
    Granian(
        "wsgi:app",
        address=_numeric(host),
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        log_access=False,  # an access log would keep who looked at what, and when
        respawn_failed_workers=True,
        working_dir=config.ROOT,
    ).serve()
