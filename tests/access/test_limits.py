"""How often and from where may be asked, how much may be sent, and what every answer tells a browser."""

import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import httpx
import pytest

from api.headers import HEADERS
from tests.http.serving import Server, granted, problem_of

GUESSES = 12


def bad(number: int) -> dict[str, str]:
    """A token of our own making."""
    return {"Authorization": f"Bearer lk_0123456789ab_{number:064x}"}


def of(address: str) -> dict[str, str]:
    """A client behind a proxy on this machine, by the address that the proxy gives."""
    return {"X-Forwarded-For": address}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("limits") / "ledger.db"


@pytest.fixture(scope="module")
def tokens(database: Path) -> dict[str, dict[str, str]]:
    names = ("known", "late", "mine", "other", "organiser")
    return {name: {"Authorization": f"Bearer {granted(database, name, 'organiser')}"} for name in names}


@pytest.fixture(scope="module")
def guarded(database: Path, tokens: dict[str, dict[str, str]]) -> Iterator[str]:
    """A server that lets few guesses pass; its address."""
    assert tokens
    with Server(database, LEDGER_GUESSES=str(GUESSES), LEDGER_RATE="100000") as server:
        yield server.address


def guess_until_slowed(address: str, client: dict[str, str], path: str = "/v1/me") -> list[httpx.Response]:
    """Answers to guesses until one is told to wait; at most a few more than are let pass."""
    answers = []
    for number in range(GUESSES + 20):
        answers.append(httpx.get(address + path, headers={**bad(number), **client}))
        if answers[-1].status_code == 429:
            break
    return answers


def test_guessing_is_slowed_and_nobody_else(guarded: str, tokens: dict[str, dict[str, str]]) -> None:
    here, there = of("203.0.113.7"), of("203.0.113.8")
    assert httpx.get(guarded + "/v1/me", headers={**tokens["known"], **here}).status_code == 200
    answers = guess_until_slowed(guarded, here)
    assert [answer.status_code for answer in answers[:-1]] == [401] * (len(answers) - 1)
    assert len(answers) > GUESSES
    assert (answers[-1].status_code, problem_of(answers[-1])["code"]) == (429, "too-many-requests")
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 2

    def status(headers: dict[str, str], client: dict[str, str]) -> int:
        return httpx.get(guarded + "/v1/me", headers={**headers, **client}).status_code

    assert status(tokens["known"], here) == 200, "a token that held before is not made to wait"
    assert status(tokens["other"], there) == 200, "nor is another client"
    assert status(bad(1), there) == 401
    assert httpx.get(guarded + "/livez", headers=here).status_code == 200


def test_a_guess_is_no_better_for_having_been_shown_to_a_public_page(guarded: str) -> None:
    """Whatever ``/livez`` answers, the token did not hold."""
    client = of("203.0.113.9")
    statuses = []
    for number in range(GUESSES + 20):
        guess = {**bad(number), **client}
        statuses += [httpx.get(guarded + path, headers=guess).status_code for path in ("/livez", "/v1/me")]
    assert 429 in statuses
    assert statuses.count(401) < GUESSES + 10


WAYS = ["GET /v1/events/stream", "POST /v1/events", "POST /v1/access"]


@pytest.mark.parametrize("method", WAYS)
def test_every_way_of_guessing_counts(guarded: str, method: str) -> None:
    verb, path = method.split()
    client = of(f"203.0.113.{20 + WAYS.index(method)}")
    sent = {"Content-Type": "application/x-ndjson" if path == "/v1/events" else "application/json"}
    body = '{"name": "x", "role": "auditor"}' if path == "/v1/access" else "{}"
    statuses = [
        httpx.request(verb, guarded + path, headers={**bad(n), **client, **sent}, content=body).status_code
        for n in range(GUESSES + 20)
    ]
    assert statuses[:GUESSES] == [401] * GUESSES
    assert 429 in statuses


def test_requests_are_limited_by_client(database: Path, tokens: dict[str, dict[str, str]]) -> None:
    """Four times the rate at once, then as the rate fills up."""
    with Server(database, LEDGER_RATE="2") as server, httpx.Client(base_url=server.address) as client:
        statuses = [client.get("/v1/me", headers={**tokens["mine"], **of("203.0.113.1")}) for _ in range(14)]
        passed = [answer for answer in statuses if answer.status_code == 200]
        slowed = [answer for answer in statuses if answer.status_code == 429]
        assert 8 <= len(passed) < 14
        assert len(passed) + len(slowed) == 14
        assert all(1 <= int(answer.headers["Retry-After"]) <= 2 for answer in slowed)
        assert client.get("/v1/me", headers={**tokens["mine"], **of("203.0.113.2")}).status_code == 200


