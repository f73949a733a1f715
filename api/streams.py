"""Following the ledger: as server-sent events, and until it has what is asked for.

Each client pulls pages from its own position, so none waits for another.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import TypeVar

from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event
from starlette.concurrency import run_in_threadpool

from ledger.errors import Refusal
from ledger.service.credentials import Caller
from ledger.service.ledger import Ledger

T = TypeVar("T")
PAGE = 200
LOOK_AGAIN = 1.0
"""Seconds after which a stream asks again whether its principal still has access."""
QUIET = 15
"""So many times it asks before it sends a comment, which keeps proxies from closing it."""


async def events(ledger: Ledger, caller: Caller, after: int) -> AsyncIterator[bytes]:
    """Every event after a position once and in order, until the client goes, its access ends or the server stops."""
    loop, rung, quiet = asyncio.get_running_loop(), asyncio.Event(), 0

    def ring() -> None:
        loop.call_soon_threadsafe(rung.set)

    with ledger.tail.followed(ring):
        while not ledger.tail.closed:
            rung.clear()
            try:
                rows, after, more = await run_in_threadpool(ledger.feed.page, caller, after, PAGE)
            except Refusal:
                return
            for row in rows:
                data = json.dumps(row, ensure_ascii=False, separators=(",", ":"))
                yield format_sse_event(data_str=data, id=str(row["position"]))
            quiet = 0 if rows else quiet + 1
            if quiet == QUIET:
                yield KEEPALIVE_COMMENT
                quiet = 0
            if not more:
                await _rings(rung)


async def awaited(ledger: Ledger, ask: Callable[[], T | None], patience: float) -> T | None:
    """What is asked for as soon as the ledger has it; None if it has not after so many seconds."""
    loop, rung = asyncio.get_running_loop(), asyncio.Event()
    until = loop.time() + patience

    def ring() -> None:
        loop.call_soon_threadsafe(rung.set)

    with ledger.tail.followed(ring):
        while True:
            rung.clear()
            found = await run_in_threadpool(ask)
            if found is not None or ledger.tail.closed or loop.time() >= until:
                return found
            await _rings(rung)


async def _rings(rung: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(rung.wait(), LOOK_AGAIN)
    except TimeoutError:
        return
