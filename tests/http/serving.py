"""A real server of the command line on a ledger file of its own, and a client for it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from ledger.aggregates.access import Granted
from ledger.service.ledger import Ledger, local_caller


def granted(database: Path, name: str, role: str, **scope: Any) -> str:
    """A token for a new principal of a ledger file that nobody need be serving."""
    with Ledger(database) as ledger:
        wanted = Granted.model_validate({"name": name, "role": role, **scope})
        return ledger.principals.grant(local_caller("tests", "tests"), wanted).result().token


class Server:
    """``ledger serve`` in a process of its own; ``address`` once it serves."""

    def __init__(self, database: Path, *prefix: str, **environment: str) -> None:
        self.database = database
        self.prefix = prefix
        self.environment = environment
        self.address = ""

    def start(self) -> None:
        command = [*self.prefix, sys.executable, "-m", "ledger", "serve", "--port", "0"]
        self.process = subprocess.Popen(
            command,
            env={**os.environ, "LEDGER_DATABASE": f"sqlite:///{self.database}", **self.environment},
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("serving on "), line
        self.address = line.removeprefix("serving on ").strip()

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self._reap()

    def stop(self) -> None:
        os.killpg(self.process.pid, signal.SIGTERM)
        self._reap()

    def _reap(self) -> None:
        self.process.wait(30)
        assert self.process.stdout is not None
        self.process.stdout.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @contextmanager
    def client(self, token: str | None) -> Iterator[httpx.Client]:
        headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
        with httpx.Client(base_url=self.address, headers=headers, timeout=120) as client:
            yield client


def ndjson(events: list[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(event, ensure_ascii=False).encode() + b"\n" for event in events)


def append_all(client: httpx.Client, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Append in bulk; the lines of the answer, the sum last."""
    answer = client.post("/v1/events", content=ndjson(events), headers={"Content-Type": "application/x-ndjson"})
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.text.splitlines()]
