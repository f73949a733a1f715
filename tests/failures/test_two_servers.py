"""Two servers on one schema, killed again and again, and so is PostgreSQL: nothing lost, nothing doubled, in order."""

import os
import time
from collections.abc import Callable

import httpx

from tests.failures.cluster import Cluster, running, until
from tests.failures.load import Follower, Load, check_whole, serving
from tests.http.serving import Server

SECONDS = float(os.environ.get("LEDGER_TEST_SECONDS", "15"))
WRITERS = 16
KILLS = 3


def test_nothing_acknowledged_is_lost_while_servers_and_postgresql_are_killed() -> None:
    with running() as cluster:
        address = cluster.address("killed")
        with serving(address, 2) as (servers, token):
            ends = time.monotonic() + SECONDS
            follower = Follower(servers, token)
            follower.start()
            with Load(servers, token, WRITERS) as load:
                pause(load, ends)
                for accident in accidents(servers, cluster):
                    accident()
                    until(load.moves_on)
                    pause(load, ends)
                until(lambda: load.moves_on() and time.monotonic() > ends, SECONDS + 30)
            with servers[0].client(token) as client:
                follower.until = client.get("/v1/me").json()["position"]
            follower.finish()
        events = check_whole(address, load.receipts)
    assert [event["position"] for event in follower.events] == list(range(1, events + 1))
    acknowledged = [receipt["id"] for receipt in load.receipts]
    seen = [event["id"] for event in follower.events if event["type"] == "talk_held"]
    assert sorted(seen) == sorted(acknowledged)
    assert sum(appender.repeated for appender in load.appenders) > 0


def pause(load: Load, ends: float) -> None:
    """Let the load work for its share of the time."""
    share = time.monotonic() + max(0.0, (ends - time.monotonic()) / 9)
    until(lambda: load.moves_on(1) and time.monotonic() > share, SECONDS + 30)


def accidents(servers: list[Server], cluster: Cluster) -> list[Callable[[], None]]:
    """Each server is killed three times, PostgreSQL once like that and once by an immediate stop."""
    first, second = servers
    return [
        lambda: restarted(first),
        lambda: restarted(second),
        lambda: lost(cluster, servers, cluster.kill),
        lambda: restarted(first),
        lambda: restarted(second),
        lambda: lost(cluster, servers, lambda: cluster.stop("immediate")),
        lambda: restarted(first),
        lambda: restarted(second),
    ]


def restarted(server: Server) -> None:
    server.kill()
    server.start()


def lost(cluster: Cluster, servers: list[Server], stop: Callable[[], None]) -> None:
    """PostgreSQL stops and starts; meanwhile every server says that it is to be tried again, and says it soon."""
    stop()
    for server in servers:
        began = time.monotonic()
        answer = httpx.get(f"{server.address}/readyz", timeout=15)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1"), answer.text
        assert httpx.get(f"{server.address}/livez").status_code == 200
        assert time.monotonic() - began < 5
    cluster.start()