HOSTS = {
    "ledger.example.gov": 200,
    "LEDGER.example.GOV": 200,
    "ledger.example.gov:8443": 200,
    "other.example.gov": 200,
    "[::1]:8000": 200,
    "evil.example": 400,
    "ledger.example.gov.evil.example": 400,
    "evil.example:443": 400,
    "ledger.example.gov@evil.example": 400,
    "127.0.0.1": 400,
    "xledger.example.gov": 400,
}


def test_only_hosts_that_are_named_are_served(database: Path, tokens: dict[str, dict[str, str]]) -> None:
    named = "ledger.example.gov, Other.example.gov,[::1]"
    with Server(database, LEDGER_HOSTS=named) as server, httpx.Client(base_url=server.address) as client:
        for path in ("/v1/me", "/livez", "/docs"):
            found = {host: client.get(path, headers={**tokens["mine"], "Host": host}) for host in HOSTS}
            assert {host: answer.status_code for host, answer in found.items()} == HOSTS
        assert all("evil" not in answer.text for answer in found.values())


def test_without_names_any_host_is_served(guarded: str) -> None:
    assert httpx.get(f"{guarded}/livez", headers={"Host": "anything.example"}).status_code == 200


ANSWERS = (
    "GET /livez", "GET /readyz", "GET /metrics", "GET /docs", "GET /openapi.json", "GET /problems/forbidden",
    "GET /problems/none", "GET /nothing", "GET /v1/me", "POST /v1/me", "DELETE /v1/events", "OPTIONS /v1/me",
    "POST /v1/cadres", "GET /v1/events", "GET /v1/events/stream?after=x", "GET /v1/cadres?limit=0", "PUT /",
)  # fmt: skip


@pytest.mark.parametrize("request_", ANSWERS)
@pytest.mark.parametrize("who", ["organiser", "nobody"])
def test_every_answer_tells_browsers_to_trust_nothing(
    guarded: str, tokens: dict[str, dict[str, str]], request_: str, who: str
) -> None:
    method, path = request_.split()
    answer = httpx.request(method, guarded + path, headers={**tokens.get(who, {}), **of(f"198.51.100.{len(path)}")})
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert not [name for name in answer.headers if name.startswith("access-control-") or name == "server"]
    assert not [name for name in answer.headers if name == "set-cookie"]


def test_pages_have_no_script_and_only_the_style_that_is_allowed(guarded: str) -> None:
    for path in ("/docs", "/problems/forbidden"):
        page = httpx.get(guarded + path)
        policy = page.headers["Content-Security-Policy"]
        (style,) = re.findall(r"<style>(.*?)</style>", page.text, re.DOTALL)
        assert f"'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'" in policy
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert re.search(r"<script|<iframe|<link|<img|<form|\son\w+=|\sstyle=|javascript:|https?://", page.text) is None


def test_bodies_have_a_limit(database: Path, tokens: dict[str, dict[str, str]]) -> None:
    def chunks(size: int) -> Iterator[bytes]:
        """A body whose length nobody is told."""
        yield b'{"name": "'
        yield from (b"x" * 1024 for _ in range(size // 1024))

    with Server(database, LEDGER_MAX_BULK="4096") as server, httpx.Client(base_url=server.address) as client:
        client.headers.update(tokens["mine"])
        for path in ("/v1/cadres", "/v1/access", "/v1/consultations", "/v1/cadres/an/events"):
            for body in (b"x" * 65_537, chunks(70_000)):
                answer = client.post(path, content=body, headers={"Content-Type": "application/json"})
                assert (answer.status_code, problem_of(answer)["code"]) == (413, "too-large"), path
        bulk = {"Content-Type": "application/x-ndjson"}
        assert client.post("/v1/events", content=b"\n" * 4096, headers=bulk).status_code == 200
        for body in (b"\n" * 4097, chunks(9000)):
            assert client.post("/v1/events", content=body, headers=bulk).status_code == 413
