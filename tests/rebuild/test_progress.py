"""On a terminal the command shows how far it has come, how fast, and what is left; in a pipe nothing."""

import os
import re
import subprocess
import sys
from contextlib import suppress

import pytest

from tests.backends import sqlite_only
from tests.rebuild.office import Told
from tests.rebuild.processes import ROOT, ended, process

pytestmark = sqlite_only
DONE = r"events .* (\d+)/\1 .*[\d,]+/s .*\d:\d\d:\d\d"
"""All of all, so many a second, and the time left."""


def on_a_terminal(*arguments: str) -> str:
    """What ``ledger`` writes to standard error where that is a terminal; it must end well."""
    ours, theirs = os.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "120"}
    command = [sys.executable, "-m", "ledger", *arguments]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=theirs) as started:
        os.close(theirs)
        shown = b""
        with suppress(OSError):  # how Linux says that nobody writes to a terminal any more
            while more := os.read(ours, 65536):
                shown += more
        os.close(ours)
        out, _ = started.communicate()
    assert started.returncode == 0, shown
    assert b"\x1b" not in out
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode())


@pytest.mark.parametrize("options", [(), ("--check",), ("--workers", "2")], ids=" ".join)
def test_progress_is_shown_on_a_terminal(told: Told, options: tuple[str, ...]) -> None:
    shown = on_a_terminal("rebuild", "--database", told.address, "--workers", "1", *options)
    assert re.search(DONE, shown), shown


def test_no_progress_is_shown_in_a_pipe(told: Told) -> None:
    for options in ((), ("--check",)):
        with process("ledger", "rebuild", "--workers", "1", "--database", told.address, *options) as started:
            assert ended(started).count("\n") == 1
