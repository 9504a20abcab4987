# SPDX-License-Identifier: AGPL-3.0-or-later
"""A process killed in the middle of writing has lost nothing that it had acknowledged; one that
meets a full disk refuses, and goes on when there is room again."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from casework import create_app
from casework.audit import verify

OPEN = """
import json, os, resource, sys
from casework import create_app
from casework.audit import trace, verify
app = create_app(sys.argv[1], **json.loads(sys.argv[2]))
app.app_context().push()
trail = app.extensions["trail"]
"""
WRITE = (
    OPEN
    + """
while True:
    mark = trace("case:read")
    print(mark.number, trail.lane, flush=True)
    mark.done()
"""
)
FILL = (
    OPEN
    + """
refused = 0
trace("case:read")
size = os.path.getsize(sys.argv[1] + "/trail.db-wal") + 40_000
resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
for _ in range(200):
    try:
        trace("case:read").done()
    except Exception as error:
        refused += type(error).__name__ == "TrailUnwritableError"
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
trace("case:read").done()
trail.close()
print(refused, verify(trail).ok)
"""
)


@pytest.fixture
def command(instance, settings):
    """How to run a programme of this file over the instance of this test."""
    told = json.dumps(settings, default=str)
    return lambda text: [sys.executable, "-c", text, str(instance), told]


@pytest.fixture
def trail(instance, settings):
    app = create_app(instance, **settings)
    with app.app_context():
        yield app.extensions["trail"]
    app.extensions["trail"].close()


@pytest.mark.parametrize("drill", range(3))
def test_every_acknowledged_line_survives_kill_nine(drill, command, trail):
    with subprocess.Popen(command(WRITE), stdout=subprocess.PIPE, text=True) as writer:
        first = writer.stdout.readline()
        time.sleep(0.2 + drill / 10)
        os.kill(writer.pid, signal.SIGKILL)
        said = [first, *writer.stdout.readlines()]
    acknowledged = {tuple(line.split()) for line in said if len(line.split()) == 2}
    assert verify(trail).ok
    there = {(str(line.n), line.lane.hex) for line in trail.store.lines()}
    assert len(acknowledged) > 3
    assert acknowledged <= there


def test_two_processes_keep_to_their_own_lanes(command, trail):
    writers = [
        subprocess.Popen(command(WRITE), stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    for writer in writers:
        assert writer.stdout.readline()
    time.sleep(0.3)
    for writer in writers:
        writer.kill()
        writer.communicate()
    assert verify(trail).ok
    assert len({line.lane for line in trail.store.lines()}) == 2


def test_a_full_disk_refuses_and_afterwards_the_chain_goes_on(command, settings):
    if "database_url" in settings:
        pytest.skip("the disk of a server of its own is not ours to fill")
    done = subprocess.run(command(FILL), capture_output=True, text=True, check=True)
    refused, whole = done.stdout.split()
    assert int(refused) > 10
    assert whole == "True"
