"""What is written beside the ledger: one JSON object a request, by whom, never about whom; no secret anywhere."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from ledger.settings import Settings
from tests.access.serving import logged
from tests.http.serving import Desk, granted

SECRET = "lk_0123456789ab_" + 64 * "5"
PASSWORD = "correct-horse-battery"
FIELDS = ["time", "request", "principal", "method", "route", "status", "ms"]
NAMED = {"X-Request-Id": "mine-1"}


@dataclass(frozen=True)
class Logged:
    desk: Desk
    log: Path

    def lines(self) -> list[dict[str, Any]]:
        """Every line of the log so far; each is JSON."""
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def last(self, answer: httpx.Response) -> dict[str, Any]:
        """The line of the latest answer, which is written before the next one is."""
        assert answer.status_code
        self.desk.organiser.get("/livez")
        return [line for line in self.lines() if line["route"] != "/livez"][-1]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Logged]:
    folder = tmp_path_factory.mktemp("logs")
    tokens = {"organiser": granted(folder / "ledger.db", "organiser", "organiser")}
    tokens["cadre"] = granted(folder / "ledger.db", "zhang", "cadre", cadre="an")
    with logged(folder / "ledger.db", tokens, folder / "log") as desk:
        yield Logged(desk, folder / "log")


CADRE = {"cadre": "an", "name": "安大伟", "unit": "一街道", "post": "主任", "group": "town", "since": "2025-01"}


def test_a_request_that_only_writes_is_logged_with_its_principal(served: Logged) -> None:
    """The first of this process: it has read nothing yet."""
    line = served.last(served.desk.organiser.post("/v1/cadres", json=CADRE, headers=NAMED))
    assert list(line) == FIELDS
    assert (line["principal"], line["request"], line["method"]) == ("organiser", "mine-1", "POST")
    assert (line["route"], line["status"]) == ("/v1/cadres", 201)
    assert line["ms"] > 0


def test_routes_are_logged_and_no_path(served: Logged) -> None:
    line = served.last(served.desk["cadre"].get("/v1/cadres/an/periods/2025-01", params={"at": "3"}))
    assert (line["principal"], line["route"]) == ("zhang", "/v1/cadres/{cadre}/periods/{period}")
    for path in ("/v1/cadres/an", "/v1/an/安大伟", "/an?name=安大伟", f"/v1/{SECRET}"):
        served.last(served.desk["cadre"].get(path))
    text = served.log.read_text()
    assert not any(found in text for found in ("安大伟", "/an", "一街道", "2025-01", "lk_", SECRET))


@pytest.mark.parametrize("body", ["{", "[]", '{"x": 1}', "x" * 70_000])
def test_who_was_not_let_in_is_not_named(served: Logged, body: str) -> None:
    """A token of somebody else's name is no token of his, whatever else is wrong with the request."""
    own = str(served.desk.organiser.headers["Authorization"])
    for token in (own[:-4] + "0000", f"Bearer {SECRET}", "Bearer x"):
        with served.desk.server.client(None) as client:
            answer = client.post("/v1/cadres", content=body, headers={"Authorization": token})
        assert 400 <= answer.status_code < 500
        assert served.last(answer)["principal"] is None
    answer = httpx.get(f"{served.desk.server.address}/v1/me", headers={"Authorization": own[:-4] + "0000"})
    assert (answer.status_code, served.last(answer)["principal"]) == (401, None)


@pytest.mark.parametrize("given", ["x" * 65, "a b", "安", 'a"b', "a\\nb", ""])
def test_a_request_id_that_is_no_plain_one_is_replaced(served: Logged, given: str) -> None:
    answer = served.desk.organiser.get("/v1/me", headers=[(b"X-Request-Id", given.encode())])
    line = served.last(answer)
    assert line["request"] != given
    assert len(line["request"]) == 36


def test_settings_are_shown_without_their_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEDGER_TOKEN", SECRET)
    monkeypatch.setenv("LEDGER_DATABASE", f"postgresql://u:{PASSWORD}@host/name")
    settings = Settings()
    assert settings.token is not None
    assert settings.token.get_secret_value() == SECRET
    for shown in (repr(settings), str(settings), f"{settings!r:.4000}", repr(settings.token)):
        assert SECRET not in shown
        assert PASSWORD not in shown


POSTGRES, UNKNOWN = f"postgresql://u:{PASSWORD}@127.0.0.1:1/name", f"nonsense://u:{PASSWORD}@host/name"
COMMANDS = {
    "--help": POSTGRES, "access grant --help": POSTGRES, "export": POSTGRES, "access list": UNKNOWN,
    "serve --port x": POSTGRES, "import /nowhere": UNKNOWN,
}  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_no_help_and_no_error_of_the_command_line_tells_a_secret(command: str) -> None:
    environment = {**os.environ, "LEDGER_TOKEN": SECRET, "LEDGER_DATABASE": COMMANDS[command]}
    done = subprocess.run(
        [sys.executable, "-m", "ledger", *command.split()], env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.stdout + done.stderr
    assert SECRET not in done.stdout + done.stderr
    assert PASSWORD not in done.stdout + done.stderr
