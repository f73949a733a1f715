"""Tokens of the organisation's own identity provider: who gets in with one, and every way a bad one does not."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc import jwe, jwk
from joserfc.errors import SecurityWarning

from api.identity import IdentityProvider
from ledger.errors import Unauthenticated, Unavailable
from ledger.service.ledger import Ledger, local_caller
from tests.access.provider import AUDIENCE, Key, Provider, new_key, signed
from tests.http.serving import Desk, granted, served

KINDS = ("RSA", "Ed25519", "EC")


@dataclass(frozen=True)
class Trusting:
    """A served ledger that trusts a provider with a key of each kind."""

    provider: Provider
    keys: dict[str, Key]
    desk: Desk
    database: Path

    def status(self, token: str, path: str = "/v1/me") -> int:
        return self.ask(token, path).status_code

    def ask(self, token: str, path: str = "/v1/me") -> httpx.Response:
        return httpx.get(self.desk.server.address + path, headers={"Authorization": f"Bearer {token}"})


@pytest.fixture(scope="module")
def keys() -> dict[str, Key]:
    return {kind: new_key(kind, f"first-{kind}") for kind in KINDS}


@pytest.fixture(scope="module")
def trusting(tmp_path_factory: pytest.TempPathFactory, keys: dict[str, Key]) -> Iterator[Trusting]:
    database = tmp_path_factory.mktemp("trusting") / "ledger.db"
    with Provider(*keys.values()) as provider:
        tokens = {"organiser": granted(database, "organiser", "organiser")}
        for name, subject in (("li", "li"), ("wang", "subject of wang"), ("gone", "gone")):
            known = {"issuer": provider.issuer, "subject": subject}
            assert granted(database, name, "auditor", identity=known) == ""
        elsewhere = {"issuer": "https://id.example.org", "subject": "zhao"}
        granted(database, "zhao", "auditor", identity=elsewhere)
        generous = {"LEDGER_GUESSES": "100000", "LEDGER_OIDC_AUDIENCE": AUDIENCE}
        with served(database, tokens, LEDGER_OIDC_ISSUER=provider.issuer, **generous) as desk:
            yield Trusting(provider, keys, desk, database)


@pytest.mark.parametrize("kind", KINDS)
def test_a_granted_identity_gets_in(trusting: Trusting, kind: str) -> None:
    for changed in ({}, {"aud": ["other", AUDIENCE]}, {"nbf": None, "iat": None}):
        answer = trusting.ask(trusting.provider.token(trusting.keys[kind], **changed))
        assert answer.status_code == 200
        assert (answer.json()["principal"], answer.json()["role"]) == ("li", "auditor")
    for typ in ("JWT", "jwt", "at+jwt", "application/at+jwt"):
        assert trusting.status(trusting.provider.token(trusting.keys[kind], header={"typ": typ})) == 200


def test_the_older_name_of_ed25519_is_known_too(trusting: Trusting) -> None:
    with pytest.warns(SecurityWarning, match="EdDSA"):
        token = trusting.provider.token(trusting.keys["Ed25519"], header={"alg": "EdDSA"})
    assert trusting.status(token) == 200


def test_the_policy_knows_the_principal_not_the_subject(trusting: Trusting) -> None:
    token = trusting.provider.token(trusting.keys["RSA"], sub="subject of wang")
    assert trusting.ask(token).json()["principal"] == "wang"
    assert trusting.status(token, "/v1/access") == 403


NOW = int(time.time())
CLAIMS: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "https://id.example.org"},
    "an issuer with a slash": {"iss": "http://127.0.0.1/"},
    "no issuer": {"iss": None},
    "issuer as a list": {"iss": ["x"]},
    "another audience": {"aud": "another"},
    "audiences without ours": {"aud": ["a", "b"]},
    "an empty audience": {"aud": []},
    "no audience": {"aud": None},
    "no subject": {"sub": None},
    "an empty subject": {"sub": ""},
    "a subject that is a number": {"sub": 7},
    "a subject of two lines": {"sub": "li\nli"},
    "a subject of a thousand": {"sub": "li" * 500},
    "no expiry": {"exp": None},
    "expired": {"exp": NOW - 60},
    "expiry as text": {"exp": "2099-01-01"},
    "expiry true": {"exp": True},
    "not yet": {"nbf": NOW + 3600},
    "issued in the future": {"iat": NOW + 3600},
}
SUBJECTS = ("organiser", "admin", "local:root", "local:tests", "LI", "li ", "zhao", "nobody", "lk_li", "*", "wang")


@pytest.mark.parametrize("flaw", CLAIMS)
def test_claims_that_do_not_hold(trusting: Trusting, flaw: str) -> None:
    assert trusting.status(trusting.provider.token(trusting.keys["RSA"], **CLAIMS[flaw])) == 401


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_subject_is_no_principal_and_no_subject_of_elsewhere(trusting: Trusting, subject: str) -> None:
    """``wang`` is a principal, but another subject's; ``zhao`` is a subject of another issuer."""
    assert trusting.status(trusting.provider.token(trusting.keys["RSA"], sub=subject)) == 401


