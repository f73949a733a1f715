"""An identity provider of the tests: real keys, a real server on loopback, and tokens good and bad."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

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


class Provider:
    """Publishes ``keys``; ``asked`` counts how often for them."""

    def __init__(self, *keys: Key) -> None:
        self.keys: list[dict[str, Any]] = []
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
                found = provider.document(self.path)
                body = b"not now" if found is None else json.dumps(found).encode()
                self.send_response(200 if found is not None else 503)
                self.send_header("Content-Type", "application/json")
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
        return {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys"}

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


ALGORITHM = {"RSA": "RS256", "EC": "ES256", "OKP": "Ed25519"}


def signed(key: Any, claims: Any, header: dict[str, Any] | None = None) -> str:
    """A compact signature over claims, whatever they are."""
    plain = {"alg": ALGORITHM.get(key.key_type, "HS256"), "kid": key.kid, "typ": "JWT"}
    made = {name: value for name, value in {**plain, **(header or {})}.items() if value is not None}
    return jws.serialize_compact(made, json.dumps(claims).encode(), key, [made["alg"]])
