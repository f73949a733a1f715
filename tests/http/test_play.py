"""The sample years, played by an organiser over HTTP: every figure of every expectation must come out."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import httpx
import pytest

from tests.http.serving import Server, append_all, granted

DATA = Path(__file__).parents[1] / "data"
FILES = ("small-2025.jsonl", "district-2025.jsonl.gz")


def steps(name: str) -> list[dict[str, Any]]:
    path = DATA / name
    text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [json.loads(line) for line in text.splitlines()]


class Player:
    """Plays steps with ids derived from the file's name and line, so that a second play adds nothing."""

    def __init__(self, client: httpx.Client, name: str) -> None:
        self.client = client
        self.name = name
        self.statuses: list[str] = []

    def play(self, number: int, step: dict[str, Any]) -> None:
        match step["step"]:
            case "adopt":
                self._post(number, f"/v1/groups/{step['group']}/schemes/{step['year']}", step["scheme"])
            case "register":
                self._post(number, "/v1/cadres", {k: v for k, v in step.items() if k != "step"})
            case "append":
                *lines, _ = append_all(self.client, step["events"])
                assert [line for line in lines if line["status"] == "rejected"] == []
                self.statuses += [line["status"] for line in lines]
            case "seal":
                path = f"/v1/groups/{step['group']}/periods/{step['period']}/seal"
                self._post(number, path, {"decisions": step["decisions"]} if "decisions" in step else {})
            case "reopen":
                path = f"/v1/groups/{step['group']}/periods/{step['period']}/reopen"
                self._post(number, path, {"reason": step["reason"]})

    def _post(self, number: int, path: str, body: dict[str, Any]) -> None:
        id_ = str(uuid5(NAMESPACE_URL, f"{self.name}:{number}"))
        answer = self.client.post(path, json={**body, "id": id_})
        assert answer.status_code in (200, 201), answer.text
        replayed = answer.headers.get("Idempotent-Replay") == "true"
        assert replayed == (answer.status_code == 200)
        self.statuses.append("duplicate" if replayed else "recorded")

    def differences(self, step: dict[str, Any]) -> list[Any]:
        """Where the answers are not what an ``expect`` step says."""
        found: list[Any] = []
        for cadre, expected in step["rows"].items():
            got = self.client.get(f"/v1/cadres/{cadre}/periods/{step['period']}").json()
            found += [(cadre, key, value, got[key]) for key, value in expected.items() if got[key] != value]
        if unmet(self.client) != sorted(step["duties"]):
            found.append(("duties", unmet(self.client), step["duties"]))
        return found


def listed(client: httpx.Client, path: str, **query: Any) -> Iterator[dict[str, Any]]:
    cursor: str | None = ""
    while cursor is not None:
        page = client.get(path, params={**query, "cursor": cursor, "limit": 500}).json()
        yield from page["items"]
        cursor = page["next"]


def unmet(client: httpx.Client) -> list[list[str]]:
    """The unmet duties of quarters, as the data lists them."""
    states = ("due", "overdue")
    return sorted(
        [duty["cadre"], duty["kind"], duty["period"]]
        for state in states
        for duty in listed(client, "/v1/duties", state=state)
        if duty["period"] is not None
    )


def everything(client: httpx.Client, played: list[dict[str, Any]]) -> list[Any]:
    """All views of all cadres and rounds of a play."""
    answers: list[Any] = [list(listed(client, path)) for path in ("/v1/cadres", "/v1/duties", "/v1/submissions")]
    for step in played:
        if step["step"] == "register":
            answers.append(client.get(f"/v1/cadres/{step['cadre']}/record").json())
        elif step["step"] == "seal":
            answers.append(client.get(f"/v1/groups/{step['group']}/periods/{step['period']}").json())
    return answers


@pytest.mark.parametrize("name", FILES)
def test_a_played_year_gives_every_expected_figure_and_a_second_play_adds_nothing(name: str, address: str) -> None:
    token = granted(address, "organiser", "organiser")
    played = steps(name)
    with Server(address) as server, server.client(token) as client:
        first = Player(client, name)
        for number, step in enumerate(played, start=1):
            if step["step"] == "expect":
                assert first.differences(step) == [], (number, step["period"])
            else:
                first.play(number, step)
        assert set(first.statuses) == {"recorded"}
        answers = everything(client, played)
        second = Player(client, name)
        for number, step in enumerate(played, start=1):
            second.play(number, step)
        assert set(second.statuses) == {"duplicate"}
        assert everything(client, played) == answers
