"""Signing in: how long it lasts, how it ends, and what a cookie is good for."""

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest

from ledger.aggregates.access import Granted
from ledger.errors import NotFound, Unauthenticated
from ledger.service.credentials import Caller
from ledger.service.ledger import Ledger, local_caller
from tests.backends import NewAddress, raw
from tests.http.serving import Server, granted
from tests.office import refused
from tests.pages.visits import signed_in, window

ADMIN = local_caller("tests", "tests")


@pytest.fixture
def database(new_address: NewAddress) -> str:
    return new_address()


@pytest.fixture(scope="module")
def server(new_address: NewAddress) -> Iterator[Server]:
    """A served ledger in which each test makes a new token of Li's."""
    server = Server(new_address())
    granted(server.database, "首席", "organiser")
    with server:
        yield server


def test_a_session_is_an_opaque_cookie_of_which_only_a_digest_is_kept(server: Server) -> None:
    token = granted(server.database, "li", "organiser")
    with window(server.address) as client:
        answer = client.post("/sign-in", data={"token": token, "next": "/cadres?q=a"})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/cadres?q=a")
        cookie = answer.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Path=/;" in cookie
        assert "Max-Age=43200" in cookie
        assert client.get("/").status_code == 200
        secret = client.cookies["ledger_session"]
    with raw(server.database) as connection:
        kept = str([tuple(row) for row in connection.execute("SELECT * FROM sign_ins")])
    assert hashlib.sha256(secret.encode()).hexdigest() in kept
    assert secret not in kept
    assert token not in kept


def test_a_session_holds_on_every_server_of_the_ledger(server: Server) -> None:
    token = granted(server.database, "li", "organiser")
    with (
        signed_in(server.address, token) as client,
        Server(server.database) as other,
        window(other.address) as elsewhere,
    ):
        elsewhere.cookies.set("ledger_session", client.cookies["ledger_session"])
        assert elsewhere.get("/").status_code == 200


@pytest.mark.parametrize("how", ["revoked", "replaced", "out"])
def test_a_session_ends_at_once(server: Server, how: str) -> None:
    token = granted(server.database, "li", "organiser")
    with signed_in(server.address, token) as client:
        assert client.get("/").status_code == 200
        kept = client.cookies["ledger_session"]
        if how == "revoked":
            with Ledger(server.database) as ledger:
                ledger.principals.revoke(ADMIN, "li", "调离").result()
        elif how == "replaced":
            granted(server.database, "li", "admin")
        else:
            assert client.post("/sign-out").headers["Location"] == "/sign-in"
            assert "ledger_session" not in client.cookies
            client.cookies.set("ledger_session", kept)
        answer = client.get("/cadres?q=a")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in?next=%2Fcadres%3Fq%3Da")
        assert client.get("/cadres.json?q=a").status_code == 401


def test_a_session_lasts_twelve_hours_and_no_longer_than_its_grant(database: str) -> None:
    now = datetime(2026, 1, 5, 9, tzinfo=UTC)
    with Ledger(database, clock=lambda: now) as ledger:
        token = ledger.principals.grant(ADMIN, Granted(name="li", role="organiser", expires="2026-01-06")).result()
        secret = ledger.sign_ins.open(Caller("tests", token=token.token)).result()
        now += timedelta(hours=12, seconds=-1)
        found = ledger.sign_ins.find(secret)
        assert found is not None
        assert ledger.queries.me(Caller("tests", signed_in=found))["principal"] == "li"
        now += timedelta(seconds=1)
        assert ledger.sign_ins.find(secret) is None
        now += timedelta(hours=20)
        with pytest.raises(Unauthenticated):
            ledger.queries.me(Caller("tests", signed_in=found))


def test_a_link_signs_in_once_and_only_with_its_button(server: Server) -> None:
    granted(server.database, "li", "organiser")
    path = link(server.database, "li")
    with window(server.address) as scanner, window(server.address) as client, window(server.address) as late:
        assert [scanner.get(path).status_code for _ in range(3)] == [200, 200, 200]
        assert client.post(path).headers["Location"] == "/"
        assert "li" in client.get("/").text
        answer = late.post(path)
        assert answer.status_code == 401
        assert "ledger_session" not in late.cookies


def test_of_many_who_use_a_link_at_once_one_is_let_in(server: Server) -> None:
    granted(server.database, "li", "organiser")
    path, barrier = link(server.database, "li"), Barrier(8)

    def use(address: str) -> int:
        with window(address) as client:
            barrier.wait()
            return client.post(path).status_code

    with Server(server.database) as other, ThreadPoolExecutor(8) as pool:
        found = sorted(pool.map(use, [server.address, other.address] * 4))
    assert found == [303, *[401] * 7]


@pytest.mark.parametrize("how", ["expired", "revoked"])
def test_a_link_ends(database: str, how: str) -> None:
    now = datetime(2026, 1, 5, 9, tzinfo=UTC)
    with Ledger(database, clock=lambda: now) as ledger:
        ledger.principals.grant(ADMIN, Granted(name="li", role="organiser")).result()
        code = ledger.sign_ins.link(ADMIN, "li").result()
        if how == "expired":
            now += timedelta(hours=24)
        else:
            ledger.principals.revoke(ADMIN, "li", "调离").result()
        with pytest.raises(Unauthenticated):
            ledger.sign_ins.follow(code, "tests").result()


def test_only_who_grants_access_makes_links_and_only_to_principals(database: str) -> None:
    with Ledger(database) as ledger:
        token = ledger.principals.grant(ADMIN, Granted(name="li", role="organiser")).result().token
        with refused("forbidden"):
            ledger.sign_ins.link(Caller("tests", token=token), "li").result()
        with pytest.raises(NotFound):
            ledger.sign_ins.link(ADMIN, "nobody").result()
        with pytest.raises(Unauthenticated):
            ledger.sign_ins.open(ADMIN).result()


def test_a_token_or_code_that_does_not_hold_is_told_so_and_slowed(database: str) -> None:
    token = granted(database, "li", "organiser")
    with Server(database, LEDGER_GUESSES="3") as server, window(server.address) as client:
        for _ in range(2):
            answer = client.post("/sign-in", data={"token": token[:-1]})
            assert answer.status_code == 401
            assert token[:-1] not in answer.text
        assert client.post("/sign-in/nonsense").status_code == 401
        slowed = client.post("/sign-in", data={"token": token[:-2]})
        assert slowed.status_code == 429


def test_the_interface_takes_no_cookie(server: Server) -> None:
    token = granted(server.database, "li", "organiser")
    with signed_in(server.address, token) as client:
        assert client.get("/v1/me").status_code == 401
        posting = {"cadre": "a", "name": "a", "unit": "u", "post": "p", "group": "town", "since": "2025-01"}
        assert client.post("/v1/cadres", json=posting).status_code == 401


@pytest.mark.parametrize(
    "following", ["//elsewhere.test/", "https://elsewhere.test/", "/\\elsewhere.test", "x", "/a b"]
)
def test_signing_in_leads_nowhere_else(server: Server, following: str) -> None:
    token = granted(server.database, "li", "organiser")
    with window(server.address) as client:
        assert client.post("/sign-in", data={"token": token, "next": following}).headers["Location"] == "/"


def link(database: str, principal: str) -> str:
    with closing(Ledger(database)) as ledger:
        return f"/sign-in/{ledger.sign_ins.link(ADMIN, principal).result()}"
