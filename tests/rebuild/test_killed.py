"""``ledger rebuild`` is killed at random moments while a server appends: the live views stay right, the next one works.

``LEDGER_TEST_KILLS_REBUILD`` sets how often, in each of the databases.
"""

import os
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count, cycle
from multiprocessing.context import ForkServerProcess
from typing import Any

import httpx

from tests.backends import raw
from tests.http.serving import Server
from tests.rebuild import command
from tests.rebuild.office import MONTH, VILLAGE, Told
from tests.rebuild.views import check_live, differences, generations, live, relations
from tests.recording.inside import stored

KILLS = int(os.environ.get("LEDGER_TEST_KILLS_REBUILD", "8"))
LOOK_SECONDS = 0.002
PATIENCE_SECONDS = 60.0
OBSERVED = {"type": "observed", "period": MONTH, "channel": "frontline", "finding": "现场", "points": "0.01"}


class Client(threading.Thread):
    """Observes cadres, and reopens and seals a month, until it is stopped; ``ids`` are the facts acknowledged."""

    def __init__(self, server: Server, token: str) -> None:
        super().__init__(daemon=True)
        self.server, self.token = server, token
        self.stopped = threading.Event()
        self.ids: list[str] = []
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            with self.server.client(self.token) as http:
                for number, cadre in zip(count(), cycle(VILLAGE), strict=False):
                    if self.stopped.is_set():
                        return
                    self.ids.append(self.post(http, f"cadres/{cadre}/events", OBSERVED)["id"])
                    if number % 7 == 0:
                        self.post(http, f"groups/law/periods/{MONTH}/reopen", {"reason": "更正"})
                        self.post(http, f"groups/law/periods/{MONTH}/seal", {})
        except BaseException as error:
            self.error = error

    def post(self, http: httpx.Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = http.post(f"/v1/{path}", json=body)
        assert answer.status_code == 201, answer.text
        receipt: dict[str, Any] = answer.json()
        return receipt

    def finish(self) -> None:
        self.stopped.set()
        self.join(PATIENCE_SECONDS)
        if self.error is not None:
            raise self.error
        assert self.ids


def mark(generation: int) -> str:
    """An index that a rebuild makes with its tables, and that we take from those that a killed one left."""
    return f"rounds_{generation}_by_cadre"


class Rebuilds:
    """Rebuilds of a ledger, and how long one takes until it has made its tables, and from then on."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.broken_off = 0
        self.take_time()  # also until everything is imported
        self.take_time()

    def take_time(self) -> None:
        began = time.monotonic()
        with self.one() as (whole, _):
            self.beginning = time.monotonic() - began
            whole.join(PATIENCE_SECONDS)
            assert whole.exitcode == 0
        self.working = time.monotonic() - began - self.beginning

    @contextmanager
    def one(self, *, early: bool = False) -> Iterator[tuple[ForkServerProcess, int]]:
        """A rebuild that has made its tables, unless ``early``, and their generation; killed at the end."""
        generation = live(self.address) + 1
        process = command.started(self.address)
        while not early and process.exitcode is None and mark(generation) not in relations(self.address):
            process.join(LOOK_SECONDS)
        yield process, generation
        process.kill()
        process.join(PATIENCE_SECONDS)

    def kill_one(self, *, early: bool) -> None:
        """At a random moment: before it has made its tables, or from then until a little after it would end."""
        with self.one(early=early) as (process, generation):
            process.join(random.random() * (self.beginning if early else 1.2 * self.working))
        if live(self.address) < generation and generation in generations(self.address):
            self.broken_off += 1
            with raw(self.address) as connection:
                connection.execute(f"DROP INDEX IF EXISTS {mark(generation)}")


def test_a_rebuild_killed_at_any_moment_leaves_the_live_views_right(told: Told) -> None:
    with Server(told.address) as server:
        client = Client(server, told.tokens["organiser"])
        client.start()
        rebuilds = Rebuilds(told.address)
        for number in range(KILLS):
            rebuilds.kill_one(early=number % 5 == 4)
            assert differences(told.address) == []
        client.finish()
        with rebuilds.one() as (last, generation):
            last.join(PATIENCE_SECONDS)
            assert last.exitcode == 0
    assert rebuilds.broken_off > 0
    assert (live(told.address), generations(told.address)) == (generation, {generation - 1, generation})
    assert set(client.ids) <= {row.id for row in stored(told.address)}
    check_live(told.address)
