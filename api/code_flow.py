"""Signing in at the identity provider: OpenID Connect, authorization code flow with PKCE (RFC 7636)."""

import hmac
from base64 import b64encode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote_plus, urlencode

from api.identity import UNREADABLE, IdentityProvider, ask
from ledger.aggregates.access import Identity
from ledger.errors import Unauthenticated, Unavailable

TYPES = ("", "jwt")
"""An id token need not say that it is one; an access token (``at+jwt``) is none."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A sign-in under way: all that is sent of it is derived from a secret that only the browser has that began it."""

    secret: str

    @property
    def state(self) -> str:
        return self._derived("state")

    @property
    def nonce(self) -> str:
        return self._derived("nonce")

    @property
    def verifier(self) -> str:
        return self._derived("code_verifier")

    @property
    def challenge(self) -> str:
        return _text(sha256(self.verifier.encode()).digest())

    def began(self, state: str) -> bool:
        """Did this browser begin the sign-in of this ``state``?"""
        return bool(self.secret) and hmac.compare_digest(state.encode(), self.state.encode())

    def _derived(self, purpose: str) -> str:
        return _text(hmac.digest(self.secret.encode(), purpose.encode(), "sha256"))


class CodeFlow:
    """The ledger as a client of the provider, with a secret from a file (read anew every time) or without one."""

    def __init__(self, provider: IdentityProvider, client: str, secret: Path | None) -> None:
        self._provider = provider
        self._client = client
        self._secret = secret

    def address(self, attempt: Attempt, returning: str) -> str:
        """Where the browser is sent to, to come back to the address ``returning``; Unavailable if that is not known."""
        query = {
            "response_type": "code",
            "scope": "openid",
            "client_id": self._client,
            "redirect_uri": returning,
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": attempt.challenge,
            "code_challenge_method": "S256",
        }
        endpoint = self._provider.endpoint("authorization_endpoint")
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"

    def identity(self, code: str, attempt: Attempt, returning: str) -> Identity:
        """Who came back with a code; Unauthenticated if it does not hold, Unavailable if it cannot be exchanged."""
        token = self._id_token(code, attempt, returning)
        claims = self._provider.verified(token, TYPES, aud=self._client, nonce=attempt.nonce)
        if claims["aud"] not in (self._client, [self._client]) or claims.get("azp", self._client) != self._client:
            raise Unauthenticated()
        return self._provider.named(claims)

    def _id_token(self, code: str, attempt: Attempt, returning: str) -> str:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": returning,
            "client_id": self._client,
            "code_verifier": attempt.verifier,
        }
        try:
            return str(ask(self._provider.endpoint("token_endpoint"), form, self._credentials())["id_token"])
        except HTTPError as error:
            with error:
                raise Unauthenticated() if error.code == 400 else Unavailable(reason="token endpoint") from None
        except UNREADABLE as error:
            raise Unavailable(reason="token endpoint") from error

    def _credentials(self) -> dict[str, str]:
        """The client's name and secret, as RFC 6749 (2.3.1) writes them."""
        if self._secret is None:
            return {}
        pair = f"{quote_plus(self._client)}:{quote_plus(self._secret.read_text().strip())}"
        return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}


def _text(octets: bytes) -> str:
    return urlsafe_b64encode(octets).rstrip(b"=").decode()
