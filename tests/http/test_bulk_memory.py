"""A bulk of some hundred thousand lines: every line is answered, and the server holds none of it in memory."""

import json
import os
from collections.abc import Iterator
from itertools import cycle, islice
from uuid import uuid4

import psutil

from tests.backends import sqlite_only
from tests.http.serving import Desk, ndjson

LINES = int(os.environ.get("LEDGER_TEST_LINES", "60000"))
PADDING = "长" * 150
NDJSON = {"Content-Type": "application/x-ndjson"}
MOST = 48 * 2**20
"""What the server may take on: a third of the default body, for caches of the database and what is under way."""


def line_of(**fields: object) -> bytes:
    event = {"cadre": "many", "type": "observed", "period": "2025-03", "channel": "frontline", "finding": PADDING}
    return ndjson([{**event, **fields}])


class Body:
    """Lines that are refused at sight, one in ten a duplicate, one in a thousand recorded; made as they are sent."""

    def __init__(self, known: str) -> None:
        self.duplicate = line_of(id=known)
        self.refused = (
            line_of(more=1),
            line_of(points="9.130"),
            b"{" + PADDING.encode() + b"\n",
            b"\xff" * 450 + b"\n",
        )
        self.size = 0

    def __iter__(self) -> Iterator[bytes]:
        for number, refused in enumerate(islice(cycle(self.refused), LINES)):
            line = line_of() if number % 1000 == 0 else self.duplicate if number % 10 == 0 else refused
            self.size += len(line)
            yield line


@sqlite_only
def test_all_lines_are_answered_and_memory_stays_flat(desk: Desk) -> None:
    desk.register("many")
    known = str(uuid4())
    desk.append("many", id=known, type="observed", period="2025-03", channel="frontline", finding=PADDING)
    desk.organiser.post("/v1/events", content=line_of() * 1000, headers=NDJSON)
    server, body = psutil.Process(desk.server.process.pid), Body(known)
    before = most = server.memory_info().rss
    counts = {"recorded": 0, "duplicate": 0, "rejected": 0}
    with desk.organiser.stream("POST", "/v1/events", content=iter(body), headers=NDJSON) as answer:
        assert answer.status_code == 200
        for number, text in enumerate(answer.iter_lines(), start=1):
            found = json.loads(text)
            if number > LINES:
                break
            assert found["line"] == number
            counts[found["status"]] += 1
            if number % 5000 == 1:
                most = max(most, server.memory_info().rss)
    assert found == {"recorded": counts["recorded"], "duplicates": counts["duplicate"], "rejected": counts["rejected"]}
    assert sum(counts.values()) == LINES
    assert counts["recorded"] == (LINES + 999) // 1000
    assert most - before < MOST, (most - before, body.size)
