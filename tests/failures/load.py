"""Clients that append and read through servers that come and go: a request is repeated until it is answered."""

import json
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from itertools import count
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import httpx

from ledger.recording.opening import open_database
from ledger.recording.session import Receipt, receipt_of
from ledger.recording.tables import select_rows
from tests.http.serving import Server, granted
from tests.properties.recompute import check

CADRES = tuple(f"c{number}" for number in range(8))
TALK = {"type": "talk_held", "period": "2025-01", "purpose": "feedback", "held_on": "2025-02-01", "summary": "谈话"}
POSTED = {"name": "样本人", "unit": "样本单位", "post": "主任", "group": "towns", "since": "2025-01"}
TRY_AGAIN_SECONDS = 0.1
PATIENCE_SECONDS = 30.0
"""How long a request may be repeated before its client gives up, and with it the test."""


class _Client(threading.Thread, ABC):
    """A thread that works until told to stop; what went wrong is raised where it is joined."""

    def __init__(self, servers: Sequence[Server], token: str, number: int) -> None:
        super().__init__(daemon=True)
        self.servers = servers
        self.turn = number
        self.http = httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=15)
        self.stopped = threading.Event()
        self.error: BaseException | None = None

    @property
    def url(self) -> str:
        """The server whose turn it is."""
        return f"{self.servers[self.turn % len(self.servers)].address}/v1"

    def run(self) -> None:
        try:
            with self.http:
                self.work()
        except BaseException as error:
            self.error = error

    @abstractmethod
    def work(self) -> None:
        """What this client does until it is stopped."""

    def next_server(self) -> None:
        self.turn += 1
        self.stopped.wait(TRY_AGAIN_SECONDS)

    def finish(self) -> None:
        self.join(PATIENCE_SECONDS + 30)
        assert not self.is_alive()
        if self.error is not None:
            raise self.error


class Appender(_Client):
    """Appends talks to the cadres in turn, each under its own id until it is acknowledged."""

    def __init__(self, servers: Sequence[Server], token: str, number: int) -> None:
        super().__init__(servers, token, number)
        self.receipts: list[dict[str, Any]] = []
        self.repeated = 0
        self.longest = 0.0

    def work(self) -> None:
        for number in count(self.turn):
            if self.stopped.is_set():
                return
            began = time.monotonic()
            self.receipts.append(self._acknowledged(CADRES[number % len(CADRES)], str(uuid4())))
            self.longest = max(self.longest, time.monotonic() - began)

    def _acknowledged(self, cadre: str, id_: str) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            receipt = self._try(cadre, id_)
            if receipt is not None:
                return receipt
            assert time.monotonic() < deadline, f"not acknowledged within {PATIENCE_SECONDS} s"
            self.repeated += 1
            self.next_server()

    def _try(self, cadre: str, id_: str) -> dict[str, Any] | None:
        try:
            answer = self.http.post(f"{self.url}/cadres/{cadre}/events", json={**TALK, "id": id_})
        except httpx.TransportError:
            return None
        if answer.status_code == 503:
            assert answer.headers["Retry-After"].isdigit()
            return None
        assert answer.status_code in (200, 201), answer.text
        receipt: dict[str, Any] = answer.json()
        return receipt


class Follower(_Client):
    """Reads the ledger from its own position on, through whichever server answers; ``until`` where it ends."""

    def __init__(self, servers: Sequence[Server], token: str) -> None:
        super().__init__(servers, token, 0)
        self.events: list[dict[str, Any]] = []
        self.until = 2**53

    def work(self) -> None:
        while len(self.events) < self.until:
            before = len(self.events)
            try:
                self._read_on()
            except httpx.TransportError:
                self.next_server()
            if len(self.events) == before:
                self.stopped.wait(TRY_AGAIN_SECONDS)

    def _read_on(self) -> None:
        query = {"after": len(self.events), "limit": 2_000}
        with self.http.stream("GET", f"{self.url}/events", params=query) as answer:
            if answer.status_code == 503:
                self.next_server()
                return
            assert answer.status_code == 200
            for line in answer.iter_lines():
                event = json.loads(line)
                assert event["position"] == len(self.events) + 1
                self.events.append(event)


class Load:
    """Appenders at work; afterwards what they were told."""

    def __init__(self, servers: Sequence[Server], token: str, writers: int) -> None:
        self.appenders = [Appender(servers, token, number) for number in range(writers)]
        self._mark = 0

    def __enter__(self) -> Self:
        for appender in self.appenders:
            appender.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for appender in self.appenders:
            appender.stopped.set()
        if error is None:
            for appender in self.appenders:
                appender.finish()

    @property
    def acknowledged(self) -> int:
        return sum(len(appender.receipts) for appender in self.appenders)

    @property
    def receipts(self) -> Iterator[dict[str, Any]]:
        return (receipt for appender in self.appenders for receipt in appender.receipts)

    @property
    def longest(self) -> float:
        return max(appender.longest for appender in self.appenders)

    def moves_on(self, by: int = 50) -> bool:
        """Acknowledged so many more since this was last true? Raises what an appender died of."""
        for appender in self.appenders:
            if appender.error is not None:
                raise appender.error
        if self.acknowledged < self._mark + by:
            return False
        self._mark = self.acknowledged
        return True


@contextmanager
def serving(address: str, number: int) -> Iterator[tuple[list[Server], str]]:
    """So many server processes on a new ledger with the cadres, and an organiser's token."""
    token = granted(address, "organiser", "organiser")
    servers = [Server(address) for _ in range(number)]
    with ExitStack() as stack:
        for server in servers:
            server.start()
            stack.callback(server.stop)
        with servers[0].client(token) as client:
            for cadre in CADRES:
                assert client.post("/v1/cadres", json={"cadre": cadre, **POSTED}).status_code == 201
        yield servers, token


def check_whole(address: str, receipts: Iterator[dict[str, Any]]) -> int:
    """Everything acknowledged is there once as it was told, and leaves, chain and views hold; how many events."""
    with closing(open_database(address)) as database, database.read() as connection:
        found = {row.id: receipt_of(row) for row in select_rows(connection, "1 = 1")}
    for receipt in receipts:
        assert found[receipt["id"]] == Receipt(**receipt)
    assert check(address) == len(found)
    return len(found)
