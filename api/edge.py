"""What every request passes first and every answer last: hosts, limits, and headers that browsers obey."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.headers import HEADERS
from api.limits import Buckets, Guesses
from api.pages.errors import answer
from ledger.errors import Malformed, Refusal, TooManyRequests
from ledger.settings import Settings


class Edge:
    """Middleware: refuses hosts not allowed and clients that ask too often, and sets the headers."""

    def __init__(self, app: ASGIApp, settings: Settings, guesses: Guesses) -> None:
        self.app = app
        self._hosts = frozenset(settings.hosts)
        self._requests = Buckets(settings.rate, 4 * settings.rate)
        self._guesses = guesses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        address, token = _address(scope), _token(scope)

        async def finish(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._learn(scope, address, token, message["status"])
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            self._check(scope, address, token)
        except Refusal as refusal:
            await answer(refusal, Request(scope))(scope, receive, finish)
            return
        await self.app(scope, receive, finish)

    def _check(self, scope: Scope, address: str, token: str) -> None:
        host = Headers(scope=scope).get("host", "").rpartition(":")
        name = host[0] if host[1] and host[2].isdigit() else "".join(host)
        if self._hosts and name.lower() not in self._hosts:
            raise Malformed(reason="host")
        if not self._requests.take(address):
            raise TooManyRequests(retry_after=self._requests.wait(address))
        if token:
            self._guesses.check(address, token)

    def _learn(self, scope: Scope, address: str, token: str, status: int) -> None:
        """A token held only where somebody asked who brings it: anybody gets an answer of ``/livez``."""
        if token and status == 401:
            self._guesses.failed(address, token)
        elif token and status < 400 and "caller" in scope.get("state", {}):
            self._guesses.held(token)


def _address(scope: Scope) -> str:
    return scope["client"][0] if scope.get("client") else "unknown"


def _token(scope: Scope) -> str:
    scheme, _, token = Headers(scope=scope).get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
