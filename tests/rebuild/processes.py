"""Rebuilds in processes of their own: run to the end, halted, or killed."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]


@contextmanager
def process(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """``python -m`` with these arguments; killed at the end if it still runs."""
    with subprocess.Popen(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as started:
        try:
            yield started
        finally:
            started.kill()


@contextmanager
def halted(address: str) -> Iterator[subprocess.Popen[str]]:
    """A rebuild that stands still between its first share and the second."""
    with process("tests.rebuild.again", address, "0") as started:
        assert started.stdout is not None
        done, of, total = started.stdout.readline().split()
        assert (of, int(done) < int(total)) == ("of", True)
        yield started


def ended(started: subprocess.Popen[str]) -> str:
    """What a process that ended well wrote."""
    out, err = started.communicate(timeout=120)
    assert (started.returncode, err) == (0, "")
    return out