@pytest.mark.parametrize("typ", [None, "JWE", "logout+jwt", "dpop+jwt", "jwt+", "text/jwt"])
def test_another_kind_of_token(trusting: Trusting, typ: Any) -> None:
    assert trusting.status(trusting.provider.token(trusting.keys["RSA"], header={"typ": typ})) == 401


def raw(header: Any, claims: Any, signature: bytes = b"") -> str:
    """A token put together by hand."""
    parts = (json.dumps(header).encode(), json.dumps(claims).encode(), signature)
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def forged(trusting: Trusting) -> dict[str, str]:
    """Tokens of who has no key of the provider."""
    provider, keys = trusting.provider, trusting.keys
    rsa, claims = keys["RSA"], provider.claims()
    header = {"typ": "JWT", "kid": rsa.kid}
    good = provider.token(rsa)
    head, body, signature = good.split(".")
    stranger = new_key("RSA", rsa.kid or "")
    found = {
        "none": raw({**header, "alg": "none"}, claims),
        "None": raw({**header, "alg": "None"}, claims),
        "unsigned": f"{head}.{body}.",
        "two parts": f"{head}.{body}",
        "another body": f"{head}.{raw({}, provider.claims(sub='gone')).split('.')[1]}.{signature}",
        "another key of the same kid": provider.token(stranger),
        "a key in the header": provider.token(stranger, header={"jwk": dict(stranger.as_dict(private=False))}),
        "keys by address": provider.token(stranger, header={"jku": f"{provider.issuer}/keys"}),
        "a critical extension": raw({**header, "alg": "RS256", "crit": ["x"], "x": 1}, claims, b"x"),
        "the key of another kind": provider.token(rsa, header={"kid": keys["Ed25519"].kid}),
        "no kid": provider.token(stranger, header={"kid": None}),
        "kid a number": raw({**header, "kid": 7, "alg": "RS256"}, claims, b"x"),
        "header a list": raw([], claims, b"x"),
        "claims a list": signed(rsa, [claims]),
        "claims a text": signed(rsa, "li"),
        "alg a list": raw({**header, "alg": ["RS256"]}, claims, b"x"),
        "alg missing": raw(header, claims, b"x"),
        "nothing": "...",
        "deep": raw(header, {}, b"x") + "." + "x" * 4000,
    }
    for name, secret in (("pem", rsa.as_pem(private=False)), ("json", json.dumps(rsa.as_dict(private=False)).encode())):
        for algorithm, digest in (("HS256", hashlib.sha256), ("HS512", hashlib.sha512)):
            unsigned = raw({**header, "alg": algorithm}, claims).rpartition(".")[0]
            mac = hmac.new(secret, unsigned.encode(), digest).digest()
            found[f"{algorithm} with the public key as {name}"] = (
                unsigned + "." + base64.urlsafe_b64encode(mac).rstrip(b"=").decode()
            )
    public = jwk.import_key({k: v for k, v in rsa.as_dict(private=False).items() if k != "use"})
    found["encrypted"] = jwe.encrypt_compact(
        {"alg": "RSA-OAEP", "enc": "A128GCM", "typ": "JWT", "kid": rsa.kid}, json.dumps(claims).encode(), public
    )
    return found


def test_nobody_gets_in_with_a_token_the_provider_did_not_sign(trusting: Trusting) -> None:
    statuses = {name: trusting.status(token) for name, token in forged(trusting).items()}
    assert len(statuses) > 20
    assert {name: status for name, status in statuses.items() if status != 401} == {}
    assert trusting.status(trusting.provider.token(trusting.keys["RSA"])) == 200


def test_all_that_does_not_hold_is_answered_alike(trusting: Trusting) -> None:
    bad = [
        *forged(trusting).values(),
        "lk_0123456789ab_" + 64 * "0",
        trusting.provider.token(trusting.keys["RSA"], sub="x"),
    ]
    assert len({trusting.ask(token).text for token in bad}) == 1


def test_a_revoked_identity_is_out_at_once_and_a_new_grant_of_its_name_is_another(trusting: Trusting) -> None:
    token = trusting.provider.token(trusting.keys["RSA"], sub="gone")
    assert trusting.status(token) == 200
    with Ledger(trusting.database) as ledger:
        ledger.principals.revoke(local_caller("tests", "tests"), "gone", "调离").result()
    assert trusting.status(token) == 401
    own = granted(trusting.database, "gone", "clerk", units=["一街道"])
    assert trusting.status(token) == 401
    assert trusting.ask(own).json()["role"] == "clerk"


