"""Access ends at once: on every process, on open streams, for an old token of a name; and a token is shown once."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from ledger.service.credentials import key_hash
from tests.backends import NewAddress
from tests.http.serving import Server, flaws_of, granted, problem_of
from tests.office import Office, refused

ID = "11111111-1111-4111-8111-111111111111"


class Pair:
    """Two servers of one ledger, and what an administrator does through either."""

    def __init__(self, servers: list[Server], database: str) -> None:
        self.servers = servers
        self.database = database
        self.admin = granted(database, "admin", "admin")

    def ask(self, number: int, token: str, path: str = "/v1/me", **query: str) -> httpx.Response:
        bearer = {"Authorization": f"Bearer {token}"}
        return httpx.get(self.servers[number].address + path, headers=bearer, params=query)

    def send(self, number: int, path: str, body: Any, token: str = "", **query: str) -> httpx.Response:
        bearer = {"Authorization": f"Bearer {token or self.admin}"}
        return httpx.post(self.servers[number].address + path, headers=bearer, json=body, params=query)

    def grant(self, number: int, name: str, role: str = "auditor", **more: Any) -> str:
        answer = self.send(number, "/v1/access", {"name": name, "role": role, **more})
        assert answer.status_code == 201, answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        return str(answer.json()["token"])

    def revoke(self, number: int, name: str) -> None:
        answer = self.send(number, f"/v1/access/{name}/revocation", {"reason": "调离"})
        assert answer.status_code == 201, answer.text

    def both(self, token: str) -> list[int]:
        return [self.ask(number, token).status_code for number in (0, 1)]


@pytest.fixture(scope="module")
def pair(new_address: NewAddress) -> Iterator[Pair]:
    database = new_address()
    granted(database, "first", "admin")
    with Server(database) as one, Server(database) as other:
        yield Pair([one, other], database)


class Following:
    """An open stream in a thread of its own; ``ended`` once the server has closed it."""

    def __init__(self, pair: Pair, number: int, token: str) -> None:
        self.begun, self.ended = threading.Event(), threading.Event()
        self._address = pair.servers[number].address + "/v1/events/stream"
        self._bearer = {"Authorization": f"Bearer {token}"}
        threading.Thread(target=self._follow, daemon=True).start()
        assert self.begun.wait(20)

    def _follow(self) -> None:
        with httpx.stream("GET", self._address, headers=self._bearer, timeout=60) as answer:
            assert answer.status_code == 200
            for _ in answer.iter_lines():
                self.begun.set()
        self.ended.set()


@pytest.mark.parametrize(("here", "there"), [(0, 1), (1, 0), (0, 0)])
def test_a_revocation_holds_at_once_on_every_process(pair: Pair, here: int, there: int) -> None:
    name = f"leaving{here}{there}"
    token = pair.grant(here, name)
    assert pair.both(token) == [200, 200]
    streams = [Following(pair, number, token) for number in (0, 1)]
    pair.revoke(there, name)
    assert pair.both(token) == [401, 401]
    assert all(stream.ended.wait(20) for stream in streams)
    assert pair.ask(here, token, "/v1/events/stream").status_code == 401


def test_a_revoked_organiser_appends_no_more(pair: Pair) -> None:
    token = pair.grant(0, "appending", "organiser")
    cadre = {"cadre": "an", "name": "安", "unit": "办", "post": "员", "group": "town", "since": "2025-01"}
    assert pair.send(1, "/v1/cadres", cadre, token).status_code == 201
    pair.revoke(0, "appending")
    for number in (0, 1):
        answer = pair.send(number, "/v1/cadres", {**cadre, "cadre": "bo"}, token)
        assert (answer.status_code, problem_of(answer)["code"]) == (401, "unauthenticated")


@pytest.mark.parametrize("there", [0, 1])
def test_a_new_grant_of_a_name_ends_the_earlier_token(pair: Pair, there: int) -> None:
    name = f"again{there}"
    old = pair.grant(0, name, "organiser")
    stream = Following(pair, 1, old)
    new = pair.grant(there, name, "auditor")
    assert (pair.both(old), pair.both(new)) == ([401, 401], [200, 200])
    assert pair.ask(0, new).json()["role"] == "auditor"
    assert stream.ended.wait(20)


def test_access_expires_by_the_clock_on_every_process(pair: Pair) -> None:
    ends = datetime.now(UTC) + timedelta(seconds=3)
    token = pair.grant(0, "passing", expires=ends.isoformat())
    streams = [Following(pair, number, token) for number in (0, 1)]
    while True:
        before = datetime.now(UTC)
        statuses = pair.both(token)
        after = datetime.now(UTC)
        assert statuses == [200, 200] or after >= ends
        if before >= ends:
            break
    assert statuses == [401, 401]
    assert all(stream.ended.wait(20) for stream in streams)


@pytest.mark.parametrize("token", ["revoked", "expired", "replaced", "wrong", "unknown"])
def test_what_no_longer_holds_is_answered_like_what_never_did(pair: Pair, token: str) -> None:
    made = pair.grant(0, f"was_{token}", expires="2020-01-01" if token == "expired" else None)
    if token == "revoked":
        pair.revoke(1, f"was_{token}")
    if token == "replaced":
        pair.grant(1, f"was_{token}")
    tried = {"wrong": made[:-1] + ("0" if made[-1] != "0" else "1"), "unknown": "lk_000000000000_" + 64 * "0"}
    answers = [pair.ask(number, bad) for number in (0, 1) for bad in (tried.get(token, made), "x")]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1
    assert {answer.headers["WWW-Authenticate"] for answer in answers} == {"Bearer"}


def test_a_token_is_in_its_own_answer_only(pair: Pair, tmp_path: Path) -> None:
    body = {"name": "once", "role": "auditor", "id": ID}
    first = pair.send(0, "/v1/access", body)
    again = pair.send(1, "/v1/access", body)
    token = first.json()["token"]
    assert (first.status_code, again.status_code, again.json()["token"]) == (201, 200, None)
    assert again.headers["Idempotent-Replay"] == "true"
    assert again.json()["receipt"] == first.json()["receipt"]
    auditor, organiser = pair.grant(0, "reading"), pair.grant(0, "organising", "organiser")
    told = [again.text, *(pair.ask(1, pair.admin, "/v1/access", **when).text for when in ({}, {"at": "9"}))]
    told += [pair.ask(0, reader, "/v1/events").text for reader in (auditor, organiser)]
    told += [pair.ask(0, auditor, f"/v1/events/{ID}").text, pair.ask(0, token).text, pair.ask(0, pair.admin).text]
    told.append(exported(pair.database))
    assert "once" in told[1]
    for secret in (token, token.rpartition("_")[2], key_hash(token), "key_hash"):
        assert not any(secret in text for text in told)


def exported(database: str) -> str:
    """What ``ledger export`` writes."""
    environment = {**os.environ, "LEDGER_DATABASE": database}
    command = [sys.executable, "-m", "ledger", "export"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60)
    assert len(done.stdout.splitlines()) > 10
    return done.stdout + done.stderr


def test_the_list_is_of_who_has_access_at_the_moment(pair: Pair) -> None:
    pair.grant(0, "listed", "clerk", units=["一街道"], expires="2099-12-31")
    at = str(pair.ask(0, pair.admin).json()["position"])
    pair.revoke(1, "listed")

    def names(**when: str) -> dict[str, Any]:
        return {item["name"]: item for item in pair.ask(1, pair.admin, "/v1/access", **when).json()["items"]}

    assert "listed" not in names()
    listed = names(at=at)["listed"]
    assert (listed["role"], listed["units"], listed["expires"]) == ("clerk", ["一街道"], "2099-12-31")
    assert listed.keys() == {"name", "role", "units", "groups", "indicators", "cadre", "identity", "expires"}


@pytest.mark.parametrize(
    ("body", "flaw"),
    [
        ({"name": "x", "role": "auditor", "key_hash": "a" * 64}, ("/key_hash", "unknown_field")),
        ({"name": "x", "role": "auditor", "token": "mine"}, ("/token", "unknown_field")),
        ({"name": "x", "role": "king"}, ("/role", "not_one_of")),
        ({"name": "x", "role": "clerk"}, ("/units", "missing")),
        ({"name": "x", "role": "supervisor"}, ("/units", "missing")),
        ({"name": "x", "role": "cadre"}, ("/cadre", "missing")),
        ({"name": "x", "role": "auditor", "expires": "soon"}, ("/expires", "expiry")),
        ({"name": "x", "role": "auditor", "expires": "2030-01-01T00:00:00"}, ("/expires", "expiry")),
        ({"name": "", "role": "auditor"}, ("/name", "principal")),
    ],
)
def test_what_is_no_grant(pair: Pair, body: dict[str, Any], flaw: tuple[str, str]) -> None:
    assert flaws_of(pair.send(0, "/v1/access", body)) == [flaw]


def test_revoking_again_or_somebody_unknown(pair: Pair) -> None:
    pair.grant(0, "twice")
    sent = {"reason": "调离", "id": "22222222-2222-4222-8222-222222222222"}
    path = "/v1/access/twice/revocation"
    assert pair.send(0, path, sent, dry_run="true").json() == {"dry_run": True}
    first, again = pair.send(0, path, sent), pair.send(1, path, sent)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    for other in (path, "/v1/access/nobody/revocation"):
        answer = pair.send(1, other, {"reason": "调离"})
        assert (answer.status_code, problem_of(answer)["code"]) == (404, "not-found")


def test_a_dry_run_of_a_grant_makes_no_token(pair: Pair) -> None:
    answer = pair.send(0, "/v1/access", {"name": "dry", "role": "auditor"}, dry_run="true")
    assert answer.json() == {"dry_run": True}
    assert "dry" not in [item["name"] for item in pair.ask(0, pair.admin, "/v1/access").json()["items"]]


def test_a_day_ends_at_midnight_of_the_ledgers_time_zone(address: str) -> None:
    with Office(address) as office:
        office.grant("day", "auditor", expires="2025-03-31")
        office.grant("moment", "auditor", expires="2025-03-31T12:00:00+02:00")
        for who, last in (("moment", "2025-03-31T17:59:59.9+08:00"), ("day", "2025-03-31T23:59:59.9+08:00")):
            office.now = datetime.fromisoformat(last)
            assert office.ledger.queries.me(office.callers[who])["principal"] == who
            office.now += timedelta(seconds=0.1)
            with refused("unauthenticated"):
                office.ledger.queries.me(office.callers[who])
            with refused("unauthenticated"):
                office.append("an", "excused", by=who, period="2025-01", reason="leave")
