# SPDX-License-Identifier: AGPL-3.0-or-later
"""A process killed in the middle of writing has lost nothing that it had acknowledged."""

import os
import signal
import subprocess
import sys
import time

import pytest

from casework import create_app
from casework.audit import verify

WRITE = """
import sys
from casework import create_app
from casework.audit import trace
app = create_app(sys.argv[1], machine_key=sys.argv[2])
with app.app_context():
    while True:
        mark = trace("case:read")
        print(mark.number, app.extensions["trail"].lane, flush=True)
        mark.done()
"""


@pytest.mark.parametrize("drill", range(3))
def test_every_acknowledged_line_survives_kill_nine(drill, template, instance):
    command = [sys.executable, "-c", WRITE, instance, template.machine_key]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        first = writer.stdout.readline()
        time.sleep(0.2 + drill / 10)
        os.kill(writer.pid, signal.SIGKILL)
        said = [first, *writer.stdout.readlines()]
    acknowledged = [line.split() for line in said if len(line.split()) == 2]
    app = create_app(instance, machine_key=template.machine_key)
    trail = app.extensions["trail"]
    with app.app_context():
        assert verify(trail).ok
    there = {(str(line.n), line.lane.hex) for line in trail.store.lines()}
    trail.close()
    assert len(acknowledged) > 3
    assert {tuple(line) for line in acknowledged} <= there


def test_two_processes_keep_to_their_own_lanes(template, instance):
    command = [sys.executable, "-c", WRITE, instance, template.machine_key]
    writers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    for writer in writers:
        assert writer.stdout.readline()
    time.sleep(0.3)
    for writer in writers:
        writer.kill()
        writer.communicate()
    app = create_app(instance, machine_key=template.machine_key)
    with app.app_context():
        trail = app.extensions["trail"]
        assert verify(trail).ok
        assert len({line.lane for line in trail.store.lines()}) == 2
        trail.close()
