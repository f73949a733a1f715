"""Readers of ``GET /v1/events/stream``: one that keeps up in a thread, and one that stops reading its socket."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx

from tests.http.serving import Server, granted

PATIENCE_SECONDS = 60.0


@contextmanager
def streaming(address: str, number: int) -> Iterator[tuple[list[Server], str]]:
    """So many servers on a new ledger with a cadre, an organiser's token; those are stopped that nobody stopped."""
    token = granted(address, "organiser", "organiser")
    servers = [Server(address) for _ in range(number)]
    with ExitStack() as stack:
        for server in servers:
            server.start()
            stack.callback(_stop, server)
        with servers[0].client(token) as client:
            posting = {
                "cadre": "an",
                "name": "an",
                "unit": "一街道",
                "post": "主任",
                "group": "town",
                "since": "2025-01",
            }
            assert client.post("/v1/cadres", json=posting).status_code == 201
        yield servers, token


def _stop(server: Server) -> None:
    if server.process.poll() is None:
        server.stop()


class Listener(threading.Thread):
    """Follows the stream until it ends; ``positions`` are the ids it was sent, ``events`` what came with them."""

    def __init__(self, server: Server, token: str, after: int = 0, last: int | None = None, until: int = 2**53) -> None:
        super().__init__(daemon=True)
        headers = {"Authorization": f"Bearer {token}", **({"Last-Event-ID": str(last)} if last is not None else {})}
        timeout = httpx.Timeout(10, read=PATIENCE_SECONDS)
        self._http = httpx.Client(base_url=server.address, headers=headers, timeout=timeout)
        self._after, self._until = after, until
        self._grown = threading.Condition()
        self.positions: list[int] = []
        self.events: list[dict[str, Any]] = []
        self.octets = 0
        self.error: BaseException | None = None
        self.opened = threading.Event()

    def run(self) -> None:
        try:
            with self._http, self._http.stream("GET", "/v1/events/stream", params={"after": self._after}) as answer:
                assert answer.status_code == 200, answer.status_code
                assert answer.headers["Content-Type"].partition(";")[0] == "text/event-stream"
                assert answer.headers["Cache-Control"] == "no-store"
                self.opened.set()
                self._read(answer)
        except BaseException as error:
            self.error = error
        with self._grown:
            self._grown.notify_all()

    def _read(self, answer: httpx.Response) -> None:
        id_, data = "", ""
        for line in answer.iter_lines():
            name, _, value = line.partition(": ")
            if name == "id":
                id_ = value
            elif name == "data":
                data = value
            elif line == "" and data:
                self.octets += len(data.encode())
                self._take(int(id_), json.loads(data))
                id_, data = "", ""
                if self.positions[-1] >= self._until:
                    return

    def _take(self, position: int, event: dict[str, Any]) -> None:
        with self._grown:
            self.positions.append(position)
            self.events.append(event)
            self._grown.notify_all()

    def came_to(self, position: int) -> bool:
        """Wait until it was sent an event so far on."""
        with self._grown:
            self._grown.wait_for(lambda: self._far(position) or not self.is_alive(), PATIENCE_SECONDS)
            return self._far(position)

    def _far(self, position: int) -> bool:
        return bool(self.positions) and self.positions[-1] >= position

    def ended(self, seconds: float = PATIENCE_SECONDS) -> bool:
        """Wait until its stream ended, as it should: whole."""
        self.join(seconds)
        if self.error is not None:
            raise self.error
        return not self.is_alive()

    def __enter__(self) -> Self:
        self.start()
        assert self.opened.wait(PATIENCE_SECONDS)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Its stream must have been ended, by what it waited for or by the server."""
        if error is None:
            assert self.ended()


class Sleeper:
    """Asks for the stream, reads a little of it and then nothing more."""

    def __init__(self, server: Server, token: str, after: int = 0) -> None:
        address = urlsplit(server.address)
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._socket.settimeout(PATIENCE_SECONDS)
        self._socket.connect((address.hostname, address.port))
        request = (
            f"GET /v1/events/stream?after={after} HTTP/1.1\r\nHost: {address.netloc}\r\nAuthorization: Bearer {token}"
        )
        self._socket.sendall(f"{request}\r\n\r\n".encode())
        self.read = self._socket.recv(1000)

    def wake(self) -> bytes:
        """Everything that was waiting, until the server has nothing more to send or ends."""
        found = [self.read]
        while block := self._socket.recv(65536):
            found.append(block)
        return b"".join(found)

    def __enter__(self) -> Self:
        assert self.read.startswith(b"HTTP/1.1 200"), self.read
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()
