# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where an instance may be served, and what a server says when it may not."""

import socket

import pytest

from casework import config, server
from casework.errors import Refusal


def settings(tmp_path, **chosen):
    return config.load(tmp_path, chosen, environ={})


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "127.0.0.53"])
def test_this_very_machine_is_always_allowed(tmp_path, host):
    server.check_bind(settings(tmp_path), host)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.9", "example.org", "[::]", ""])
def test_plain_http_leaves_the_machine_only_behind_a_proxy(tmp_path, host):
    with pytest.raises(Refusal):
        server.check_bind(settings(tmp_path), host)
    server.check_bind(settings(tmp_path, trusted_proxy=True), host)


def test_the_fictional_programme_never_leaves_the_machine(tmp_path):
    here = settings(tmp_path, trusted_proxy=True)
    server.mark_demo(here)
    with pytest.raises(Refusal):
        server.check_bind(here, "0.0.0.0")
    server.check_bind(here, "127.0.0.1")


@pytest.mark.parametrize("bind", ["", "8000", "host:", "host:port", "host:0", "host:99999", ":80"])
def test_an_address_that_is_none_is_refused_in_a_sentence(bind):
    with pytest.raises(Refusal):
        server.split_bind(bind)


def test_an_address_has_two_parts():
    assert server.split_bind("127.0.0.1:8000") == ("127.0.0.1", 8000)
    assert server.split_bind("[::1]:80") == ("[::1]", 80)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_an_address_is_free_until_someone_listens_there(host):
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
        held.listen()
        with pytest.raises(Refusal, match="autre serveur"):
            server.check_free(host, port)
    server.check_free(host, port)


@pytest.mark.parametrize("host", ["192.0.2.1", "nowhere.invalid"])
def test_an_address_of_elsewhere_cannot_be_served(host):
    with pytest.raises(Refusal, match="Cette machine"):
        server.check_free(host, 8000)
