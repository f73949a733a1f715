"""The ledger in one schema of a PostgreSQL database; several server processes may work on it."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import psycopg
from psycopg import sql
from psycopg_pool import ConnectionPool, PoolTimeout

from ledger.errors import Unavailable
from ledger.recording.database import Rows, tables

WAIT_SECONDS = 10.0
_IMMUTABLE = (
    """CREATE OR REPLACE FUNCTION events_are_immutable() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'events are immutable'; END $$""",
    """CREATE OR REPLACE TRIGGER events_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON events
        FOR EACH STATEMENT EXECUTE FUNCTION events_are_immutable()""",
)
_DURABLE = {"fsync": ("on",), "synchronous_commit": ("on", "remote_apply", "remote_write")}


class PostgresConnection:
    """A psycopg connection that takes the ledger's statements, whose parameters are written ``?``."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def execute(self, statement: str, parameters: Sequence[Any] = (), /) -> Rows:
        found = self._connection.execute(_translated(statement), parameters or None)
        return cast(Rows, found)

    def executemany(self, statement: str, parameters: Iterable[Sequence[Any]], /) -> None:
        with self._connection.cursor() as cursor:
            cursor.executemany(_translated(statement), parameters)


def _translated(statement: str) -> str:
    return statement.replace("?", "%s")


def parse(address: str) -> tuple[str, str]:
    """The connection string without ``schema``, and the schema (``public`` by default)."""
    parts = urlsplit(address)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    schema = query.pop("schema", "public")
    return urlunsplit(parts._replace(query=urlencode(query, quote_via=quote))), schema


class PostgresDatabase:
    """One pool of connections a process; the ``head`` row is the write lock of all processes."""

    errors: tuple[type[Exception], ...] = (psycopg.Error, PoolTimeout)

    def __init__(self, address: str) -> None:
        conninfo, self.schema = parse(address)
        self.channel = f"ledger_{self.schema}"
        self._pool = ConnectionPool(
            conninfo,
            min_size=1,
            max_size=16,
            timeout=WAIT_SECONDS,
            configure=self._configure,
            check=ConnectionPool.check_connection,
            kwargs={"application_name": "cadre-ledger"},
            open=False,
        )
        try:
            self._pool.open(wait=True, timeout=WAIT_SECONDS)
            self._create()
        except self.errors as error:
            self._pool.close()
            raise Unavailable(reason=" ".join(str(error).split())) from error

    def _configure(self, connection: psycopg.Connection[Any]) -> None:
        connection.execute(sql.SQL("SET search_path TO {}").format(sql.Identifier(self.schema)))
        connection.commit()

    def _create(self) -> None:
        """Make what is missing, one process at a time, and assert that commits are durable."""
        with self._pool.connection() as connection:
            connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (self.channel,))
            connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(self.schema)))
            for statement in (*tables('TEXT COLLATE "C"', "BIGINT", "BYTEA", "''::bytea", ""), *_IMMUTABLE):
                connection.execute(statement)
            for name, accepted in _DURABLE.items():
                found = connection.execute("SELECT current_setting(%s)", (name,)).fetchone()
                if found is None or found[0] not in accepted:
                    raise Unavailable(reason=f"{name} must be {' or '.join(accepted)}")

    @contextmanager
    def write(self) -> Iterator[PostgresConnection]:
        with self._pool.connection() as connection, connection.transaction():
            connection.execute("SELECT size FROM head FOR UPDATE")
            yield PostgresConnection(connection)

    @contextmanager
    def read(self) -> Iterator[PostgresConnection]:
        with self._pool.connection() as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            try:
                yield PostgresConnection(connection)
            finally:
                connection.rollback()

    def announce(self, position: int) -> None:
        """Notify after the commit, so that no commit of the database waits for another's listeners."""
        with self._pool.connection() as connection:
            connection.execute("SELECT pg_notify(%s, %s)", (self.channel, str(position)))

    def close(self) -> None:
        self._pool.close()
