"""What only PostgreSQL can do wrong: several writers at once, lost connections, weak durability, starting together."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing
from itertools import count

import psycopg
import pytest
from psycopg import sql

from ledger.aggregates.envelope import Data
from ledger.errors import Unavailable
from ledger.projections.views import VIEWS
from ledger.recording.database import Connection
from ledger.recording.opening import open_database
from ledger.recording.postgres import PostgresDatabase, parse
from ledger.recording.tables import Head, read_head, select_rows
from ledger.service.inputs import read_event
from ledger.service.ledger import Ledger
from tests.office import Office, refused

_schemas = count(1)
POSTED = {"name": "样本人", "unit": "一街道", "post": "主任", "group": "town", "since": "2025-01"}


@pytest.fixture
def schema(postgres: str) -> str:
    return f"{postgres}{'&' if '?' in postgres else '?'}schema=only_{next(_schemas)}"


@pytest.mark.parametrize(
    ("address", "conninfo", "schema"),
    [
        (
            "postgresql://u@a,b:6432/n?schema=d500101&sslmode=verify-full&target_session_attrs=any",
            "postgresql://u@a,b:6432/n?sslmode=verify-full&target_session_attrs=any",
            "d500101",
        ),
        ("postgresql:///n?host=/run/pg&schema=s%20t", "postgresql:///n?host=/run/pg", "s t"),
        (
            "postgresql:///?service=ledger&options=-c%20a=b+c",
            "postgresql:///?service=ledger&options=-c%20a=b+c",
            "public",
        ),
        ("postgresql://u:half?other@h/n?schema=s", "postgresql://u:half?other@h/n", "s"),
        ("postgresql://u@[::1]/n?schema=s", "postgresql://u@[::1]/n", "s"),
        ("postgresql://u@h/n", "postgresql://u@h/n", "public"),
    ],
)
def test_an_address_says_everything_a_connection_string_can(address: str, conninfo: str, schema: str) -> None:
    assert parse(address) == (conninfo, schema)


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


def test_a_server_starts_while_a_table_is_vacuumed(schema: str, postgres: str) -> None:
    Ledger(schema).close()
    name = schema.rpartition("=")[2]
    with psycopg.connect(postgres) as vacuum:
        vacuum.execute(f"LOCK TABLE {name}.events, {name}.head IN SHARE UPDATE EXCLUSIVE MODE")
        open_database(f"{schema}&options=-c%20lock_timeout%3D2s").close()


def test_the_write_lock_of_a_process_that_hangs_ends(schema: str) -> None:
    with closing(open_database(schema)) as database, database.write() as connection:
        (left,) = connection.execute("SHOW idle_in_transaction_session_timeout").fetchone()
    assert left == "1min"


@pytest.mark.parametrize("transaction", [PostgresDatabase.read, PostgresDatabase.write])
def test_a_connection_lost_in_the_middle_is_a_matter_of_trying_again(
    schema: str, postgres: str, transaction: Callable[[PostgresDatabase], AbstractContextManager[Connection]]
) -> None:
    def lose(connection: Connection) -> None:
        (pid,) = connection.execute("SELECT pg_backend_pid()").fetchone()
        with psycopg.connect(postgres, autocommit=True) as administrator:
            administrator.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))

    with closing(PostgresDatabase(schema)) as database:
        with pytest.raises(Unavailable), transaction(database) as connection:
            lose(connection)
        with database.read() as connection:
            assert read_head(connection).size == 0


def test_a_writer_forgets_what_the_database_no_longer_holds(schema: str, postgres: str) -> None:
    """As after a fail-over to a standby that was not synchronous: another server has gone on from an earlier event."""
    with Office(schema) as office, Ledger(schema, clock=lambda: office.now) as second:
        office.adopt()
        with closing(open_database(schema)) as database, database.read() as connection:
            before = read_head(connection)
        office.register("lost")
        take_back(postgres, schema.rpartition("=")[2], before)
        registered = read_event({"type": "registered", **POSTED})[1]
        second.appending.append(office.callers["organiser"], "other", registered).result(60)
        with refused("unknown-cadre"):
            office.score("lost", "2025-01", 80)
        office.score("other", "2025-01", 80)


def take_back(postgres: str, schema: str, before: Head) -> None:
    """Undo the last event behind the backs of the servers."""
    with psycopg.connect(postgres, options=f"-c search_path={schema}") as administrator:
        administrator.execute("ALTER TABLE events DISABLE TRIGGER events_immutable")
        administrator.execute("DELETE FROM events WHERE position > %s", (before.size,))
        administrator.execute("ALTER TABLE events ENABLE TRIGGER events_immutable")
        administrator.execute(
            "UPDATE head SET size = %s, recorded_at = %s, frontier = %s",
            (before.size, before.recorded_at, before.frontier.to_bytes()),
        )
        for view in VIEWS:
            administrator.execute(sql.SQL("DELETE FROM {} WHERE cadre = 'lost'").format(sql.Identifier(view)))
