"""Bearer tokens of the organisation's own identity provider (OpenID Connect), verified with its published keys.

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
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from joserfc import jwt
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import Key, KeySet, import_key

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
_NO_KEYS = "the keys of the identity provider cannot be had"


class IdentityProvider:
    """One issuer; its keys are fetched when first needed, and again when a token is signed with one not known."""

    def __init__(self, issuer: str, audience: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.issuer = issuer
        self.audience = audience
        self._clock = clock
        self._keys = KeySet([])
        self._fetched = float("-inf")
        self._had = False
        self._lock = threading.Lock()

    def identity(self, token: str) -> Identity:
        """Whom a token names; Unauthenticated if it does not hold, Unavailable if the keys cannot be had."""
        claims = self._verified(token)
        try:
            return Identity(issuer=self.issuer, subject=claims["sub"])
        except ValueError:
            raise Unauthenticated() from None

    def _verified(self, token: str) -> dict[str, Any]:
        try:
            try:
                found = jwt.decode(token, self._known(), ALGORITHMS)
            except (JoseError, ValueError):
                found = jwt.decode(token, self._refreshed(), ALGORITHMS)
            typ = str(found.header.get("typ", "")).lower().removeprefix("application/")
            if typ not in TYPES:
                raise Unauthenticated()
            self._claims().validate(found.claims)
        except (JoseError, ValueError, TypeError, KeyError):
            raise Unauthenticated() from None
        return found.claims

    def _claims(self) -> jwt.JWTClaimsRegistry:
        return jwt.JWTClaimsRegistry(
            leeway=LEEWAY,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.audience},
            sub={"essential": True},
            exp={"essential": True},
        )

    def _known(self) -> KeySet:
        return self._keys or self._refreshed()

    def _refreshed(self) -> KeySet:
        """The keys as published now, asked for at most once a minute whatever tokens come.

        Unavailable for as long as they could not be had the last time: a key not known may be a new one.
        """
        with self._lock:
            if self._clock() - self._fetched >= REFRESH:
                self._fetched, self._had = self._clock(), False
                self._keys = self._fetch()
                self._had = True
            if not self._had:
                raise Unavailable(reason=_NO_KEYS)
            return self._keys

    def _fetch(self) -> KeySet:
        try:
            configuration = _get(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
            if configuration["issuer"] != self.issuer:
                raise ValueError("issuer")
            published = _get(configuration["jwks_uri"])["keys"]
            return KeySet([key for entry in published if (key := _public(entry)) is not None])
        except (URLError, HTTPException, OSError, ValueError, KeyError, TypeError) as error:
            raise Unavailable(reason=_NO_KEYS) from error


def _public(entry: dict[str, Any]) -> Key | None:
    """A published key to verify signatures with; None for any other, and for one of a kind not known here."""
    if entry["kty"] not in KEY_TYPES or "d" in entry or entry.get("use", "sig") != "sig":
        return None
    try:
        return import_key(entry)
    except (JoseError, ValueError, KeyError, TypeError):
        return None


def _get(address: str) -> dict[str, Any]:
    parts = urlsplit(address)
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "::1", "localhost"):
        raise ValueError("https")
    with urlopen(Request(address, headers={"Accept": "application/json"}), timeout=5) as answer:
        found: dict[str, Any] = json.loads(answer.read(LARGEST))
        return found
