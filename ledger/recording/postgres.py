"""The ledger in one schema of a PostgreSQL database; several server processes may work on it."""

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from typing import Any, cast
from urllib.parse import unquote

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import TransactionStatus

from ledger.errors import Unavailable
from ledger.recording.database import VIEWS_OF_HEAD, VIEWS_VERSION, Connection, Rows, tables, view_tables

MOST_CONNECTIONS = 16
LOOK_SECONDS = 1.0
WAIT_SECONDS = 10.0
LOCK = "SET LOCAL idle_in_transaction_session_timeout = '60s'; SELECT size FROM head FOR UPDATE"
"""The write lock of all processes; one that hangs, or whose machine is gone, holds it no longer than that."""
_PATIENCE = {
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}
"""How soon a server that does not answer counts as lost, unless the address says otherwise."""
_IMMUTABLE = (
    """CREATE OR REPLACE FUNCTION events_are_immutable() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'events are immutable'; END $$""",
    """CREATE OR REPLACE TRIGGER events_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON events
        FOR EACH STATEMENT EXECUTE FUNCTION events_are_immutable()""",
)
_TEXT = 'TEXT COLLATE "C"'
_NUMBER = "BIGINT"
_TABLES = (*tables(_TEXT, _NUMBER, "BYTEA", "''::bytea", ""), *_IMMUTABLE)
_DURABLE = {"fsync": ("on",), "synchronous_commit": ("on", "remote_apply", "remote_write")}
_LOST = (psycopg.OperationalError, psycopg.InterfaceError, psycopg.errors.ReadOnlySqlTransaction)


@contextmanager
def _available() -> Iterator[None]:
    """A server that is lost, starting, stopping or a standby is Unavailable: a matter of trying again."""
    try:
        yield
    except _LOST as error:
        raise Unavailable(reason=" ".join(str(error).split()) or type(error).__name__) from error


