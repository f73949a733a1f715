"""The ledger in one SQLite file: schema, connections, and the recorder the eventsourcing library reads through."""

import fcntl
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ledger.errors import Unavailable
from ledger.recording.database import VIEWS_OF_HEAD, VIEWS_VERSION, Connection, tables, view_tables

LOCK_SECONDS = 60.0
LOOK_SECONDS = 0.05
_IMMUTABLE = tuple(
    f"""CREATE TRIGGER IF NOT EXISTS events_no_{verb} BEFORE {verb.upper()} ON events
        BEGIN SELECT RAISE(ABORT, 'events are immutable'); END"""
    for verb in ("update", "delete")
)


class SQLiteDatabase:
    """Connections to one file: one for writing, and readers that are reused. WAL, every commit synchronised to disk."""

    errors: tuple[type[Exception], ...] = (sqlite3.Error, UnicodeDecodeError)  # of messages about a damaged file

    def __init__(self, path: Path) -> None:
        self.path = path
        self._idle: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._closed = False
        self._writer = self._connect()
        self._create()

    def _connect(self) -> sqlite3.Connection:
        try:
            connection = sqlite3.connect(self.path, timeout=LOCK_SECONDS, isolation_level=None, check_same_thread=False)
            connection.execute("PRAGMA synchronous = FULL")
        except self.errors as error:
            raise Unavailable(reason=str(error)) from error
        return connection

    def _create(self) -> None:
        try:
            (mode,) = self._writer.execute("PRAGMA journal_mode = WAL").fetchone()
            with self.write() as connection:
                for statement in (*tables("TEXT", "INTEGER", "BLOB", "x''", "STRICT"), *_IMMUTABLE):
                    connection.execute(statement)
                generation, version = connection.execute(VIEWS_OF_HEAD).fetchone()
                if version == VIEWS_VERSION:  # those of another program are left until a rebuild
                    self.create_views(connection, generation)
            (synchronous,) = self._writer.execute("PRAGMA synchronous").fetchone()
        except self.errors as error:
            raise Unavailable(reason=str(error)) from error
        if mode != "wal" or synchronous != 2:
            raise Unavailable(reason=f"journal_mode={mode} synchronous={synchronous}")

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A transaction under the one write lock; committed, fsync included, when the block ends, else rolled back."""
        self._writer.execute("BEGIN IMMEDIATE")
        try:
            yield self._writer
            self._writer.execute("COMMIT")
        except BaseException:
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
            raise

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """A read transaction on a connection of its own: one consistent moment, never waiting for the writer."""
        with self._lock:
            connection = self._idle.pop() if self._idle else None
        connection = connection or self._connect()
        try:
            connection.execute("BEGIN")
            yield connection
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            with self._lock:
                keep = not self._closed and len(self._idle) < 16
                if keep:
                    self._idle.append(connection)
            if not keep:
                connection.close()

    def create_views(self, connection: Connection, generation: int) -> None:
        for statement in view_tables(generation, "TEXT", "INTEGER", "STRICT"):
            connection.execute(statement)

    @contextmanager
    def alone(self, task: str) -> Iterator[Callable[[], bool]]:
        with Path(f"{self.path}-{task}").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield lambda: False
            else:
                yield lambda: True

    def announce(self, position: int) -> None:
        """Nothing to tell: ``PRAGMA data_version`` shows other processes that the file has changed."""

    def growth(self, stopped: threading.Event) -> Iterator[None]:
        connection, seen = self._connect(), None
        try:
            while not stopped.wait(LOOK_SECONDS):
                (version,) = connection.execute("PRAGMA data_version").fetchone()
                if version != seen:
                    seen = version
                    yield
        finally:
            connection.close()

    def faults(self, connection: Connection) -> Iterator[str]:
        return (fault for (fault,) in connection.execute("PRAGMA integrity_check(10)") if fault != "ok")

    def close(self) -> None:
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in (*idle, self._writer):
            connection.close()
