"""Tokens of the organisation's own identity provider (OpenID Connect), verified with its published keys.

A token says who somebody is, never what he may: the ledger looks up (issuer, subject) in its own grants.
"""

import json
import threading
import time
import warnings
from collections.abc import Callable
from http.client import HTTPException
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

from joserfc import jwt
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import Key, KeySet, import_key
from joserfc.jwt import ClaimsOption

from ledger.aggregates.access import Identity
from ledger.errors import Unauthenticated, Unavailable

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
"""Asymmetric ones only: with a symmetric one the provider's public key would be a password everybody knows."""
TYPES = ("jwt", "at+jwt")
KEY_TYPES = ("RSA", "EC", "OKP")
LEEWAY = 30
"""Seconds that clocks may differ."""
REFRESH = 60.0
"""Seconds after which keys are asked for again when a token names one that is not known."""
LARGEST = 2**20
warnings.filterwarnings("ignore", "EdDSA is deprecated", SecurityWarning)  # providers still name it so
UNREADABLE = (URLError, HTTPException, OSError, ValueError, KeyError, TypeError)
"""What goes wrong where the provider does not answer, or not as it should."""
_NEEDED: dict[str, ClaimsOption] = {"sub": {"essential": True}, "exp": {"essential": True}}
_NO_KEYS = "the keys of the identity provider cannot be had"


class IdentityProvider:
    """One issuer; what it publishes is fetched when first needed, and again when a token is signed with a new key."""

    def __init__(self, issuer: str, audience: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.issuer = issuer
        self.audience = audience
        self._clock = clock
        self._keys = KeySet([])
        self._configuration: dict[str, Any] = {}
        self._fetched = float("-inf")
        self._had = False
        self._lock = threading.Lock()

    def identity(self, token: str) -> Identity:
        """Whom a bearer token names; Unauthenticated if it does not hold, Unavailable if the keys cannot be had."""
        return self.named(self.verified(token, TYPES, aud=self.audience))

    def named(self, claims: dict[str, Any]) -> Identity:
        """Whom verified claims name."""
        try:
            return Identity(issuer=self.issuer, subject=claims["sub"])
        except ValueError:
            raise Unauthenticated() from None

    def endpoint(self, name: str) -> str:
        """An address that the provider publishes; Unavailable if it cannot be had."""
        self._known()
        try:
            return safe(self._configuration[name])
        except UNREADABLE as error:
            raise Unavailable(reason=name) from error

    def verified(self, token: str, types: tuple[str, ...], **wanted: str) -> dict[str, Any]:
        """The claims of a token of this issuer and of one of these types, with these values among them."""
        values = {"iss": self.issuer, **wanted}
        options: dict[str, ClaimsOption] = {name: {"essential": True, "value": value} for name, value in values.items()}
        try:
            try:
                found = jwt.decode(token, self._known(), ALGORITHMS)
            except (JoseError, ValueError):
                found = jwt.decode(token, self._refreshed(), ALGORITHMS)
            typ = str(found.header.get("typ", "")).lower().removeprefix("application/")
            if typ not in types:
                raise Unauthenticated()
            jwt.JWTClaimsRegistry(None, LEEWAY, **_NEEDED, **options).validate(found.claims)
        except (JoseError, ValueError, TypeError, KeyError):
            raise Unauthenticated() from None
        return found.claims

    def _known(self) -> KeySet:
        return self._keys or self._refreshed()

    def _refreshed(self) -> KeySet:
        """The keys as published now, asked for at most once a minute whatever tokens come.

        Unavailable for as long as they could not be had the last time: a key not known may be a new one.
        """
        with self._lock:
            if self._clock() - self._fetched >= REFRESH:
                self._fetched, self._had = self._clock(), False
                self._configuration, self._keys = self._fetch()
                self._had = True
            if not self._had:
                raise Unavailable(reason=_NO_KEYS)
            return self._keys

    def _fetch(self) -> tuple[dict[str, Any], KeySet]:
        try:
            configuration = ask(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
            if configuration["issuer"] != self.issuer:
                raise ValueError("issuer")
            published = ask(configuration["jwks_uri"])["keys"]
            return configuration, KeySet([key for entry in published if (key := _public(entry)) is not None])
        except UNREADABLE as error:
            raise Unavailable(reason=_NO_KEYS) from error


def _public(entry: dict[str, Any]) -> Key | None:
    """A published key to verify signatures with; None for any other, and for one of a kind not known here."""
    if entry["kty"] not in KEY_TYPES or "d" in entry or entry.get("use", "sig") != "sig":
        return None
    try:
        return import_key(entry)
    except (JoseError, ValueError, KeyError, TypeError):
        return None


def safe(address: str) -> str:
    """An address that nobody on the way reads or changes; ValueError for any other."""
    parts = urlsplit(address)
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "::1", "localhost"):
        raise ValueError("https")
    return address


def ask(address: str, form: dict[str, str] | None = None, headers: dict[str, str] | None = None) -> dict[str, Any]:
    """The JSON at an address, or what a form is answered with there; one of UNREADABLE otherwise."""
    body = urlencode(form).encode() if form is not None else None
    asked = Request(safe(address), body, {"Accept": "application/json", **(headers or {})})
    with urlopen(asked, timeout=5) as answer:
        found: dict[str, Any] = json.loads(answer.read(LARGEST))
        return found
