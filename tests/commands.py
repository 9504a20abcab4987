# SPDX-License-Identifier: AGPL-3.0-or-later
"""The command line in processes of their own, without the seconds that each takes to read the
programme: one that has read it splits in two for every command."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

# Run as a programme, it reads a command a line and answers with the exit code. The child leaves
# the loop by the exit of the command itself, and ends as any process does.
READY = """
import gc, json, os, runpy, sys
import casework.cli

del sys.modules["casework.cli"]  # read again as the programme itself
gc.freeze()
for line in sys.stdin:
    asked = json.loads(line)
    child = os.fork()
    if child:
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
        continue
    os.environ.clear()
    os.environ.update(asked["environment"])
    for name, number in (("nothing", 0), ("out", 1), ("errors", 2)):
        os.dup2(os.open(asked[name], os.O_RDWR), number)
    sys.argv = ["casework", *asked["arguments"]]
    runpy.run_module("casework.cli", run_name="__main__", alter_sys=True)
    sys.exit()
"""


class Commands:
    """Processes that have read the programme; called with a command, and ended with the tests."""

    def __init__(self, ready: "subprocess.Popen[str]") -> None:
        self._ready = ready

    def __call__(
        self, *arguments: str, door: tuple[str, ...] = (), **environment: str
    ) -> "subprocess.CompletedProcess[str]":
        """A process of its own, as a script starts it; through a door, from its very start."""
        environment = {**os.environ, "LC_ALL": "fr_MA.UTF-8", **environment}
        if door:
            return subprocess.run(
                [sys.executable, *door, *arguments], env=environment,
                capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
            )  # fmt: skip
        assert self._ready.stdin
        assert self._ready.stdout
        with tempfile.NamedTemporaryFile("r") as out, tempfile.NamedTemporaryFile("r") as errors:
            asked = {"arguments": arguments, "environment": environment, "nothing": os.devnull,
                     "out": out.name, "errors": errors.name}  # fmt: skip
            print(json.dumps(asked), file=self._ready.stdin, flush=True)
            code = int(self._ready.stdout.readline())
            return subprocess.CompletedProcess(arguments, code, out.read(), errors.read())


@contextmanager
def ready() -> Iterator[Commands]:
    """Ready for any number of commands, as long as this lasts."""
    with subprocess.Popen(
        [sys.executable, "-c", READY], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        yield Commands(process)