def test_one_identity_is_one_principal(trusting: Trusting) -> None:
    with pytest.raises(Exception, match="repeated"):
        granted(trusting.database, "second_li", "admin", identity={"issuer": trusting.provider.issuer, "subject": "li"})


class Clock:
    """A clock that a test moves."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_keys_change_without_a_restart(keys: dict[str, Key]) -> None:
    """A new kid is fetched when first seen; the old key is dropped with that."""
    with Provider(keys["RSA"]) as provider:
        trusted = IdentityProvider(provider.issuer, AUDIENCE, clock := Clock())
        old, new = provider.token(keys["RSA"]), provider.token(keys["Ed25519"])
        assert trusted.identity(old).subject == "li"
        provider.publish(keys["Ed25519"])
        clock.now += 61
        assert trusted.identity(new).subject == "li"
        clock.now += 61
        with pytest.raises(Unauthenticated):
            trusted.identity(old)


def test_keys_are_asked_for_at_most_once_a_minute(keys: dict[str, Key]) -> None:
    with Provider(keys["RSA"]) as provider:
        trusted = IdentityProvider(provider.issuer, AUDIENCE, clock := Clock())
        unknown = [provider.token(new_key("Ed25519", f"unknown-{number}")) for number in range(5)]
        for wanted in (1, 2, 3):
            for token in (*unknown, "x", "a.b.c", "a.b.c.d.e"):
                with pytest.raises(Unauthenticated):
                    trusted.identity(token)
            assert trusted.identity(provider.token(keys["RSA"])).subject == "li"
            assert provider.asked == wanted
            clock.now += 59.9
            with pytest.raises(Unauthenticated):
                trusted.identity(unknown[0])
            assert provider.asked == wanted
            clock.now += 0.2


def test_keys_that_cannot_be_had_are_no_fault_of_the_token(keys: dict[str, Key]) -> None:
    """Known keys go on being good; where there is none, or a new one may be there, it is to be tried again."""
    with Provider(keys["RSA"]) as provider:
        provider.broken = True
        trusted = IdentityProvider(provider.issuer, AUDIENCE, clock := Clock())
        old, new = provider.token(keys["RSA"]), provider.token(keys["Ed25519"])
        for _ in range(3):
            with pytest.raises(Unavailable):
                trusted.identity(old)
        assert provider.asked <= 1
        provider.broken = False
        clock.now += 61
        assert trusted.identity(old).subject == "li"
        provider.broken = True
        clock.now += 61
        for _ in range(3):
            with pytest.raises(Unavailable):
                trusted.identity(new)
            assert trusted.identity(old).subject == "li"


@pytest.mark.parametrize(
    "odd",
    [{"kty": "XYZ"}, {"kty": "RSA"}, {"kty": "EC", "crv": "P-0", "x": "AA", "y": "AA"}, {"kty": "oct", "k": "AAAA"}],
)
def test_a_key_of_a_kind_not_known_does_not_spoil_the_others(keys: dict[str, Key], odd: dict[str, Any]) -> None:
    with Provider(keys["RSA"]) as provider:
        provider.keys.insert(0, {**odd, "kid": "odd"})
        trusted = IdentityProvider(provider.issuer, AUDIENCE)
        assert trusted.identity(provider.token(keys["RSA"])).subject == "li"


def test_a_shared_secret_or_private_key_that_is_published_is_no_key(keys: dict[str, Key]) -> None:
    secret = jwk.OctKey.generate_key(256, {"kid": "secret"})
    with Provider() as provider:
        private = dict(keys["Ed25519"].as_dict(private=True))
        provider.keys = [dict(secret.as_dict(private=True)), private]
        trusted = IdentityProvider(provider.issuer, AUDIENCE)
        for token in (signed(secret, provider.claims()), provider.token(keys["Ed25519"])):
            with pytest.raises(Unauthenticated):
                trusted.identity(token)


@pytest.mark.parametrize("issuer", ["http://id.example.org", "file:///etc", "ftp://127.0.0.1"])
def test_keys_come_over_https_or_loopback_only(issuer: str) -> None:
    with pytest.raises(Unavailable):
        IdentityProvider(issuer, AUDIENCE).identity("a.b.c")


def test_with_the_provider_down_its_tokens_wait_and_the_ledgers_work(keys: dict[str, Key], tmp_path: Path) -> None:
    with Provider(keys["RSA"]) as provider:
        token = provider.token(keys["RSA"])
    database = tmp_path / "ledger.db"
    tokens = {"organiser": granted(database, "organiser", "organiser")}
    with served(database, tokens, LEDGER_OIDC_ISSUER=provider.issuer, LEDGER_OIDC_AUDIENCE=AUDIENCE) as desk:
        for _ in range(3):
            answer = httpx.get(f"{desk.server.address}/v1/me", headers={"Authorization": f"Bearer {token}"})
            assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
            assert int(answer.headers["Retry-After"]) >= 1
            assert desk.organiser.get("/v1/me").status_code == 200
