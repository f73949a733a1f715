"""Signing in with a browser at the organisation's provider: who gets in, and every way somebody does not."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.access.provider import AUDIENCE, Client, Key, Provider, new_key, signed
from tests.http.serving import Desk, granted, served
from tests.pages.visits import window

CLIENT, SECRET = "ledger pages", "s:cret %"
BACK = "/sign-in/provider/back"
SESSION, ATTEMPT = "ledger_session", "ledger_sign_in"


@dataclass(frozen=True)
class Trusting:
    """A served ledger whose pages sign in at a provider."""

    provider: Provider
    key: Key
    desk: Desk

    @contextmanager
    def browser(self) -> Iterator[httpx.Client]:
        with window(self.desk.server.address) as client:
            yield client

    def returning(self, client: httpx.Client, following: str = "/") -> str:
        """Press the button and come back as far as the address that the provider sends the browser to."""
        away = client.get("/sign-in/provider", params={"next": following}).headers["Location"]
        assert away.startswith(f"{self.provider.issuer}/authorize?")
        return str(httpx.get(away).headers["Location"])


@pytest.fixture(scope="module")
def trusting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trusting]:
    folder = tmp_path_factory.mktemp("pages")
    (folder / "secret").write_text(f"{SECRET}\n")
    key = new_key("RSA", "first")
    with Provider(key) as provider:
        tokens = {"organiser": granted(folder / "ledger.db", "organiser", "organiser")}
        for name, subject in (("li", "li"), ("wang", "subject of wang")):
            known = {"issuer": provider.issuer, "subject": subject}
            granted(folder / "ledger.db", name, "auditor", identity=known)
        elsewhere = {"issuer": "https://id.example.org", "subject": "zhao"}
        granted(folder / "ledger.db", "zhao", "auditor", identity=elsewhere)
        with served(folder / "ledger.db", tokens, **settings(provider, folder / "secret")) as desk:
            provider.clients[CLIENT] = Client(desk.server.address + BACK, SECRET)
            yield Trusting(provider, key, desk)


def settings(provider: Provider, secret: Path) -> dict[str, str]:
    return {
        "LEDGER_GUESSES": "100000",
        "LEDGER_OIDC_ISSUER": provider.issuer,
        "LEDGER_OIDC_AUDIENCE": AUDIENCE,
        "LEDGER_OIDC_CLIENT_ID": CLIENT,
        "LEDGER_OIDC_CLIENT_SECRET_FILE": str(secret),
    }


@pytest.fixture(autouse=True)
def honest(trusting: Trusting) -> None:
    """The provider says of everybody what is so, unless a test says otherwise."""
    trusting.provider.person, trusting.provider.said, trusting.provider.header = "li", {}, {}


@pytest.mark.parametrize(("subject", "principal"), [("li", "li"), ("subject of wang", "wang")])
def test_a_granted_subject_is_signed_in_and_led_on(trusting: Trusting, subject: str, principal: str) -> None:
    trusting.provider.person = subject
    with trusting.browser() as client:
        answer = client.get(trusting.returning(client, "/cadres?q=a"))
        assert (answer.status_code, answer.headers["Location"]) == (303, "/cadres?q=a")
        assert ATTEMPT not in client.cookies
        assert principal in client.get("/").text
        assert client.get("/v1/me").status_code == 401


def test_what_the_provider_is_asked_tells_nothing_that_would_do_without_the_browser(trusting: Trusting) -> None:
    with trusting.browser() as client:
        answer = client.get("/sign-in/provider")
        asked = {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}
        kept = client.cookies[ATTEMPT].partition(".")[0]
    assert asked.keys() == {
        *("response_type", "scope", "client_id", "redirect_uri"),
        *("state", "nonce", "code_challenge", "code_challenge_method"),
    }
    assert len({asked["state"], asked["nonce"], asked["code_challenge"], kept}) == 4
    assert kept not in answer.headers["Location"]
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Max-Age=600" in cookie


@pytest.mark.parametrize("subject", ["zhao", "organiser", "wang", "LI", "nobody", "local:tests"])
def test_a_subject_that_was_granted_nothing_is_not_signed_in(trusting: Trusting, subject: str) -> None:
    """``zhao`` is a subject of another issuer, ``wang`` and ``organiser`` are principals."""
    trusting.provider.person = subject
    with trusting.browser() as client:
        check_refused(client, trusting.returning(client))


CLAIMS: dict[str, dict[str, Any]] = {
    "another nonce": {"nonce": "x"},
    "no nonce": {"nonce": None},
    "the audience of bearer tokens": {"aud": AUDIENCE},
    "another audience beside ours": {"aud": [CLIENT, "another"]},
    "no audience": {"aud": None},
    "another authorized party": {"azp": "another"},
    "another issuer": {"iss": "https://id.example.org"},
    "expired": {"exp": 1},
    "no expiry": {"exp": None},
    "no subject": {"sub": None},
}


@pytest.mark.parametrize("flaw", CLAIMS)
def test_an_id_token_with_claims_that_do_not_hold(trusting: Trusting, flaw: str) -> None:
    trusting.provider.said = CLAIMS[flaw]
    with trusting.browser() as client:
        check_refused(client, trusting.returning(client))


@pytest.mark.parametrize("header", [{"typ": "at+jwt"}, {"typ": "logout+jwt"}, {"kid": "unknown"}])
def test_what_is_no_id_token_of_the_provider(trusting: Trusting, header: dict[str, str]) -> None:
    trusting.provider.header = header
    with trusting.browser() as client:
        check_refused(client, trusting.returning(client))


def test_an_id_token_need_not_say_its_type_and_may_name_us_alone_in_a_list(trusting: Trusting) -> None:
    trusting.provider.header, trusting.provider.said = {"typ": None}, {"aud": [CLIENT], "azp": CLIENT}
    with trusting.browser() as client:
        assert client.get(trusting.returning(client)).status_code == 303


@pytest.mark.parametrize("signature", ["none", "that of a stranger"])
def test_an_id_token_that_the_provider_did_not_sign(
    trusting: Trusting, signature: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = new_key("RSA", trusting.key.kid or "")

    def forged(_: Key, *, header: dict[str, Any], **claims: Any) -> str:
        if signature != "none":
            return signed(stranger, trusting.provider.claims(**claims), header)
        parts = ({"alg": "none", "typ": "JWT"}, trusting.provider.claims(**claims))
        return ".".join(urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts) + "."

    monkeypatch.setattr(trusting.provider, "token", forged)
    with trusting.browser() as client:
        check_refused(client, trusting.returning(client))


def test_a_code_is_good_once_and_in_the_browser_that_asked_for_it(trusting: Trusting) -> None:
    with trusting.browser() as client, trusting.browser() as another:
        address = trusting.returning(client)
        check_refused(another, address)
        another.get("/sign-in/provider")
        check_refused(another, address)
        kept = client.cookies[ATTEMPT]
        assert client.get(address).status_code == 303
        client.cookies.clear()
        check_refused(client, address)
        client.cookies.set(ATTEMPT, kept, domain="127.0.0.1", path="/")
        check_refused(client, address)


def test_a_code_is_of_no_use_with_the_state_of_another_sign_in(trusting: Trusting) -> None:
    """Whoever gets hold of a code cannot have it exchanged: the provider asks for the verifier of who asked for it."""
    with trusting.browser() as client, trusting.browser() as thief:
        stolen, own = (parse_qs(urlsplit(trusting.returning(one)).query) for one in (client, thief))
        check_refused(thief, f"{BACK}?code={stolen['code'][0]}&state={own['state'][0]}")
        check_refused(client, f"{BACK}?code={stolen['code'][0]}&state={own['state'][0]}")


@pytest.mark.parametrize("query", ["", "?code=x", "?state=x", "?error=access_denied", "?code=x&state=é"])
def test_who_comes_back_with_nothing_is_told_so(trusting: Trusting, query: str) -> None:
    with trusting.browser() as client:
        check_refused(client, BACK + query)
        client.get("/sign-in/provider")
        check_refused(client, BACK + query)


@pytest.mark.parametrize("following", ["//elsewhere.test/", "https://elsewhere.test/", "/\\elsewhere.test"])
def test_the_way_on_is_one_of_ours(trusting: Trusting, following: str) -> None:
    with trusting.browser() as client:
        assert client.get(trusting.returning(client, following)).headers["Location"] == "/"


def test_a_provider_or_secret_that_is_not_there_is_to_be_tried_again(trusting: Trusting, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("wrong")
    granted(tmp_path / "ledger.db", "li", "auditor", identity={"issuer": trusting.provider.issuer, "subject": "li"})
    with served(tmp_path / "ledger.db", {"organiser": "x"}, **settings(trusting.provider, secret)) as desk:
        trusting.provider.clients[CLIENT] = Client(desk.server.address + BACK, SECRET)
        elsewhere = Trusting(trusting.provider, trusting.key, desk)
        for _ in range(2):
            with elsewhere.browser() as client:
                assert client.get(elsewhere.returning(client)).status_code == 503
            secret.unlink(missing_ok=True)
    trusting.provider.clients[CLIENT] = Client(trusting.desk.server.address + BACK, SECRET)
    trusting.provider.broken = True
    try:
        with served(tmp_path / "ledger.db", {"organiser": "x"}, LEDGER_OIDC_ISSUER=trusting.provider.issuer,
                    LEDGER_OIDC_CLIENT_ID=CLIENT) as desk, window(desk.server.address) as client:  # fmt: skip
            assert client.get("/sign-in/provider").status_code == 503
    finally:
        trusting.provider.broken = False


def test_without_a_client_id_there_is_no_button_and_no_way(trusting: Trusting, tmp_path: Path) -> None:
    with trusting.browser() as client:
        assert "/sign-in/provider" in client.get("/sign-in").text
    issuer = {"LEDGER_OIDC_ISSUER": trusting.provider.issuer}
    with served(tmp_path / "ledger.db", {"organiser": "x"}, **issuer) as desk, window(desk.server.address) as client:
        assert "/sign-in/provider" not in client.get("/sign-in").text
        assert [client.get(path).status_code for path in ("/sign-in/provider", BACK)] == [404, 404]


def check_refused(client: httpx.Client, address: str) -> None:
    """Told on the page of the sign-in, with the button to try again, and not signed in."""
    answer = client.get(address)
    assert (answer.status_code, SESSION in client.cookies) == (401, False), answer.text
    assert 'href="/sign-in/provider' in answer.text
    assert ATTEMPT not in client.cookies
