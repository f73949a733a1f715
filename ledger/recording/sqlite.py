"""The ledger in one SQLite file: schema, connections, and the recorder the eventsourcing library reads through."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ledger.errors import Unavailable
from ledger.projections.views import VIEWS

LOCK_SECONDS = 60.0
STRUCTURAL = (
    "founded",
    "adopted",
    "sealed",
    "reopened",
    "granted",
    "revoked",
    "registered",
    "posted",
    "departed",
    "annulled",
)
"""Types that the small histories in memory are made of; a partial index finds them."""

STRUCTURAL_TYPES = ", ".join(f"'{name}'" for name in STRUCTURAL)
_SCHEMA = (
    """CREATE TABLE IF NOT EXISTS events (
        position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, stream TEXT NOT NULL, version INTEGER NOT NULL,
        type TEXT NOT NULL, schema INTEGER NOT NULL, recorded_at TEXT NOT NULL, cadre TEXT, period TEXT,
        prev TEXT NOT NULL, leaf TEXT NOT NULL, state BLOB NOT NULL, UNIQUE (stream, version)) STRICT""",
    "CREATE INDEX IF NOT EXISTS events_by_period ON events (period, cadre, position) WHERE period IS NOT NULL",
    f"CREATE INDEX IF NOT EXISTS events_structural ON events (position) WHERE type IN ({STRUCTURAL_TYPES})",
    "CREATE INDEX IF NOT EXISTS events_by_type ON events (type, schema)",
    """CREATE TABLE IF NOT EXISTS head (
        one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER NOT NULL, recorded_at TEXT NOT NULL,
        frontier BLOB NOT NULL, views_version INTEGER NOT NULL) STRICT""",
    "INSERT INTO head VALUES (1, 0, '', x'', 1) ON CONFLICT DO NOTHING",
    *(
        f"""CREATE TRIGGER IF NOT EXISTS events_no_{verb} BEFORE {verb.upper()} ON events
            BEGIN SELECT RAISE(ABORT, 'events are immutable'); END"""
        for verb in ("update", "delete")
    ),
    *(
        statement
        for view in VIEWS
        for statement in (
            f"""CREATE TABLE IF NOT EXISTS {view} (
                key TEXT PRIMARY KEY, cadre TEXT, period TEXT, grp TEXT, row TEXT NOT NULL) STRICT""",
            f"CREATE INDEX IF NOT EXISTS {view}_by_group ON {view} (grp, period)",
            f"CREATE INDEX IF NOT EXISTS {view}_by_cadre ON {view} (cadre)",
        )
    ),
)


class SQLiteDatabase:
    """Connections to one file: one for writing, and readers that are reused. WAL, every commit synchronised to disk."""

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
        except sqlite3.Error as error:
            raise Unavailable(reason=str(error)) from error
        return connection

    def _create(self) -> None:
        try:
            (mode,) = self._writer.execute("PRAGMA journal_mode = WAL").fetchone()
            with self.write() as connection:
                for statement in _SCHEMA:
                    connection.execute(statement)
            (synchronous,) = self._writer.execute("PRAGMA synchronous").fetchone()
        except sqlite3.Error as error:
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

    def close(self) -> None:
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in (*idle, self._writer):
            connection.close()