class PostgresConnection:
    """A psycopg connection that takes the ledger's statements, whose parameters are written ``?``."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def execute(self, statement: str, parameters: Sequence[Any] = (), /) -> Rows:
        with _available():
            found = self._connection.execute(_translated(statement), [_text(value) for value in parameters] or None)
        return cast(Rows, found)

    def executemany(self, statement: str, parameters: Iterable[Sequence[Any]], /) -> None:
        with _available(), self._connection.cursor() as cursor:
            cursor.executemany(_translated(statement), parameters)


def _text(value: Any) -> Any:
    """Asked for with NUL, which PostgreSQL cannot hold: with another control character, as no recorded text has one."""
    return value.replace("\0", "\1") if isinstance(value, str) else value


def _translated(statement: str) -> str:
    return statement.replace("?", "%s")


def parse(address: str) -> tuple[str, str]:
    """The connection string without ``schema``, otherwise untouched, and the schema (``public`` by default)."""
    base, mark, query = address.rpartition("?")
    if not mark:
        return address, "public"
    settings = [setting.partition("=") for setting in query.split("&") if setting]
    schema = [unquote(value) for name, _, value in settings if name == "schema"]
    kept = "&".join("".join(setting) for setting in settings if setting[0] != "schema")
    return f"{base}?{kept}" if kept else base, schema[-1] if schema else "public"


def _settings(conninfo: str) -> dict[str, Any]:
    """Everything a connection string says; Unavailable, without a word of it, if it is not one."""
    try:
        given = conninfo_to_dict(conninfo)
    except psycopg.ProgrammingError:
        given = {"port": "none"}
    ports, hosts = (str(given.get(name) or "").split(",") for name in ("port", "host"))
    if any(port and not port.isdecimal() for port in ports) or any("@" in host[1:] for host in hosts):
        raise Unavailable(reason="the address is not a connection string of libpq; write %40 for @, and so on")
    patience = {**_PATIENCE, **({"connect_timeout": waits} if (waits := os.environ.get("PGCONNECT_TIMEOUT")) else {})}
    return {**patience, "fallback_application_name": "cadre-ledger", **given}


class _Connections:
    """The connections of a process. One is made when none is idle, so a server that is back is used at once."""

    def __init__(self, settings: dict[str, Any], schema: str) -> None:
        self._settings = settings
        self._schema = schema
        self._places = threading.BoundedSemaphore(MOST_CONNECTIONS)
        self._idle: list[psycopg.Connection[Any]] = []
        self._lock = threading.Lock()
        self._closed = False

    @contextmanager
    def one(self) -> Iterator[psycopg.Connection[Any]]:
        """A connection that works, in autocommit mode; Unavailable if there is none to be had."""
        if not self._places.acquire(timeout=WAIT_SECONDS):
            raise Unavailable(reason="all connections to the database are busy")
        try:
            with _available():
                connection = self._alive() or self._connect()
                try:
                    yield connection
                finally:
                    self._give_back(connection)
        finally:
            self._places.release()

    def _alive(self) -> psycopg.Connection[Any] | None:
        """An idle connection that still answers; those that do not are closed."""
        while (connection := self._pop()) is not None:
            with suppress(psycopg.Error):
                connection.execute("")
                return connection
            connection.close()
        return None

    def _pop(self) -> psycopg.Connection[Any] | None:
        with self._lock:
            return self._idle.pop() if self._idle else None

    def _connect(self) -> psycopg.Connection[Any]:
        connection: psycopg.Connection[Any] = psycopg.connect(**self._settings, autocommit=True)
        try:
            connection.execute(sql.SQL("SET search_path TO {}").format(sql.Identifier(self._schema)))
        except BaseException:
            connection.close()
            raise
        return connection

    def _give_back(self, connection: psycopg.Connection[Any]) -> None:
        with self._lock:
            keep = not self._closed and connection.pgconn.transaction_status == TransactionStatus.IDLE
            if keep:
                self._idle.append(connection)
        if not keep:
            connection.close()

    def close(self) -> None:
        with self._lock:
            self._closed = True
        while (connection := self._pop()) is not None:
            connection.close()


class PostgresDatabase:
    """The connections of one process; the ``head`` row is the write lock of all processes."""

    errors: tuple[type[Exception], ...] = (psycopg.Error,)

    def __init__(self, address: str) -> None:
        conninfo, self.schema = parse(address)
        self.channel = f"ledger_{self.schema}"
        self._connections = _Connections(_settings(conninfo), self.schema)
        try:
            self._create()
        except psycopg.Error as error:
            raise Unavailable(reason=" ".join(str(error).split())) from error
        except Unavailable:
            self.close()
            raise

    def _create(self) -> None:
        """Make what is missing, one process at a time, and assert that commits are durable.

        What was made is remembered on ``head``: a server that starts beside others takes no lock they would wait for.
        """
        made = sha256("\n".join((*_TABLES, *view_tables(0, _TEXT, _NUMBER, ""))).encode()).hexdigest()
        with self._connections.one() as connection, connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (self.channel,))
            if not _found(connection, "SELECT 1 FROM pg_namespace WHERE nspname = %s", self.schema):
                connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(self.schema)))
            if not _found(connection, "SELECT 1 WHERE obj_description(to_regclass('head'), 'pg_class') = %s", made):
                for statement in _TABLES:
                    connection.execute(statement)
                generation, version = connection.execute(VIEWS_OF_HEAD).fetchone() or (0, VIEWS_VERSION)
                if version == VIEWS_VERSION:  # those of another program are left until a rebuild
                    self.create_views(PostgresConnection(connection), generation)
                connection.execute(sql.SQL("COMMENT ON TABLE head IS {}").format(made))
            for name, accepted in _DURABLE.items():
                if not _found(connection, "SELECT 1 WHERE current_setting(%s) = ANY(%s)", name, list(accepted)):
                    raise Unavailable(reason=f"{name} must be {' or '.join(accepted)}")

    @contextmanager
    def write(self) -> Iterator[PostgresConnection]:
        unconfirmed = threading.Event()

        def note(notice: psycopg.errors.Diagnostic) -> None:
            if notice.severity_nonlocalized == "WARNING":
                unconfirmed.set()

        with self._connections.one() as connection:
            connection.add_notice_handler(note)
            try:
                with connection.transaction():
                    connection.execute(LOCK)
                    yield PostgresConnection(connection)
            finally:
                connection.remove_notice_handler(note)
        if unconfirmed.is_set():  # PostgreSQL warns, and tells of success, where a wait for the standby was cancelled
            raise Unavailable(reason="the standby has not confirmed the commit")

    @contextmanager
    def read(self) -> Iterator[PostgresConnection]:
        with self._connections.one() as connection:
            connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            try:
                yield PostgresConnection(connection)
            finally:
                connection.rollback()

    def create_views(self, connection: Connection, generation: int) -> None:
        for statement in view_tables(generation, _TEXT, _NUMBER, ""):
            connection.execute(statement)

    @contextmanager
    def alone(self, task: str) -> Iterator[Callable[[], bool]]:
        lock = (f"{self.channel} {task}",)
        with self._connections.one() as connection:
            held = _found(connection, "SELECT 1 WHERE pg_try_advisory_lock(hashtextextended(%s, 0))", *lock)

            def still() -> bool:
                """The lock goes with its connection."""
                return held and _found(connection, "SELECT 1")

            try:
                yield still
            finally:
                if held:
                    connection.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", lock)

    def announce(self, position: int) -> None:
        """Notify after the commit, so that no commit of the database waits for listeners; itself waits for no disk."""
        with self._connections.one() as connection, connection.transaction():
            connection.execute("SET LOCAL synchronous_commit TO off")
            connection.execute("SELECT pg_notify(%s, %s)", (self.channel, str(position)))

    def growth(self, stopped: threading.Event) -> Iterator[None]:
        listen = sql.SQL("LISTEN {}").format(sql.Identifier(self.channel))
        while not stopped.is_set():
            try:
                with self._connections.one() as connection:
                    connection.execute(listen)
                    yield  # what was told before anybody listened
                    while not stopped.is_set():
                        for _ in connection.notifies(timeout=LOOK_SECONDS, stop_after=1):
                            yield
                    connection.execute("UNLISTEN *")
            except (psycopg.Error, Unavailable):
                stopped.wait(LOOK_SECONDS)

    def faults(self, connection: Connection) -> Iterator[str]:
        """Nothing: only an extension of the server's (amcheck) could tell."""
        return iter(())

    def close(self) -> None:
        self._connections.close()


def _found(connection: psycopg.Connection[Any], statement: str, *parameters: object) -> bool:
    return connection.execute(statement, parameters).fetchone() is not None
