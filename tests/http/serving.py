"""A real server of the command line on a ledger of its own, and a client for it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from ledger.aggregates.access import Granted
from ledger.service.ledger import Ledger, local_caller


def granted(database: str | Path, name: str, role: str, **scope: Any) -> str:
    """A token for a new principal of a ledger that nobody need be serving."""
    with Ledger(database) as ledger:
        wanted = Granted.model_validate({"name": name, "role": role, **scope})
        return ledger.principals.grant(local_caller("tests", "tests"), wanted).result().token


class Server:
    """``ledger serve`` in a process of its own; ``address`` once it serves."""

    def __init__(self, database: str | Path, *prefix: str, **environment: str) -> None:
        self.database = database if isinstance(database, str) else f"sqlite:///{database}"
        self.prefix = prefix
        self.environment = environment
        self.address = ""

    def start(self) -> None:
        command = [*self.prefix, sys.executable, "-m", "ledger", "serve", "--port", "0"]
        self.process = subprocess.Popen(
            command,
            env={
                **os.environ,
                "LEDGER_DATABASE": self.database,
                **self.environment,
            },
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


class Desk:
    """A served ledger with a client for each principal, for tests that share it and keep out of each other's way."""

    def __init__(self, server: Server, clients: dict[str, httpx.Client]) -> None:
        self.server = server
        self.clients = clients
        self.organiser = clients["organiser"]

    def __getitem__(self, principal: str) -> httpx.Client:
        return self.clients[principal]

    @property
    def position(self) -> int:
        """The head of the ledger."""
        return int(self.organiser.get("/v1/me").json()["position"])

    def register(self, cadre: str, group: str = "town", unit: str = "一街道") -> str:
        posting = {"cadre": cadre, "name": cadre, "unit": unit, "post": "主任", "group": group, "since": "2025-01"}
        answer = self.organiser.post("/v1/cadres", json=posting)
        assert answer.status_code == 201, answer.text
        return cadre

    def append(self, cadre: str, by: str = "organiser", **event: Any) -> dict[str, Any]:
        """Append an event that will be recorded; its receipt."""
        answer = self.clients[by].post(f"/v1/cadres/{cadre}/events", json=event)
        assert answer.status_code == 201, answer.text
        receipt: dict[str, Any] = answer.json()
        return receipt


@contextmanager
def served(database: str | Path, tokens: dict[str, str], **environment: str) -> Iterator[Desk]:
    """A server on a ledger, and clients by the names of their tokens."""
    with Server(database, **environment) as server, ExitStack() as stack:
        yield Desk(server, {name: stack.enter_context(server.client(token)) for name, token in tokens.items()})


def problem_of(answer: httpx.Response) -> dict[str, Any]:
    """The problem document of a refused request; with what every one has."""
    assert 400 <= answer.status_code < 500, (answer.status_code, answer.text)
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == answer.status_code
    assert problem["type"] == f"/problems/{problem['code']}"
    assert problem["title"]
    assert problem["detail"]
    for error in problem.get("errors", ()):
        assert error.keys() == {"pointer", "code", "message"}
        assert error["code"]
        assert error["message"]
    assert bool(problem.get("errors")) == (problem["code"] == "invalid")
    return problem


def flaws_of(answer: httpx.Response) -> list[tuple[str, str]]:
    """Pointer and rule of each error of an ``invalid`` body."""
    problem = problem_of(answer)
    assert (answer.status_code, problem["code"]) == (422, "invalid"), problem
    return [(error["pointer"], error["code"]) for error in problem["errors"]]
