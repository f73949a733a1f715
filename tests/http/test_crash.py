"""Nothing that was acknowledged is lost: the server is killed while it appends, and its fsyncs are counted."""

import json
import os
import re
import shutil
import threading
from pathlib import Path
from typing import Any

import httpx

from tests.http.serving import Server, granted
from tests.properties.recompute import check

KILLS = int(os.environ.get("LEDGER_TEST_KILLS", "6"))
REGISTERED = {"name": "样本人", "unit": "样本单位", "post": "主任", "group": "towns", "since": "2025-01"}


class Appender(threading.Thread):
    """Registers cadres one after another until the server is gone; ``receipts`` are those it was given."""

    def __init__(self, server: Server, token: str, name: str) -> None:
        super().__init__()
        self.server, self.token = server, token
        self.prefix = name
        self.receipts: list[dict[str, Any]] = []
        self.enough = threading.Event()

    def run(self) -> None:
        with self.server.client(self.token) as client:
            for number in range(100_000):
                try:
                    answer = client.post("/v1/cadres", json={"cadre": f"{self.prefix}-{number}", **REGISTERED})
                except httpx.TransportError:
                    return
                assert answer.status_code == 201, answer.text
                self.receipts.append(answer.json())
                if len(self.receipts) >= 5:
                    self.enough.set()


def test_a_killed_server_has_every_acknowledged_event_and_no_partial_one(address: str) -> None:
    """``LEDGER_TEST_KILLS`` times in each of the databases."""
    token = granted(address, "organiser", "organiser")
    server = Server(address)
    acknowledged: list[dict[str, Any]] = []
    for kill in range(KILLS):
        server.start()
        clients = [Appender(server, token, f"k{kill}-c{number}") for number in range(3)]
        for client in clients:
            client.start()
        assert all(client.enough.wait(60) for client in clients)
        server.kill()
        for client in clients:
            client.join()
            acknowledged += client.receipts
    with server, server.client(token) as reader:
        events = {line["id"]: line for line in map(json.loads, reader.get("/v1/events").text.splitlines())}
    for receipt in acknowledged:
        event = events[receipt["id"]]
        assert (event["stream"], event["version"], event["position"], event["recorded_at"]) == (
            receipt["stream"],
            receipt["version"],
            receipt["position"],
            receipt["recorded_at"],
        )
    assert len(acknowledged) >= 15 * KILLS
    check(address)


def test_no_append_to_a_file_is_acknowledged_without_an_fsync(tmp_path: Path) -> None:
    """Of PostgreSQL's server, which does it itself, the ledger demands its settings (``test_database``)."""
    appends = 20
    assert shutil.which("strace"), "strace is needed: .ci/run installs it"
    database, trace = tmp_path / "ledger.db", tmp_path / "trace"
    token = granted(database, "organiser", "organiser")
    calls = "trace=fsync,fdatasync,sendto,write"
    with (
        Server(database, "strace", "-f", "-qq", "-y", "-e", calls, "-o", str(trace)) as server,
        server.client(token) as client,
    ):
        for number in range(appends):
            assert client.post("/v1/cadres", json={"cadre": f"f-{number}", **REGISTERED}).status_code == 201
    synced_before = _syncs_before_each_answer(trace.read_text(errors="replace"))
    assert len(synced_before) == appends
    assert min(synced_before) >= 1


def _syncs_before_each_answer(trace: str) -> list[int]:
    """For every answer 201 that was sent: how many times the ledger's files were synchronised since the one before."""
    counts, since = [], 0
    for line in trace.splitlines():
        if re.search(r"\b(fsync|fdatasync)\(\d+<[^>]*ledger\.db", line):
            since += 1
        elif "HTTP/1.1 201" in line:
            counts.append(since)
            since = 0
    return counts
