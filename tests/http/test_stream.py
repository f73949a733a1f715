"""``GET /v1/events/stream``: every event once and in order, live, to readers of any speed, as long as access lasts."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack

import psutil
import pytest

from api import streams
from ledger.service.ledger import Ledger, local_caller
from tests.backends import NewAddress, sqlite_only
from tests.failures.load import Load, serving
from tests.http.serving import Desk, Server, append_all, granted, problem_of
from tests.http.streaming import Listener, Sleeper, streaming
from tests.http.test_paging import feed
from tests.office import Office

WRITERS = 4
MANY = 20_000
BLOCK = 2_000
TALK = {
    "cadre": "an", "type": "talk_held", "period": "2025-01", "purpose": "feedback", "held_on": "2025-02-01",
    "summary": "长" * 300,
}  # fmt: skip
WHILE_ASLEEP = 10
"""Seconds in which a server stops though a reader takes nothing more: it waits some for him."""
MOST = 12 * 2**20
"""What the server may take on while the events go by, which are twice that."""


def token_of(desk: Desk, name: str) -> str:
    return desk[name].headers["Authorization"].removeprefix("Bearer ")


@pytest.mark.parametrize("after", [0, 1, 100])
@pytest.mark.parametrize("principal", ["organiser", "town_organiser", "auditor"])
def test_the_stream_is_the_feed(story: Desk, principal: str, after: int) -> None:
    wanted = feed(story[principal], after=after)
    with Listener(story.server, token_of(story, principal), after, until=wanted[-1]["position"]) as listener:
        assert listener.ended()
    assert listener.events == wanted
    assert listener.positions == [event["position"] for event in wanted]


@pytest.mark.parametrize("after", [0, 170])
def test_a_reader_goes_on_after_the_last_event_it_got(story: Desk, after: int) -> None:
    """``Last-Event-ID`` is what a browser sends when it asks again for the address it was given."""
    wanted = feed(story.organiser, after=120)
    token = token_of(story, "organiser")
    with Listener(story.server, token, after, last=120, until=wanted[-1]["position"]) as listener:
        assert listener.ended()
    assert listener.events == wanted


@pytest.mark.parametrize(
    ("principal", "status", "code"),
    [
        ("clerk", 403, "forbidden"),
        ("town_reviewer", 403, "forbidden"),
        ("supervisor", 403, "forbidden"),
        ("committee", 403, "forbidden"),
        ("admin", 403, "forbidden"),
        ("revoked", 401, "unauthenticated"),
        ("expired", 401, "unauthenticated"),
    ],
)
def test_a_refusal_comes_before_the_stream_begins(story: Desk, principal: str, status: int, code: str) -> None:
    problem = problem_of(story[principal].get("/v1/events/stream"))
    assert (problem["status"], problem["code"]) == (status, code)


def test_without_a_token_there_is_no_stream(story: Desk) -> None:
    with story.server.client(None) as client:
        assert problem_of(client.get("/v1/events/stream"))["code"] == "unauthenticated"


@pytest.mark.parametrize("bad", ["x", "-1", "1.5", str(2**53 + 1)])
def test_a_position_that_is_none_is_refused(story: Desk, bad: str) -> None:
    for query, headers in (({"after": bad}, {}), ({}, {"Last-Event-ID": bad})):
        answer = story.organiser.get("/v1/events/stream", params=query, headers=headers)
        assert (answer.status_code, problem_of(answer)["code"]) == (422, "invalid")


def test_everything_comes_once_and_in_order_while_four_write_through_two_servers(new_address: NewAddress) -> None:
    address = new_address()
    with serving(address, 2) as (servers, token):
        listeners = [Listener(server, token) for server in servers]
        for listener in listeners:
            listener.start()
        with Load(servers, token, WRITERS) as load:
            resumed = list(in_pieces(servers, token))
        with servers[0].client(token) as client:
            whole = feed(client)
        assert load.acknowledged > WRITERS
        for listener in listeners:
            assert listener.came_to(len(whole))
            assert listener.events == whole
        assert resumed == list(range(1, len(resumed) + 1))


def in_pieces(servers: list[Server], token: str, pieces: int = 6) -> Iterator[int]:
    """The positions as somebody gets them who breaks off again and again, and goes on at the other server."""
    last = 0
    for number in range(pieces):
        with Listener(servers[number % 2], token, last=last, until=last + 25) as listener:
            assert listener.ended()
        yield from listener.positions
        last = listener.positions[-1]


@sqlite_only
def test_readers_that_sleep_hold_up_nobody_and_cost_no_memory(new_address: NewAddress) -> None:
    """They ask one server; the other, through which is written, keeps what it decides by in memory."""
    with streaming(new_address(), 2) as ((server, writing), token), writing.client(token) as client:
        append_all(client, [TALK] * BLOCK)
        head = client.get("/v1/me").json()["position"]
        process = psutil.Process(server.process.pid)
        with Sleeper(server, token), Sleeper(server, token, head), Listener(server, token, after=head) as live:
            before = most = process.memory_info().rss
            for number in range(1, MANY // BLOCK + 1):
                assert append_all(client, [TALK] * BLOCK)[-1]["recorded"] == BLOCK
                assert live.came_to(head + number * BLOCK)
                most = max(most, process.memory_info().rss)
            stop_at_once(server, WHILE_ASLEEP)
    assert live.positions == list(range(head + 1, head + MANY + 1))
    assert live.octets > 1.5 * MOST
    assert most - before < MOST, most - before


def test_revoking_access_ends_open_streams_at_once_on_every_server(new_address: NewAddress) -> None:
    address = new_address()
    with streaming(address, 2) as (servers, _):
        token = granted(address, "leaver", "auditor")
        other = granted(address, "stayer", "auditor")
        with ExitStack() as stack, Ledger(address) as ledger:
            staying = [stack.enter_context(Listener(server, other)) for server in servers]
            leaving = [stack.enter_context(Listener(server, token)) for server in servers]
            head = ledger.queries.ready()
            assert all(listener.came_to(head) for listener in (*staying, *leaving))
            ledger.principals.revoke(local_caller("test", "revoke"), "leaver", "调离").result()
            began = time.monotonic()
            assert all(listener.ended(10) for listener in leaving)
            assert time.monotonic() - began < 2
            assert all(listener.positions[-1] == head for listener in leaving)
            assert all(listener.came_to(head + 1) for listener in staying)
            assert all(listener.is_alive() for listener in staying)
            for server in servers:
                server.stop()


def test_a_server_stops_at_once_with_streams_open(new_address: NewAddress) -> None:
    """One has nothing to send; another is in the midst of a long ledger."""
    with streaming(new_address(), 1) as ((server,), token):
        with server.client(token) as client:
            append_all(client, [TALK] * BLOCK)
            head = client.get("/v1/me").json()["position"]
        with Listener(server, token, after=head - 1) as idle, Listener(server, token) as busy:
            assert idle.came_to(head)
            assert busy.came_to(1)
            stop_at_once(server)
    assert busy.positions == list(range(1, len(busy.positions) + 1))


def stop_at_once(server: Server, within: float = 5) -> None:
    began = time.monotonic()
    server.stop()
    assert time.monotonic() - began < within


def test_a_quiet_stream_sends_comments_which_are_no_events(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that proxies keep it open; here it is soon taken for quiet."""
    monkeypatch.setattr(streams, "LOOK_AGAIN", 0.01)
    with Office(address) as office:
        asyncio.run(quiet(office))


async def quiet(office: Office) -> None:
    ledger = office.ledger
    told = streams.events(ledger, office.callers["second"], ledger.queries.ready())
    assert (await anext(told)).startswith(b":")
    office.register("an", "town")
    blocks = [block async for block in until_event(told)]
    assert all(block.startswith(b":") for block in blocks[:-1])
    assert f"id: {ledger.queries.ready()}\n".encode() in blocks[-1]
    ledger.tail.close()
    assert [block async for block in told if not block.startswith(b":")] == []


async def until_event(told: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    async for block in told:
        yield block
        if not block.startswith(b":"):
            return
