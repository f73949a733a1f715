"""An identity provider of the tests: real keys, a real server on loopback, and tokens good and bad.

Browsers sign in there with the authorization code flow (OpenID Connect Core 3.1, RFC 7636), as clients registered
with it; nobody is asked for a password.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, quote_plus, urlencode

from joserfc import jwk, jws
from joserfc.jwk import ECKey, KeyParameters, OKPKey, RSAKey

AUDIENCE = "ledger-tests"
Key = RSAKey | OKPKey | ECKey


def new_key(kind: str, kid: str) -> Key:
    """A key of its own: ``RSA``, ``EC`` or ``Ed25519``."""
    parameters: KeyParameters = {"kid": kid, "use": "sig"}
    if kind == "RSA":
        return jwk.RSAKey.generate_key(2048, parameters)
    if kind == "EC":
        return jwk.ECKey.generate_key("P-256", parameters)
    return jwk.OKPKey.generate_key("Ed25519", parameters)


@dataclass(frozen=True)
class Client:
    """Who may send browsers, and the one address where they are sent back to."""

    returning: str
    secret: str | None = None


class Provider:
    """Publishes ``keys``; ``asked`` counts how often for them.

    ``person`` is the subject of whoever signs in; ``said`` changes the claims, ``header`` the header of his id token.
    """

    def __init__(self, *keys: Key) -> None:
        self.keys: list[dict[str, Any]] = []
        self.clients: dict[str, Client] = {}
        self.person = "li"
        self.said: dict[str, Any] = {}
        self.header: dict[str, Any] = {}
        self._codes: dict[str, dict[str, str]] = {}
        self._signing = keys[:1]
        self.publish(*keys)
        self.asked = 0
        self.broken = False
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def publish(self, *keys: Key) -> None:
        self.keys = [dict(key.as_dict(private=False)) for key in keys]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path, _, query = self.path.partition("?")
                if path == "/authorize":
                    self._say(302, b"", Location=provider.authorize(dict(parse_qsl(query))))
                else:
                    found = provider.document(path)
                    self._say(200 if found is not None else 503, json.dumps(found).encode())

            def do_POST(self) -> None:
                form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
                status, found = provider.exchange(form, self.headers.get("Authorization", ""))
                self._say(status, json.dumps(found).encode())

            def _say(self, status: int, body: bytes, **headers: str) -> None:
                self.send_response(status)
                for name, value in {"Content-Type": "application/json", **headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                """Says nothing."""

        return Handler

    def document(self, path: str) -> dict[str, Any] | None:
        """What is published at a path."""
        if path == "/keys":
            self.asked += 1
        if self.broken:
            return None
        if path == "/keys":
            return {"keys": self.keys}
        places = {"jwks_uri": "keys", "authorization_endpoint": "authorize", "token_endpoint": "token"}
        return {"issuer": self.issuer, **{name: f"{self.issuer}/{place}" for name, place in places.items()}}

    def authorize(self, query: dict[str, str]) -> str:
        """Where a browser is sent back to, with a code good for one exchange."""
        client = self.clients[query["client_id"]]
        assert query["redirect_uri"] == client.returning
        assert (query["response_type"], query["code_challenge_method"]) == ("code", "S256")
        assert "openid" in query["scope"].split()
        code = secrets.token_urlsafe()
        self._codes[code] = query
        return f"{client.returning}?{urlencode({'code': code, 'state': query['state']})}"

    def exchange(self, form: dict[str, str], credentials: str) -> tuple[int, dict[str, str]]:
        """The answer of the token endpoint; of a code the first time only, and to who asked for it."""
        client = self.clients.get(form["client_id"])
        if client is None or credentials != _basic(form["client_id"], client.secret):
            return 401, {"error": "invalid_client"}
        asked = self._codes.pop(form["code"], None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=")
        held = asked is not None and (
            (asked["client_id"], asked["redirect_uri"], asked["code_challenge"])
            == (form["client_id"], form["redirect_uri"], challenge.decode())
        )
        if asked is None or not held or form["grant_type"] != "authorization_code":
            return 400, {"error": "invalid_grant"}
        claims = {"aud": form["client_id"], "sub": self.person, "nonce": asked["nonce"], **self.said}
        token = self.token(self._signing[0], header=self.header, **claims)
        return 200, {"access_token": "opaque", "token_type": "Bearer", "id_token": token}

    def claims(self, **changed: Any) -> dict[str, Any]:
        """Claims that hold, with changes; None leaves one out."""
        now = int(time.time())
        plain = {"iss": self.issuer, "aud": AUDIENCE, "sub": "li", "exp": now + 300, "iat": now, "nbf": now}
        return {name: value for name, value in {**plain, **changed}.items() if value is not None}

    def token(self, key: Key, *, header: dict[str, Any] | None = None, **changed: Any) -> str:
        """A token signed with a key; ``header`` changes or (None) leaves out fields of its header."""
        return signed(key, self.claims(**changed), header)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _basic(client: str, secret: str | None) -> str:
    """The header of a client with a secret; none without one."""
    if secret is None:
        return ""
    return f"Basic {base64.b64encode(f'{quote_plus(client)}:{quote_plus(secret)}'.encode()).decode()}"


ALGORITHM = {"RSA": "RS256", "EC": "ES256", "OKP": "Ed25519"}


def signed(key: Any, claims: Any, header: dict[str, Any] | None = None) -> str:
    """A compact signature over claims, whatever they are."""
    plain = {"alg": ALGORITHM.get(key.key_type, "HS256"), "kid": key.kid, "typ": "JWT"}
    made = {name: value for name, value in {**plain, **(header or {})}.items() if value is not None}
    return jws.serialize_compact(made, json.dumps(claims).encode(), key, [made["alg"]])
