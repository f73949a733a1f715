"""What only PostgreSQL can do wrong: several writers at once, lost connections, weak durability, starting together."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count

import psycopg
import pytest

from ledger.aggregates.envelope import Data
from ledger.errors import Unavailable
from ledger.recording.opening import open_database
from ledger.recording.postgres import PostgresDatabase, parse
from ledger.recording.tables import read_head, select_rows
from ledger.service.inputs import read_event
from ledger.service.ledger import Ledger
from tests.office import Office

_schemas = count(1)


@pytest.fixture
def schema(postgres: str) -> str:
    return f"{postgres}{'&' if '?' in postgres else '?'}schema=only_{next(_schemas)}"


def test_an_address_says_everything_a_connection_string_can() -> None:
    conninfo, schema = parse("postgresql://u@a,b:6432/n?schema=d500101&sslmode=verify-full&target_session_attrs=any")
    assert schema == "d500101"
    assert conninfo == "postgresql://u@a,b:6432/n?sslmode=verify-full&target_session_attrs=any"


def test_eight_that_start_together_on_an_empty_schema_all_find_it_made(schema: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        databases = list(pool.map(open_database, [schema] * 8))
    for database in databases:
        with database.read() as connection:
            assert read_head(connection).size == 0
        database.close()


def test_a_database_that_may_lose_commits_is_refused(schema: str) -> None:
    with pytest.raises(Unavailable, match="synchronous_commit"):
        PostgresDatabase(f"{schema}&options=-c%20synchronous_commit%3Doff")


def test_a_database_that_cannot_be_reached_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        open_database("postgresql://nobody@127.0.0.1:1/none?connect_timeout=1")


def test_writers_on_two_servers_make_one_dense_ledger(schema: str) -> None:
    with Office(schema) as office, Ledger(schema, clock=lambda: office.now) as second:
        office.adopt()
        office.staff("town", *(f"c{number}" for number in range(16)))
        before = office.ledger.queries.ready()

        def work(number: int) -> None:
            for month in range(1, 9):
                ledger = office.ledger if (number + month) % 2 else second
                ledger.appending.append(office.callers["organiser"], f"c{number}", scored(month)).result(60)

        with ThreadPoolExecutor(16) as pool:
            list(pool.map(work, range(16)))
        assert office.ledger.queries.ready() == second.queries.ready() == before + 16 * 8
        office.check_views()
    database = open_database(schema)
    with database.read() as connection:
        assert [row.position for row in select_rows(connection, "1 = 1 ORDER BY position")] == list(
            range(1, before + 16 * 8 + 1)
        )
    database.close()


def scored(scorer: int) -> Data:
    given = {"period": "2025-01", "indicator": "work", "points": "80", "scorer": f"s{scorer}"}
    return read_event({"type": "scored", **given})[1]


def test_a_writer_recovers_from_lost_connections(schema: str, postgres: str) -> None:
    with Office(schema) as office:
        office.adopt()
        with psycopg.connect(postgres, autocommit=True) as administrator:
            administrator.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'cadre-ledger'"
            )
        office.register("an")
        assert office.see("an", "2025-01", "state") == "not_ready"
