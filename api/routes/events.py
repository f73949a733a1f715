"""The ledger's events: appended in bulk, read in order, one by one."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from functools import partial
from itertools import chain
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import Response, StreamingResponse
from starlette.concurrency import run_in_threadpool

from api.bodies import split_lines, spooled
from api.dependencies import CallerDep, DryRun, LedgerDep
from api.documents import Envelope
from api.openapi import BULK, follows, gives, reads, streams
from api.problems import language_of, problem
from api.streams import awaited, events
from ledger.errors import Unavailable
from ledger.service.appending import MAX_LINE, Line
from ledger.texts import Language

router = APIRouter(prefix="/v1/events", tags=["events"])
BLOCK = 32 * 1024
TEXT = "text/plain; charset=utf-8"
PATIENCE = 10.0
"""Seconds to wait for a checkpoint; they are as long apart while the ledger grows."""


@router.post(
    "", response_class=StreamingResponse, openapi_extra=BULK, responses=streams("application/x-ndjson", 400, 413, 415)
)
async def append_lines(
    request: Request,
    caller: CallerDep,
    ledger: LedgerDep,
    atomic: Annotated[bool, Query(description="all or nothing, at most 10,000 lines")] = False,
    dry_run: DryRun = False,
) -> StreamingResponse:
    """Append one event a line; answered line by line, in order."""
    await run_in_threadpool(ledger.queries.me, caller)
    spool = await spooled(request, request.app.state.settings.max_bulk)
    lines = split_lines(spool, MAX_LINE)
    outcomes: Iterable[Line] = ledger.appending.append_lines(caller, lines, dry_run=dry_run)
    if atomic:
        try:
            outcomes = await run_in_threadpool(ledger.appending.append_atomically, caller, lines, dry_run=dry_run)
        except BaseException:
            spool.close()
            raise
    answered = _answers(outcomes, language_of(request), spool.close)
    return StreamingResponse(_blocks(answered), media_type="application/x-ndjson")


def _blocks(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Lines joined to blocks of some kilobytes: every block goes between threads and onto the wire once."""
    block = bytearray()
    for line in lines:
        block += line
        if len(block) >= BLOCK:
            yield bytes(block)
            block.clear()
    if block:
        yield bytes(block)


def _answers(outcomes: Iterable[Line], language: Language, done: Any) -> Iterator[bytes]:
    counts = {"recorded": 0, "duplicate": 0, "rejected": 0}
    try:
        for outcome in outcomes:
            counts[outcome.status] += 1
            yield _line(_outcome(outcome, language))
        yield _line(
            {
                "recorded": counts["recorded"],
                "duplicates": counts["duplicate"],
                "rejected": counts["rejected"],
            }
        )
    finally:
        done()


def _outcome(outcome: Line, language: Language) -> dict[str, Any]:
    found: dict[str, Any] = {"line": outcome.line, "status": outcome.status}
    if outcome.done is not None:
        found["receipt"] = asdict(outcome.done.receipt)
    if outcome.refusal is not None:
        found["problem"] = problem(outcome.refusal, language)
    return found


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


@router.get("", response_class=StreamingResponse, responses=streams("application/jsonl"))
def feed(
    caller: CallerDep,
    ledger: LedgerDep,
    after: Annotated[int, Query(ge=0, le=2**53, description="position to go on after")] = 0,
    limit: Annotated[int | None, Query(ge=1, le=10_000)] = None,
) -> StreamingResponse:
    """The ledger in order, as JSON Lines."""
    events = ledger.feed.ledger(caller, after, limit)
    first = next(events, None)
    whole = events if first is None else chain([first], events)
    return StreamingResponse(_blocks(map(_line, whole)), media_type="application/jsonl")


@router.get("/stream", response_class=StreamingResponse, responses=follows())
async def stream(
    caller: CallerDep,
    ledger: LedgerDep,
    after: Annotated[int, Query(ge=0, le=2**53, description="position to go on after")] = 0,
    last: Annotated[
        int | None, Header(alias="Last-Event-ID", ge=0, le=2**53, description="position to go on after, first of all")
    ] = None,
) -> StreamingResponse:
    """The ledger in order as server-sent events, and live from there; the id of each is its position."""
    begin = after if last is None else last
    await run_in_threadpool(ledger.feed.page, caller, begin, 1)
    return StreamingResponse(events(ledger, caller, begin), media_type="text/event-stream")


@router.get("/{id}", responses=reads(Envelope))
def event(id: str, caller: CallerDep, ledger: LedgerDep) -> dict[str, Any]:
    """One event by its id."""
    return ledger.feed.event(caller, id.lower())


@router.get("/{id}/proof", response_class=Response, responses=gives(TEXT, 401, 403, 404, 422))
async def proof(id: str, caller: CallerDep, ledger: LedgerDep) -> Response:
    """That the event stands in the log (c2sp.org/tlog-proof); waits for a checkpoint that covers it."""
    found = await run_in_threadpool(ledger.feed.event, caller, id.lower())
    made = await awaited(ledger, partial(ledger.log.proof, found["position"]), PATIENCE)
    if made is None:
        raise Unavailable(reason="no published checkpoint covers the event yet")
    return Response(made, media_type=TEXT)
