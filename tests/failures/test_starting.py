"""Processes that start at once on an empty schema: whoever comes first makes and founds it, and none fails."""

import multiprocessing
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from multiprocessing.synchronize import Barrier

import psycopg

from ledger.aggregates.access import Granted
from ledger.policy import Actor
from ledger.service.credentials import Caller
from ledger.service.ledger import Ledger, local_caller
from tests.http.serving import Server

TIMES = 20
TOGETHER = 4
NAMES = [f"p{number}" for number in range(TOGETHER)]
READER = Caller("tests", local=Actor("local:tests", "organiser"))
_schemas = count(1)


def schemas(postgres: str, times: int) -> list[str]:
    return [f"{postgres}{'&' if '?' in postgres else '?'}schema=starting_{next(_schemas)}" for _ in range(times)]


def start(addresses: list[str], name: str, together: Barrier) -> None:
    """Open each new ledger at the moment the others do, and grant the first access."""
    for address in addresses:
        together.wait(60)
        with Ledger(address) as ledger:
            wanted = Granted(name=name, role="organiser")
            ledger.principals.grant(local_caller("tests", "tests"), wanted).result(60)


def granted(address: str) -> list[str]:
    """Who was granted access, by the feed of a ledger that was founded once."""
    with Ledger(address) as ledger:
        founded, *grants = ledger.feed.ledger(READER)
    assert founded["type"] == "founded"
    return sorted(event["data"]["name"] for event in grants)


def test_four_processes_start_at_once_on_twenty_empty_schemas(postgres: str) -> None:
    context = multiprocessing.get_context("spawn")
    addresses, together = schemas(postgres, TIMES), context.Barrier(TOGETHER)
    processes = [context.Process(target=start, args=(addresses, name, together)) for name in NAMES]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
    assert [process.exitcode for process in processes] == [0] * TOGETHER
    assert [granted(address) for address in addresses] == [NAMES] * TIMES


def test_servers_and_commands_start_at_once_on_an_empty_schema(postgres: str) -> None:
    (address,) = schemas(postgres, 1)
    grants = [
        subprocess.Popen(
            [sys.executable, "-m", "ledger", "access", "grant", name, "--role", "admin", "--database", address],
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in NAMES[:2]
    ]
    servers = [Server(address), Server(address)]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(Server.start, servers))
    tokens = [grant.communicate(timeout=60)[0].strip() for grant in grants]
    assert [grant.returncode for grant in grants] == [0, 0]
    for server, token in zip(servers, tokens, strict=True):
        with server.client(token) as client:
            assert client.get("/v1/me").json()["role"] == "admin"
        server.stop()
    assert granted(address) == NAMES[:2]


def test_a_role_that_may_not_create_anything_serves_what_was_made_for_it(postgres: str) -> None:
    (address,) = schemas(postgres, 1)
    schema = address.rpartition("=")[2]
    with psycopg.connect(postgres, autocommit=True) as administrator:
        administrator.execute("CREATE ROLE modest LOGIN")
        Ledger(address).close()
        administrator.execute(f"GRANT USAGE ON SCHEMA {schema} TO modest")
        administrator.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO modest")
    with Ledger(address.replace("postgres:@", "modest@")) as ledger:
        ledger.principals.grant(local_caller("tests", "tests"), Granted(name="p0", role="organiser")).result(60)
    assert granted(address) == ["p0"]
