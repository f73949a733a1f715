"""Commands of the real command line in processes of their own."""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def token(self) -> str:
        """The token that ``access grant`` leaves alone on the last line."""
        return self.out.splitlines()[-1]


class Shell:
    """Runs ``ledger`` in a directory, on its ``ledger.db`` unless told otherwise; keeps every token it was given."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.database = directory / "ledger.db"

    def __call__(self, *arguments: str, token: str | None = None, stdin: bytes = b"", **environment: str) -> Ran:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("LEDGER_")}
        given = {"LEDGER_TOKEN": token} if token is not None else {}
        path = {"PYTHONPATH": str(Path(__file__).parents[2]), "COLUMNS": "200"}
        done = subprocess.run(
            [sys.executable, "-m", "ledger", *arguments],
            cwd=self.directory,
            env={**kept, **path, **given, **environment},
            input=stdin,
            capture_output=True,
            timeout=60,
        )
        ran = Ran(done.returncode, done.stdout.decode(), done.stderr.decode())
        assert "Traceback" not in ran.err, ran.err
        assert token is None or token not in ran.out + ran.err
        return ran

    def grant(self, name: str, *options: str) -> str:
        ran = self("access", "grant", name, *options)
        assert ran.code == 0, ran.err
        return ran.token

    def fails(self, code: int, *arguments: str, token: str | None = None, **environment: Any) -> str:
        """The one plain line on standard error with which a command ends; nothing on standard output."""
        ran = self(*arguments, token=token, **environment)
        assert (ran.code, ran.out) == (code, ""), ran
        return one_line(ran.err)


def one_line(text: str) -> str:
    lines: Sequence[str] = text.splitlines()
    assert len(lines) == 1, text
    assert not set(lines[0]) & set("\x1b╭│╰"), text
    return lines[0]
